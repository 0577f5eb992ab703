"""The form about something that a commune will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional

from forms.questionnaire import Question
from survey.domain.actions import ACTION_STATE_NAMES, ActionState
from survey.domain.ids import read_id
from survey.services.actions import LONGEST_NAME, LONGEST_TEXT, ActionDraft, ActionLine, InvalidAction
from survey.web.fields import ChoiceField, label
from survey.web.round_forms import DayField
from translations.catalogue import gettext, lazy


class ActionForm(FlaskForm):  # type: ignore[misc]
    """An action; what is missing or wrong is the service's to tell. `seen` is the revision that is edited."""

    text = TextAreaField(label(lazy("Việc sẽ làm")), render_kw={"rows": 3, "maxlength": LONGEST_TEXT})
    question = ChoiceField(label(lazy("Trả lời cho nội dung")))
    theme = ChoiceField(label(lazy("Thuộc chủ đề")))
    responsible = StringField(label(lazy("Ai chịu trách nhiệm")), render_kw={"maxlength": LONGEST_NAME})
    due_on = DayField(label(lazy("Xong trước hết ngày")), [Optional()])
    state = RadioField(label(lazy("Đến đâu rồi")), default=ActionState.PLANNED, validate_choice=False)
    note = TextAreaField(label(lazy("Ghi chú")), render_kw={"rows": 2, "maxlength": LONGEST_TEXT})
    published = BooleanField(label(lazy("Công khai việc này trên trang kết quả của xã")), default=True)
    seen = HiddenField()
    submit = SubmitField(label(lazy("Ghi việc này")))

    def offer(self, questions: Sequence[Question], themes: Mapping[str, str]) -> None:
        nothing = ("", gettext("Không chọn"))
        self.question.choices = [nothing, *((one.code, str(one.text)) for one in questions)]
        self.theme.choices = [nothing, *themes.items()]
        self.state.choices = [(state.value, str(name)) for state, name in ACTION_STATE_NAMES.items()]

    def fill(self, line: ActionLine) -> None:
        """Show an action as it stands."""
        self.text.data, self.responsible.data, self.due_on.data = line.text, line.responsible, line.due_on
        self.state.data, self.note.data, self.published.data = line.state.value, line.note, line.published
        self.question.data, self.theme.data, self.seen.data = line.question, line.theme, str(line.revision)

    def suggest(self, question: str, theme: str) -> None:
        """Begin with what an address names, where it is one of the choices."""
        self.question.data = _one_of(self.question, question)
        self.theme.data = _one_of(self.theme, theme)

    def blame(self, problem: InvalidAction) -> None:
        """Put the problems beside their fields."""
        for name, message in problem.problems.items():
            self[name].errors = [*self[name].errors, str(message)]

    @property
    def revision(self) -> int:
        """The revision that was seen; one that no action has where it is missing."""
        return read_id(self.seen.data or "") or 0

    @property
    def draft(self) -> ActionDraft:
        return ActionDraft(
            text=self.text.data or "",
            responsible=self.responsible.data or "",
            due_on=self.due_on.data,
            state=ActionState(self.state.data)
            if self.state.data in list(ActionState)
            else ActionState.PLANNED,
            note=self.note.data or "",
            question=self.question.data or "",
            theme=self.theme.data or "",
            published=bool(self.published.data),
        )


def _one_of(field: ChoiceField, value: str) -> str:
    return value if value in {one for one, *_rest in field.iter_choices()} else ""
