"""Themes of what people write: found by keywords, with or without accents, abbreviations spelt out.

A text may have several themes: "đường lầy, nước giếng nhiễm phèn" complains of the road and of the
water, and a count that kept only one would hide the other. So themes count mentions: each text once
under every theme it names, and their sum may exceed the number of texts. Words are spent once, longest
keyword first: in "nước thải" there is waste and no clean water. A text that names none is `OTHER`.

Accents count where they are typed: "cho" is no "chợ" in a clause that has its accents. A clause of
which fewer than half of the words bear a mark was typed without, and there a bare word is any of those
that fold to it, but for the keywords that a list puts in quotes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from unicodedata import normalize

from forms.wording import Text
from survey.domain.names import fold, name_key
from translations.catalogue import lazy

OTHER = "khac"
OTHER_NAME = lazy("Khác")

_CLAUSE_END = re.compile(r"[.,;:!?()\[\]\"“”…/\n–—]+")
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_KNOWN_WORDS = 8_192


@dataclass(frozen=True, slots=True)
class Keyword:
    """Words that tell a theme; `exact` ones count only with their accents."""

    text: str
    exact: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(name_key(self.text).split())

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(fold(self.text).split())

    def __str__(self) -> str:
        return f'"{self.text}"' if self.exact else self.text


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and its keywords; `criterion` is a code of forms/criteria.toml or ''."""

    code: str
    name: Text
    keywords: tuple[Keyword, ...]
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text: `bare` where a keyword's accents may be missing."""

    key: str
    folded: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A keyword in the index; the theme '' only spends its words."""

    key: tuple[str, ...]
    folded: tuple[str, ...]
    exact: bool
    theme: str

    def matches(self, words: Sequence[_Word], place: int) -> bool:
        """Whether it stands at a place of the words."""
        if place + len(self.key) > len(words):
            return False
        for offset, key in enumerate(self.key):
            word = words[place + offset]
            if word.key != key and (self.exact or not word.bare or word.folded != self.folded[offset]):
                return False
        return True


@dataclass(frozen=True)
class ThemeList:
    """Themes in their order, words that tell none, and abbreviations with what they stand for."""

    themes: tuple[Theme, ...]
    ignored: tuple[Keyword, ...] = ()
    abbreviations: tuple[tuple[str, str], ...] = ()

    def find_themes(self, text: str) -> tuple[str, ...]:
        """The codes of the themes that a text names, in the order of the list; `OTHER` for none."""
        named = {code for clause in self._read(text) for code in self._code(clause)}
        return tuple(theme.code for theme in self.themes if theme.code in named) or (OTHER,)

    def name_of(self, code: str) -> str | None:
        """A theme's name in the language of the moment."""
        if code == OTHER:
            return str(OTHER_NAME)
        return self._names[code].say() if code in self._names else None

    @cached_property
    def _names(self) -> Mapping[str, Text]:
        return {theme.code: theme.name for theme in self.themes}

    @cached_property
    def _spelt_out(self) -> Mapping[str, tuple[_Word, ...]]:
        return {
            name_key(short): tuple(_Word(name_key(word), fold(word)) for word in _WORD.findall(full))
            for short, full in self.abbreviations
        }

    @cached_property
    def _index(self) -> Mapping[str, tuple[_Entry, ...]]:
        """Entries by their first word without accents."""
        keywords = [(one, theme.code) for theme in self.themes for one in theme.keywords]
        index: defaultdict[str, list[_Entry]] = defaultdict(list)
        for one, code in [*keywords, *((one, "") for one in self.ignored)]:
            index[one.folded[0]].append(_Entry(one.key, one.folded, one.exact, code))
        return {first: tuple(entries) for first, entries in index.items()}

    def _read(self, text: str) -> Iterator[list[_Word]]:
        """The clauses of a text, word by word."""
        joined = _DOTTED.sub(lambda found: found[0].replace(".", ""), normalize("NFC", text))
        for clause in _CLAUSE_END.split(joined):
            typed = [_see(word) for word in _WORD.findall(clause)]
            marked = sum(key != folded for key, folded in typed)
            bare = 2 * marked < len(typed)
            words: list[_Word] = []
            for key, folded in typed:
                words += self._spelt_out.get(key) or [_Word(key, folded, bare and key == folded)]
            if words:
                yield words

    def _code(self, words: list[_Word]) -> Iterator[str]:
        """The themes of a clause: of keywords that overlap the longest holds, then the first."""
        found = [
            (-len(entry.key), place, entry.theme)
            for place, word in enumerate(words)
            for entry in self._index.get(word.folded, ())
            if entry.matches(words, place)
        ]
        spent: set[int] = set()
        for length, place, theme in sorted(found, key=lambda one: one[:2]):
            span = range(place, place - length)
            if spent.isdisjoint(span):
                spent.update(span)
                if theme:
                    yield theme


@lru_cache(maxsize=_KNOWN_WORDS)
def _see(word: str) -> tuple[str, str]:
    """How a word is compared: with accents, wherever its tone mark stands, and without."""
    return name_key(word), fold(word)
