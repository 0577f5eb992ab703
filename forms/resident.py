"""The page a resident sends: read once, cheaply, with nothing of it lost."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import Field

from forms.answers import BlankRule, Submission
from forms.conditions import is_visible
from forms.questionnaire import Question, Questionnaire
from forms.types.base import Answer, AnswerProblem
from forms.types.registry import get_type
from translations.catalogue import LazyText, lazy, use_locale

REASON = "_reason"
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")

NOTHING_ANSWERED = lazy(
    "Phiếu chưa có câu trả lời nào. Xin ông/bà đánh giá ít nhất một nội dung rồi gửi lại."
)
NOT_ANSWERED = lazy("Xin ông/bà trả lời nội dung này.")
NO_KEY = lazy("Trang này đã cũ. Xin ông/bà bấm Gửi thêm một lần nữa; các câu đã trả lời vẫn còn nguyên.")
LOOK_AGAIN = lazy("Còn câu cần xem lại; các câu đã trả lời vẫn còn nguyên.")


@dataclass(frozen=True)
class ParsedForm:
    """A page that was sent: either a submission, or what to say about it.

    `errors` follow the order of the questions; `form_error` stands above the page; both are already
    in the person's language. `raw` refills the page by input name; `key` is '' when it was not valid.
    """

    key: str
    raw: dict[str, list[str]] = field(default_factory=dict)
    submission: Submission | None = None
    errors: dict[str, str] = field(default_factory=dict)
    form_error: str = ""


def new_submission_key() -> str:
    """The hidden key of a freshly shown page: 22 characters, 128 random bits."""
    return secrets.token_urlsafe(16)


def parse_submission(
    questionnaire: Questionnaire, formdata: MultiDict[str, str], locale: str, *, blank: BlankRule
) -> ParsedForm:
    """Read what a resident sent for this questionnaire.

    With `blank="invalid"` every rated question must be answered, with `"no_answer"` a blank one is
    simply absent; in both at least one must be answered. Other questions are demanded where they are
    `required` and visible. Answers to questions that the show-if path hides are left out. Words typed
    beside a question are kept whatever was chosen there. A too long text is an error, never cut.
    """
    with use_locale(locale):
        form = ResidentForm(formdata, questionnaire=questionnaire, blank=blank)
        raw = {
            name: formdata.getlist(name)
            for question in questionnaire.questions
            for name in (question.code, question.code + REASON)
            if name in formdata
        }
        key = form.key.data
        if form.validate():
            return ParsedForm(key=key, raw=raw, submission=form.submission)
        errors = {code: " ".join(map(str, messages)) for code, messages in form.problems.items()}
        return ParsedForm(key=key, raw=raw, errors=errors, form_error=str(form.problem))


class SubmissionKeyField(Field):
    """The hidden key that makes sending twice harmless."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist and _KEY.fullmatch(valuelist[0]) else ""


class AnswersField(Field):
    """All questions at once: each one's type reads its inputs `<code>` and `<code>_reason`."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.data: dict[str, Answer] = {}
        self.messages: dict[str, Sequence[LazyText]] = {}
        for question in data.questions:
            try:
                answer = self._read(question, formdata)
            except AnswerProblem as problem:
                self.messages[question.code] = problem.messages
            else:
                if answer:
                    self.data[question.code] = answer

    def _read(self, question: Question, formdata: Any) -> Answer | None:
        kind = get_type(question.type)
        values = formdata.getlist(question.code)
        reason = "\n".join(formdata.getlist(question.code + REASON)) if kind.has_reason else ""
        return kind.parse(question, values, reason) if reason or any(values) else None


class ResidentForm(FlaskForm):  # type: ignore[misc]
    """No session and no cookie here: there is no ambient authority that could be forged."""

    key = SubmissionKeyField()
    answers = AnswersField()

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False

        def get_translations(self, form: Any) -> None:
            """Messages are ours: none come from WTForms."""

    def __init__(
        self, formdata: MultiDict[str, str], *, questionnaire: Questionnaire, blank: BlankRule
    ) -> None:
        self.questionnaire, self.blank = questionnaire, blank
        super().__init__(formdata=formdata, answers=questionnaire)

    def validate(self, extra_validators: Any = None) -> bool:
        """Walk the show-if path once, gathering answers and what is wrong with them."""
        self.submission = Submission()
        self.problems: dict[str, Sequence[LazyText]] = {}
        for question in self.questionnaire.questions:
            if is_visible(question, self.submission.answers):
                self._take(question)
        self.problem: LazyText | str = self._form_problem()
        return not self.problem

    def _take(self, question: Question) -> None:
        messages = self.answers.messages.get(question.code)
        if messages:
            self.problems[question.code] = messages
            return
        answer = self.answers.data.get(question.code) or Answer()
        if answer.value is not None:
            self.submission.answers[question.code] = answer.value
        if answer.text:
            self.submission.texts[question.code] = answer.text
        if self._is_missing(question, answer):
            self.problems[question.code] = (NOT_ANSWERED,)

    def _is_missing(self, question: Question, answer: Answer) -> bool:
        if question.code in self.questionnaire.rated_codes:
            return answer.value is None and self.blank == "invalid"
        return question.required and answer.value is None and not answer.text

    def _form_problem(self) -> LazyText | str:
        answered = self.submission.answers.keys() | self.problems.keys()
        rated = self.questionnaire.rated_codes
        if answered.isdisjoint(rated) or all(self.problems.get(code) == (NOT_ANSWERED,) for code in rated):
            return NOTHING_ANSWERED
        if self.problems:
            return LOOK_AGAIN
        return "" if self.key.data else NO_KEY
