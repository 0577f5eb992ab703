"""Rounds: the list, the draft, the dashboard, and the steps from draft to published."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.clock import now, today
from survey.domain.errors import DomainError, NotFound
from survey.domain.permissions import Permission
from survey.domain.scans import SCAN_ENDINGS
from survey.services.adoptions import is_draft
from survey.services.closing import list_resettled
from survey.services.documents import get_document, record_document
from survey.services.opening import find_obstacles, find_rival, list_villages_to_freeze, open_round
from survey.services.progress import commune_progress, list_day_counts, village_progress
from survey.services.round_checks import (
    KIND_NAMES,
    Draft,
    find_limit,
    find_rule_set,
    get_questionnaire,
    list_warnings,
)
from survey.services.rounds import (
    STATE_NAMES,
    create_round,
    edit_round,
    get_round,
    record_authorisation,
    supersede_round,
)
from survey.services.snapshots import Snapshot, read_snapshot
from survey.services.submit import count_late
from survey.services.tasks import list_communes_below
from survey.services.units import list_lineage
from survey.store.rounds import Round, RoundState
from survey.store.units import Unit
from survey.web.context import actor, database
from survey.web.downloads import send_file
from survey.web.round_forms import DocumentForm, OpenForm, RoundForm, SupersedeForm
from translations.catalogue import gettext as _
from translations.catalogue import lazy

blueprint = Blueprint("rounds", __name__, template_folder="templates")


@blueprint.get("/dot/")
@requires(Permission.READ_COUNTS)
def list_all() -> str:
    """The rounds of the units in charge, with counts and without answers."""
    with database().read() as session:
        lines = commune_progress(session, actor().units_with(Permission.READ_COUNTS))
    may_create = actor().may(Permission.MANAGE_ROUND)
    return render_template(
        "rounds/list.html", lines=lines, kinds=KIND_NAMES, states=STATE_NAMES, may_create=may_create
    )


@blueprint.route("/dot/moi", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROUND)
def create() -> ResponseReturnValue:
    """Write the draft of a round."""
    with database().read() as session:
        units = list_communes_below(session, actor().units_with(Permission.MANAGE_ROUND))
    form = RoundForm()
    form.offer(units)
    if not form.is_submitted():
        form.suggest(today())
    if not form.validate_on_submit():
        return render_template("rounds/create.html", form=form), 422 if form.is_submitted() else 200
    try:
        with database().write() as session:
            unit = session.get_one(Unit, int(form.unit.data))
            round_ = create_round(session, unit, form.kind.data, by=actor().staff_id, **form.typed)
    except DomainError as problem:
        return render_template("rounds/create.html", form=form, problem=problem), 422
    flash(_("Đã lưu bản soạn."), "good")
    return redirect(url_for("rounds.show", round_id=round_.id), 303)


@blueprint.route("/dot/<int:round_id>/sua", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROUND, on="round_id")
def edit(round_id: int) -> ResponseReturnValue:
    """Change a draft."""
    with database().read() as session:
        round_ = get_round(session, round_id)
    form = RoundForm()
    form.offer([round_.unit], round_)
    if not form.is_submitted():
        form.fill(round_)
    if not form.validate_on_submit():
        return _edit_page(form, round_, 422 if form.is_submitted() else 200)
    try:
        with database().write() as session:
            edit_round(session, get_round(session, round_id), by=actor().staff_id, **form.typed)
    except DomainError as problem:
        return _edit_page(form, round_, 422, problem)
    flash(_("Đã lưu bản soạn."), "good")
    return redirect(url_for("rounds.show", round_id=round_id), 303)


def _edit_page(
    form: RoundForm, round_: Round, status: int, problem: DomainError | None = None
) -> ResponseReturnValue:
    return render_template("rounds/edit.html", form=form, round=round_, problem=problem), status


@blueprint.get("/dot/<int:round_id>")
@requires(Permission.READ_COUNTS, on="round_id")
def show(round_id: int) -> str:
    """The dashboard: ballots per village against households and coverage, and never an answer."""
    with database().read() as session:
        round_ = get_round(session, round_id)
        papers = _papers(session, round_)
        villages = village_progress(session, round_id)
        return render_template(
            "rounds/show.html",
            round=round_,
            kinds=KIND_NAMES,
            states=STATE_NAMES,
            papers=papers,
            draft=is_draft(session, round_.unit_id, papers),
            document=round_.authorisation,
            villages=villages,
            received=sum(village.received for village in villages),
            households=sum(village.households for village in villages),
            total=next(line for line in commune_progress(session, [round_.unit_id]) if line.round is round_),
            days=list_day_counts(session, round_id),
            late=count_late(session, round_id),
            end=round_.ends_at,
            renewed=list_resettled(session, round_),
            asks=round_.asks_at(now()),
            warnings=list_warnings(Draft.of(round_)),
            rival=find_rival(session, round_) if round_.state is RoundState.DRAFT else None,
            limit=find_limit(papers.rules, round_.starts_on) if papers.rules else None,
            may_manage=_may(session, round_, Permission.MANAGE_ROUND),
            may_print=_may(session, round_, Permission.PRINT_POSTERS),
            may_issue=_may(session, round_, Permission.ISSUE_SLIPS),
            may_collect=_may(session, round_, Permission.COLLECT),
            may_read=_may(session, round_, Permission.READ_RESULT),
            may_moderate=_may(session, round_, Permission.READ_REASONS),
            may_plan=_may(session, round_, Permission.PLAN_ACTIONS),
            may_see_flags=_may(session, round_, Permission.READ_FLAGS),
        )


def _may(session: Session, round_: Round, permission: Permission) -> bool:
    return actor().may(permission, list_lineage(session, round_.unit_id))


def _papers(session: Session, round_: Round) -> Snapshot:
    """What is frozen, or for a draft what would be."""
    if round_.state is not RoundState.DRAFT:
        return read_snapshot(session, round_)
    return Snapshot(
        questionnaire=get_questionnaire(round_.questionnaire_key),
        rules=find_rule_set(Draft.of(round_)),
        villages=tuple(
            (village.code, village.name, count.households if count else 0)
            for village, count in list_villages_to_freeze(session, round_)
        ),
    )


@blueprint.get("/dot/<int:round_id>/mo")
@requires(Permission.MANAGE_ROUND, on="round_id")
def prepare(round_id: int) -> ResponseReturnValue:
    """What would be frozen, what is still missing, and the document to record."""
    return _opening_page(round_id, DocumentForm(formdata=None))


def _opening_page(round_id: int, form: DocumentForm, problem: DomainError | None = None) -> str:
    with database().read() as session:
        round_ = get_round(session, round_id)
        papers = _papers(session, round_)
        return render_template(
            "rounds/open.html",
            round=round_,
            papers=papers,
            draft=is_draft(session, round_.unit_id, papers),
            document=round_.authorisation,
            obstacles=find_obstacles(session, round_, now()),
            warnings=list_warnings(Draft.of(round_)),
            form=form,
            open_form=OpenForm(formdata=None),
            problem=problem,
        )


@blueprint.post("/dot/<int:round_id>/van-ban")
@requires(Permission.MANAGE_ROUND, on="round_id")
def authorise(round_id: int) -> ResponseReturnValue:
    """Record the document that authorises online collection."""
    form = DocumentForm()
    if not form.validate_on_submit():
        return _opening_page(round_id, form), 422
    try:
        with database().write() as session:
            round_ = get_round(session, round_id)
            document = record_document(session, by=actor().staff_id, **form.typed)
            record_authorisation(session, round_, document, by=actor().staff_id)
    except DomainError as problem:
        return _opening_page(round_id, form, problem), 422
    flash(_("Đã ghi văn bản."), "good")
    return redirect(url_for("rounds.prepare", round_id=round_id), 303)


@blueprint.get("/dot/<int:round_id>/van-ban")
@requires(Permission.READ_COUNTS, on="round_id")
def download_scan(round_id: int) -> ResponseReturnValue:
    """The scan of the authorising document."""
    with database().read() as session:
        authorisation_id = get_round(session, round_id).authorisation_id
        document = get_document(session, authorisation_id or 0)
        if document.scan is None:
            raise NotFound(lazy("Văn bản này không có bản chụp."))
        ending = SCAN_ENDINGS[document.scan_type or ""]
        name = f"van-ban-{round_id}.{ending}"
        return send_file(document.scan, name)


@blueprint.post("/dot/<int:round_id>/mo")
@requires(Permission.MANAGE_ROUND, on="round_id")
def open_(round_id: int) -> ResponseReturnValue:
    """Freeze everything and open."""
    try:
        with database().write() as session:
            open_round(session, get_round(session, round_id), by=actor().staff_id, at=now())
    except DomainError as problem:
        return _opening_page(round_id, DocumentForm(formdata=None), problem), 409
    flash(_("Đợt đã mở. Bước tiếp theo: phát thẻ và in áp phích."), "good")
    return redirect(url_for("rounds.show", round_id=round_id), 303)


@blueprint.route("/dot/<int:round_id>/lam-lai", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROUND, on="round_id")
def supersede(round_id: int) -> ResponseReturnValue:
    """Set a closed round aside for a corrected one."""
    form = SupersedeForm()
    if not form.validate_on_submit():
        with database().read() as session:
            round_ = get_round(session, round_id)
        page = render_template("rounds/supersede.html", round=round_, form=form)
        return page, 422 if request.method == "POST" else 200
    with database().write() as session:
        corrected = supersede_round(
            session, get_round(session, round_id), form.because.data or "", by=actor().staff_id
        )
    flash(_("Đã tạo bản soạn của đợt thay thế."), "good")
    return redirect(url_for("rounds.show", round_id=corrected.id), 303)
