"""A sheet's fields: read as people type them, written back, compared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies

from survey.domain.paper_counts import (
    LARGEST,
    SheetCounts,
    content_field,
    invalid_field,
    list_differences,
    read_count,
    to_plain,
)
from survey.domain.paper_words import name_fields
from tests.survey.paper import LAYOUT, LENGTH, REASONS, SATISFIED, STRICT, against, ballots, count, fill_in

numbers = strategies.integers(0, LARGEST)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), (" 7 ", 7), ("1.893", 1893), ("1\N{NO-BREAK SPACE}893", 1893), ("007", 7)],
)
def test_a_number_is_read_as_people_type_it(text, number):
    assert read_count(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "1,5", "một", "1e3", "²", "٣", "1 2", "99999999", "1000001", "+1"]
)
def test_anything_else_is_no_number(text):
    assert read_count(text) is None


def test_the_fields_are_those_of_the_paper_in_its_order():
    assert LAYOUT.fields[:4] == ("issued", "returned", "set_aside", "valid")
    assert LAYOUT.fields[4:7] == tuple(invalid_field(code) for code in REASONS)
    assert LAYOUT.fields[7:10] == ("q01_satisfied", "q01_not_satisfied", "q01_no_answer")
    assert LAYOUT.fields[-1] == "any_not_satisfied"
    assert len(LAYOUT.fields) == len(set(LAYOUT.fields)) == 8 + 3 * LENGTH
    assert len(STRICT.fields) == 8 + 2 * LENGTH, "where a blank is invalid nobody counts blanks"


def test_every_field_has_a_name_of_its_own():
    names = name_fields(LAYOUT)
    assert tuple(names) == LAYOUT.fields
    assert len({str(name) for name in names.values()}) == len(names)


def test_an_empty_cell_is_nought_but_the_head_must_be_filled_in():
    read = LAYOUT.read({"issued": "5", "returned": "4", "set_aside": "0", "valid": "4", "q01_satisfied": "4"})
    assert isinstance(read, SheetCounts)
    assert read.contents["q01"] == {"satisfied": 4, "not_satisfied": 0, "no_answer": 0}
    assert read.contents["q02"] == {"satisfied": 0, "not_satisfied": 0, "no_answer": 0}
    assert read.any_not_satisfied is None
    problems = LAYOUT.read({})
    assert isinstance(problems, list)
    assert [problem.field for problem in problems] == ["issued", "returned", "set_aside", "valid"]


@given(strategies.lists(strategies.sampled_from(LAYOUT.fields), min_size=1, unique=True))
def test_every_field_that_holds_no_number_is_named_in_order(wrong):
    problems = LAYOUT.read(fill_in(SATISFIED) | dict.fromkeys(wrong, "nhiều"))
    assert isinstance(problems, list)
    assert [problem.field for problem in problems] == [name for name in LAYOUT.fields if name in wrong]


@given(strategies.fixed_dictionaries(dict.fromkeys(LAYOUT.fields, numbers)), strategies.booleans())
def test_what_is_written_is_what_was_read(typed, counts_any):
    fields = {name: str(number) for name, number in typed.items()}
    if not counts_any:
        del fields["any_not_satisfied"]
    counts = LAYOUT.read(fields)
    assert isinstance(counts, SheetCounts)
    assert LAYOUT.write(counts) == fields
    assert SheetCounts.from_json(counts.to_json()) == counts
    assert list_differences(LAYOUT, counts, counts) == []


@given(ballots)
def test_equal_counts_have_equal_json(keyed):
    counts, again = count(*keyed), count(*reversed(keyed))
    turned = replace(counts, contents=dict(reversed(list(counts.contents.items()))))
    assert counts.to_json() == again.to_json() == turned.to_json()


def test_differences_are_named_in_the_order_of_the_sheet():
    one = count(SATISFIED, SATISFIED, lost=1)
    other = replace(count(SATISFIED, against(2)), issued=2, any_not_satisfied=None)
    assert list_differences(LAYOUT, one, other) == [
        "issued", "q02_satisfied", "q02_not_satisfied", "any_not_satisfied"
    ]  # fmt: skip


def test_plain_counts_are_json_values():
    plain = to_plain(count(SATISFIED, "x:blank"))
    assert (plain["valid"], plain["invalid"]["blank"], plain["contents"]["q19"]["satisfied"]) == (1, 1, 1)


@given(ballots)
def test_what_ballots_say_lies_within_what_their_totals_allow(keyed):
    counts = count(*keyed)
    least, most = replace(counts, any_not_satisfied=None).any_bounds
    assert least <= (counts.any_not_satisfied or 0) <= most
    assert counts.any_bounds == (counts.any_not_satisfied, counts.any_not_satisfied)


def test_the_bounds_of_totals_are_the_largest_and_the_sum():
    totals = replace(count(against(1), against(1, 2), SATISFIED), any_not_satisfied=None)
    assert totals.any_bounds == (2, 3)
    scattered = replace(count(against(1), against(2), against(3), SATISFIED), any_not_satisfied=None)
    assert scattered.any_bounds == (1, 3)
    assert content_field("q01", "satisfied") in LAYOUT.fields
