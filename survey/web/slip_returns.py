"""Slips that came back with paper: looked at, ticked off before the ballots are counted, put right."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.clock import now
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.domain.slip_numbers import write_ranges
from survey.services.rounds import get_round
from survey.services.slip_changes import count_by_village, list_villages_of
from survey.services.slip_returns import (
    ReturnedSlips,
    ReturnPlan,
    find_numbers,
    plan_return,
    return_slips,
    takes_returns,
    undo_return,
)
from survey.services.units import list_lineage
from survey.store.rounds import Round, RoundUnit
from survey.web.context import actor, database, settings
from survey.web.slip_forms import ReturnForm, UndoReturnForm
from translations.catalogue import gettext as _

blueprint = Blueprint("slip_returns", __name__, template_folder="templates")


@blueprint.get("/dot/<int:round_id>/the/nop-giay")
@requires(Permission.COLLECT, on="round_id")
def show(round_id: int) -> str:
    return _page(round_id, ReturnForm(formdata=None))


@blueprint.post("/dot/<int:round_id>/the/nop-giay")
@requires(Permission.COLLECT, on="round_id")
def save(round_id: int) -> ResponseReturnValue:
    """Tell what the numbers are; with `step=write` tick them off, and tell what was written.

    The answer is the result itself: to send the same numbers again, as a reload does, changes nothing.
    """
    form = ReturnForm()
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    try:
        numbers = _list_numbers(round_id, form)
        if request.form.get("step") != "write":
            with database().read() as session:
                round_ = get_round(session, round_id)
                plan = plan_return(session, round_, numbers, now())
            return _page(round_id, form, plan=plan)
        with database().write() as session:
            returned = return_slips(session, round_id, numbers, by=actor().staff_id, at=now())
    except DomainError as problem:
        return _page(round_id, form, problem=problem), 422
    return _page(round_id, ReturnForm(formdata=None), returned)


def _list_numbers(round_id: int, form: ReturnForm) -> list[int]:
    """Those that were typed, and those of slips that were scanned."""
    with database().read() as session:
        round_ = get_round(session, round_id)
        scanned = find_numbers(session, settings().code_secret, round_, form.numbers.codes)
    return [*form.numbers.numbers, *scanned]


@blueprint.post("/dot/<int:round_id>/the/nop-giay/go")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def undo(round_id: int) -> ResponseReturnValue:
    """Make slips usable again that were ticked off by mistake."""
    form = UndoReturnForm()
    blank = ReturnForm(formdata=None)
    if not form.validate_on_submit():
        return _page(round_id, blank, undo_form=form), 422
    try:
        with database().write() as session:
            undone = undo_return(
                session, round_id, form.numbers.numbers, because=form.because.data or "", by=actor().staff_id
            )
    except DomainError as problem:
        return _page(round_id, blank, problem=problem, undo_form=form), 422
    flash(_("Đã gỡ ghi nhận thẻ số %(numbers)s.", numbers=write_ranges(undone)[:300]), "good")
    return redirect(url_for("slip_returns.show", round_id=round_id), 303)


@blueprint.get("/dot/<int:round_id>/the/nop-giay/go")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def return_to_numbers(round_id: int) -> ResponseReturnValue:
    """Back to the page with the form, when the address of its answer is opened again."""
    return redirect(url_for("slip_returns.show", round_id=round_id), 303)


def _page(
    round_id: int,
    form: ReturnForm,
    returned: ReturnedSlips | None = None,
    problem: DomainError | None = None,
    plan: ReturnPlan | None = None,
    undo_form: UndoReturnForm | None = None,
) -> str:
    with database().read() as session:
        round_ = get_round(session, round_id)
        return render_template(
            "papers/returns.html",
            round=round_,
            form=form,
            undo_form=undo_form or UndoReturnForm(formdata=None),
            may_undo=_may(session, round_, Permission.ISSUE_SLIPS),
            takes=takes_returns(session, round_),
            to_count=_list_to_count(session, round_, returned),
            set_aside=count_by_village(session, round_.id, returned.answered) if returned else [],
            returned=returned,
            plan=plan,
            problem=problem,
            ranges=write_ranges,
        )


def _may(session: Session, round_: Round, permission: Permission) -> bool:
    return actor().may(permission, list_lineage(session, round_.unit_id))


def _list_to_count(session: Session, round_: Round, returned: ReturnedSlips | None) -> list[RoundUnit]:
    """The villages whose ballots are counted next."""
    if returned is None:
        return []
    return list_villages_of(session, round_.id, (*returned.counted, *returned.repeated))
