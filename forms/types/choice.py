"""One of several options, or several of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forms.questionnaire import Question
from forms.types.base import NO_SUCH_OPTION, Answer, AnswerProblem, AnswerValue, QuestionType
from forms.types.one_of import OneOf
from translations.catalogue import LazyText, lazy


class SingleChoice(OneOf):
    name = "single"
    template = "choice.html"
    accepts = frozenset({"options"})

    def validate(self, question: Question) -> Iterable[tuple[str, LazyText]]:
        return _need_two_options(question)


class MultipleChoice(QuestionType):
    """Any number of options; read in the order of the questionnaire, kept with their codes sorted."""

    name = "multiple"
    template = "multiple.html"
    accepts = frozenset({"options"})

    def parse(self, question: Question, values: Sequence[str], reason: str) -> Answer | None:
        chosen = {value for value in values if value}
        if chosen - set(question.option_codes):
            raise AnswerProblem(NO_SUCH_OPTION)
        return Answer([code for code in question.option_codes if code in chosen]) if chosen else None

    def validate(self, question: Question) -> Iterable[tuple[str, LazyText]]:
        return _need_two_options(question)

    def tally(self, question: Question, answer: AnswerValue) -> Iterable[tuple[str, int]]:
        if isinstance(answer, list):
            yield from ((code, 1) for code in answer)

    def display(self, question: Question, answer: AnswerValue, locale: str) -> str:
        codes = answer if isinstance(answer, list) else []
        return ", ".join(question.option(code).label.say(locale) for code in codes)


def _need_two_options(question: Question) -> Iterable[tuple[str, LazyText]]:
    if len(question.options) < 2:
        yield "options", lazy("Cần ít nhất hai phương án trả lời.")


SINGLE = SingleChoice()
MULTIPLE = MultipleChoice()
