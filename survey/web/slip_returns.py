"""Slips that came back with paper ballots: ticked off before the ballots are counted."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.access import requires
from survey.domain.clock import now
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.domain.slip_numbers import write_ranges
from survey.services.rounds import get_round
from survey.services.slip_changes import ReturnedSlips, return_slips
from survey.web.context import actor, database
from survey.web.slip_forms import ReturnForm

blueprint = Blueprint("slip_returns", __name__, template_folder="templates")


@blueprint.get("/dot/<int:round_id>/the/nop-giay")
@requires(Permission.COLLECT, on="round_id")
def show(round_id: int) -> str:
    return _page(round_id, ReturnForm(formdata=None))


@blueprint.post("/dot/<int:round_id>/the/nop-giay")
@requires(Permission.COLLECT, on="round_id")
def save(round_id: int) -> ResponseReturnValue:
    """Tick the numbers off, and tell which ballots count and which are set aside.

    The answer is the result itself: to send the same numbers again, as a reload does, changes nothing.
    """
    form = ReturnForm()
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    try:
        with database().write() as session:
            returned = return_slips(session, round_id, form.numbers.numbers, by=actor().staff_id, at=now())
    except DomainError as problem:
        return _page(round_id, form, problem=problem), 422
    return _page(round_id, ReturnForm(formdata=None), returned)


def _page(
    round_id: int,
    form: ReturnForm,
    returned: ReturnedSlips | None = None,
    problem: DomainError | None = None,
) -> str:
    with database().read() as session:
        return render_template(
            "papers/returns.html",
            round=get_round(session, round_id),
            form=form,
            returned=returned,
            problem=problem,
            ranges=write_ranges,
        )
