"""Open questions, answered in one line or in several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from forms.questionnaire import Question
from forms.types.base import Answer, AnswerValue, QuestionType, read_words


class FreeText(QuestionType):
    """Free words: they are never part of the option answers, and never counted."""

    is_text = True
    accepts = frozenset({"max_length"})
    limit: ClassVar[int]

    def max_length(self, question: Question) -> int:
        return question.max_length or self.limit

    def parse(self, question: Question, values: Sequence[str], reason: str) -> Answer | None:
        words = read_words("\n".join(values), self.max_length(question))
        return Answer(text=words) if words else None

    def display(self, question: Question, answer: AnswerValue, locale: str) -> str:
        return str(answer)


class ShortText(FreeText):
    name = "short_text"
    template = "short_text.html"
    limit = 200


class LongText(FreeText):
    name = "long_text"
    template = "long_text.html"
    limit = 2000


SHORT_TEXT = ShortText()
LONG_TEXT = LongText()
