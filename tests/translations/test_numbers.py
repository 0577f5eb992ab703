"""Counts and rates: exact, and never on the wrong side of a threshold."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations.catalogue import use_locale
from translations.numbers import format_count, format_decimal, format_percent, format_rate

NBSP = "\N{NO-BREAK SPACE}"


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    denominator = draw(st.integers(1, 30_000_000))
    return draw(st.integers(0, denominator)), denominator


def read(text: str) -> Fraction:
    """The share that a person reads off a Vietnamese percentage."""
    return Fraction(text.removesuffix(f"{NBSP}%").replace(".", "").replace(",", ".")) / 100


@pytest.mark.parametrize(
    ("count", "vietnamese", "english"),
    [
        (0, "0", "0"),
        (1893, "1.893", "1,893"),
        (20_000_000, "20.000.000", "20,000,000"),
        (-2552, "−2.552", "−2,552"),
    ],
)
def test_counts_take_the_thousands_mark_of_the_language(count: int, vietnamese: str, english: str):
    assert format_count(count) == vietnamese
    with use_locale("en"):
        assert format_count(count) == english


def test_the_coverage_of_hoa_dinh_goes_up_where_the_newspaper_cut_it_off():
    """Xã Hòa Định 2019: 1.893/2.552 = 74,1771… was published as 74,17; half up gives 74,18."""
    assert format_rate(1893, 2552) == f"74,18{NBSP}%"


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 3, "33,33"),
        (2, 3, "66,67"),
        (1, 800, "0,13"),  # 0,125 goes up
        (5, 5, "100,00"),
        (0, 5, "0,00"),
        (19_999, 20_000, "99,995"),  # not 100,00
        (199_999, 200_000, "99,9995"),
        (1, 20_001, "0,005"),
        (1, 1_000_000, "0,0001"),
        (7, 5, "140,00"),
    ],
)
def test_two_decimals_half_up_and_no_false_hundred(numerator: int, denominator: int, expected: str):
    assert format_rate(numerator, denominator) == f"{expected}{NBSP}%"


@pytest.mark.parametrize(
    ("numerator", "denominator", "threshold", "expected"),
    [
        (22_499, 25_000, Decimal("0.9"), "89,996"),
        (22_500, 25_000, Decimal("0.9"), "90,00"),
        (22_501, 25_000, Decimal("0.9"), "90,004"),
        (1, 3, Fraction(1, 3), "33,33"),
        (9, 10, Fraction(9, 10), "90,00"),
    ],
)
def test_decimals_are_added_where_rounding_would_contradict_the_threshold(
    numerator: int, denominator: int, threshold: Decimal | Fraction, expected: str
):
    assert format_rate(numerator, denominator, threshold=threshold) == f"{expected}{NBSP}%"


def test_no_denominator_is_no_rate():
    assert format_rate(0, 0) == "–"


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        format_rate(-1, 3)


def test_rates_in_english():
    with use_locale("en"):
        assert format_rate(2, 3) == "66.67%"
        assert format_rate(25_000, 1) == "2,500,000.00%"


@given(counted())
def test_a_hundred_and_nothing_are_printed_only_when_true(case: tuple[int, int]):
    numerator, denominator = case
    shown = read(format_rate(numerator, denominator))
    assert (shown == 1) == (numerator == denominator)
    assert (shown == 0) == (numerator == 0)


@given(counted(), st.integers(1, 999).map(lambda n: Fraction(n, 1000)))
def test_what_is_printed_stands_to_the_threshold_as_the_counts_do(case: tuple[int, int], threshold: Fraction):
    numerator, denominator = case
    rate, shown = (
        Fraction(numerator, denominator),
        read(format_rate(numerator, denominator, threshold=threshold)),
    )
    assert (shown < threshold, shown == threshold) == (rate < threshold, rate == threshold)
    assert abs(shown - rate) <= Fraction(1, 20_000)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Decimal("3.005"), 2, "3,01"),
        (Fraction(-1, 3), 2, "−0,33"),
        (Fraction(-1, 1000), 2, "0,00"),
        (1234567, 0, "1.234.567"),
        (Decimal("1234.5"), 1, "1.234,5"),
    ],
)
def test_decimals_round_half_up_away_from_zero(value: Decimal, places: int, expected: str):
    assert format_decimal(value, places) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Fraction(4, 5), "80"),
        (Decimal("0.625"), "62,5"),
        (Fraction(1, 3), "33,33"),
        (1, "100"),
        (Fraction(0), "0"),
    ],
)
def test_shares_of_rules_show_the_decimals_they_have(share: Fraction, expected: str):
    assert format_percent(share) == f"{expected}{NBSP}%"
