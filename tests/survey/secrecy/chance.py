"""How many ballots an honest guess hits by luck, so that a test says how seldom it cries wolf."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, factorial

FALSE_ALARM = 1e-6
"""How likely one guess by order that knows nothing fails its test, at most."""


def _fixed_points(size: int) -> list[float]:
    """The chance of exactly 0, 1, … hits when `size` ballots are dealt to `size` slips at random."""
    derangements = [1, 0]
    for n in range(2, size + 1):
        derangements.append((n - 1) * (derangements[-1] + derangements[-2]))
    return [comb(size, hits) * derangements[size - hits] / factorial(size) for hits in range(size + 1)]


def chance_of(batches: Sequence[int], hits: int) -> float:
    """The chance of at least `hits` hits for who knows which batch a slip is in, and no more."""
    total = [1.0]
    for size in batches:
        one = _fixed_points(size)
        total = [
            sum(total[left] * one[right - left] for left in range(len(total)) if 0 <= right - left <= size)
            for right in range(len(total) + size)
        ]
    return sum(total[hits:])


def suspicious(batches: Sequence[int], chance: float = FALSE_ALARM) -> int:
    """The least number of hits that luck reaches less often than `chance`."""
    return next(hits for hits in range(sum(batches) + 2) if chance_of(batches, hits) < chance)
