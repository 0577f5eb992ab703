"""What a count of some households says about all of them: exact bounds for a finite population."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from analytics.indicators import Share


@dataclass(frozen=True, slots=True)
class Interval:
    """From `lower` to `upper`, both as households of all households."""

    lower: Share
    upper: Share


def hard_bounds(satisfied: int, not_satisfied: int, households: int) -> Interval:
    """What stays possible whatever the silent households think: no probability in it."""
    if min(satisfied, not_satisfied) < 0 or satisfied + not_satisfied > households:
        raise ValueError(f"{satisfied} + {not_satisfied} answers of {households} households")
    return Interval(Share(satisfied, households), Share(households - not_satisfied, households))


def exact_interval(
    satisfied: int, valid: int, households: int, confidence: Fraction = Fraction(95, 100)
) -> Interval:
    """The exact (Clopper–Pearson) interval of the satisfied among all households.

    Holds if the `valid` ballots are a random sample of the households, drawn without replacement
    (hypergeometric); it never passes the hard bounds. Integers all the way, so there is no rounding.
    """
    if not 0 <= satisfied <= valid <= households or not 0 < confidence < 1:
        raise ValueError(f"{satisfied} of {valid} ballots of {households} households at {confidence}")
    limit = (1 - confidence) / 2 * comb(households, valid)

    def may_be(population: int, at_least: bool) -> bool:
        return _count_samples(satisfied, valid, population, households, at_least) > limit

    least, most = satisfied, households - (valid - satisfied)
    lower = _find_first(least, most, lambda population: may_be(population, True))
    upper = most - _find_first(0, most - least, lambda step: may_be(most - step, False))
    return Interval(Share(lower, households), Share(upper, households))


def _find_first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first number from `low` on for which `holds`, which stays true from there; it does at `high`."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _count_samples(found: int, valid: int, population: int, households: int, at_least: bool) -> int:
    """Samples of `valid` out of `households`, of whom `population` satisfied, that hold at least (or at
    most) `found` satisfied ones."""
    others = households - population
    first, last = max(0, valid - others), min(valid, population)
    low, high = (max(first, found), last) if at_least else (first, min(last, found))
    if low > high:
        return 0
    term = comb(population, low) * comb(others, valid - low)
    total = term
    for count in range(low, high):
        term = term * (population - count) * (valid - count) // ((count + 1) * (others - valid + count + 1))
        total += term
    return total
