"""Pieces that the staff's forms share, in the reader's language."""

from __future__ import annotations

from typing import cast

from wtforms import SelectField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import InputRequired

from translations.catalogue import LazyText, gettext, lazy


def label(text: LazyText) -> str:
    """WTForms wants a string, and reads it only when the page is written: in the reader's language."""
    return cast(str, text)


REQUIRED = InputRequired(message=label(lazy("Xin điền mục này.")))


class ChoiceField(SelectField):
    """A choice from a list, which says in the reader's language that something else was sent."""

    def pre_validate(self, form: BaseForm) -> None:
        if self.data not in {value for value, *_rest in self.iter_choices()}:
            raise ValidationError(gettext("Xin chọn một mục trong danh sách."))
