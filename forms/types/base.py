"""What every question type must be able to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from forms.questionnaire import Option, Question
from forms.text import TextTooLong, clean_text
from translations.catalogue import LazyText, lazy

AnswerValue = str | int | list[str]


@dataclass(frozen=True)
class Answer:
    """What one question got: option codes or a number in `value`, free words in `text`.

    They part here because they are stored apart. One of the two may be missing.
    """

    value: AnswerValue | None = None
    text: str = ""


class AnswerProblem(Exception):
    """What was sent for one question cannot be taken; every reason for it is in `messages`."""

    def __init__(self, *messages: LazyText) -> None:
        super().__init__(*messages)
        self.messages = messages

    def __str__(self) -> str:
        return " ".join(map(str, self.messages))


class QuestionType(ABC):
    """The closed list of duties of a question type; an instance is registered under its `name`.

    `template` is the fragment under resident/types/ that asks the question. `has_reason` adds the
    input `<code>_reason`; `is_text` marks a type whose answer is free words only.
    """

    name: str
    template: ClassVar[str]
    has_reason: ClassVar[bool] = False
    is_text: ClassVar[bool] = False
    accepts: ClassVar[frozenset[str]] = frozenset()
    """The keys of a question, beyond text, hint, criterion, required and show_if, that mean something."""

    def default_options(self) -> tuple[Option, ...]:
        """The type's own options, which the loader writes into the question unless it words them anew."""
        return ()

    def options(self, question: Question) -> tuple[Option, ...]:
        """The options in the order in which they are shown."""
        return question.options or self.default_options()

    def max_length(self, question: Question) -> int | None:
        """The most characters that may be written; None where nothing is written."""
        return None

    @abstractmethod
    def parse(self, question: Question, values: Sequence[str], reason: str) -> Answer | None:
        """The answer in what the page sent; None for a blank one; raises AnswerProblem."""

    def validate(self, question: Question) -> Iterable[tuple[str, LazyText]]:
        """The mistakes of a definition, each with the key that it is about."""
        return ()

    def tally(self, question: Question, answer: AnswerValue) -> Iterable[tuple[str, int]]:
        """What one stored answer adds to the counters of its question: (option code, weight)."""
        return ()

    @abstractmethod
    def display(self, question: Question, answer: AnswerValue, locale: str) -> str:
        """The stored answer in words."""


def pick_one(question: Question, codes: Sequence[str], values: Sequence[str]) -> str | None:
    """The one code that was chosen, None for none."""
    chosen = list(dict.fromkeys(value for value in values if value))
    if not chosen:
        return None
    if len(chosen) > 1:
        raise AnswerProblem(lazy("Xin chỉ chọn một câu trả lời."))
    if chosen[0] not in codes:
        raise AnswerProblem(NO_SUCH_OPTION)
    return chosen[0]


def read_words(raw: str, limit: int) -> str:
    """Free words, cleaned; raises AnswerProblem when they are too long."""
    try:
        return clean_text(raw, limit)
    except TextTooLong as error:
        raise AnswerProblem(error.message) from error


NO_SUCH_OPTION = lazy("Câu trả lời này không có trong phiếu, xin chọn lại.")
