"""Numbers as people read them: `1.893` and `74,17 %` in Vietnamese, `1,893` and `74.17%` in English.

Everything is reckoned in whole numbers and exact fractions; a float never decides a digit.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from translations.catalogue import get_locale

NO_RATE = "–"
"""What stands where there is no denominator, and so no rate."""

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_PLACES = 2

_MARKS = {"vi": (".", ","), "en": (",", ".")}
"""The mark between thousands, and the decimal mark."""

Exact = int | Decimal | Fraction


def format_count(count: int) -> str:
    """Write a whole number with its thousands apart: `1.893`."""
    thousands, _ = _marks()
    sign = _MINUS if count < 0 else ""
    return sign + f"{abs(count):,}".replace(",", thousands)


def format_decimal(value: Exact, places: int = _PLACES) -> str:
    """Write a number with a fixed count of decimals, rounded half up (away from zero): `3,50`."""
    exact = Fraction(value)
    scaled = _round_half_up(abs(exact) * 10**places)
    sign = _MINUS if exact < 0 and scaled else ""
    return sign + _write(scaled, places)


def format_percent(share: Exact, places: int = 0) -> str:
    """Write a share that rules or plans lay down, with `places` decimals or as many as it truly has.

    `Fraction(4, 5)` is `80 %`; `Decimal("0.625")` is `62,5 %`; a third stays at two decimals.
    """
    exact = Fraction(share) * 100
    while places < _PLACES and exact * 10**places % 1:
        places += 1
    return format_decimal(exact, places) + _percent_sign()


def format_rate(numerator: int, denominator: int, *, threshold: Decimal | Fraction | None = None) -> str:
    """Write `numerator / denominator` as a percentage that cannot contradict the count.

    Two decimals, rounded half up; more where two would print a false 100 or 0, or would put the
    rate on the other side of `threshold` (a share: `Decimal("0.9")`), as 89,996 % under 90 %.
    `–` where the denominator is 0.

    Raises:
        ValueError: a negative count.
    """
    if numerator < 0 or denominator < 0:
        raise ValueError("counts are not negative")
    if denominator == 0:
        return NO_RATE
    rate = Fraction(numerator * 100, denominator)
    limits = [Fraction(0), Fraction(100)]
    if threshold is not None:
        limits.append(Fraction(threshold) * 100)
    places = _PLACES
    while any(_crosses(rate, limit, places) for limit in limits):
        places += 1
    return format_decimal(rate, places) + _percent_sign()


def _crosses(rate: Fraction, limit: Fraction, places: int) -> bool:
    """Whether rounding moves a rate onto or over a limit that it truly stands apart from."""
    if rate == limit:
        return False
    scale = 10**places
    rounded = Fraction(_round_half_up(rate * scale), scale)
    return (rounded < limit) != (rate < limit) or rounded == limit


def _round_half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _write(scaled: int, places: int) -> str:
    whole, rest = divmod(scaled, 10**places)
    _, decimal_mark = _marks()
    return format_count(whole) + (f"{decimal_mark}{rest:0{places}d}" if places else "")


def _percent_sign() -> str:
    return _NO_BREAK_SPACE + "%" if get_locale() == "vi" else "%"


def _marks() -> tuple[str, str]:
    return _MARKS[get_locale()]
