"""The sums of a sheet: each that is off is named at its field, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies

from survey.domain.paper_counts import SheetCounts
from survey.domain.paper_sums import Surroundings, check_sheet
from tests.survey.paper import LAYOUT, SATISFIED, STRICT, against, count, fill_in, valid_ballots
from translations.catalogue import use_locale

AROUND = Surroundings(households=50, otherwise=10, stubs=40)
GOOD = count(*[SATISFIED] * 20, *[against(2, 7)] * 5, "x:blank", set_aside=2, lost=3)


def find(counts: SheetCounts, around: Surroundings = AROUND) -> list[tuple[str, str]]:
    return [(problem.field, str(problem.message)) for problem in check_sheet(LAYOUT, counts, around)]


def test_a_sheet_that_closes_has_no_problem():
    assert find(GOOD) == []
    assert find(replace(GOOD, any_not_satisfied=None)) == []
    assert find(count()) == []


def test_a_count_that_can_only_be_one_number_is_asked_for_as_one():
    one_content = replace(count(*[SATISFIED] * 20, *[against(2)] * 5), any_not_satisfied=4)
    [(field, said)] = find(one_content)
    assert field == "any_not_satisfied"
    assert said.endswith("phải là 5.")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"returned": 27}, "returned", "(27) phải bằng hợp lệ + không hợp lệ + để riêng (28)"),
        ({"set_aside": 3}, "returned", "(28) phải bằng hợp lệ + không hợp lệ + để riêng (29)"),
        ({"invalid": {"blank": 0}}, "returned", "(27)"),
        ({"issued": 27}, "issued", "(27) không thể ít hơn số phiếu thu về (28)"),
        ({"any_not_satisfied": 4}, "any_not_satisfied", "từ 5 đến 10"),
        ({"any_not_satisfied": 11}, "any_not_satisfied", "từ 5 đến 10"),
    ],
)
def test_a_sum_that_is_off_is_named_with_its_numbers(change, field, words):
    [(found, told)] = find(replace(GOOD, **change))
    assert found == field
    assert words in told


def test_a_content_that_does_not_add_up_is_named():
    contents = {**GOOD.contents, "q02": {"satisfied": 20, "not_satisfied": 5, "no_answer": 1}}
    [(field, told)] = find(replace(GOOD, contents=contents))
    assert field == "q02_satisfied"
    assert str(LAYOUT.contents[1].text) in told
    assert "được 26, phải bằng 25" in told


def test_a_wrong_number_of_valid_ballots_is_off_in_every_content():
    problems = find(replace(GOOD, valid=24, returned=27))
    assert [field for field, _told in problems] == [f"{one.code}_satisfied" for one in LAYOUT.contents]


def test_more_ballots_than_stubs_do_not_fit():
    assert find(GOOD, replace(AROUND, stubs=26)) == []
    [(field, told)] = find(GOOD, replace(AROUND, stubs=25))
    assert field == "valid"
    assert "Đếm 26 phiếu nhưng mới nhận 25 thẻ" in told
    assert find(GOOD, replace(AROUND, stubs=None)) == [], "a village without slips has no stubs"


def test_more_ballots_than_households_do_not_fit():
    assert find(GOOD, replace(AROUND, otherwise=24)) == []
    [(field, told)] = find(GOOD, replace(AROUND, otherwise=25))
    assert field == "valid"
    assert "26 phiếu giấy và 25 phiếu gửi cách khác nhiều hơn số hộ của thôn (50)" in told


def test_a_ballot_set_aside_takes_no_stub_and_no_household():
    counts = count(SATISFIED, set_aside=30)
    assert find(counts, Surroundings(households=1, otherwise=0, stubs=1)) == []


def test_where_a_blank_is_invalid_the_options_alone_make_the_sum():
    counts = count(SATISFIED, against(1), layout=STRICT)
    assert check_sheet(STRICT, counts, AROUND) == []
    assert "no_answer" not in counts.contents["q01"]


def test_problems_are_told_in_the_readers_language():
    problems = check_sheet(LAYOUT, replace(GOOD, issued=1000, returned=1028), AROUND)
    assert "1.028" in str(problems[0].message)
    with use_locale("en"):
        assert "1.028" not in str(check_sheet(LAYOUT, replace(GOOD, returned=1028), AROUND)[0].message)


@given(
    strategies.lists(valid_ballots("12"), min_size=1, max_size=8),
    strategies.sampled_from([name for name in LAYOUT.fields if name not in ("issued", "any_not_satisfied")]),
    strategies.integers(1, 9),
)
def test_a_slip_of_the_pen_in_any_sum_is_found(keyed, field, more):
    """One number too large: wherever it stands, some sum is off."""
    typed = fill_in(*keyed)
    typed[field] = str(int(typed[field]) + more)
    counts = LAYOUT.read(typed)
    assert isinstance(counts, SheetCounts)
    assert check_sheet(LAYOUT, counts, Surroundings(households=1000, otherwise=0, stubs=None))
