"""Weighted rates: by households, exact, and nothing in the place of a village without a ballot."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from analytics.indicators import Share
from analytics.weighting import weigh

VILLAGES = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8
).map(
    lambda found: [
        (place, households, Share(satisfied, satisfied + against))
        for place, (households, satisfied, against) in enumerate(found)
    ]
)


def test_each_village_counts_by_its_households_whatever_came_back() -> None:
    found = weigh([("A", 300, Share(10, 20)), ("B", 100, Share(90, 90)), ("C", 600, Share(0, 0))])
    assert found is not None
    assert found.value == Fraction(300, 400) * Fraction(1, 2) + Fraction(100, 400)
    assert found.unweighted == Share(100, 110)
    assert [(one.village, one.households, one.share) for one in found.weights] == [
        ("A", 300, Fraction(3, 4)),
        ("B", 100, Fraction(1, 4)),
    ]
    assert found.without == ("C",)


def test_nothing_can_be_weighed_without_ballots_or_without_households() -> None:
    assert weigh([]) is None
    assert weigh([("A", 300, Share(0, 0))]) is None
    assert weigh([("A", 0, Share(3, 4))]) is None


@given(VILLAGES)
def test_weights_add_up_and_the_rate_lies_between_those_of_the_villages(villages) -> None:
    found = weigh(villages)
    if found is None:
        assert not any(rate.denominator for _, _, rate in villages)
        return
    rates = [Fraction(one.rate.numerator, one.rate.denominator) for one in found.weights]
    assert sum(one.share for one in found.weights) == 1
    assert min(rates) <= found.value <= max(rates)
    assert found.value == sum(one.share * rate for one, rate in zip(found.weights, rates, strict=True))
    assert len(found.weights) + len(found.without) == len(villages)


@given(VILLAGES, st.integers(1, 9), st.integers(0, 9))
def test_where_all_villages_have_one_rate_weights_change_nothing(villages, satisfied, against) -> None:
    alike = [
        (village, households, Share(satisfied * size, (satisfied + against) * size))
        for size, (village, households, _) in enumerate(villages, start=1)
    ]
    found = weigh(alike)
    assert found is not None
    assert found.value == found.unweighted.value == Fraction(satisfied, satisfied + against)


@given(VILLAGES)
def test_a_census_weighs_itself(villages) -> None:
    found = weigh([(village, rate.denominator, rate) for village, _, rate in villages])
    assert found is None or found.value == found.unweighted.value
