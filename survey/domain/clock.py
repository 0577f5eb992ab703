"""The time of day where the residents live."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().astimezone(ZONE).date()


def start_of_day(day: date) -> datetime:
    """The first instant of `day` in Viet Nam."""
    return datetime.combine(day, time(), ZONE)


def end_of_day(day: date) -> datetime:
    """The first instant after `day` in Viet Nam."""
    return start_of_day(day + timedelta(days=1))
