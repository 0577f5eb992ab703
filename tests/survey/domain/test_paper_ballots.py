"""Ballots keyed one by one: what is one, how it is typed, and what they add up to."""

from __future__ import annotations

import pytest
from hypothesis import given

from survey.domain.errors import DomainError
from survey.domain.paper_ballots import add_up, check_ballot, read_ballot, write_ballot
from survey.domain.paper_counts import SheetCounts
from survey.domain.paper_sums import Surroundings, check_sheet
from tests.survey.paper import LAYOUT, LENGTH, SATISFIED, STRICT, against, ballots, fill_in

ROOMY = Surroundings(households=1000, otherwise=0, stubs=None)


@pytest.mark.parametrize("ballot", [SATISFIED, against(1, 19), "0" * (LENGTH - 1) + "2", "x:blank"])
def test_a_ballot_is_a_key_per_content_or_a_reason(ballot):
    assert check_ballot(LAYOUT, ballot) is None


@pytest.mark.parametrize(
    ("ballot", "words"),
    [
        ("", "đủ 19 nội dung"),
        (SATISFIED[1:], "đủ 19 nội dung"),
        (SATISFIED + "1", "đủ 19 nội dung"),
        ("3" + SATISFIED[1:], "Phím “3” không có"),
        ("²" + SATISFIED[1:], "Phím “²” không có"),
        ("0" * LENGTH, "không trả lời nội dung nào"),
        ("x:rumour", "lý do"),
        ("x:", "lý do"),
    ],
)
def test_what_is_no_ballot_is_told(ballot, words):
    assert words in str(check_ballot(LAYOUT, ballot))


def test_where_a_blank_is_invalid_a_ballot_has_none():
    assert check_ballot(STRICT, SATISFIED) is None
    assert "không hợp lệ" in str(check_ballot(STRICT, "0" + SATISFIED[1:]))


@pytest.mark.parametrize(
    ("typed", "ballot"),
    [
        (f" {SATISFIED[:10]} {SATISFIED[10:]}\n", SATISFIED),
        ("x1", "x:blank"),
        ("X 2", "x:two-options"),
        ("x3", "x:not-issued"),
    ],
)
def test_a_ballot_is_read_however_it_is_spaced(typed, ballot):
    assert read_ballot(LAYOUT, typed) == ballot
    assert read_ballot(LAYOUT, write_ballot(LAYOUT, ballot)) == ballot


@pytest.mark.parametrize("typed", ["", "x", "x0", "x4", "xx", "x:blank", "x²", "12", "một"])
def test_what_cannot_be_read_is_refused(typed):
    with pytest.raises(DomainError):
        read_ballot(LAYOUT, typed)


@pytest.mark.parametrize("place", range(1, LENGTH + 1))
@pytest.mark.parametrize("mark", ["x", "X", "x2"])
def test_an_x_among_keys_is_never_a_valid_ballot(place, mark):
    for typed in (SATISFIED[:place] + mark, SATISFIED[:place] + mark + SATISFIED[place + len(mark) :]):
        with pytest.raises(DomainError, match="phiếu không hợp lệ"):
            read_ballot(LAYOUT, typed)


def test_ballots_add_up_content_by_content():
    fields = add_up(LAYOUT, [SATISFIED, against(1, 3), "0" + against(3)[1:], "x:blank", "x:blank"])
    told = {name: value for name, value in fields.items() if name[:3] in ("val", "inv", "any", "q01", "q03")}
    assert told == {
        "valid": "3", "invalid_blank": "2", "invalid_two-options": "0", "invalid_not-issued": "0",
        "q01_satisfied": "1", "q01_not_satisfied": "1", "q01_no_answer": "1",
        "q03_satisfied": "1", "q03_not_satisfied": "2", "q03_no_answer": "0", "any_not_satisfied": "2",
    }  # fmt: skip


@given(ballots)
def test_totals_of_ballots_always_close(keyed):
    counts = LAYOUT.read(fill_in(*keyed, set_aside=2, lost=5))
    assert isinstance(counts, SheetCounts)
    assert check_sheet(LAYOUT, counts, ROOMY) == []
    assert counts.counted == len(keyed)
    assert counts.any_not_satisfied == sum("2" in ballot for ballot in keyed if ballot[0] != "x")


@given(ballots)
def test_the_order_of_ballots_is_not_in_their_totals(keyed):
    assert add_up(LAYOUT, keyed) == add_up(LAYOUT, sorted(keyed))


@given(ballots)
def test_every_field_but_the_three_of_the_head_is_added_up(keyed):
    assert {*add_up(LAYOUT, keyed), "issued", "returned", "set_aside"} == set(LAYOUT.fields)
