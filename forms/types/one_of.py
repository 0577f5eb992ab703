"""The shape shared by the types that take exactly one option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forms.questionnaire import Option, Question
from forms.types.base import Answer, AnswerValue, QuestionType, pick_one
from forms.wording import Text
from translations.catalogue import LazyText, lazy


class OneOf(QuestionType):
    """One option out of several, stored as its code."""

    def parse(self, question: Question, values: Sequence[str], reason: str) -> Answer | None:
        code = pick_one(question, question.option_codes, values)
        return None if code is None else Answer(code)

    def tally(self, question: Question, answer: AnswerValue) -> Iterable[tuple[str, int]]:
        yield str(answer), 1

    def display(self, question: Question, answer: AnswerValue, locale: str) -> str:
        return question.option(str(answer)).label.say(locale)


class FixedOptions(OneOf):
    """One option out of a scale whose codes belong to the type; only their wording is free."""

    accepts = frozenset({"options"})

    def __init__(self, name: str, labels: dict[str, dict[str, str]]) -> None:
        self.name = name
        self.scale = tuple(Option(code, Text.of(words)) for code, words in labels.items())

    def default_options(self) -> tuple[Option, ...]:
        return self.scale

    def validate(self, question: Question) -> Iterable[tuple[str, LazyText]]:
        codes = tuple(option.code for option in self.scale)
        if question.option_codes != codes:
            message = lazy("Loại câu hỏi này có đúng các mã, theo thứ tự: %(codes)s.", codes=", ".join(codes))
            yield "options", message
