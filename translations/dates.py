"""Dates and instants as people read them, always in the time of Viet Nam."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import dates

from translations.catalogue import get_locale

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def format_date(day: date) -> str:
    """`31/12/2025`; in English `31 Dec 2025`, which nobody can read the other way round."""
    if get_locale() == "vi":
        return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
    return dates.format_date(day, "d MMM y", locale=get_locale())


def format_long_date(day: date) -> str:
    """`ngày 31 tháng 12 năm 2025`, as official papers write it.

    Days under 10 and the months 1 and 2 take a leading zero (Nghị định 30/2020/NĐ-CP, annex I).
    """
    if get_locale() == "vi":
        month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
        return f"ngày {day.day:02d} tháng {month} năm {day.year}"
    return dates.format_date(day, "d MMMM y", locale=get_locale())


def format_instant(instant: datetime) -> str:
    """`14:05 ngày 31/12/2025`, in Viet Nam's time whatever zone the instant came in.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    local = instant.astimezone(ZONE)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if get_locale() == "vi":
        return f"{clock} ngày {format_date(local.date())}"
    return f"{format_date(local.date())}, {clock}"
