from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.indicators import Share
from analytics.plan.scoreboard import DeclaredValue, TargetVerdict, UnitFacts, compute_scoreboard
from survey.domain.plan import Plan, get_plan

PLAN = get_plan()
ON = date(2025, 12, 31)
KNOWN = st.sampled_from((True, False, None))


def commune(at, *, kind="Xã", collected=False, rural=None, level="commune") -> UnitFacts:
    return UnitFacts(at, str(at), f"{kind} {at}", level, kind, rural, collected=collected)


def declaring(unit: UnitFacts, key: str, value: dict[str, object]) -> UnitFacts:
    return replace(unit, declarations={key: DeclaredValue(value)})


def row(key: str, units: list[UnitFacts], plan: Plan = PLAN):
    return next(one for one in compute_scoreboard(plan, ON, units) if one.target.key == key)


def test_the_rows_stand_in_the_order_of_the_plan_for_its_last_day_by_default():
    rows = compute_scoreboard(PLAN, None, [commune(1)], today=date(2026, 11, 23))
    assert [one.target.key for one in rows] == [target.key for target in PLAN.targets]
    assert {one.on for one in rows} == {date(2025, 12, 31)}
    with pytest.raises(ValueError, match="date"):
        compute_scoreboard(PLAN, None, [])


def test_a_target_of_districts_does_not_apply_where_there_is_none():
    found = row("NTM-TM", [commune(1)])
    assert (found.verdict, found.share) == (TargetVerdict.NOT_APPLICABLE, Share(0, 0))


def test_only_communes_of_type_xa_count():
    found = row("8.4", [declaring(commune(1), "8.4", {"meets": True}), commune(2, kind="Phường")])
    assert (found.verdict, found.share) == (TargetVerdict.MET, Share(1, 1))


def test_more_than_half_is_not_met_by_exactly_half():
    yes = [declaring(commune(at, collected=True), "8.4-NC", {"serves": True}) for at in (1, 2)]
    no = [declaring(commune(at), "8.4-NC", {"serves": True}) for at in (3, 4)]
    assert row("8.4-NC", [*yes, *no]).verdict is TargetVerdict.NOT_MET
    assert row("8.4-NC", [*yes, no[0]]).verdict is TargetVerdict.MET


def test_a_commune_that_did_not_collect_fails_whatever_it_would_declare():
    found = row("XHS-40", [commune(1), commune(2)])
    assert found.verdict is TargetVerdict.NOT_MET
    assert [unit.unit_id for unit in found.not_met] == [1, 2]
    assert found.missing == ()


def test_missing_declarations_leave_the_verdict_open_only_while_they_can_turn_it():
    no = [declaring(commune(at), "8.4", {"meets": False}) for at in (1,)]
    open_row = row("8.4", [declaring(commune(2), "8.4", {"meets": True}), commune(3)])
    assert open_row.verdict is TargetVerdict.NOT_ENOUGH_EVIDENCE
    assert [unit.unit_id for unit in open_row.undeclared] == [3]
    assert open_row.share == Share(1, 2)
    assert row("8.4", [*no, commune(3)]).verdict is TargetVerdict.NOT_MET


def test_models_are_counted_over_the_communes_and_wait_for_all_of_them():
    one = declaring(commune(1), "KTS-LK", {"models": 3, "digital_models": 1})
    two = declaring(commune(2), "KTS-LK", {"models": 1, "digital_models": 1})
    none = declaring(commune(3), "KTS-LK", {"models": 0, "digital_models": 0})
    assert (row("KTS-LK", [one, two, none]).share, row("KTS-LK", [one, two]).verdict) == (
        Share(2, 4),
        TargetVerdict.MET,
    )
    assert row("KTS-LK", [one, two, commune(4)]).verdict is TargetVerdict.NOT_ENOUGH_EVIDENCE
    assert row("KTS-LK", [none]).verdict is TargetVerdict.NOT_APPLICABLE


def test_districts_and_communes_count_together_where_the_target_says_so():
    service: dict[str, object] = {"services": ["health"], "link": "https://example.vn"}
    district = declaring(commune(9, kind="Huyện", level="district", collected=True), "XHS-40", service)
    found = row("XHS-40", [district, commune(1), commune(8, kind="Quận", level="district")])
    assert (found.share, found.verdict) == (Share(1, 2), TargetVerdict.MET)


@given(
    st.lists(st.tuples(KNOWN, KNOWN), max_size=5),
    st.sampled_from((Fraction(1, 2), Fraction(2, 5), Fraction(1))),
    st.sampled_from((">", ">=")),
)
def test_a_verdict_is_given_only_when_every_way_of_filling_the_gaps_agrees(facts, share, operator):
    target = replace(PLAN.targets[0], share=share, operator=operator, rural_only=True)
    units = []
    for at, (rural, meets) in enumerate(facts):
        unit = commune(at, rural=rural)
        units.append(unit if meets is None else declaring(unit, "8.4", {"meets": meets}))
    found = row("8.4", units, replace(PLAN, targets=(target,)))
    outcomes = set()
    for filled in product(*(product(_fill(rural), _fill(meets)) for rural, meets in facts)):
        inside = [meets for rural, meets in filled if rural]
        reached = Share(sum(inside), len(inside)).reaches(share, operator)
        outcomes.add(reached if inside else None)
    if outcomes == {None}:
        assert found.verdict is TargetVerdict.NOT_APPLICABLE
    elif outcomes == {True}:
        assert found.verdict is TargetVerdict.MET
    elif outcomes == {False}:
        assert found.verdict is TargetVerdict.NOT_MET
    else:
        assert found.verdict is TargetVerdict.NOT_ENOUGH_EVIDENCE


def _fill(known: bool | None) -> tuple[bool, ...]:
    return (True, False) if known is None else (known,)
