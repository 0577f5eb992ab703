"""What must not be published of a person: telephone and identity numbers, accounts, addresses on the net.

Numbers are read as people write them: digits in groups with spaces, dots, dashes or strokes between. Counts,
years, dates, money and numbers of roads stay as they are. A name can't be told from other words, so it
is never blacked out here; survey/domain/name_hints.py says where a person should look twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from survey.domain.numbers_in_text import Group, list_clusters

COVER = "[đã che]"
"""Stands for what was blacked out: words, which every screen, printer and voice can tell."""


class Kind(StrEnum):
    PHONE = "phone"
    IDENTITY = "identity"
    LONG_NUMBER = "long_number"
    EMAIL = "email"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Private:
    """Characters `start` to `end` (not included) of a text."""

    start: int
    end: int
    kind: Kind


_EMAIL = re.compile(
    r"(?<![\w.+\-])[\w.+\-]++(?:@[^\W\d_][\w\-]*+(?:\.[\w\-]++)*+| @ [^\W\d_][\w\-]*+(?: ?\. ?[\w\-]++)++)"
    r"|(?<!\w)@[^\W\d_][\w.]{2,}+"
)
_HOSTS = (
    r"zalo\.me|chat\.zalo\.me|facebook\.com|fb\.com|fb\.me|m\.me|messenger\.com|t\.me|tiktok\.com|youtu\.be"
)
_LINK = re.compile(
    rf"(?<!\w)(?:https?://|www\.)[^\s<>\"“”]++|(?<![\w.@])(?:[a-z\-]++\.)?(?:{_HOSTS})\b(?:/[^\s<>\"“”]*+)?",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)…"

_PASSPORT = re.compile(r"(?<![^\W\d])[A-Za-z]\d{7,8}(?!\d)")
_BEFORE_STROKE = re.compile(r"02\d{1,2}|0[35789]\d{1,3}|01[2-9]\d{1,2}")
"""The head of a number by telephone that goes on after a stroke; two digits alone may be a day."""
_VIETNAMESE_PHONE = re.compile(r"0[35789]\d{8}|01[2-9]\d{8}|02\d{8,9}")
_AFTER_84 = re.compile(r"0?(?:[35789]\d{8}|2\d{8,9})")
_LONGEST_PHONE = 15
_PHONE_GAP = re.compile(r"[ .\-–—_·()]{1,3}")
_PLAIN_GAP = re.compile(r" ?[ \-–—_.·] ?")
_SPACED_GAP = re.compile(r" ?[ \-–—_·] ?")
_MONEY_OR_SIZE = re.compile(
    r"\s*(?:đồng|đ|dong|vnđ|vnd|nghìn|ngàn|ngan|triệu|trieu|tỷ|tỉ|usd|m2|m²|m3|m³|ha|héc|hecta|kg|tấn|lít|km|kwh)(?!\w)",
    re.IGNORECASE,
)
_NUMBER_OF_SOMEBODY = re.compile(
    r"(?:sđt|sdt|đt|dt|tel|phone|hotline|zalo|điện thoại|dien thoai|số máy|so may|gọi|goi|lh|liên hệ|lien he"
    r"|cmnd|cmt|cccd|cc|hộ chiếu|ho chieu|passport|căn cước|can cuoc|chứng minh|chung minh|nhân dân|nhan dan"
    r"|stk|tk|tài khoản|tai khoan|số thẻ|so the)"
    r"(?:[\s:.=\-]|số|so|là|la|công dân|cong dan)*$",
    re.IGNORECASE,
)
_LOOK_BACK = 40
_LONG = 8
_SHORTEST_NAMED = 6


def redact(text: str) -> str:
    """The text with everything private that a machine can tell blacked out, and what that lays bare."""
    while (covered := _black_out(text)) != text:
        text = covered
    return text


def _black_out(text: str) -> str:
    pieces, done = [], 0
    for one in find_private(text):
        pieces += [text[done : one.start], COVER]
        done = one.end
    return "".join([*pieces, text[done:]])


def find_private(text: str) -> list[Private]:
    """What `redact` blacks out first, from left to right; nothing overlaps."""
    found = [*_find_written_alike(text), *_find_numbers(text)]
    apart: list[Private] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if apart and one.start < apart[-1].end:
            last = apart[-1]
            apart[-1] = Private(last.start, max(last.end, one.end), last.kind)
        else:
            apart.append(one)
    return apart


def _find_written_alike(text: str) -> Iterator[Private]:
    """What can be told by its pattern alone."""
    for pattern, kind in ((_EMAIL, Kind.EMAIL), (_LINK, Kind.LINK), (_PASSPORT, Kind.IDENTITY)):
        for found in pattern.finditer(text):
            yield Private(found.start(), found.start() + len(found[0].rstrip(_TRAILING)), kind)


def _find_numbers(text: str) -> Iterator[Private]:
    for cluster in list_clusters(text):
        place = 0
        while place < len(cluster):
            kind, taken = _judge(text, cluster[place:])
            if kind is not None:
                yield _cover(text, cluster[place], cluster[place + taken - 1], kind)
            place += taken


def _judge(text: str, groups: list[Group]) -> tuple[Kind | None, int]:
    """What begins with the first of the groups, and of how many groups it is made."""
    if groups[0].is_of_date:
        return None, 1
    taken = _take_phone(text, groups)
    if taken:
        return Kind.PHONE, taken
    taken = _take_named(text, groups)
    if taken:
        return Kind.LONG_NUMBER, taken
    taken = _take_identity(text, groups)
    if taken:
        return Kind.IDENTITY, taken
    taken = _take_account(groups)
    if taken:
        return Kind.LONG_NUMBER, taken
    return (Kind.LONG_NUMBER, 1) if _is_long(text, groups[0]) else (None, 1)


def _take_phone(text: str, groups: list[Group]) -> int:
    """How many groups make a telephone number; the most that can, 0 for none."""
    best, digits = 0, ""
    abroad = text[: groups[0].start].endswith("+")
    for count, group in enumerate(groups, start=1):
        if group.is_of_date or (count > 1 and not _joins_phone(groups[: count - 1], group)):
            break
        digits += group.digits
        if len(digits) > _LONGEST_PHONE:
            break
        if _is_phone(digits, abroad) and not _counts_up(groups[:count]):
            best = count
    if best and groups[0].digits[0] != "0" and not abroad and _is_measured(text, groups[best - 1]):
        return 0
    return best


def _joins_phone(before: list[Group], group: Group) -> bool:
    first = before[0].digits
    if group.gap.strip() == "/":
        return _BEFORE_STROKE.fullmatch(first) is not None
    if group.gap == ",":
        return first.startswith("0") and len(first) >= 3
    if first == "0" and len(before) > 1 and group.gap != before[1].gap:
        return False
    return _PHONE_GAP.fullmatch(group.gap) is not None


def _is_phone(digits: str, abroad: bool) -> bool:
    if digits.startswith("0084"):
        digits, abroad = digits[2:], True
    if digits.startswith("84") and _AFTER_84.fullmatch(digits[2:]):
        return abroad or digits[2] != "2"
    if abroad:
        return not digits.startswith("84") and len(digits) > _LONG
    return _VIETNAMESE_PHONE.fullmatch(digits) is not None


def _counts_up(groups: list[Group]) -> bool:
    """Whether it is a list such as 03 04 05 06 07."""
    steps = {int(later.digits) - int(earlier.digits) for earlier, later in pairwise(groups)}
    return len(groups) > 2 and all(len(group.digits) == 2 for group in groups) and steps == {1}


def _take_named(text: str, groups: list[Group]) -> int:
    """How many groups follow a word such as SĐT, CCCD or STK, if they are long enough to be such a number."""
    first = groups[0]
    before = text[max(0, first.start - _LOOK_BACK) : first.start]
    if len(first.digits) < 3 or not _NUMBER_OF_SOMEBODY.search(before.rstrip("(+ ")):
        return 0
    taken = 1
    while taken < len(groups) and _PLAIN_GAP.fullmatch(groups[taken].gap) and not groups[taken].is_of_date:
        taken += 1
    length = sum(len(group.digits) for group in groups[:taken])
    if length > _LONG:
        return taken
    short_of_years = length < _SHORTEST_NAMED or any(group.is_year for group in groups[:taken])
    return 0 if short_of_years or _is_measured(text, groups[taken - 1]) else taken


def _take_identity(text: str, groups: list[Group]) -> int:
    """How many groups make a CCCD (12 digits, the first a 0) or a CMND (9 digits) that was written apart."""
    lengths = [len(group.digits) for group in groups[:4]]
    if groups[0].digits[0] == "0" and int(groups[0].digits):  # no province has the code 000
        for count in (3, 4):
            if (
                sum(lengths[:count]) == 12
                and set(lengths[:count]) <= {3, 4}
                and _joined(groups[:count], _PLAIN_GAP)
            ):
                return count
    three = groups[:3]
    if (
        lengths[:3] != [3, 3, 3]
        or _is_measured(text, three[-1])
        or all(int(one.digits) % 10 == 0 for one in three)
    ):
        return 0
    gap = _PLAIN_GAP if groups[0].digits[0] == "0" else _SPACED_GAP
    return 3 if _joined(three, gap) else 0


def _take_account(groups: list[Group]) -> int:
    """How many groups of four digits make the number of a card or an account."""
    count = 1
    while (
        count < len(groups)
        and len(groups[count - 1].digits) == 4
        and _SPACED_GAP.fullmatch(groups[count].gap)
    ):
        count += 1
    length = sum(len(group.digits) for group in groups[:count])
    years = all(group.is_year for group in groups[:count] if len(group.digits) == 4)
    return count if length >= 13 and count > 2 and not years else 0


def _joined(groups: list[Group], gap: re.Pattern[str]) -> bool:
    return all(gap.fullmatch(group.gap) for group in groups[1:]) and not any(one.is_of_date for one in groups)


def _is_long(text: str, group: Group) -> bool:
    digits = group.digits
    if len(digits) < _LONG or group.is_day:
        return False
    return digits[0] == "0" or not (digits.endswith("00000") or _is_measured(text, group))


def _is_measured(text: str, group: Group) -> bool:
    """Whether money or a measure follows."""
    return _MONEY_OR_SIZE.match(text, group.end) is not None


def _cover(text: str, first: Group, last: Group, kind: Kind) -> Private:
    """From the first to the last group, with the marks around them that belong to the number."""
    start, end = first.start, last.end
    if text[:start].endswith("+"):
        start -= 1
    if text[:start].endswith("("):
        if ")" in text[start:end]:
            start -= 1
        elif text[end:].startswith(")"):
            start, end = start - 1, end + 1
    return Private(start, end, kind)
