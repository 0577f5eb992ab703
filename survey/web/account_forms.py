"""The forms about accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, SelectField, StringField, SubmitField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, ValidationError

from survey.domain.permissions import ROLE_NAMES, Role
from survey.store.units import Unit
from translations.catalogue import LazyText, gettext, lazy

_USERNAME = {"autocapitalize": "none", "spellcheck": "false"}
_LONGEST = 200


def _label(text: LazyText) -> str:
    """WTForms wants a string, and reads it only when the page is written: in the reader's language."""
    return cast(str, text)


def _short(_form: Form, field: Field) -> None:
    if len(field.data or "") > _LONGEST:
        raise ValidationError(gettext("Nội dung quá dài."))


_REQUIRED = InputRequired(message=_label(lazy("Xin điền mục này.")))


class ChoiceField(SelectField):
    """A choice from a list, which says in the reader's language that something else was sent."""

    def pre_validate(self, form: BaseForm) -> None:
        if self.data not in {value for value, *_rest in self.iter_choices()}:
            raise ValidationError(gettext("Xin chọn một mục trong danh sách."))


class SignInForm(FlaskForm):  # type: ignore[misc]
    username = StringField(
        _label(lazy("Tên đăng nhập")),
        [_REQUIRED, _short],
        render_kw={"autocomplete": "username", **_USERNAME},
    )
    password = PasswordField(
        _label(lazy("Mật khẩu")), [_REQUIRED, _short], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()
    submit = SubmitField(_label(lazy("Đăng nhập")))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    old = PasswordField(
        _label(lazy("Mật khẩu hiện tại")), [_REQUIRED, _short], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        _label(lazy("Mật khẩu mới")), [_REQUIRED, _short], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _label(lazy("Gõ lại mật khẩu mới")),
        [_REQUIRED, _short],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(_label(lazy("Đổi mật khẩu")))

    def validate_again(self, field: Field) -> None:
        if field.data != self.new.data:
            raise ValidationError(gettext("Hai lần gõ mật khẩu mới chưa giống nhau."))


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role on a unit; the choices are what the actor may hand on."""

    role = ChoiceField(_label(lazy("Vai trò")))
    unit = ChoiceField(_label(lazy("Đơn vị")))
    submit = SubmitField(_label(lazy("Giao vai trò")))

    def offer(self, roles: Sequence[Role], units: Sequence[Unit]) -> None:
        self.role.choices = [(role.value, str(ROLE_NAMES[role])) for role in roles]
        self.unit.choices = [(str(unit.id), unit.name) for unit in units]


class NewAccountForm(RoleForm):
    username = StringField(
        _label(lazy("Tên đăng nhập")), [_REQUIRED, _short], render_kw={"autocomplete": "off", **_USERNAME}
    )
    display_name = StringField(
        _label(lazy("Tên hiển thị")), [_REQUIRED, _short], render_kw={"autocomplete": "off"}
    )
    submit = SubmitField(_label(lazy("Tạo tài khoản")))
