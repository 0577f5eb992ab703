"""The forms about accounts."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import ValidationError

from survey.domain.permissions import ROLE_NAMES, Role
from survey.store.units import Unit
from survey.web.fields import REQUIRED, ChoiceField, label
from translations.catalogue import gettext, lazy

_USERNAME = {"autocapitalize": "none", "spellcheck": "false"}
_LONGEST = 200


def _short(_form: Form, field: Field) -> None:
    if len(field.data or "") > _LONGEST:
        raise ValidationError(gettext("Nội dung quá dài."))


class SignInForm(FlaskForm):  # type: ignore[misc]
    username = StringField(
        label(lazy("Tên đăng nhập")),
        [REQUIRED, _short],
        render_kw={"autocomplete": "username", **_USERNAME},
    )
    password = PasswordField(
        label(lazy("Mật khẩu")), [REQUIRED, _short], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()
    submit = SubmitField(label(lazy("Đăng nhập")))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    old = PasswordField(
        label(lazy("Mật khẩu hiện tại")), [REQUIRED, _short], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        label(lazy("Mật khẩu mới")), [REQUIRED, _short], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        label(lazy("Gõ lại mật khẩu mới")),
        [REQUIRED, _short],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(label(lazy("Đổi mật khẩu")))

    def validate_again(self, field: Field) -> None:
        if field.data != self.new.data:
            raise ValidationError(gettext("Hai lần gõ mật khẩu mới chưa giống nhau."))


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role on a unit; the choices are what the actor may hand on."""

    role = ChoiceField(label(lazy("Vai trò")))
    unit = ChoiceField(label(lazy("Đơn vị")))
    submit = SubmitField(label(lazy("Giao vai trò")))

    def offer(self, roles: Sequence[Role], units: Sequence[Unit]) -> None:
        self.role.choices = [(role.value, str(ROLE_NAMES[role])) for role in roles]
        self.unit.choices = [(str(unit.id), unit.name) for unit in units]


class NewAccountForm(RoleForm):
    username = StringField(
        label(lazy("Tên đăng nhập")), [REQUIRED, _short], render_kw={"autocomplete": "off", **_USERNAME}
    )
    display_name = StringField(
        label(lazy("Tên hiển thị")), [REQUIRED, _short], render_kw={"autocomplete": "off"}
    )
    submit = SubmitField(label(lazy("Tạo tài khoản")))
