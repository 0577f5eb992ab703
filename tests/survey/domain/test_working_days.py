from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.working_days import count_working_days, is_working_day, last_working_day

MONDAY = date(2026, 11, 23)


def test_the_start_is_day_one_where_it_is_a_working_day():
    assert last_working_day(MONDAY, 1) == MONDAY
    assert last_working_day(MONDAY, 5) == date(2026, 11, 27)
    assert last_working_day(MONDAY, 20) == date(2026, 12, 18)


def test_a_start_at_the_weekend_moves_to_monday():
    assert last_working_day(date(2026, 11, 21), 1) == MONDAY


def test_holidays_are_skipped_where_they_are_given():
    assert last_working_day(date(2026, 12, 31), 2, {date(2027, 1, 1)}) == date(2027, 1, 4)
    assert last_working_day(date(2026, 12, 31), 2) == date(2027, 1, 1)


def test_a_limit_of_no_day_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        last_working_day(MONDAY, 0)


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60), st.sets(st.integers(0, 40), max_size=10)
)
def test_counting_undoes_limiting(start, working_days, off):
    holidays = {start + timedelta(days=offset) for offset in off}
    last = last_working_day(start, working_days, holidays)
    assert is_working_day(last, holidays)
    assert count_working_days(start, last, holidays) == working_days
    assert count_working_days(last + timedelta(days=1), start, holidays) == 0
