"""The form that adds a language of a commune's recordings."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, SubmitField

from survey.domain.languages import LONGEST_NAME
from survey.web.fields import label
from translations.catalogue import gettext, lazy


class LanguageForm(FlaskForm):  # type: ignore[misc]
    """A suggested language, or the name of another one."""

    code = SelectField(label(lazy("Ngôn ngữ")), validate_choice=False)
    language = StringField(
        label(lazy("Tên ngôn ngữ khác")), render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"}
    )
    submit = SubmitField(label(lazy("Thêm ngôn ngữ")))

    def offer(self, languages: Mapping[str, str]) -> None:
        self.code.choices = [*languages.items(), ("", gettext("Ngôn ngữ khác"))]
