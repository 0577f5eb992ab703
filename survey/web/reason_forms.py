"""The forms about what residents wrote: moderation, words from paper ballots, and lists of themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, SubmitField, TextAreaField

from forms.questionnaire import Question
from survey.domain.theme_lists import LONGEST_LIST
from survey.services.reasons import Decision, ReasonLine, State
from survey.web.fields import REQUIRED, ChoiceField, label
from translations.catalogue import LazyText, lazy

KEEP, SHOW, HIDE = "keep", "show", "hide"
_UNDECIDED = lazy("Câu này đã sửa nhưng chưa chọn cho hiện hay ẩn.")


class ModerationForm(FlaskForm):  # type: ignore[misc]
    """A page of texts: for each `do-<id>`, `text-<id>`, and `nobody-<id>` if it may name somebody."""


@dataclass(frozen=True)
class Typed:
    """What somebody chose and wrote for one text."""

    choice: str
    text: str
    names_nobody: bool = False

    def differs(self, line: ReasonLine) -> bool:
        return _tidy(self.text) != _tidy(line.proposed)


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def read_typed(sent: Mapping[str, str]) -> dict[UUID, Typed]:
    """What was sent for each text of the page; what is no text's is left out."""
    typed: dict[UUID, Typed] = {}
    for name, value in sent.items():
        reason_id = read_uuid(name.removeprefix("text-"))
        if name.startswith("text-") and reason_id:
            own = reason_id.hex
            typed[reason_id] = Typed(sent.get(f"do-{own}", KEEP), value, f"nobody-{own}" in sent)
    return typed


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def decide(
    lines: Sequence[ReasonLine], typed: Mapping[UUID, Typed], *, seen: State, show_rest: bool
) -> tuple[dict[UUID, Decision], dict[UUID, LazyText]]:
    """The decisions of a page, and what is not decided although it was edited.

    `show_rest` shows what was left open as well, but for untouched texts that may name somebody and of
    which nobody said that they don't.
    """
    decisions: dict[UUID, Decision] = {}
    problems: dict[UUID, LazyText] = {}
    for line in lines:
        one = typed[line.id]
        edited = one.differs(line)
        rest = show_rest and (edited or one.names_nobody or not line.may_name)
        if one.choice == SHOW or (one.choice == KEEP and rest):
            if edited or seen != "shown":
                decisions[line.id] = Decision("shown", one.text, one.names_nobody)
        elif one.choice == HIDE:
            if seen != "hidden":
                decisions[line.id] = Decision("hidden")
        elif edited:
            problems[line.id] = _UNDECIDED
    return decisions, problems


class PaperReasonsForm(FlaskForm):  # type: ignore[misc]
    """What paper ballots say about one question; `key` makes the same page sent twice harmless."""

    question = ChoiceField(label(lazy("Nội dung")))
    texts = TextAreaField(label(lazy("Ý kiến, mỗi ý kiến một dòng")), [REQUIRED], render_kw={"rows": 10})
    key = HiddenField()
    submit = SubmitField(label(lazy("Ghi ý kiến")))

    def offer(self, questions: Sequence[Question]) -> None:
        self.question.choices = [(one.code, str(one.text)) for one in questions]

    def renew_key(self) -> None:
        self.key.data = token_urlsafe(18)


class ThemesForm(FlaskForm):  # type: ignore[misc]
    """A unit's own list of themes, and a sentence to try it on."""

    text = TextAreaField(
        label(lazy("Danh sách chủ đề và từ khóa")),
        [REQUIRED],
        render_kw={"rows": 24, "maxlength": LONGEST_LIST, "spellcheck": "false"},
    )
    sample = StringField(label(lazy("Thử với một câu")), render_kw={"maxlength": 500})

    def fill(self, text: str) -> None:
        self.text.data = text

    @property
    def typed(self) -> str:
        return self.text.data or ""


def pick(source: Mapping[str, Any], name: str, options: Mapping[str, State]) -> State:
    """The state that an address or a form names; the first of the options for anything else."""
    return options.get(str(source.get(name, "")), next(iter(options.values())))
