"""The forms about units: area, the upload of a list of villages, and its confirmation."""

from __future__ import annotations

from typing import Any, cast

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from itsdangerous import BadData, URLSafeSerializer
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired

from survey.domain.area import AreaClass
from survey.domain.villages import ImportPreview, VillageRow
from survey.store.units import Unit
from survey.web.fields import label
from translations.catalogue import lazy

_RURAL = {"yes": True, "no": False, "": None}


class AreaForm(FlaskForm):  # type: ignore[misc]
    """What a commune declares about its area."""

    area_class = SelectField(label(lazy("Khu vực")))
    rural = RadioField(label(lazy("Địa bàn")))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.area_class.choices = [(choice.value, str(choice.label)) for choice in AreaClass]
        self.rural.choices = [
            ("yes", str(lazy("Nông thôn"))), ("no", str(lazy("Đô thị"))), ("", str(lazy("Chưa xác định"))),
        ]  # fmt: skip

    @property
    def is_rural(self) -> bool | None:
        return _RURAL[self.rural.data or ""]

    @staticmethod
    def describe(rural: bool | None) -> str:
        """The choice that stands for what is kept."""
        return next(name for name, value in _RURAL.items() if value is rural)


class YearForm(FlaskForm):  # type: ignore[misc]
    """Whose household counts these are."""

    year = IntegerField(
        label(lazy("Số hộ của năm")),
        validators=[InputRequired(message=label(lazy("Xin ghi năm bằng bốn chữ số.")))],
    )

    @property
    def chosen_year(self) -> int:
        """The year, once the form is valid."""
        return cast(int, self.year.data)


class UploadForm(YearForm):
    file = FileField(
        label(lazy("Tệp danh sách thôn (CSV hoặc XLSX)")),
        validators=[FileRequired(message=label(lazy("Xin chọn tệp.")))],
    )


class ConfirmForm(YearForm):
    """Carries the rows that were previewed, signed, so that nothing waits on the server."""

    rows = HiddenField()


class ReadRows:
    """Rows of an uploaded list on their way through the page that shows the preview."""

    def __init__(self, secret_key: str, unit: Unit) -> None:
        self._signer = URLSafeSerializer(secret_key, salt=f"villages of unit {unit.id}")

    def pack(self, preview: ImportPreview, year: int) -> str:
        rows = [(row.row, row.code, row.name, row.households, row.note) for row in preview.rows]
        return str(self._signer.dumps([year, preview.fingerprint, rows]))

    def unpack(self, packed: str) -> tuple[int, str, list[VillageRow]] | None:
        """Year, fingerprint of the preview that was seen, and rows; None for what this page did not write."""
        try:
            year, fingerprint, rows = self._signer.loads(packed)
        except BadData:
            return None
        return year, fingerprint, [VillageRow(*row) for row in rows]
