"""Dates in both languages, and instants in the time of Viet Nam."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations.catalogue import use_locale
from translations.dates import format_date, format_instant, format_long_date

LAST = date(2025, 12, 31)


def test_dates_in_both_languages():
    assert format_date(LAST) == "31/12/2025"
    assert format_date(date(2026, 2, 5)) == "05/02/2026"
    with use_locale("en"):
        assert format_date(LAST) == "31 Dec 2025"


def test_long_dates_are_written_as_official_papers_do():
    assert format_long_date(LAST) == "ngày 31 tháng 12 năm 2025"
    assert format_long_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert format_long_date(date(2026, 3, 5)) == "ngày 05 tháng 3 năm 2026"
    with use_locale("en"):
        assert format_long_date(LAST) == "31 December 2025"


def test_an_instant_is_told_in_the_time_of_viet_nam():
    instant = datetime(2025, 12, 31, 17, 5, tzinfo=UTC)
    assert format_instant(instant) == "00:05 ngày 01/01/2026"
    with use_locale("en"):
        assert format_instant(instant) == "1 Jan 2026, 00:05"


def test_an_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        format_instant(datetime(2025, 12, 31, 17, 5))  # noqa: DTZ001


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    st.integers(-12, 14),
)
def test_the_zone_an_instant_comes_in_changes_nothing(moment: datetime, hours: int):
    instant = moment.replace(tzinfo=UTC)
    elsewhere = instant.astimezone(timezone(timedelta(hours=hours)))
    assert format_instant(elsewhere) == format_instant(instant)
