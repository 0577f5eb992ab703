"""A rate as it is told: in words, and as a number; never against the threshold that it has to reach."""

from __future__ import annotations

from fractions import Fraction

from analytics.indicators import Share
from translations.numbers import format_rate

_SCALE = 1_000_000


def write_rate(share: Share) -> str:
    """`74,17 %`, with more decimals where two would contradict the counts or the rate's own threshold."""
    return format_rate(share.numerator, share.denominator, threshold=share.threshold)


def round_rate(share: Share | None) -> float | None:
    """The share as a number of six decimals, half up; more where six would read as a false 0 or 1."""
    if share is None or share.value is None:
        return None
    scale = _SCALE
    while True:
        scaled = (2 * share.numerator * scale + share.denominator) // (2 * share.denominator)
        if (scaled and (share.value >= 1 or scaled < scale)) or not share.numerator:
            return scaled / scale
        scale *= 10


def write_threshold(threshold: Fraction | None) -> float | None:
    """A threshold as a number; what rules lay down has few decimals, so none is lost."""
    return None if threshold is None else float(threshold)


def read_threshold(told: float | str | None) -> Fraction | None:
    """What `write_threshold` wrote, as a number or as text; raises `ValueError` for anything else."""
    return None if told in (None, "") else Fraction(str(told))
