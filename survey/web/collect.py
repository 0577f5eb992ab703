"""Helpers at the door and on the telephone: slip after slip, one page, online or not.

The page works without script: a form that answers with itself, emptied. With script (static/collect.js)
ballots wait in the device's queue until the network is there, and are posted to the same address.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from forms.resident import new_submission_key
from survey.access import public, requires
from survey.application import writer
from survey.domain.clock import now
from survey.domain.codes import MalformedCode, MistypedCode
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.services import collection
from survey.services.audio import find_listening
from survey.services.entry import Entry
from survey.services.rounds import get_round
from survey.services.submit import Acknowledgement, Outcome
from survey.store.rounds import Round, RoundState
from survey.web import preferences
from survey.web.collect_sheets import Papers, Sheet, find_entry_of, read_papers, read_sheet
from survey.web.context import actor, database, find_actor
from survey.web.refusals import CLOSED, NOT_OPEN, OUTCOMES, Refusal, tell_outcome
from survey.web.templating import STATIC
from translations.catalogue import gettext as _
from translations.catalogue import lazy
from translations.numbers import format_count

blueprint = Blueprint("collect", __name__, template_folder="templates")
preferences.install(blueprint)

_OTHER_PERSON = Refusal(
    409,
    lazy("Phiếu này do người khác thu trên máy này."),
    lazy("Xin người ấy đăng nhập để gửi; phiếu vẫn nằm trong máy."),
    outcome="",
)


@blueprint.before_app_request
def _end_at_sign_out() -> None:
    """Who signs out has stopped collecting."""
    if request.endpoint == "accounts.sign_out" and (who := find_actor()):
        with database().write() as transaction:
            collection.end_sessions(transaction, by=who.staff_id, at=now())


@blueprint.get("/thu-phieu")
@requires(Permission.COLLECT)
def list_rounds() -> str:
    """The rounds in which one may collect now."""
    with database().read() as transaction:
        rounds = collection.list_rounds_to_collect(transaction, actor())
    return render_template("collect/list.html", rounds=rounds, at=now())


@blueprint.get("/thu-phieu/trang-thai")
@requires(Permission.COLLECT)
def tell_state() -> ResponseReturnValue:
    """Who is signed in on this device and the token of their forms, for pages that were opened long ago."""
    who = actor()
    return {"staff": who.staff_id, "name": who.display_name, "token": generate_csrf()}


@blueprint.get("/thu-phieu/sw.js")
@public
def worker() -> Response:
    """The service worker of the helpers' pages; it governs what lies below its own address."""
    script = send_from_directory(STATIC, "collect-worker.js", mimetype="text/javascript", max_age=None)
    script.cache_control.no_cache = True
    return script


@blueprint.get("/thu-phieu/<int:round_id>")
@requires(Permission.COLLECT, on="round_id")
def show(round_id: int) -> ResponseReturnValue:
    papers = read_papers(round_id)
    refusal = _refuse(papers.round, asking=True)
    return _say(papers.round, refusal) if refusal else _page(papers, Sheet())


@blueprint.post("/thu-phieu/<int:round_id>/bat-dau")
@requires(Permission.COLLECT, on="round_id")
def start(round_id: int) -> ResponseReturnValue:
    """Begin to collect, before the first ballot: the log has this moment and no ballot's."""
    with database().write() as transaction:
        round_ = get_round(transaction, round_id)
        if round_.state is RoundState.OPEN:
            collection.start_session(transaction, round_, by=actor().staff_id, at=now())
    return redirect(url_for("collect.show", round_id=round_id), 303)


@blueprint.post("/thu-phieu/<int:round_id>/ket-thuc")
@requires(Permission.COLLECT, on="round_id")
def end(round_id: int) -> ResponseReturnValue:
    """Stop collecting, and read how many ballots it were."""
    with database().write() as transaction:
        ended = collection.end_session(transaction, round_id, by=actor().staff_id, at=now())
    if ended:
        flash(
            _(
                "Đã kết thúc buổi thu phiếu: %(assisted)s phiếu tại nhà, %(phone)s phiếu qua điện thoại.",
                assisted=format_count(ended.assisted),
                phone=format_count(ended.phone),
            ),
            "good",
        )
    return redirect(url_for("collect.list_rounds"), 303)


