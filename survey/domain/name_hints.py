"""Where a text may name somebody: a hint for the person who reads it, never a proof."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_TITLE = re.compile(
    "ông|bà|anh|chị|cô|chú|bác|thầy|cậu|dì|dượng|mợ|mệ|o|cụ|chồng|vợ|con|cháu|tịch|thư|trưởng|phó"
)
"""The last syllable of what people are called by: `tịch` of chủ tịch, `thư` of bí thư."""
_SURNAME = re.compile(
    "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý|đinh|trương|đoàn|mai|lương|tạ"
)
_IN_CAPITALS = re.compile(r"\b(?:ông|bà|anh|chị|nguyễn|trần|lê|phạm|huỳnh|phan|võ|đặng|bùi|ngô)\s+[^\W\d_]+")
"""What tells of a name where all letters are capitals."""
_NOBODY = re.compile("bác hồ|bà con|ông bà")
Span = tuple[int, int]
"""Where characters of a text begin and end (not included)."""
_WORD = re.compile(r"[^\W\d_]+")


def may_name_somebody(text: str) -> bool:
    """Whether a capital letter after a title or a family name hints at a name."""
    return bool(find_names(text))


def find_names(text: str) -> list[Span]:
    """What hints at names, each with its title and all its capitals, from left to right."""
    found: list[Span] = []
    for start, end in _list_hints_in_capitals(text) if text.isupper() else _list_hints(text):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _list_hints_in_capitals(text: str) -> Iterator[Span]:
    hidden = _NOBODY.sub(lambda nobody: "." * len(nobody[0]), text.lower())
    for hint in _IN_CAPITALS.finditer(hidden):
        yield hint.span()


def _list_hints(text: str) -> Iterator[Span]:
    """Neighbouring words that read like a name, and each capital that goes on from one."""
    named = 0
    for one, other in pairwise(_WORD.finditer(text)):
        if not text[one.end() : other.start()].isspace():
            continue
        goes_on = one.end() == named and other[0][0].isupper()
        if goes_on or _reads_like_name(one[0], other[0]):
            named = other.end()
            yield one.start(), named


def _reads_like_name(first: str, second: str) -> bool:
    known = first.lower()
    if not second[0].isupper() or _NOBODY.fullmatch(f"{known} {second.lower()}"):
        return False
    return _TITLE.fullmatch(known) is not None or (
        first[0].isupper() and _SURNAME.fullmatch(known) is not None
    )
