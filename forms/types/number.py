"""A whole number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from forms.questionnaire import Question
from forms.types.base import Answer, AnswerProblem, AnswerValue, QuestionType
from translations.catalogue import LazyText, lazy

_WHOLE = re.compile(r"-?[0-9]{1,9}")


class Number(QuestionType):
    """A whole number of at most nine digits, counted as ('answered', 1) and ('sum', n)."""

    name = "number"
    template = "number.html"
    accepts = frozenset({"minimum", "maximum"})

    def parse(self, question: Question, values: Sequence[str], reason: str) -> Answer | None:
        written = [value.strip() for value in values if value.strip()]
        if not written:
            return None
        if len(written) > 1 or not _WHOLE.fullmatch(written[0]):
            raise AnswerProblem(lazy("Xin ghi một số nguyên bằng chữ số, ví dụ 4."))
        number = int(written[0])
        if question.minimum is not None and number < question.minimum:
            raise AnswerProblem(lazy("Xin ghi số từ %(minimum)s trở lên.", minimum=question.minimum))
        if question.maximum is not None and number > question.maximum:
            raise AnswerProblem(lazy("Xin ghi số không quá %(maximum)s.", maximum=question.maximum))
        return Answer(number)

    def validate(self, question: Question) -> Iterable[tuple[str, LazyText]]:
        low, high = question.minimum, question.maximum
        if low is not None and high is not None and low > high:
            yield "maximum", lazy("Số lớn nhất phải không nhỏ hơn số nhỏ nhất.")

    def tally(self, question: Question, answer: AnswerValue) -> Iterable[tuple[str, int]]:
        if isinstance(answer, int):
            yield "answered", 1
            yield "sum", answer

    def display(self, question: Question, answer: AnswerValue, locale: str) -> str:
        return str(answer)


NUMBER = Number()
