"""Hài lòng / Chưa hài lòng, with a reason: the Front's own measure."""

from __future__ import annotations

from collections.abc import Sequence

from forms.questionnaire import Question
from forms.types.base import Answer, AnswerProblem, pick_one, read_words
from forms.types.one_of import FixedOptions
from translations.catalogue import LazyText

REASON_LIMIT = 500
LABELS = {
    "satisfied": {"vi": "Hài lòng", "en": "Satisfied"},
    "not_satisfied": {"vi": "Chưa hài lòng", "en": "Not satisfied"},
    "no_opinion": {"vi": "Không có ý kiến", "en": "No opinion"},
}


class Satisfaction(FixedOptions):
    """Two levels, or three with *no opinion* as on the form of 2017.

    The page asks for the reason where the answer is *not satisfied*. A reason given elsewhere is
    kept as well: nothing that a person wrote is dropped silently.
    """

    template = "satisfaction.html"
    has_reason = True
    accepts = frozenset({"options", "overall", "max_length"})

    def max_length(self, question: Question) -> int:
        return question.max_length or REASON_LIMIT

    def parse(self, question: Question, values: Sequence[str], reason: str) -> Answer | None:
        problems: list[LazyText] = []
        code, words = None, ""
        try:
            code = pick_one(question, question.option_codes, values)
        except AnswerProblem as problem:
            problems.extend(problem.messages)
        try:
            words = read_words(reason, self.max_length(question))
        except AnswerProblem as problem:
            problems.extend(problem.messages)
        if problems:
            raise AnswerProblem(*problems)
        return Answer(code, words) if code or words else None


TWO_LEVELS = Satisfaction("satisfaction2", {code: LABELS[code] for code in ("satisfied", "not_satisfied")})
THREE_LEVELS = Satisfaction("satisfaction3", LABELS)
