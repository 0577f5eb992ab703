from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.disclosure import (
    BASE,
    COMPLEMENT,
    Cell,
    Position,
    Suppression,
    TableShape,
    compute_totals,
    find_disclosures,
    suppress,
)

CHANNELS = (("online", 37, 90), ("assisted", 11, 25), ("paper", 7, 13), ("phone", 3, 5))


@st.composite
def tables(draw: st.DrawFn, most_villages: int = 4, most_channels: int = 3) -> dict[Cell, int]:
    villages = draw(st.integers(1, most_villages))
    channels = draw(st.integers(1, most_channels))
    base = st.one_of(st.integers(0, 8), st.integers(0, 40))
    return {(f"v{row}", f"c{column}"): draw(base) for row in range(villages) for column in range(channels)}


def null_space(vectors: list[list[int]], width: int) -> list[list[Fraction]]:
    """A basis of what the vectors leave open, by Gauss–Jordan, apart from the code under test."""
    rows = [[Fraction(value) for value in vector] for vector in vectors]
    pivots: list[int] = []
    for column in range(width):
        at = len(pivots)
        pivot = next((row for row in range(at, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for row in range(len(rows)):
            if row != at and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [one - factor * other for one, other in zip(rows[row], rows[at], strict=True)]
        pivots.append(column)
    basis = []
    for free in (column for column in range(width) if column not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for at, column in enumerate(pivots):
            vector[column] = -rows[at][free]
        basis.append(vector)
    return basis


def attack_every_group(bases: dict[Cell, int], suppression: Suppression, k: int) -> list[tuple[Cell, ...]]:
    """Every set of non-empty cells, across lines too, with 1 to k−1 ballots that the shown figures give."""
    cells = [cell for cell, base in bases.items() if base]
    totals = compute_totals(bases)
    shown = [
        [int(village in (None, cell[0]) and channel in (None, cell[1])) for cell in cells]
        for village, channel in totals
        if suppression.shown(village, channel)
    ]
    loose = null_space(shown, len(cells))
    found = []
    for marks in product((0, 1), repeat=len(cells)):
        group = tuple(cell for cell, mark in zip(cells, marks, strict=True) if mark)
        if not 0 < sum(bases[cell] for cell in group) < k:
            continue
        if all(sum(v * m for v, m in zip(vector, marks, strict=True)) == 0 for vector in loose):
            found.append(group)
    return found


@settings(max_examples=300, deadline=None)
@given(tables(), st.integers(1, 12))
def test_no_position_and_no_union_in_a_line_under_k_can_be_derived(bases, k):
    assert find_disclosures(bases, suppress(bases, k), k) == []


@settings(max_examples=120, deadline=None)
@given(tables(3, 3), st.integers(2, 12))
def test_no_group_of_cells_whatever_under_k_can_be_derived(bases, k):
    assert attack_every_group(bases, suppress(bases, k), k) == []


@settings(max_examples=200, deadline=None)
@given(tables(), st.integers(1, 12))
def test_exactly_the_small_bases_are_primary_and_nothing_is_hidden_without_one(bases, k):
    suppression = suppress(bases, k)
    totals = compute_totals(bases)
    if 0 < totals[None, None] < k:
        assert set(suppression.hidden) == set(totals)
        return
    small = {position for position, base in totals.items() if 0 < base < k}
    assert {one for one, why in suppression.hidden.items() if why == BASE} == small
    assert small or not suppression.hidden
    assert all(suppression.shown(*one) for one, base in totals.items() if not base and None not in one)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 12), st.randoms())
def test_the_choice_does_not_hang_on_the_order_of_the_input(bases, k, random):
    items = list(bases.items())
    random.shuffle(items)
    assert dict(suppress(dict(items), k).hidden) == dict(suppress(bases, k).hidden)


@settings(max_examples=120, deadline=None)
@given(tables(3, 3), tables(3, 3), st.integers(2, 12))
def test_no_base_of_a_table_gives_a_group_away(bases, others, k):
    both = {cell: base + others.get(cell, 0) for cell, base in bases.items()}
    suppression = suppress(bases, k, both)
    for one in (bases, both):
        assert find_disclosures(one, suppression, k) == []
        assert attack_every_group(one, suppression, k) == []
    assert set(suppress(bases, k).hidden) <= set(suppression.hidden)


def test_a_village_whose_few_ballots_are_all_invalid_is_hidden():
    valid: dict[Cell, int] = {("a", "paper"): 0, ("b", "paper"): 40, ("c", "paper"): 30}
    returned = valid | {("a", "paper"): 3}
    assert suppress(valid, 10).shown("a")
    suppression = suppress(valid, 10, returned)
    assert suppression.reason("a") == BASE
    assert suppression.reason("c") == COMPLEMENT
    assert suppression.shown("b")


def test_one_small_cell_hides_the_cheapest_rectangle():
    bases: dict[Cell, int] = {
        ("a", "online"): 40, ("a", "paper"): 3,
        ("b", "online"): 20, ("b", "paper"): 15,
        ("c", "online"): 50, ("c", "paper"): 60,
    }  # fmt: skip
    suppression = suppress(bases, 10)
    assert suppression.reason("a", "paper") == BASE
    assert {one for one, why in suppression.hidden.items() if why == COMPLEMENT} == {
        ("a", "online"), ("b", "online"), ("b", "paper"),
    }  # fmt: skip
    assert all(suppression.shown(*one) for one in (("a", None), (None, "paper"), (None, None)))
    assert suppression.reason("c", "paper") is None


def test_a_small_village_takes_another_village_total_with_it():
    bases: dict[Cell, int] = {("a", "online"): 4, ("b", "online"): 30, ("c", "online"): 50}
    suppression = suppress(bases, 10)
    assert (suppression.reason("a"), suppression.reason("b")) == (BASE, COMPLEMENT)
    assert suppression.shown("c")
    assert suppression.shown()


def test_hiding_only_the_small_cell_is_caught_by_the_attacker():
    bases: dict[Cell, int] = {("a", "x"): 3, ("a", "y"): 30, ("b", "x"): 20, ("b", "y"): 20}
    naive = Suppression({("a", "x"): BASE})
    assert find_disclosures(bases, naive, 10) == [frozenset({("a", "x")})]
    assert attack_every_group(bases, naive, 10) == [(("a", "x"),)]


def test_two_small_cells_that_hide_each_other_but_sum_under_k_are_caught():
    bases: dict[Cell, int] = {("a", "x"): 3, ("a", "y"): 4, ("a", "z"): 30, ("b", "x"): 2, ("b", "y"): 20,
                              ("b", "z"): 30}  # fmt: skip
    hidden: list[Position] = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    found = find_disclosures(bases, Suppression(dict.fromkeys(hidden, BASE)), 10)
    assert frozenset({("a", "x"), ("a", "y")}) in found
    suppression = suppress(bases, 10)
    assert not suppression.shown("a", "z")
    assert attack_every_group(bases, suppression, 10) == []


def test_a_grand_total_under_k_hides_everything_and_an_empty_round_hides_nothing():
    assert not suppress({("a", "x"): 9, ("b", "x"): 0}, 10).shown("b", "x")
    assert not suppress({("a", "x"): 9}, 10).shown()
    assert suppress({("a", "x"): 0}, 10).shown("a", "x")
    assert suppress({}, 10).shown()


def test_large_bases_are_never_hidden():
    assert suppress({(row, column): 10 for row in range(5) for column in "ab"}, 10).hidden == {}


def test_four_shapes_name_the_positions_of_one_table():
    assert [shape.position("v", "c") for shape in TableShape] == [
        (None, None), ("v", None), (None, "c"), ("v", "c"),
    ]  # fmt: skip


@pytest.mark.parametrize(("bases", "k"), [({("a", "x"): -1}, 10), ({("a", "x"): 1}, 0)])
def test_impossible_bases_are_refused(bases, k):
    with pytest.raises(ValueError, match="at least"):
        suppress(bases, k)


def test_sixty_villages_with_many_small_cells_stay_safe_for_every_single_cell():
    bases: dict[Cell, int] = {
        (row, channel): (row * step + step) % spread
        for row in range(60)
        for channel, step, spread in CHANNELS
    }
    suppression = suppress(bases, 10)
    cells = list(bases)
    totals = compute_totals(bases)
    hidden = [cell for cell in cells if not suppression.shown(*cell)]
    lines = [
        [int(village in (None, one[0]) and channel in (None, one[1])) for one in hidden]
        for village, channel in totals
        if None in (village, channel) and suppression.shown(village, channel)
    ]
    loose = null_space(lines, len(hidden))
    exposed = [cell for at, cell in enumerate(hidden) if not any(vector[at] for vector in loose)]
    assert [cell for cell in exposed if bases[cell] < 10] == []
    assert len(suppression.hidden) < len(totals)
