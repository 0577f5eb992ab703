"""A commune's list of villages: the template, the upload, the preview and its confirmation."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.clock import today
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.domain.spreadsheet import write_csv
from survey.domain.village_table import template_rows
from survey.domain.villages import ImportPreview, VillageRow
from survey.domain.workbook import write_workbook
from survey.services.villages import (
    ListChanged,
    apply_import,
    get_commune,
    list_existing,
    preview_import,
    preview_rows,
)
from survey.store.units import Unit
from survey.web.context import actor, database, settings
from survey.web.unit_forms import ConfirmForm, ReadRows, UploadForm
from translations.catalogue import LazyText, lazy
from translations.catalogue import gettext as _
from translations.numbers import format_count

blueprint = Blueprint("villages", __name__, url_prefix="/don-vi", template_folder="templates")

_MIME_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_BAD_YEAR = lazy("Xin ghi năm bằng bốn chữ số.")
_NOT_OURS = lazy("Bản xem trước không còn dùng được. Xin chọn lại tệp.")


def _last_year(commune: Unit) -> int:
    return (commune.valid_to or today()).year


@blueprint.get("/<int:unit_id>/thon")
@requires(Permission.MANAGE_VILLAGES, on="unit_id")
def upload_page(unit_id: int) -> ResponseReturnValue:
    with database().read() as session:
        commune = get_commune(session, unit_id)
        return _ask(session, commune, UploadForm(data={"year": _last_year(commune)}))


def _ask(session: Session, commune: Unit, form: UploadForm, **said: object) -> str:
    existing = list_existing(session, commune.id, _last_year(commune))
    said = {"problem": None, "preview": None} | said
    return render_template("units/upload.html", unit=commune, form=form, existing=existing, **said)


@blueprint.get("/<int:unit_id>/thon/mau.<any(csv, xlsx):kind>")
@requires(Permission.MANAGE_VILLAGES, on="unit_id")
def template(unit_id: int, kind: str) -> ResponseReturnValue:
    """A file to fill in: the headers, and the villages already kept."""
    with database().read() as session:
        commune = get_commune(session, unit_id)
        rows = template_rows(list_existing(session, unit_id, _last_year(commune)))
    content = write_csv(rows) if kind == "csv" else write_workbook(rows, _("Danh sách thôn"))
    headers = {"Content-Disposition": f'attachment; filename="danh-sach-thon-{commune.code}.{kind}"'}
    return Response(content, mimetype=_MIME_TYPES[kind], headers=headers)


@blueprint.post("/<int:unit_id>/thon")
@requires(Permission.MANAGE_VILLAGES, on="unit_id")
def preview(unit_id: int) -> ResponseReturnValue:
    """Read the file and show what it would change, or everything that is wrong with it."""
    form = UploadForm()
    with database().read() as session:
        commune = get_commune(session, unit_id)
        if not form.validate_on_submit():
            return _ask(session, commune, form), 422
        file, year = form.file.data, form.chosen_year
        try:
            found = preview_import(session, unit_id, file.filename or "", file.read(), year)
        except DomainError as problem:
            return _ask(session, commune, form, problem=problem), 422
        if not found.can_apply:
            return _ask(session, commune, form, preview=found), 422
        return _show(commune, found, year)


def _show(
    commune: Unit, found: ImportPreview, year: int, problem: DomainError | LazyText | None = None
) -> str:
    packed = ReadRows(settings().secret_key, commune).pack(found, year)
    form = ConfirmForm(formdata=None, data={"rows": packed, "year": year})
    return render_template(
        "units/preview.html", unit=commune, preview=found, year=year, form=form, problem=problem
    )


@blueprint.post("/<int:unit_id>/thon/ghi")
@requires(Permission.MANAGE_VILLAGES, on="unit_id")
def confirm(unit_id: int) -> ResponseReturnValue:
    """Write what was previewed; with another year, or after a change by somebody else, preview it again."""
    form = ConfirmForm()
    with database().write() as session:
        commune = get_commune(session, unit_id)
        seen = ReadRows(settings().secret_key, commune).unpack(form.rows.data or "")
        if seen is None:
            upload = UploadForm(formdata=None, data={"year": _last_year(commune)})
            return _ask(session, commune, upload, problem=_NOT_OURS), 422
        return _write(session, commune, form, *seen)


def _write(
    session: Session, commune: Unit, form: ConfirmForm, year: int, fingerprint: str, rows: list[VillageRow]
) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _show(commune, preview_rows(session, commune.id, rows, year), year, _BAD_YEAR), 422
    try:
        found = preview_rows(session, commune.id, rows, form.chosen_year)
    except DomainError as problem:
        return _show(commune, preview_rows(session, commune.id, rows, year), year, problem), 422
    if not found.can_apply:
        return _ask(session, commune, UploadForm(formdata=None, data={"year": year}), preview=found), 422
    if request.form.get("step") == "preview" or form.chosen_year != year:
        return _show(commune, found, form.chosen_year)
    try:
        if found.fingerprint != fingerprint:
            raise ListChanged(found)
        apply_import(session, commune.id, found, year, by=actor().staff_id)
    except ListChanged as change:
        return _show(commune, change.preview, year, change), 409
    done = _("Đã ghi %(count)s thôn, số hộ năm %(year)s.", count=format_count(len(rows)), year=str(year))
    flash(done, "good")
    return redirect(url_for("units.show", unit_id=commune.id), 303)
