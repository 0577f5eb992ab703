"""Slip numbers as officers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.codes import MistypedCode, new_slip_code
from survey.domain.errors import DomainError
from survey.domain.slip_numbers import MOST_NUMBERS, parse_numbers, split_codes, write_ranges


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("7", [7]),
        ("007", [7]),
        ("1-3, 35", [1, 2, 3, 35]),
        ("1 – 3;5\n9", [1, 2, 3, 5, 9]),
        ("2 đến 4", [2, 3, 4]),
        ("2 to 3", [2, 3]),
        ("5, 5, 4-5", [4, 5]),
        (" 12 ,", [12]),
        (f"1-{MOST_NUMBERS}", list(range(1, MOST_NUMBERS + 1))),
    ],
)
def test_numbers_and_ranges_are_read_in_order_each_once(text, numbers):
    assert parse_numbers(text) == numbers


@pytest.mark.parametrize("text", ["", " , ", "0", "x", "5-", "-5", "9-3", "1-2-3", "²", "1.5", "12345678901"])
def test_what_is_no_list_of_numbers_is_refused_with_an_example(text):
    with pytest.raises(DomainError, match="1-20, 35"):
        parse_numbers(text)


@pytest.mark.parametrize("text", [f"1-{MOST_NUMBERS + 1}", "1-9999999", "1-15000, 20001-30000"])
def test_more_numbers_than_a_batch_has_are_refused(text):
    with pytest.raises(DomainError, match="chia làm nhiều lần"):
        parse_numbers(text)


@given(st.sets(st.integers(1, 400), min_size=1))
def test_ranges_are_read_back_as_they_were_written(numbers):
    assert parse_numbers(write_ranges(numbers)) == sorted(numbers)


def test_neighbours_are_drawn_together():
    assert write_ranges([5, 3, 1, 2, 9, 8]) == "1–3, 5, 8–9"
    assert write_ranges([]) == ""


def test_codes_that_a_scanner_types_are_told_from_numbers():
    one, two = new_slip_code("ABC"), new_slip_code("ABC")
    text = f"1-20, 35\nhttps://khaosat.example.vn/{one.grouped}\n{two.text.lower()};{one.text} 7"
    codes, rest = split_codes(text)
    assert codes == [one, two]
    assert parse_numbers(rest) == sorted({*range(1, 21), 35})


@pytest.mark.parametrize("text", ["1-20, 35", "100000-100010", "1000-1010-1020x", "12345678"])
def test_numbers_are_no_codes(text):
    assert split_codes(text) == ([], text)


def test_a_code_that_was_mistyped_is_told():
    code = new_slip_code("ABC").text
    with pytest.raises(MistypedCode):
        split_codes(code[:5] + ("0" if code[5] != "0" else "1") + code[6:])