@blueprint.post("/thu-phieu/<int:round_id>")
@requires(Permission.COLLECT, on="round_id")
def take(round_id: int) -> ResponseReturnValue:
    """Take one ballot, and give the same page for the next one."""
    papers = read_papers(round_id)
    if request.form.get("staff", str(actor().staff_id)) != str(actor().staff_id):
        return _say(papers.round, _OTHER_PERSON)
    if not papers.round.has_begun_at(now()):
        return _say(papers.round, NOT_OPEN)
    sheet = read_sheet(papers)
    try:
        entry = find_entry_of(papers.round, sheet)
    except DomainError as problem:
        typing = isinstance(problem, MalformedCode | MistypedCode)
        page = _page(papers, replace(sheet, problem=problem))
        return page, 422, tell_outcome("invalid" if typing else "refused")
    if sheet.answers.submission is None:
        refusal = _refuse(papers.round, asking=False)
        return (
            _say(papers.round, refusal) if refusal else (_page(papers, sheet), 422, tell_outcome("invalid"))
        )
    acknowledgement = writer().submit(
        entry, sheet.answers.key, sheet.answers.submission, channel=sheet.channel, at=now()
    )
    return _acknowledge(papers, sheet, entry, acknowledgement)


def _acknowledge(
    papers: Papers, sheet: Sheet, entry: Entry, acknowledgement: Acknowledgement
) -> ResponseReturnValue:
    """The emptied page with the receipt, or the page as it was sent with what stands against it."""
    outcome = tell_outcome(acknowledgement.outcome)
    if acknowledgement.receipt is None:
        refusal = OUTCOMES[acknowledgement.outcome]
        return _page(papers, replace(sheet, problem=refusal.sentence)), refusal.status, outcome
    with database().write() as transaction:
        if acknowledgement.outcome is Outcome.RECORDED:
            round_ = get_round(transaction, papers.round.id)
            collection.count_ballot(transaction, round_, sheet.channel, by=actor().staff_id, at=now())
        number = collection.find_slip_number(transaction, entry)
    next_sheet = Sheet(channel=sheet.channel, village=sheet.village)
    told = _tell_recorded(entry, number, acknowledgement.receipt)
    return _page(papers, next_sheet, told), outcome


def _tell_recorded(entry: Entry, number: int | None, receipt: str) -> str:
    """Whose ballot it was, and on a line of its own its receipt."""
    if number is None:
        recorded = _("Đã ghi nhận một phiếu của %(village)s.", village=entry.village.name)
    else:
        recorded = _("Đã ghi nhận thẻ %(number)s.", number=f"{number:03d}")
    return f"{recorded} {_('Mã biên nhận:')}\n{receipt}"


def _refuse(round_: Round, *, asking: bool) -> Refusal | None:
    """Why nobody may collect in this round now: to begin with a household, or to hand in its ballot."""
    at = now()
    if not round_.has_begun_at(at):
        return NOT_OPEN
    return None if (round_.asks_at(at) if asking else round_.takes_at(at)) else CLOSED


def _page(papers: Papers, sheet: Sheet, told: str = "") -> str:
    who = actor()
    with database().read() as transaction:
        session = collection.find_session(transaction, papers.round.id, who.staff_id, now())
        listening = find_listening(
            transaction, papers.round.unit_id, papers.snapshot.questionnaire, request.args.get("nghe", "")
        )
    return render_template(
        "collect/ballot.html" if session or request.method == "POST" else "collect/start.html",
        round=papers.round,
        villages=papers.villages,
        questionnaire=papers.snapshot.questionnaire,
        blank=papers.blank,
        sheet=sheet,
        form=sheet.answers,
        key=sheet.answers.key or new_submission_key(),
        session=session,
        listening=listening,
        told=told,
    )


def _say(round_: Round, refusal: Refusal) -> ResponseReturnValue:
    page = render_template("collect/refused.html", round=round_, refusal=refusal)
    return page, refusal.status, tell_outcome(refusal.outcome) if refusal.outcome else {}
