"""Rates in which each village counts by its households, whatever number of its ballots came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from analytics.indicators import Share

Village = str | int


@dataclass(frozen=True, slots=True)
class Weight:
    """A village's own rate, its households, and its share of all the weights."""

    village: Village
    households: int
    rate: Share
    share: Fraction


@dataclass(frozen=True, slots=True)
class WeightedRate:
    """`value` = Σ households · rate / Σ households over the villages of `weights`, exact.

    `unweighted` is of the same ballots, each counting the same. `without` names the villages that have no
    ballot to rate: they weigh nothing, and nothing is put in their place.
    """

    value: Fraction
    unweighted: Share
    weights: tuple[Weight, ...]
    without: tuple[Village, ...]


def weigh(villages: Iterable[tuple[Village, int, Share]]) -> WeightedRate | None:
    """Weigh villages, given with their households and their rates; None where nothing can be weighed."""
    every = list(villages)
    rated = [(village, households, rate) for village, households, rate in every if rate.denominator]
    total = sum(households for _, households, _ in rated)
    if not total:
        return None
    return WeightedRate(
        value=sum(
            (
                Fraction(households * rate.numerator, total * rate.denominator)
                for _, households, rate in rated
            ),
            Fraction(0),
        ),
        unweighted=Share(
            sum(rate.numerator for _, _, rate in rated), sum(rate.denominator for _, _, rate in rated)
        ),
        weights=tuple(
            Weight(village, households, rate, Fraction(households, total))
            for village, households, rate in rated
        ),
        without=tuple(village for village, _, rate in every if not rate.denominator),
    )
