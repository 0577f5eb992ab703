"""Counting paper: the villages' sheets, keyed by two people who don't see each other's numbers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.errors import Conflict, DomainError, Forbidden
from survey.domain.ids import read_id
from survey.domain.permissions import Permission
from survey.services.closing import list_resettled
from survey.services.paper_keying import Keyed, declare_no_paper, reopen_sheet, save_keying
from survey.services.paper_sheets import SheetState, get_sheet, layout_of, list_sheets, list_unsettled
from survey.services.paper_steps import WORK, PaperStep, next_step
from survey.services.rounds import get_round
from survey.services.slip_returns import takes_returns
from survey.web.context import actor, database
from survey.web.paper_forms import ReopenForm, SheetDraft, draft_of, read_draft
from survey.web.paper_pages import SheetPage, draw_keying, draw_settled, may
from survey.web.paper_words import STATE_BADGES, STATE_NAMES, STEP_NAMES
from translations.catalogue import gettext as _
from translations.catalogue import lazy

blueprint = Blueprint("paper_sheets", __name__, template_folder="templates")


@blueprint.get("/dot/<int:round_id>/kiem-phieu")
@requires(Permission.COLLECT, on="round_id")
def list_all(round_id: int) -> str:
    """Every village with its sheet, and what the person does next there."""
    with database().read() as session:
        round_ = get_round(session, round_id)
        layout_of(session, round_)
        sheets = list_sheets(session, round_)
        steps = {found.village.unit_id: next_step(found, actor().staff_id) for found in sheets}
        asked = {found.village.unit_id for found in list_unsettled(sheets)}
        return render_template(
            "paper/list.html",
            round=round_,
            sheets=[(found, steps[found.village.unit_id]) for found in sheets],
            waiting={unit_id for unit_id in asked if steps[unit_id] in WORK},
            settled=sum(found.is_settled for found in sheets),
            state_names=STATE_NAMES,
            state_badges=STATE_BADGES,
            step_names=STEP_NAMES,
            takes_slips=takes_returns(session, round_),
            renewed=list_resettled(session, round_),
            may_manage=may(session, round_, Permission.MANAGE_ROUND),
        )


@blueprint.get("/dot/<int:round_id>/kiem-phieu/<int:unit_id>")
@requires(Permission.COLLECT, on="round_id")
def show(round_id: int, unit_id: int) -> str:
    """The sheet to be keyed, what two people keyed differently, or how it stands."""
    with database().read() as session:
        page = _find(session, round_id, unit_id)
        step = next_step(page.found, actor().staff_id)
        wants_to_correct = step is PaperStep.WAIT and "sua-lai" in request.args
        if step in WORK or wants_to_correct:
            return draw_keying(page, _draft_asked_for(page))
        return draw_settled(session, page, ReopenForm(formdata=None))


def _draft_asked_for(page: SheetPage) -> SheetDraft:
    draft = draft_of(page.layout, page.found, actor().staff_id, read_id(request.args.get("phieu", "")))
    by_ballot = request.args.get("cach") == "tung-phieu"
    return draft.turn(page.layout) if by_ballot and not draft.seen else draft


@blueprint.post("/dot/<int:round_id>/kiem-phieu/<int:unit_id>")
@requires(Permission.COLLECT, on="round_id")
def save(round_id: int, unit_id: int) -> ResponseReturnValue:
    """Keep what was typed; with `step=finish` hold it against every sum."""
    with database().read() as session:
        page = _find(session, round_id, unit_id)
    draft = read_draft(page.layout)
    try:
        draft = _take_step(page, draft)
        keyed = _save(page, draft, finish=request.form.get("step") == "finish")
    except Conflict as problem:
        with database().read() as session:
            page = _find(session, round_id, unit_id)
            return draw_keying(page, draft, conflict=problem), 409
    except DomainError as problem:
        return draw_keying(page, draft, ballot_problem=problem), 422
    if keyed.problems:
        with database().read() as session:
            page = _find(session, round_id, unit_id)
            return draw_keying(page, draft.saved_as(keyed.revision), problems=keyed.problems), 422
    return _go_on(page, keyed)


def _take_step(page: SheetPage, draft: SheetDraft) -> SheetDraft:
    """What the pressed button changes before it is saved."""
    step = request.form.get("step", "")
    if step == "turn":
        return draft.turn(page.layout)
    if draft.ballots is None:
        return draft
    if step == "drop":
        return draft.drop_ballot()
    return draft.take_ballot(page.layout, step.removeprefix("x:") if step.startswith("x:") else "")


def _save(page: SheetPage, draft: SheetDraft, *, finish: bool = False) -> Keyed:
    with database().write() as session:
        return save_keying(
            session, page.round.id, page.found.village.unit_id, draft.typed, draft.ballots,
            seen=draft.seen, by=actor().staff_id, finish=finish, version=draft.version,
        )  # fmt: skip


def _go_on(page: SheetPage, keyed: Keyed) -> ResponseReturnValue:
    """To the sheet, which tells what is next; from a confirmed one back to the others."""
    round_id, unit_id = page.round.id, page.found.village.unit_id
    if keyed.state is SheetState.CONFIRMED:
        flash(
            _("%(village)s: hai người nhập giống nhau, phiếu kiểm đã chốt.", village=page.found.village.name)
        )
        return redirect(url_for("paper_sheets.list_all", round_id=round_id), 303)
    if request.form.get("step") == "save":
        flash(_("Đã lưu. Bấm “Xong” khi đã nhập đủ."), "good")
    return redirect(url_for("paper_sheets.show", round_id=round_id, unit_id=unit_id), 303)


@blueprint.post("/dot/<int:round_id>/kiem-phieu/<int:unit_id>/luu")
@requires(Permission.COLLECT, on="round_id")
def autosave(round_id: int, unit_id: int) -> ResponseReturnValue:
    """Keep what stands on the page while it is typed, for its script: the new revision, or what is wrong."""
    with database().read() as session:
        page = _find(session, round_id, unit_id)
    try:
        return {"seen": _save(page, read_draft(page.layout)).revision}
    except Conflict as problem:
        return {"problem": str(problem)}, 409
    except DomainError as problem:
        return {"problem": str(problem)}, 422


@blueprint.post("/dot/<int:round_id>/kiem-phieu/<int:unit_id>/mo-lai")
@requires(Permission.COLLECT, on="round_id")
def reopen(round_id: int, unit_id: int) -> ResponseReturnValue:
    """Begin the sheet anew, with a reason; after the close only for those who manage the round."""
    form = ReopenForm()
    with database().write() as session:
        page = _find(session, round_id, unit_id)
        if page.found.closed and not may(session, page.round, Permission.MANAGE_ROUND):
            raise Forbidden(
                lazy("Đợt đã đóng: chỉ Mặt trận Tổ quốc xã phụ trách đợt mới mở lại được phiếu kiểm.")
            )
        if not form.validate_on_submit():
            return draw_settled(session, page, form), 422
        reopen_sheet(session, round_id, unit_id, because=form.because.data or "", by=actor().staff_id)
    flash(_("Đã mở lại phiếu kiểm. Hai người nhập lại từ tờ phiếu kiểm."), "good")
    return redirect(url_for("paper_sheets.show", round_id=round_id, unit_id=unit_id), 303)


@blueprint.post("/dot/<int:round_id>/kiem-phieu/<int:unit_id>/khong-co")
@requires(Permission.COLLECT, on="round_id")
def declare_none(round_id: int, unit_id: int) -> ResponseReturnValue:
    """Say that no paper ballot came from the village."""
    with database().write() as session:
        declare_no_paper(session, round_id, unit_id, by=actor().staff_id)
        name = get_sheet(session, get_round(session, round_id), unit_id).village.name
    flash(_("Đã ghi: %(village)s không có phiếu giấy.", village=name), "good")
    return redirect(url_for("paper_sheets.list_all", round_id=round_id), 303)


@blueprint.get("/dot/<int:round_id>/kiem-phieu/<int:unit_id>/mo-lai")
@blueprint.get("/dot/<int:round_id>/kiem-phieu/<int:unit_id>/khong-co")
@requires(Permission.COLLECT, on="round_id")
def return_to_sheet(round_id: int, unit_id: int) -> ResponseReturnValue:
    """Back to the page with the form, when the address of its answer is opened again."""
    return redirect(url_for("paper_sheets.show", round_id=round_id, unit_id=unit_id), 303)


def _find(session: Session, round_id: int, unit_id: int) -> SheetPage:
    round_ = get_round(session, round_id)
    return SheetPage(round_, layout_of(session, round_), get_sheet(session, round_, unit_id))
