"""What people type, made safe to store and to show without losing a word of it."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from translations.catalogue import LazyText, lazy
from translations.numbers import format_count

_ZWJ = "\u200d"
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffe\uffff"
_TOLD_APART = (*range(0x20000), *range(0xE0000, 0xE1000))
"""Where controls and spaces can stand: the other planes hold ideographs, private characters and nothing."""


class TextTooLong(ValueError):
    """The cleaned text has `length` characters, more than `limit`; nothing was cut off."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(length, limit)
        self.length = length
        self.limit = limit

    @property
    def message(self) -> LazyText:
        """Made in the language of the moment, for the sake of its numbers."""
        return lazy(
            "Ý kiến dài %(length)s ký tự, xin viết gọn trong %(limit)s ký tự.",
            length=format_count(self.length),
            limit=format_count(self.limit),
        )

    def __str__(self) -> str:
        return str(self.message)


def _replacements() -> dict[int, str | None]:
    """Controls, bidirectional marks and zero-width junk go; every kind of space becomes a plain one."""
    table: dict[int, str | None] = dict.fromkeys(map(ord, _INVISIBLE))
    for point in _TOLD_APART:
        kind = category(chr(point))
        if kind in ("Cc", "Cf", "Cs"):
            table[point] = None
        elif kind == "Zs":
            table[point] = " "
    for line_end in "\n\r\x0b\x0c\x85\u2028\u2029":
        table[ord(line_end)] = "\n"
    table[ord("\t")] = " "
    del table[ord(_ZWJ)]
    return table


_REPLACEMENTS = _replacements()


def clean_text(raw: str, limit: int) -> str:
    """The text as it is stored: NFC, LF, trimmed, at most one blank line in a row.

    Control characters, NUL, bidirectional marks and zero-width characters are removed; a joiner
    stays inside an emoji. `limit` counts characters of the result; a longer one raises
    `TextTooLong` and is never cut.
    """
    text = raw.replace("\r\n", "\n").translate(_REPLACEMENTS)
    if _ZWJ in text:
        text = _keep_emoji_joiners(text)
    text = normalize("NFC", text)
    text = re.sub(r" +$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if len(text) > limit:
        raise TextTooLong(len(text), limit)
    return text


def _keep_emoji_joiners(text: str) -> str:
    kept: list[str] = []
    parts = text.split(_ZWJ)
    for part in parts:
        if kept and part:
            joins = _is_emoji(kept[-1][-1]) and category(part[0]) == "So"
            kept.append(_ZWJ + part if joins else part)
        elif part:
            kept.append(part)
    return "".join(kept)


def _is_emoji(character: str) -> bool:
    """A symbol, a skin tone or the emoji variation mark."""
    return character == "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff" or category(character) == "So"
