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
_IN_CAPITALS = re.compile(r"\b(?:ông|bà|anh|chị|nguyễn|trần|lê|phạm|huỳnh|phan|võ|đặng|bùi|ngô)\s+[^\W\d_]")
"""What tells of a name where all letters are capitals."""
_NOBODY = re.compile("bác hồ|bà con|ông bà")
_WORD = re.compile(r"[^\W\d_]+")


def may_name_somebody(text: str) -> bool:
    """Whether a capital letter after a title or a family name hints at a name."""
    if text.isupper():
        return _IN_CAPITALS.search(_NOBODY.sub("", text.lower())) is not None
    return any(_reads_like_name(first, second) for first, second in _list_neighbours(text))


def _list_neighbours(text: str) -> Iterator[tuple[str, str]]:
    """Words with nothing but spaces between them."""
    for one, other in pairwise(_WORD.finditer(text)):
        if text[one.end() : other.start()].isspace():
            yield one[0], other[0]


def _reads_like_name(first: str, second: str) -> bool:
    known = first.lower()
    if not second[0].isupper() or _NOBODY.fullmatch(f"{known} {second.lower()}"):
        return False
    return _TITLE.fullmatch(known) is not None or (
        first[0].isupper() and _SURNAME.fullmatch(known) is not None
    )
