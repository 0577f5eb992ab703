from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from analytics.indicators import Share
from analytics.intervals import exact_interval, hard_bounds


def oracle(satisfied: int, valid: int, households: int, tail: float) -> tuple[int, int]:
    possible = range(satisfied, households - valid + satisfied + 1)
    low = [one for one in possible if hypergeom.sf(satisfied - 1, households, one, valid) > tail]
    high = [one for one in possible if hypergeom.cdf(satisfied, households, one, valid) > tail]
    return min(low), max(high)


@st.composite
def samples(draw: st.DrawFn) -> tuple[int, int, int]:
    households = draw(st.integers(1, 120))
    valid = draw(st.integers(0, households))
    return draw(st.integers(0, valid)), valid, households


@settings(max_examples=120, deadline=None)
@given(samples())
def test_the_interval_is_that_of_scipy_and_lies_within_the_hard_bounds(sample):
    satisfied, valid, households = sample
    # A confidence no tail can hit exactly, or floating point would decide the tie.
    found = exact_interval(satisfied, valid, households, Fraction(94999, 100000))
    expected = oracle(satisfied, valid, households, (1 - 0.94999) / 2)
    assert (found.lower.numerator, found.upper.numerator) == expected
    hard = hard_bounds(satisfied, valid - satisfied, households)
    assert hard.lower.numerator <= found.lower.numerator <= found.upper.numerator
    assert found.upper.numerator <= hard.upper.numerator


def test_71_of_72_among_76_households_never_passes_75_of_76():
    found = exact_interval(71, 72, 76)
    assert found.upper == Share(75, 76)
    assert found.lower.numerator >= 71
    assert hard_bounds(71, 1, 76).upper == Share(75, 76)


def test_a_full_count_leaves_no_doubt_and_an_empty_one_no_knowledge():
    assert exact_interval(70, 76, 76).lower == exact_interval(70, 76, 76).upper == Share(70, 76)
    empty = exact_interval(0, 0, 76)
    assert (empty.lower, empty.upper) == (Share(0, 76), Share(76, 76))


def test_a_commune_of_real_size_is_done_exactly():
    found = exact_interval(1700, 1893, 2552)
    assert (found.lower.numerator, found.upper.numerator) == oracle(1700, 1893, 2552, 0.025)


@pytest.mark.parametrize(
    ("satisfied", "valid"), [(14_200, 15_000), (10_000, 15_000), (3, 15_000), (7_499, 7_500), (90, 200)]
)
def test_a_district_of_twenty_thousand_households_is_done_exactly(satisfied, valid):
    found = exact_interval(satisfied, valid, 20_000)
    lower, upper = found.lower.numerator, found.upper.numerator
    others, tail = valid - satisfied, 0.025
    assert hypergeom.sf(satisfied - 1, 20_000, lower, valid) > tail
    assert hypergeom.sf(others - 1, 20_000, 20_000 - upper, valid) > tail
    assert lower == satisfied or hypergeom.sf(satisfied - 1, 20_000, lower - 1, valid) <= tail
    assert upper == 20_000 - others or hypergeom.sf(others - 1, 20_000, 19_999 - upper, valid) <= tail


@pytest.mark.parametrize(
    ("satisfied", "valid", "households", "limit", "ends"),
    [
        (1, 1, 4, Fraction(1, 4), (2, 4)),  # of one in four the chance is 1/4: not above it
        (1, 1, 4, Fraction(249, 1000), (1, 4)),
        (2, 2, 3, Fraction(1, 3), (3, 3)),
        (0, 1, 4, Fraction(1, 4), (0, 2)),
    ],
)
def test_a_chance_of_exactly_the_limit_is_not_above_it(satisfied, valid, households, limit, ends):
    found = exact_interval(satisfied, valid, households, 1 - 2 * limit)
    assert (found.lower.numerator, found.upper.numerator) == ends


@pytest.mark.parametrize("wrong", [(2, 1, 5), (1, 6, 5), (-1, 1, 5)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="households"):
        exact_interval(*wrong)
    with pytest.raises(ValueError, match="households"):
        hard_bounds(-1, 2, 5)
