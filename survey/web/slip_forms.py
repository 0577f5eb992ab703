"""The forms about slips: issuing, voiding and replacing, and taking back with paper ballots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast, get_args

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, RadioField, StringField, SubmitField
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from survey.domain.codes import Code
from survey.domain.errors import DomainError
from survey.domain.ids import read_id
from survey.domain.slip_numbers import parse_numbers, split_codes
from survey.printing.slips import PerPage
from survey.services.slip_issuing import Order
from survey.store.rounds import RoundUnit
from survey.web.fields import REQUIRED, ChoiceField, label
from translations.catalogue import gettext, lazy
from translations.numbers import format_count

WEB_LIMIT = 5_000
"""Slips at a time: their PDF is drawn while the officer waits."""


class WholeField(IntegerField):
    """A whole number, refused in the reader's language."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(gettext("Xin ghi một số.")) from None


class NumbersField(StringField):
    """Slip numbers as `1-20, 35`; `numbers` once they are valid."""

    numbers: list[int]

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped:
            return
        try:
            self.numbers = parse_numbers(self.data or "")
        except DomainError as problem:
            raise ValidationError(str(problem)) from problem


class SlipsBox(NumbersField):
    """Many of them, line under line, typed or scanned; `codes` as well once they are valid."""

    widget: Any = TextArea()
    codes: list[Code]

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped:
            return
        try:
            self.codes, rest = split_codes(self.data or "")
            self.numbers = parse_numbers(rest) if rest.strip() or not self.codes else []
        except DomainError as problem:
            raise ValidationError(str(problem)) from problem


class SlipsForm(FlaskForm):  # type: ignore[misc]
    """Slips for a village. `first` is the number they begin with, by which a form sent twice is known."""

    village = ChoiceField(label(lazy("Thôn")))
    count = WholeField(label(lazy("Số thẻ")), [REQUIRED])
    per_page = RadioField(label(lazy("Mỗi tờ A4 in")), default="8", validate_choice=False)
    first = HiddenField()
    submit = SubmitField(label(lazy("Phát thẻ")))

    def offer(self, villages: Sequence[RoundUnit]) -> None:
        self.village.choices = [(str(village.unit_id), village.name) for village in villages]
        self.per_page.choices = [
            ("8", gettext("8 thẻ, chữ to hơn")),
            ("10", gettext("10 thẻ, đỡ tốn giấy")),
            ("1", gettext("1 phiếu giấy, kèm thẻ cắt rời ở dưới")),
        ]

    def validate_count(self, field: Field) -> None:
        if field.data is not None and not 1 <= field.data <= WEB_LIMIT:
            limit = format_count(WEB_LIMIT)
            raise ValidationError(gettext("Mỗi lần phát từ 1 đến %(limit)s thẻ.", limit=limit))

    def validate_per_page(self, field: Field) -> None:
        if field.data not in map(str, get_args(PerPage)):
            raise ValidationError(gettext("Xin chọn một mục trong danh sách."))

    @property
    def first_number(self) -> int | None:
        return read_id(self.first.data or "")

    def order(self, round_id: int) -> Order:
        """What a valid form asks for."""
        per_page = cast(PerPage, int(self.per_page.data))
        return Order(round_id, int(self.village.data), self.count.data or 0, per_page)


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Slips that were lost or spoilt."""

    numbers = NumbersField(label(lazy("Số thẻ bị mất hoặc hỏng")), [REQUIRED])
    because = StringField(label(lazy("Lý do")), [REQUIRED])


class ReturnForm(FlaskForm):  # type: ignore[misc]
    """Slips whose households gave back a paper ballot."""

    numbers = SlipsBox(
        label(lazy("Số thẻ của các hộ nộp phiếu giấy")),
        [REQUIRED],
        render_kw={"rows": 4, "autocomplete": "off", "spellcheck": "false"},
    )
    submit = SubmitField(label(lazy("Xem trước")))


class UndoReturnForm(FlaskForm):  # type: ignore[misc]
    """Slips that were ticked off by mistake."""

    numbers = NumbersField(label(lazy("Số thẻ ghi nhận nhầm")), [REQUIRED])
    because = StringField(label(lazy("Lý do")), [REQUIRED])


class BatchForm(FlaskForm):  # type: ignore[misc]
    """One press of a button about a batch."""
