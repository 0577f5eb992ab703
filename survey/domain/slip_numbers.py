"""The numbers of slips as people write them: `1-20, 35`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from survey.domain.codes import Code, parse_code
from survey.domain.errors import DomainError
from translations.catalogue import lazy

MOST_NUMBERS = 20_000
"""As many as one batch may have."""

_HIGHEST = 10_000_000
_PART = re.compile(r"([0-9]{1,8})(?:-([0-9]{1,8}))?")
_DASHES = re.compile(r"\s*(?:[-–—]|đến|\bto\b)\s*", re.IGNORECASE)
_SCANNED = re.compile(r"(?<![^\s,;])(?:https?://\S+/)?([0-9A-Za-z]{4}(?:-?[0-9A-Za-z]{4}){2})(?![^\s,;])")
_BETWEEN = re.compile(r"[\s,;]+")


def parse_numbers(text: str) -> list[int]:
    """The numbers that a text lists, in ascending order, each once.

    Raises:
        DomainError: a part is neither a number nor a range, or there are too many, or none.
    """
    numbers: set[int] = set()
    for part in filter(None, _BETWEEN.split(_DASHES.sub("-", text))):
        first, last = _read_part(part)
        if last - first + len(numbers) >= MOST_NUMBERS:
            raise DomainError(lazy("Nhiều số quá. Xin chia làm nhiều lần."))
        numbers.update(range(first, last + 1))
    if not numbers:
        raise DomainError(lazy("Xin ghi số thẻ, ví dụ: 1-20, 35."))
    return sorted(numbers)


def split_codes(text: str) -> tuple[list[Code], str]:
    """The slips' codes among the parts of a text, each once, as a scanner types them: bare or as an address.

    What is left of the text comes with them.

    Raises:
        DomainError: a code is mistyped.
    """
    codes = {code.text: code for code in (parse_code(found[1]) for found in _SCANNED.finditer(text))}
    return list(codes.values()), _SCANNED.sub(" ", text)


def _read_part(part: str) -> tuple[int, int]:
    found = _PART.fullmatch(part)
    first = int(found[1]) if found else 0
    last = int(found[2] or first) if found else 0
    if not 0 < first <= last < _HIGHEST:
        raise DomainError(
            lazy("Không hiểu “%(part)s”. Xin ghi số thẻ như thế này: 1-20, 35.", part=part[:40])
        )
    return first, last


def write_ranges(numbers: Iterable[int]) -> str:
    """`1–20, 35`: the numbers in ascending order, neighbours drawn together."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
