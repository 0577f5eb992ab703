"""One text in several languages, Vietnamese always among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from translations.catalogue import DEFAULT_LOCALE, get_locale


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads, per language; an empty one is false.

    `words` is sorted by language, so equal texts are equal and hash alike.
    """

    words: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Text:
        return cls(tuple(sorted(words.items())))

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(language for language, _ in self.words)

    def say(self, locale: str | None = None) -> str:
        """The text in `locale` (default: the language of the moment), else in Vietnamese, else ''."""
        words = dict(self.words)
        return words.get(locale or get_locale()) or words.get(DEFAULT_LOCALE, "")

    def as_dict(self) -> dict[str, str]:
        return dict(self.words)

    def __str__(self) -> str:
        return self.say()

    def __bool__(self) -> bool:
        return bool(self.words)


NO_TEXT = Text()
