"""Numbers in what people write: groups of digits, the marks between them, and which of them are days."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import decimal

_GROUP = re.compile(r"(?<!\w)[oO](?=[1-9]\d{2})\d+|\d+")
_GAP = re.compile(r"[ .,\-–—_·()/]{1,3}")
_DAY = re.compile(
    r"(?<!\d)(?P<day>\d{1,2}) ?(?P<mark>[./\-–]) ?(?P<month>\d{1,2}) ?(?P=mark) ?(?P<year>(?:19|20)\d\d)"
    r"(?!\d)(?! ?(?P=mark) ?\d)"
)
_MONTH = re.compile(
    r"(?<!\d)(?<!\d[ ./\-–])(?P<month>\d{1,2}) ?(?P<mark>[./\-–]) ?(?:19|20)\d\d(?!\d)(?! ?(?P=mark) ?\d)"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True)
class Group:
    """Digits that stand together; `gap` is what parts them from the group before, '' for the first one."""

    start: int
    end: int
    digits: str
    gap: str
    is_of_date: bool = False

    @property
    def is_year(self) -> bool:
        return len(self.digits) == 4 and _FIRST_YEAR <= int(self.digits) <= _LAST_YEAR

    @property
    def is_day(self) -> bool:
        """Whether it is a day written without marks, as 25112026 or 20261125."""
        if len(self.digits) != 8:
            return False
        one = self.digits
        return _is_day(one[4:], one[2:4], one[:2]) or _is_day(one[:4], one[4:6], one[6:])


def list_clusters(text: str) -> list[list[Group]]:
    """The groups of digits, those together that only a few marks part."""
    clusters: list[list[Group]] = []
    for group in _list_groups(text):
        if clusters and _GAP.fullmatch(gap := text[clusters[-1][-1].end : group.start]):
            clusters[-1].append(replace(group, gap=gap))
        else:
            clusters.append([group])
    dates = _list_dates(text)
    return [[_mark(group, dates) for group in cluster] for cluster in clusters]


def _list_groups(text: str) -> list[Group]:
    return [Group(one.start(), one.end(), _read(one[0]), "") for one in _GROUP.finditer(text)]


def _read(digits: str) -> str:
    """Plain digits, whatever their script; an O before them is meant as a nought."""
    return "".join("0" if char in "oO" else str(decimal(char)) for char in digits)


def _list_dates(text: str) -> list[tuple[int, int]]:
    days = [one.span() for one in _DAY.finditer(text) if _is_day(one["year"], one["month"], one["day"])]
    return days + [one.span() for one in _MONTH.finditer(text) if 1 <= int(one["month"]) <= 12]


def _mark(group: Group, dates: list[tuple[int, int]]) -> Group:
    return replace(group, is_of_date=any(start <= group.start < end for start, end in dates))


def _is_day(year: str, month: str, day: str) -> bool:
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
