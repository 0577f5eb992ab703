"""Working days: Monday to Friday, less the public holidays given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

_SATURDAY = 5


def is_working_day(day: date, holidays: Collection[date] = ()) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def last_working_day(start: date, working_days: int, holidays: Collection[date] = ()) -> date:
    """The day on which a limit of so many working days ends.

    The start counts as day 1 where it is a working day itself; a start on a rest day moves to the next
    working day. Raises `ValueError` for a limit under one day.
    """
    if working_days < 1:
        raise ValueError(f"a limit has at least one working day, not {working_days}")
    day, left = start, working_days
    while True:
        left -= is_working_day(day, holidays)
        if not left:
            return day
        day += timedelta(days=1)


def count_working_days(first: date, last: date, holidays: Collection[date] = ()) -> int:
    """How many working days lie from `first` to `last`, both included; 0 where `last` comes before."""
    days = (last - first).days + 1
    return sum(is_working_day(first + timedelta(days=offset), holidays) for offset in range(days))
