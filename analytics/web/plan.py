"""The scoreboard of the plan on any day."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from analytics.plan.board import VERDICT_NAMES, build_board
from analytics.plan.scoreboard import TargetVerdict
from survey.access import requires
from survey.frames import Permission, actor, database, get_plan, list_below, today, units_at
from translations.catalogue import gettext as _
from translations.numbers import format_percent

blueprint = Blueprint("plan", __name__, template_folder="../templates")

EXAMPLE_DAYS = (date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31))
"""The last day of each era of units within the plan."""
_KINDS = {
    TargetVerdict.MET: "good",
    TargetVerdict.NOT_MET: "bad",
    TargetVerdict.NOT_ENOUGH_EVIDENCE: "warn",
    TargetVerdict.NOT_APPLICABLE: "quiet",
}
_FEW = 3


@blueprint.get("/ke-hoach")
@requires(Permission.READ_SCOREBOARD)
def show() -> ResponseReturnValue:
    """All targets on the day `?ngay=`, by default the earlier of today and the plan's end."""
    plan = get_plan()
    typed = request.args.get("ngay", "").strip()
    asked, problem = _read_day(typed)
    on = asked or plan.default_date(today())
    with database().read() as session:
        board = build_board(session, plan, on)
        granted = actor().units_with(Permission.DECLARE)
        own = set(list_below(session, granted)) if granted else set()
        declaring = [unit for unit in units_at(session, on) if unit.unit_id in own][:_FEW]
    page = render_template(
        "plan/show.html",
        board=board,
        plan=plan,
        typed=typed if problem else on.isoformat(),
        problem=problem,
        period=plan.reference_period(on),
        example_days=EXAMPLE_DAYS,
        verdict_names=VERDICT_NAMES,
        verdict_kinds=_KINDS,
        declaring=declaring,
        percent=format_percent,
    )
    return page, 422 if problem else 200


def _read_day(typed: str) -> tuple[date | None, str | None]:
    if not typed:
        return None, None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        return None, _("Ngày viết chưa đúng, ví dụ 2025-06-30.")
    return day, None
