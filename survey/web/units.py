"""Looking up units: the search over all eras, and the page of one unit."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires, staff_only
from survey.domain.area import AreaClass
from survey.domain.clock import today
from survey.domain.errors import NotFound
from survey.domain.permissions import Permission
from survey.domain.units import RECORD_START, Level
from survey.services import units
from survey.services.villages import list_household_counts
from survey.store.units import Unit
from survey.web.context import actor, database
from survey.web.unit_forms import AreaForm
from translations.catalogue import LazyText, lazy
from translations.catalogue import gettext as _
from translations.dates import format_date

blueprint = Blueprint("units", __name__, url_prefix="/don-vi", template_folder="templates")

LEVEL_NAMES: dict[Level, LazyText] = {
    Level.PROVINCE: lazy("Cấp tỉnh"),
    Level.DISTRICT: lazy("Cấp huyện"),
    Level.COMMUNE: lazy("Cấp xã"),
    Level.VILLAGE: lazy("Thôn, tổ dân phố"),
}
_LONGEST_QUERY = 200
_MOST_FOUND = 200
_SHOWN_YEARS = 5


def describe_validity(unit: Unit) -> str:
    """From when to when a row stands, without claiming a first day that our record does not know."""
    start = None if unit.valid_from == RECORD_START else format_date(unit.valid_from)
    if unit.valid_to is None:
        return _("từ %(start)s đến nay", start=start) if start else _("đến nay")
    end = format_date(unit.valid_to)
    return _("từ %(start)s đến %(end)s", start=start, end=end) if start else _("đến hết %(end)s", end=end)


@blueprint.get("/")
@staff_only
def search() -> ResponseReturnValue:
    """Units of all eras by name or code; without a query, the communes of today."""
    query = request.args.get("q", "")[:_LONGEST_QUERY].replace("\x00", "")
    current = request.args.get("nay") == "1"
    with database().read() as session:
        if query.strip():
            found = units.search_units(session, query, today() if current else None, limit=_MOST_FOUND + 1)
        else:
            found = [
                u
                for level in (Level.PROVINCE, Level.COMMUNE)
                for u in units.list_units(session, today(), level)
            ]
        parents = {unit.id: unit.parent.name if unit.parent else "" for unit in found}
    return render_template(
        "units/search.html",
        query=query,
        current=current,
        found=found[:_MOST_FOUND] if query.strip() else found,
        more=bool(query.strip()) and len(found) > _MOST_FOUND,
        parents=parents,
        level_names=LEVEL_NAMES,
        validity=describe_validity,
    )


@blueprint.get("/<int:unit_id>")
@staff_only
def show(unit_id: int) -> ResponseReturnValue:
    with database().read() as session:
        return _render(session, units.get_unit(session, unit_id))


def _render(session: Session, unit: Unit, form: AreaForm | None = None) -> str:
    children = units.list_children(session, unit.id)
    counts = list_household_counts(session, [child.id for child in children] + [unit.id])
    years = sorted({year for kept in counts.values() for year in kept}, reverse=True)[:_SHOWN_YEARS]
    lineage = units.list_lineage(session, unit.id)
    area_class = units.read_area_class(unit)
    return render_template(
        "units/show.html",
        unit=unit,
        above=[units.get_unit(session, above) for above in reversed(lineage[1:])],
        level_name=LEVEL_NAMES[Level(unit.level)],
        validity=describe_validity,
        area_class=area_class,
        predecessors=units.find_predecessors(session, unit),
        successors=units.find_successors(session, unit),
        children=children,
        counts=counts,
        years=years,
        form=form or AreaForm(data={"area_class": area_class.value, "rural": AreaForm.describe(unit.rural)}),
        may_manage=unit.level == Level.COMMUNE and actor().may(Permission.MANAGE_VILLAGES, lineage),
        may_edit_themes=actor().may(Permission.EDIT_THEMES, lineage),
    )


@blueprint.post("/<int:unit_id>/dia-ban")
@requires(Permission.MANAGE_VILLAGES, on="unit_id")
def set_area(unit_id: int) -> ResponseReturnValue:
    """Record the commune's area class and whether it is rural."""
    form = AreaForm()
    with database().write() as session:
        unit = units.get_unit(session, unit_id)
        if unit.level != Level.COMMUNE:
            raise NotFound(lazy("Chỉ cấp xã khai khu vực và địa bàn."))
        if not form.validate_on_submit():
            return _render(session, unit, form), 422
        units.set_area(session, unit, AreaClass(form.area_class.data), form.is_rural, by=actor().staff_id)
    flash(_("Đã ghi khu vực và địa bàn."), "good")
    return redirect(url_for("units.show", unit_id=unit_id), 303)
