"""The scoreboard of a plan: each target with its counts, its verdict and the units that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from analytics.indicators import Share


class Target(Protocol):
    """What the scoreboard reads of a target (survey.domain.plan.Target)."""

    @property
    def key(self) -> str: ...
    @property
    def counts(self) -> str: ...
    @property
    def levels(self) -> tuple[str, ...]: ...
    @property
    def unit_types(self) -> tuple[str, ...]: ...
    @property
    def rural_only(self) -> bool: ...
    @property
    def operator(self) -> str: ...
    @property
    def share(self) -> Fraction: ...
    @property
    def needs_collected(self) -> bool: ...
    def judge(self, value: Mapping[str, object] | None) -> bool | None: ...
    def count_declared(self, value: Mapping[str, object] | None) -> tuple[int, int] | None: ...


class Plan(Protocol):
    @property
    def targets(self) -> Sequence[Target]: ...
    def default_date(self, today: date) -> date: ...


class TargetVerdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class DeclaredValue:
    """What a unit declares for a target, in force on the date asked."""

    value: Mapping[str, object]
    evidence_url: str = ""
    declared_on: date | None = None


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit that exists on the date asked, with what is known of it then.

    `rural` and `area_class` are None while no one said (*chưa xác định*). `collected`: whether a round
    made it count as having collected satisfaction, `collected_round` which one.
    """

    unit_id: int
    code: str
    name: str
    level: str
    type: str
    rural: bool | None = None
    area_class: str | None = None
    collected: bool = False
    collected_round: int | None = None
    declarations: Mapping[str, DeclaredValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target on a day. `share` counts what is known to meet it, of all that counts.

    `undeclared` units are missing a declaration on which their outcome hangs; `unclassified` ones are
    perhaps not rural, and stand outside the share until that is said.
    """

    target: Target
    on: date
    share: Share
    verdict: TargetVerdict
    met: tuple[UnitFacts, ...] = ()
    not_met: tuple[UnitFacts, ...] = ()
    undeclared: tuple[UnitFacts, ...] = ()
    unclassified: tuple[UnitFacts, ...] = ()

    @property
    def missing(self) -> tuple[UnitFacts, ...]:
        """All units that someone still has to say something about."""
        return self.undeclared + self.unclassified


def compute_scoreboard(
    plan: Plan, on: date | None, units: Sequence[UnitFacts], *, today: date | None = None
) -> list[TargetRow]:
    """One row per target, in the plan's order, for the units that exist on that day.

    Without `on` it is the earlier of `today` and the plan's end. Raises `ValueError` without both.
    """
    if on is None:
        if today is None:
            raise ValueError("a scoreboard needs a date")
        on = plan.default_date(today)
    return [_compute_row(target, on, units) for target in plan.targets]


def judge_unit(target: Target, unit: UnitFacts) -> bool | None:
    """Whether a unit meets a target that counts units; None while a declaration it hangs on is missing."""
    declared = unit.declarations.get(target.key)
    outcome = target.judge(declared.value if declared else None)
    if target.needs_collected and not unit.collected:
        return False
    return outcome


def _compute_row(target: Target, on: date, units: Sequence[UnitFacts]) -> TargetRow:
    eligible = [unit for unit in units if _is_counted_type(target, unit)]
    inside = [unit for unit in eligible if not target.rural_only or unit.rural]
    unclassified = tuple(unit for unit in eligible if target.rural_only and unit.rural is None)
    if not inside and not unclassified:
        return TargetRow(target, on, Share(0, 0), TargetVerdict.NOT_APPLICABLE)
    if target.counts == "models":
        return _count_models(target, on, inside, unclassified)
    return _count_units(target, on, inside, unclassified)


def _is_counted_type(target: Target, unit: UnitFacts) -> bool:
    return unit.level in target.levels and (not target.unit_types or unit.type in target.unit_types)


def _count_units(
    target: Target, on: date, inside: Sequence[UnitFacts], unclassified: tuple[UnitFacts, ...]
) -> TargetRow:
    outcomes = [(unit, judge_unit(target, unit)) for unit in inside]
    met, not_met, undeclared = (
        tuple(unit for unit, outcome in outcomes if outcome is wanted) for wanted in (True, False, None)
    )
    perhaps = [judge_unit(target, unit) for unit in unclassified]
    # The worst case takes the doubtful units in where they fail, the best case where they may succeed.
    worst = Share(len(met), len(inside) + sum(outcome is not True for outcome in perhaps))
    hopeful = sum(outcome is not False for outcome in perhaps)
    best = Share(len(met) + len(undeclared) + hopeful, len(inside) + hopeful)
    verdict = TargetVerdict.NOT_ENOUGH_EVIDENCE
    if worst.reaches(target.share, target.operator):
        verdict = TargetVerdict.MET
    elif inside and not best.reaches(target.share, target.operator):
        verdict = TargetVerdict.NOT_MET
    share = Share(len(met), len(inside))
    return TargetRow(target, on, share, verdict, met, not_met, undeclared, unclassified)


def _count_models(
    target: Target, on: date, inside: Sequence[UnitFacts], unclassified: tuple[UnitFacts, ...]
) -> TargetRow:
    """Things that units declare; a unit that says nothing may have any number of them."""
    declared = [(unit, _find_counts(target, unit)) for unit in inside]
    undeclared = tuple(unit for unit, counts in declared if counts is None)
    known = [counts for _, counts in declared if counts is not None]
    share = Share(sum(counts[0] for counts in known), sum(counts[1] for counts in known))
    if undeclared or unclassified:
        verdict = TargetVerdict.NOT_ENOUGH_EVIDENCE
    elif not share.denominator:
        verdict = TargetVerdict.NOT_APPLICABLE
    else:
        reached = share.reaches(target.share, target.operator)
        verdict = TargetVerdict.MET if reached else TargetVerdict.NOT_MET
    met, not_met = (
        tuple(unit for unit, counts in declared if counts is not None and (counts[0] > 0) is wanted)
        for wanted in (True, False)
    )
    return TargetRow(target, on, share, verdict, met, not_met, undeclared, unclassified)


def _find_counts(target: Target, unit: UnitFacts) -> tuple[int, int] | None:
    declared = unit.declarations.get(target.key)
    return target.count_declared(declared.value if declared else None)
