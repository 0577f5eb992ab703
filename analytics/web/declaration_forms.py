"""The form of one target's declaration, built from what the plan asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import DateField, Field, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from survey.frames import DeclarationField, Target
from translations.catalogue import LazyText, gettext, lazy

_LIMIT = 1_000
"""More characters than any declared link or number has."""


def _label(text: LazyText) -> str:
    """WTForms wants a string, and reads it only when the page is written: in the reader's language."""
    return cast(str, text)


class KindsField(SelectMultipleField):
    """Some of several, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DayField(DateField):
    """A date whose mistakes are told by the domain, in its words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


class DeclarationForm(FlaskForm):  # type: ignore[misc]
    """The fields of `target` (named by their keys), the evidence and the day."""

    target: Target

    evidence_url = StringField(_label(lazy("Địa chỉ minh chứng (văn bản, ảnh, trang web)")))
    declared_on = DayField(_label(lazy("Số liệu tính đến ngày")))

    @property
    def asked(self) -> list[tuple[DeclarationField, Field]]:
        return [(asked, self[_name(asked)]) for asked in self.target.fields]

    def read_value(self) -> dict[str, Any]:
        """What was declared, typed; what can't be read stays as text, for the domain to refuse."""
        return {asked.key: _read(asked, field.data) for asked, field in self.asked}

    def read_day(self) -> date | None:
        day = self.declared_on.data
        return day if isinstance(day, date) else None

    def show_problems(self, problems: Mapping[str, LazyText]) -> None:
        fields = {asked.key: field for asked, field in self.asked}
        fields |= {"evidence_url": self.evidence_url, "declared_on": self.declared_on}
        for key, problem in problems.items():
            if key in fields:
                fields[key].errors = [*fields[key].errors, str(problem)]


def _name(asked: DeclarationField) -> str:
    return f"f_{asked.key}".replace("-", "_")


def _read(asked: DeclarationField, typed: Any) -> Any:
    if asked.kind == "yes_no":
        return {"yes": True, "no": False}.get(typed)
    if asked.kind == "kinds":
        return list(typed or [])
    text = str(typed or "").strip()[:_LIMIT]
    if asked.kind == "count" and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return text or None


def make_form(target: Target, declared_on: date | None = None) -> DeclarationForm:
    """The form of a target; its names begin with the target's key, so that a page can hold several."""
    fields = {_name(asked): _make_field(asked) for asked in target.fields}
    kind = type("TargetForm", (DeclarationForm,), {**fields, "target": target})
    form: DeclarationForm = kind(prefix=target.key.replace(".", "_"))
    if declared_on and not form.declared_on.raw_data:
        form.declared_on.data = declared_on
    return form


def _make_field(asked: DeclarationField) -> Any:
    label = asked.label.say()
    if asked.kind == "yes_no":
        choices = [SelectChoice("yes", gettext("Có")), SelectChoice("no", gettext("Không"))]
        return RadioField(label, choices=choices, validate_choice=False)
    if asked.kind == "kinds":
        choices = [SelectChoice(option.code, option.label.say()) for option in asked.options]
        return KindsField(label, choices=choices, validate_choice=False)
    hints = {"inputmode": "numeric"} if asked.kind == "count" else {"inputmode": "url"}
    return StringField(label, render_kw=hints)
