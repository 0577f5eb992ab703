"""Corrected tables beside published ones: an attacker subtracts, and gets no small group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.disclosure import (
    BASE,
    COMPLEMENT,
    DIFFERENCE,
    Cell,
    Suppression,
    compute_totals,
    suppress,
)
from analytics.disclosure_changes import suppress_versions
from tests.analytics.test_disclosure import null_space

CELLS: list[Cell] = [(village, channel) for village in "abc" for channel in "xy"]
Table = Mapping[Cell, int]


def suppress_against(bases: Mapping[Cell, int], earlier: Sequence[Mapping[Cell, int]], k: int) -> Suppression:
    """The rule for one question with one kind of base."""
    return suppress_versions([[one] for one in (*earlier, bases)], k)


def change(table: Table, **steps: int) -> dict[Cell, int]:
    """The same table with cells like `a_x` changed."""
    return {cell: base + steps.get("_".join(map(str, cell)), 0) for cell, base in table.items()}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[Cell, int]]:
    """A table and its corrections: ballots added, taken away, or both."""
    base = st.one_of(st.integers(0, 12), st.integers(0, 40))
    versions = [{cell: draw(base) for cell in CELLS[: draw(st.integers(1, len(CELLS)))]}]
    for _ in range(draw(st.integers(1, 3))):
        signs = draw(st.sampled_from([(1,), (-1,), (1, -1)]))
        steps = {
            cell: draw(st.sampled_from(signs)) * draw(base) * draw(st.booleans()) for cell in versions[-1]
        }
        versions.append({cell: max(0, count + steps[cell]) for cell, count in versions[-1].items()})
    return versions


def split_into_groups(
    versions: Sequence[Table], latest_first: bool
) -> list[tuple[Cell, int, frozenset[int]]]:
    """Ballots of a cell that came and went together: cell, how many, in which versions.

    What is taken away is taken from those that came last, or from those that came first.
    """
    found: dict[tuple[Cell, frozenset[int]], int] = {}
    for cell in versions[0]:
        there = [(versions[0][cell], {0})]
        gone: list[tuple[int, set[int]]] = []
        for number, (before, after) in enumerate(pairwise(versions), start=1):
            away = max(0, before[cell] - after[cell])
            kept: list[tuple[int, set[int]]] = []
            for count, seen in reversed(there) if latest_first else there:
                taken = min(away, count)
                away -= taken
                gone.append((taken, set(seen)))
                kept.append((count - taken, seen | {number}))
            there = kept[::-1] if latest_first else kept
            there.append((max(0, after[cell] - before[cell]), {number}))
        for count, seen in there + gone:
            found[cell, frozenset(seen)] = found.get((cell, frozenset(seen)), 0) + count
    return [(cell, count, seen) for (cell, seen), count in found.items() if count]


def attack_versions(
    versions: Sequence[Table], suppressions: Sequence[Suppression], k: int, *, latest_first: bool = True
) -> list[str]:
    """Every set of such groups, 1 to k−1 ballots in all, that the tables together give."""
    groups = split_into_groups(versions, latest_first)
    shown = [
        [
            int(number in seen and village in (None, cell[0]) and channel in (None, cell[1]))
            for cell, _, seen in groups
        ]
        for number, suppression in enumerate(suppressions)
        for village, channel in compute_totals(versions[number])
        if suppression.shown(village, channel)
    ]
    loose = null_space(shown, len(groups))
    small = [at for at, (_, count, _) in enumerate(groups) if count < k]
    return [
        str([groups[at] for at in union])
        for size in range(1, min(len(small), k) + 1)
        for union in combinations(small, size)
        if sum(groups[at][1] for at in union) < k
        and all(sum(vector[at] for at in union) == 0 for vector in loose)
    ]


def suppress_each(versions: Sequence[Table], k: int) -> list[Suppression]:
    return [suppress_against(one, versions[:at], k) for at, one in enumerate(versions)]


TABLE: Table = {
    ("a", "x"): 40,
    ("a", "y"): 20,
    ("b", "x"): 30,
    ("b", "y"): 25,
    ("c", "x"): 50,
    ("c", "y"): 30,
}


@settings(max_examples=150, deadline=None)
@given(histories(), st.integers(2, 12), st.booleans())
def test_no_group_under_k_can_be_had_from_all_versions_together(versions, k, latest_first):
    suppressions = suppress_each(versions, k)
    assert attack_versions(versions, suppressions, k, latest_first=latest_first) == []


@settings(max_examples=150, deadline=None)
@given(histories(), st.integers(1, 12))
def test_what_was_hidden_stays_hidden_and_small_bases_always_are(versions, k):
    suppressions = suppress_each(versions, k)
    for before, after in pairwise(suppressions):
        assert set(before.hidden) <= set(after.hidden) or k == 1
    last, totals = suppressions[-1], compute_totals(versions[-1])
    assert {one for one, base in totals.items() if 0 < base < k} <= set(last.hidden)
    assert k > 1 or not last.hidden


def test_two_ballots_more_hide_every_figure_that_they_are_in():
    corrected = change(TABLE, a_y=2)
    naive = [suppress(TABLE, 10), suppress(corrected, 10)]
    assert attack_versions([TABLE, corrected], naive, 10) != []
    found = suppress_against(corrected, [TABLE], 10)
    assert found.hidden == dict.fromkeys([("a", "y"), ("a", None), (None, "y"), (None, None)], DIFFERENCE)
    assert attack_versions([TABLE, corrected], [naive[0], found], 10) == []


def test_enough_ballots_more_or_fewer_hide_nothing():
    assert suppress_against(change(TABLE, a_y=12), [TABLE], 10).hidden == {}
    assert suppress_against(change(TABLE, a_x=-12), [TABLE], 10).hidden == {}
    assert suppress_against(TABLE, [TABLE], 10).hidden == {}


def test_a_few_more_beside_many_more_take_a_complement_with_them():
    found = suppress_against(change(TABLE, a_x=30, a_y=3, b_y=20, c_x=40), [TABLE], 10)
    assert not found.shown("a", "y")
    assert found.shown()
    assert set(found.hidden.values()) == {DIFFERENCE}


def test_a_few_fewer_beside_many_fewer_are_not_told_apart():
    """Hiding only the complement of the few would leave them to whoever knows what the many were."""
    first: Table = {("a", "x"): 12, ("b", "x"): 30, ("c", "x"): 40}
    versions = [first, change(first, a_x=-12, b_x=-3)]
    few = [(village, channel) for village in "ab" for channel in ("x", None)]
    only_complement = Suppression(dict.fromkeys(few, DIFFERENCE))
    assert attack_versions(versions, [suppress(versions[0], 10), only_complement], 10) != []
    found = suppress_against(versions[1], versions[:1], 10)
    assert not found.shown()
    assert found.shown("c")


def test_a_removal_after_something_was_hidden_is_not_told():
    """The 3 of a cell that went are hidden; what its neighbour lost would give them away."""
    first: Table = {("a", "x"): 3, ("a", "y"): 33, ("b", "x"): 11, ("b", "y"): 10}
    versions = [first, change(first, a_x=-3), change(first, a_x=-3, b_y=-10)]
    before, second, third = suppress_each(versions, 10)
    assert attack_versions(versions, [before, second, second], 10) != []
    assert third.reason(None, "y") == DIFFERENCE
    assert attack_versions(versions, [before, second, third], 10) == []


def test_a_removal_that_leaves_few_is_not_told():
    found = suppress_against(change(TABLE, a_x=-35), [TABLE], 10)
    assert (found.reason("a", "x"), found.reason("a"), found.reason()) == (BASE, DIFFERENCE, DIFFERENCE)
    assert found.shown("b", "x")


@pytest.mark.parametrize("step", [15, -15])
def test_what_came_and_went_again_is_not_told(step):
    """Neither step is small, but the first and the last version may differ by the same 3 ballots."""
    versions = [TABLE, change(TABLE, a_x=step), change(TABLE, a_x=3)]
    first, second, third = suppress_each(versions, 10)
    assert first.hidden == second.hidden == {}
    assert (third.reason("a", "x"), third.reason()) == (DIFFERENCE, DIFFERENCE)
    naive = [first, second, suppress(versions[2], 10)]
    assert step < 0 or attack_versions(versions, naive, 10) != []


def test_a_village_that_was_hidden_stays_so_when_it_grows():
    """Else the first version, the second, and a neighbour that did not change would give it away."""
    first: Table = {("a", "x"): 4, ("b", "x"): 12, ("c", "x"): 50}
    versions = [first, change(first, b_x=20), change(first, a_x=20, b_x=20)]
    found = suppress_against(versions[1], versions[:1], 10)
    assert (found.reason("a"), found.reason("b"), found.reason("c")) == (BASE, COMPLEMENT, None)
    assert suppress_against(versions[2], versions[:2], 10).reason("a") == DIFFERENCE


def test_further_bases_hide_more_and_never_less():
    returned = change(TABLE, a_y=1)
    found = suppress_versions([(TABLE, TABLE), (TABLE, returned)], 10)
    assert not found.shown()
    assert found.shown("b")
    assert suppress_versions([(TABLE, TABLE), (TABLE, TABLE)], 10).hidden == {}


@pytest.mark.parametrize("k", [1, 10])
def test_impossible_bases_are_refused(k):
    with pytest.raises(ValueError, match="at least"):
        suppress_against({("a", "x"): -1}, [{("a", "x"): 30}], k)
