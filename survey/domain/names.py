"""Names of units: what makes two spellings one name, and what a search forgives."""

from __future__ import annotations

import re
import unicodedata

TYPE_NAMES = (
    "thành phố trực thuộc trung ương", "thành phố", "thị trấn", "thị xã", "tổ dân phố",
    "tỉnh", "huyện", "quận", "phường", "xã", "thôn",
)  # fmt: skip
_VILLAGE_KINDS = ("khu phố", "khu", "khối", "khóm", "bản", "ấp", "xóm", "làng", "buôn")
_ABBREVIATIONS = {"tp": "thanh pho", "tt": "thi tran", "tx": "thi xa", "tdp": "to dan pho"}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NOT_WORD = re.compile(r"[^\w\u0300-\u036f]+|_+")


def fold(text: str) -> str:
    """Search form: no accents, đ as d, lower case, words separated by one space."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(_NOT_WORD.sub(" ", bare).split())


def name_key(text: str) -> str:
    """Identity of a name: accents count, but case, punctuation and the place of a tone mark do not.

    Thôn Đông and Thôn Đồng stay two villages; Hóa and Hoá, Thủy and Thuỷ are one spelling.
    """
    words = _NOT_WORD.sub(" ", unicodedata.normalize("NFD", text.casefold())).split()
    return unicodedata.normalize("NFC", " ".join(map(_move_tones_to_end, words)))


def _move_tones_to_end(word: str) -> str:
    return "".join(c for c in word if c not in _TONES) + "".join(c for c in word if c in _TONES)


_FOLDED_TYPES = tuple(fold(name) for name in TYPE_NAMES)


def split_type(folded: str) -> tuple[str, str]:
    """A folded name as (type, bare name), the type "" when it has none; TP, TT, TX are understood."""
    first, _, rest = folded.partition(" ")
    folded = f"{_ABBREVIATIONS.get(first, first)} {rest}".strip()
    for kind in _FOLDED_TYPES:
        if folded == kind or folded.startswith(kind + " "):
            return kind, folded[len(kind) :].strip()
    return "", folded


def is_residential_group(village: str) -> bool:
    """Whether a village is a *tổ dân phố*, as in xã that were a thị trấn, and not a *thôn*."""
    return split_type(fold(village))[0] == "to dan pho"


def name_within(name: str) -> str:
    """A unit's name within a sentence: `thôn Đông`; what is called without its kind stays as it is."""
    is_kind = any(name.casefold().startswith(f"{kind} ") for kind in (*TYPE_NAMES, *_VILLAGE_KINDS))
    return name[:1].lower() + name[1:] if is_kind and name[1:2].islower() else name


def matches(query: str, name: str) -> bool:
    """Whether the words of `query` follow each other in `name`, the last one perhaps unfinished.

    The type (xã, phường …) may be left out on either side; where both have one they must agree.
    """
    query_type, words = split_type(fold(query))
    name_type, bare = split_type(fold(name))
    if query_type and name_type and query_type != name_type:
        return False
    return f" {bare}".find(f" {words}") >= 0
