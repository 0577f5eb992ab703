"""The forms about rounds, their papers and their documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from forms.questionnaire import Questionnaire
from survey.domain.clock import today
from survey.domain.rule_sets import RuleSet
from survey.services.round_checks import (
    KIND_NAMES,
    get_questionnaire,
    get_rule_set,
    list_fitting_questionnaires,
    list_fitting_rule_sets,
)
from survey.store.rounds import Round
from survey.store.units import Unit
from survey.web.fields import REQUIRED, ChoiceField, label
from translations.catalogue import gettext, lazy
from translations.dates import format_date


class DayField(DateField):
    """A day, refused in the reader's language."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(gettext("Xin ghi ngày theo mẫu năm-tháng-ngày, ví dụ 2026-11-23.")) from None


class RoundForm(FlaskForm):  # type: ignore[misc]
    """What makes the draft of a round; the last word about it is the service's."""

    unit = ChoiceField(label(lazy("Xã")))
    kind = RadioField(label(lazy("Loại đợt")), default="official")
    title = StringField(label(lazy("Tên đợt")), [REQUIRED])
    questionnaire = ChoiceField(label(lazy("Mẫu phiếu")))
    rules = ChoiceField(label(lazy("Bộ quy định")))
    starts_on = DayField(label(lazy("Ngày bắt đầu")), [REQUIRED])
    last_on = DayField(label(lazy("Ngày cuối nhận phiếu")), [Optional()])
    contact = StringField(label(lazy("Người để bà con hỏi (tên, số điện thoại)")), [REQUIRED])
    submit = SubmitField(label(lazy("Lưu bản soạn")))

    def offer(self, units: Sequence[Unit], draft: Round | None = None) -> None:
        """What fits a commune; a draft may also stay on what it stands on."""
        questionnaires, rules = list_fitting_questionnaires(), list_fitting_rule_sets(today())
        if draft:
            questionnaires += [get_questionnaire(draft.questionnaire_key)]
            rules += [get_rule_set(draft.rule_set_key)] if draft.rule_set_key else []
        self.unit.choices = [(str(unit.id), unit.name) for unit in units]
        self.kind.choices = [(kind, str(name)) for kind, name in KIND_NAMES.items()]
        self.questionnaire.choices = _offer(map(_name_questionnaire, questionnaires))
        nothing = ("", gettext("Không có (chỉ cho phản hồi thường xuyên)"))
        self.rules.choices = _offer([*map(_name_rules, rules), nothing])

    def suggest(self, day: date) -> None:
        """Begin a commune's round on a day, by the rules of that day."""
        self.starts_on.data = day
        self.rules.data = next(
            (rules.key for rules in list_fitting_rule_sets(day) if rules.is_valid_on(day)), ""
        )

    def fill(self, round_: Round) -> None:
        """Show a draft as it stands."""
        self.kind.data, self.title.data, self.contact.data = round_.kind, round_.title, round_.contact
        self.questionnaire.data, self.rules.data = round_.questionnaire_key, round_.rule_set_key or ""
        self.starts_on.data, self.last_on.data = round_.starts_on, round_.last_on
        self.unit.data = str(round_.unit_id)

    @property
    def typed(self) -> dict[str, Any]:
        """The arguments of `edit_round`, and of `create_round` but for its unit and kind."""
        return {
            "title": self.title.data or "",
            "questionnaire_key": self.questionnaire.data,
            "rule_set_key": self.rules.data or None,
            "starts_on": self.starts_on.data,
            "last_on": self.last_on.data,
            "contact": self.contact.data or "",
        }


_SHORT_NAMES = {
    "xa-ntm": lazy("Nông thôn mới"),
    "xa-nang-cao": lazy("Nông thôn mới nâng cao"),
}
"""What tells questionnaires apart: their titles begin alike, and a phone shows no more than the beginning."""


def _offer(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(choices))


def _name_questionnaire(questionnaire: Questionnaire) -> tuple[str, str]:
    short = _SHORT_NAMES.get(questionnaire.key)
    return questionnaire.key, f"{short} – {questionnaire.title}" if short else str(questionnaire.title)


def _name_rules(rules: RuleSet) -> tuple[str, str]:
    return rules.key, f"{rules.title} ({_validity(rules.valid_from, rules.valid_to)})"


def _validity(valid_from: Any, valid_to: Any) -> str:
    if valid_to is None:
        return gettext("từ %(day)s", day=format_date(valid_from))
    return f"{format_date(valid_from)} – {format_date(valid_to)}"


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """An official paper, with or without its scan."""

    number = StringField(label(lazy("Số, ký hiệu")), [REQUIRED])
    issued_on = DayField(label(lazy("Ngày ban hành")), [REQUIRED])
    issuer = StringField(label(lazy("Cơ quan ban hành")), [REQUIRED])
    document_title = StringField(label(lazy("Trích yếu")), [REQUIRED])
    scan = FileField(label(lazy("Bản chụp (PDF, PNG hoặc JPEG, không bắt buộc)")))
    submit = SubmitField(label(lazy("Ghi văn bản")))

    @property
    def typed(self) -> dict[str, Any]:
        """The arguments of `record_document`."""
        return {
            "number": self.number.data or "",
            "issued_on": self.issued_on.data,
            "issuer": self.issuer.data or "",
            "title": self.document_title.data or "",
            "scan": self.scan.data.read() if self.scan.data else None,
        }


class AdoptForm(DocumentForm):
    """The paper that makes a draft official for a unit."""

    unit = ChoiceField(label(lazy("Công nhận cho")))
    submit = SubmitField(label(lazy("Công nhận")))

    def offer(self, units: Sequence[Unit]) -> None:
        self.unit.choices = [(str(unit.id), unit.name) for unit in units]


class OpenForm(FlaskForm):  # type: ignore[misc]
    submit = SubmitField(label(lazy("Mở đợt")))


class PublishForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the proof that it was sent from our own page."""


class CloseForm(FlaskForm):  # type: ignore[misc]
    despite = TextAreaField(
        label(lazy("Lý do đóng khi còn điểm chưa xong")), render_kw={"rows": 3, "maxlength": 500}
    )
    submit = SubmitField(label(lazy("Đóng đợt")))


class ScanForm(FlaskForm):  # type: ignore[misc]
    """A scan of the minutes that were signed for a result, which is the one that the page showed."""

    result = IntegerField(validators=[Optional()], widget=HiddenInput())
    number = StringField(label(lazy("Số biên bản")), [REQUIRED])
    title = StringField(label(lazy("Trích yếu")), [REQUIRED], default=lambda: gettext("Biên bản kiểm phiếu"))
    scan = FileField(label(lazy("Bản chụp biên bản đã ký")))

    @property
    def typed(self) -> dict[str, Any]:
        """The arguments of `attach_scan`."""
        return {
            "result": self.result.data,
            "number": self.number.data or "",
            "title": self.title.data or "",
            "scan": self.scan.data.read() if self.scan.data else b"",
        }


class CorrectForm(FlaskForm):  # type: ignore[misc]
    """Why a result is computed anew."""

    because = TextAreaField(
        label(lazy("Lý do sửa kết quả")), [REQUIRED], render_kw={"rows": 3, "maxlength": 500}
    )


class SupersedeForm(FlaskForm):  # type: ignore[misc]
    because = TextAreaField(label(lazy("Lý do làm lại")), [REQUIRED], render_kw={"rows": 3, "maxlength": 500})
    submit = SubmitField(label(lazy("Thay bằng đợt khác")))
