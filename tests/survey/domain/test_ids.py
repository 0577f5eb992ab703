"""A row's number, as typed."""

from __future__ import annotations

import pytest

from survey.domain.ids import LARGEST_ID, read_id


@pytest.mark.parametrize(("text", "found"), [("1", 1), ("007", 7), (str(LARGEST_ID), LARGEST_ID)])
def test_a_number_that_a_row_can_have_is_read(text: str, found: int) -> None:
    assert read_id(text) == found


@pytest.mark.parametrize("text", ["", "0", "-1", "²", "1.0", "AB3", str(LARGEST_ID + 1), "9" * 5000])
def test_what_no_row_can_have_is_none(text: str) -> None:
    assert read_id(text) is None
