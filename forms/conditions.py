"""Which questions a person is asked, given what was answered so far: computed, never stored."""

from __future__ import annotations

from collections.abc import Mapping

from forms.questionnaire import Question, Questionnaire
from forms.types.base import AnswerValue


def is_visible(question: Question, answers: Mapping[str, AnswerValue]) -> bool:
    """Whether the question is asked; `answers` holds those of the visible questions before it."""
    condition = question.show_if
    if condition is None:
        return True
    answer = answers.get(condition.question)
    if isinstance(answer, list):
        return not set(condition.options).isdisjoint(answer)
    return answer in condition.options


def visible_questions(
    questionnaire: Questionnaire, answers: Mapping[str, AnswerValue]
) -> tuple[Question, ...]:
    """The path through the questionnaire; an answer to a hidden question opens nothing."""
    visible: list[Question] = []
    counted: dict[str, AnswerValue] = {}
    for question in questionnaire.questions:
        if is_visible(question, counted):
            visible.append(question)
            if question.code in answers:
                counted[question.code] = answers[question.code]
    return tuple(visible)
