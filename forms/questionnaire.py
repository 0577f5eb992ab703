"""A questionnaire: what is asked, in every language, frozen.

Codes are forever, wording is not: answers store option codes, never labels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from forms.wording import NO_TEXT, Text

KINDS = ("satisfaction", "pulse")
LEVELS = ("commune", "district")
STATUSES = ("draft", "official")
# Two measures that are never converted into one another: the Front's two-level rate and the
# five-level index of a pulse.
RATING_TYPES: Mapping[str, tuple[str, ...]] = {
    "satisfaction": ("satisfaction2", "satisfaction3"),
    "pulse": ("likert5",),
}


@dataclass(frozen=True)
class Option:
    code: str
    label: Text


@dataclass(frozen=True)
class Condition:
    """Holds when the earlier `question` was answered with one of `options`."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question; `criterion` is a code of criteria.toml or ''.

    `max_length` limits what is written (an open answer or a reason), `minimum` and `maximum` a number.
    """

    code: str
    type: str
    text: Text
    hint: Text = NO_TEXT
    options: tuple[Option, ...] = ()
    criterion: str = ""
    required: bool = False
    overall: bool = False
    show_if: Condition | None = None
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None

    @cached_property
    def option_codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)

    def option(self, code: str) -> Option:
        """The option of this code, else KeyError."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)


@dataclass(frozen=True)
class Section:
    code: str
    title: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """The whole of what is asked; `level` is the level of unit that is judged."""

    key: str
    version: str
    kind: str
    level: str
    status: str
    title: Text
    introduction: Text
    source: Text
    note: Text
    sections: tuple[Section, ...]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order in which they are asked."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def _by_code(self) -> dict[str, Question]:
        return {question.code: question for question in self.questions}

    def question(self, code: str) -> Question:
        """The question of this code, else KeyError."""
        return self._by_code[code]

    @cached_property
    def overall(self) -> Question | None:
        """The question whose rate is the overall rate; it stands on its own."""
        return next((question for question in self.questions if question.overall), None)

    @cached_property
    def contents(self) -> tuple[Question, ...]:
        """The contents that are rated one by one: those of the kind's measure, without the overall one."""
        return tuple(question for question in self.rated if not question.overall)

    @cached_property
    def rated(self) -> tuple[Question, ...]:
        """The contents and the overall question."""
        return tuple(question for question in self.questions if question.type in RATING_TYPES[self.kind])

    @cached_property
    def rated_codes(self) -> frozenset[str]:
        return frozenset(question.code for question in self.rated)

    @cached_property
    def languages(self) -> frozenset[str]:
        return self.title.languages

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hex."""
        return sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Canonical and complete (all languages): equal questionnaires give equal strings."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, document: str) -> Questionnaire:
        """The questionnaire that `to_json` wrote; anything else raises KeyError, TypeError or ValueError."""
        return _questionnaire(json.loads(document))


_FIELDS = {
    kind: tuple(kind.__dataclass_fields__) for kind in (Option, Condition, Question, Section, Questionnaire)
}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if type(value) in _FIELDS:
        return {name: _plain(getattr(value, name)) for name in _FIELDS[type(value)]}
    return value


def _questionnaire(plain: dict[str, Any]) -> Questionnaire:
    texts = {name: Text.of(plain[name]) for name in ("title", "introduction", "source", "note")}
    sections = tuple(
        Section(
            code=section["code"],
            title=Text.of(section["title"]),
            questions=tuple(_question(question) for question in section["questions"]),
        )
        for section in plain["sections"]
    )
    return Questionnaire(**{**plain, **texts, "sections": sections})


def _question(plain: dict[str, Any]) -> Question:
    condition = plain["show_if"]
    return Question(
        **{
            **plain,
            "text": Text.of(plain["text"]),
            "hint": Text.of(plain["hint"]),
            "options": tuple(Option(option["code"], Text.of(option["label"])) for option in plain["options"]),
            "show_if": Condition(condition["question"], tuple(condition["options"])) if condition else None,
        }
    )
