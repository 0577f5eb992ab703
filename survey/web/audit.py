"""The log of staff actions, for those who answer for the units below them."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from survey.access import requires
from survey.domain.ids import read_id
from survey.domain.permissions import Permission, Role
from survey.services import audit
from survey.services.audit import EventFilter
from survey.services.rounds import list_running
from survey.services.units import list_below
from survey.web.audit_words import describe_action, describe_detail
from survey.web.context import actor, database

blueprint = Blueprint("audit", __name__, template_folder="templates")

PAGE = 50


@blueprint.get("/nhat-ky")
@requires(Permission.READ_AUDIT)
def list_events() -> ResponseReturnValue:
    """The log, newest first; filters and the page stand in the address."""
    wanted = EventFilter(
        action=request.args.get("viec") or None,
        username=request.args.get("nguoi", "").strip()[:40] or None,
        from_on=_read_day("tu"),
        to_on=_read_day("den"),
    )
    with database().read() as transaction:
        units = None
        if not any(role is Role.ADMINISTRATOR for role, _unit in actor().grants):
            units = list_below(transaction, actor().units_with(Permission.READ_AUDIT))
        before = request.args.get("truoc", type=read_id)
        events = audit.list_events(transaction, units, wanted, before_id=before, limit=PAGE + 1)
        actions = audit.list_actions(transaction)
        running = list_running(transaction, {event.round_id for event in events if event.round_id})
    return render_template(
        "audit/list.html",
        events=events[:PAGE],
        older=events[PAGE - 1].id if len(events) > PAGE else None,
        first=before is None,
        wanted=wanted,
        actions=sorted(((action, describe_action(action)) for action in actions), key=lambda pair: pair[1]),
        describe_action=describe_action,
        describe_detail=describe_detail,
        hidden=lambda event: ("counts",) if event.round_id in running else (),
    )


def _read_day(name: str) -> date | None:
    """A day as a date field sends it; anything else is no filter."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 9000 else None
