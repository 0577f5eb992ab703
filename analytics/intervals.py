"""What a count of some households says about all of them: exact bounds for a finite population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest
from math import comb

from analytics.indicators import Share

CONFIDENCE = Fraction(95, 100)
_ONE = 1 << 96
"""The scale on which terms are kept between whole numbers; what it cannot tell apart is counted out."""


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


@lru_cache(maxsize=4096)
def exact_interval(
    satisfied: int, valid: int, households: int, confidence: Fraction = CONFIDENCE
) -> Interval:
    """The exact (Clopper–Pearson) interval of the satisfied among all households.

    Holds if the `valid` ballots are a random sample of the households, drawn without replacement
    (hypergeometric); it never passes the hard bounds. Integers all the way, so no rounding decides.
    """
    if not 0 <= satisfied <= valid <= households or not 0 < confidence < 1:
        raise ValueError(f"{satisfied} of {valid} ballots of {households} households at {confidence}")
    limit = (1 - confidence) / 2
    lower = _find_least(satisfied, valid, households, limit)
    upper = households - _find_least(valid - satisfied, valid, households, limit)
    return Interval(Share(lower, households), Share(upper, households))


def _find_least(found: int, valid: int, households: int, limit: Fraction) -> int:
    """The least population of which a sample of `valid` holds `found` or more with a chance above `limit`."""
    low, high = found, households - (valid - found)
    while low < high:
        middle = (low + high) // 2
        if _is_likelier(found, valid, middle, households - middle, limit):
            high = middle
        else:
            low = middle + 1
    return low


def _is_likelier(found: int, valid: int, population: int, others: int, limit: Fraction) -> bool:
    """Whether `valid` drawn households hold `found` of the `population` or more with a chance above `limit`.

    The chances of more and of fewer are summed outwards from `found`, until there is no doubt left.
    """
    wanted, rest = limit.numerator, limit.denominator - limit.numerator
    above: _Bounds = (0, None)
    below: _Bounds = (0, None)
    sums = zip_longest(
        _sum_terms(found, valid, population, others), _sum_terms(valid - found, valid, others, population)
    )
    for more, fewer in sums:
        above, below = more or above, fewer or below
        if below[1] is not None and (_ONE + above[0]) * rest > below[1] * wanted:
            return True
        if above[1] is not None and (_ONE + above[1]) * rest <= below[0] * wanted:
            return False
    return _count_samples(found, valid, population, others) > limit * comb(population + others, valid)


_Bounds = tuple[int, int | None]
"""What a sum is at least and at most; None while its terms may still grow."""


def _sum_terms(found: int, valid: int, population: int, others: int) -> Iterator[_Bounds]:
    """Bounds of the chances of more than `found` together, closer term by term; that of `found` is `_ONE`."""
    low = high = _ONE
    least = most = 0
    for count in range(found, min(valid, population)):
        # A term is to the one before it as `grows` to `shrinks`, and each next one is so no more than that.
        grows = (population - count) * (valid - count)
        shrinks = (count + 1) * (others - valid + count + 1)
        yield least, most - (-high * grows // (shrinks - grows)) if grows < shrinks else None
        low, high = low * grows // shrinks, -(-high * grows // shrinks)
        least, most = least + low, most + high
    yield least, most


def _count_samples(found: int, valid: int, population: int, others: int) -> int:
    """Samples of `valid` households that hold at least `found` of the `population`."""
    last = min(valid, population)
    term = comb(population, found) * comb(others, valid - found)
    total = term
    for count in range(found, last):
        term = term * (population - count) * (valid - count) // ((count + 1) * (others - valid + count + 1))
        total += term
    return total
