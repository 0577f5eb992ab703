"""Which contents are told as the lowest: those with somebody missing among the satisfied, ties said."""

from __future__ import annotations

import pytest

from analytics.indicators import Share
from analytics.lowest import find_lowest


@pytest.mark.parametrize(
    ("satisfied", "named", "tied"),
    [
        ({"a": 15, "b": 19, "c": 12, "d": 15, "e": 18}, ("c", "a", "d"), 0),
        ({"a": 20, "b": 19, "c": 20}, ("b",), 0),
        ({"a": 20, "b": 20}, (), 0),
        ({"a": 19, "b": 18, "c": 19, "d": 19, "e": 20, "f": 19}, ("b", "a", "c"), 2),
        ({"a": 18, "b": 18, "c": 18, "d": 18, "e": 19}, ("a", "b", "c"), 1),
    ],
)
def test_the_least_come_first_and_a_tie_at_the_third_place_is_counted(satisfied, named, tied) -> None:
    found = find_lowest((code, Share(count, 20)) for code, count in satisfied.items())
    assert (found.named, found.tied) == (named, tied)
    assert found.say_tied() == (f"và {tied} nội dung khác cùng tỷ lệ" if tied else "")


def test_equal_rates_of_other_bases_are_ties_and_no_rate_is_none() -> None:
    rates = [("a", Share(1, 2)), ("b", Share(2, 4)), ("c", None), ("d", Share(0, 0)), ("e", Share(3, 6))]
    found = find_lowest(rates, most=1)
    assert (found.named, found.tied) == (("a",), 2)
