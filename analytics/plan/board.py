"""The scoreboard on the real register: units of a day, their rounds and their declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from analytics.plan.scoreboard import DeclaredValue, TargetRow, TargetVerdict, UnitFacts, compute_scoreboard
from survey.frames import (
    CollectedRound,
    Declared,
    Plan,
    UnitRow,
    list_collected_rounds,
    list_current_declarations,
    units_at,
)
from translations.catalogue import LazyText, lazy

VERDICT_NAMES: Mapping[TargetVerdict, LazyText] = {
    TargetVerdict.MET: lazy("đạt"),
    TargetVerdict.NOT_MET: lazy("chưa đạt"),
    TargetVerdict.NOT_ENOUGH_EVIDENCE: lazy("chưa đủ căn cứ"),
    TargetVerdict.NOT_APPLICABLE: lazy("không áp dụng"),
}


@dataclass(frozen=True, slots=True)
class Board:
    """All targets of a plan on a day, and how many units of each level and type exist then."""

    plan: Plan
    on: date
    rows: tuple[TargetRow, ...]
    unit_counts: Mapping[str, int]


def build_board(session: Session, plan: Plan, on: date) -> Board:
    """Read and compute the scoreboard of a day; a unit that went on unchanged keeps its past."""
    units = units_at(session, on)
    collected = _find_collected(plan, on, list_collected_rounds(session, on))
    declared = list_current_declarations(session, on)
    facts = [_tell_unit(plan, unit, collected, declared) for unit in units]
    counts: dict[str, int] = {}
    for unit in units:
        counts[unit.type] = counts.get(unit.type, 0) + 1
    return Board(plan, on, tuple(compute_scoreboard(plan, on, facts)), counts)


def _find_collected(plan: Plan, on: date, rounds: list[CollectedRound]) -> dict[int, int]:
    """Unit → the first round by which it counts as having collected."""
    found: dict[int, int] = {}
    for one in rounds:
        if plan.accepts_round(
            kind=one.kind, state=one.state, online_ballots=one.online_ballots, ended_on=one.ended_on, on=on
        ):
            found.setdefault(one.unit_id, one.round_id)
    return found


def _tell_unit(
    plan: Plan,
    unit: UnitRow,
    collected: Mapping[int, int],
    declared: Mapping[tuple[int, str], Declared],
) -> UnitFacts:
    rows = (unit.unit_id, *unit.same_as)
    round_id = next((collected[row] for row in rows if row in collected), None)
    values: dict[str, DeclaredValue] = {}
    for target in plan.targets:
        kept = next((declared[row, target.key] for row in rows if (row, target.key) in declared), None)
        if kept:
            values[target.key] = DeclaredValue(kept.value, kept.evidence_url, kept.declared_on)
    return UnitFacts(
        unit_id=unit.unit_id,
        code=unit.code,
        name=unit.name,
        level=unit.level,
        type=unit.type,
        rural=unit.rural,
        area_class=unit.area_class,
        collected=round_id is not None,
        collected_round=round_id,
        declarations=values,
    )


def describe_board(board: Board) -> dict[str, Any]:
    """The scoreboard as plain JSON values; shares of 1 are written as exact fractions."""
    return {
        "plan": board.plan.key,
        "on": board.on.isoformat(),
        "collected_rule": board.plan.collected_rule.sentence.say("vi"),
        "units": dict(board.unit_counts),
        "targets": [_describe_row(board.plan, row) for row in board.rows],
    }


def _describe_row(plan: Plan, row: TargetRow) -> dict[str, Any]:
    target = plan.find_target(row.target.key)
    return {
        "key": row.target.key,
        "title": target.title.say("vi") if target else "",
        "operator": row.target.operator,
        "target": str(row.target.share),
        "numerator": row.share.numerator,
        "denominator": row.share.denominator,
        "verdict": row.verdict.value,
        "met": [unit.code for unit in row.met],
        "not_met": [{"code": unit.code, "name": unit.name} for unit in row.not_met],
        "undeclared": [{"code": unit.code, "name": unit.name} for unit in row.undeclared],
        "unclassified": [{"code": unit.code, "name": unit.name} for unit in row.unclassified],
    }
