"""The list of themes and keywords that a unit keeps, edited as plain lines."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.errors import DomainError, NotFound
from survey.domain.permissions import Permission
from survey.domain.theme_lists import InvalidThemes, parse_list
from survey.domain.themes import ThemeList
from survey.domain.units import Level
from survey.services.theme_lists import drop_list, find_list, save_list
from survey.services.units import get_unit
from survey.store.units import Unit
from survey.web.context import actor, database
from survey.web.reason_forms import ThemesForm
from translations.catalogue import gettext as _
from translations.catalogue import lazy

blueprint = Blueprint("themes", __name__, template_folder="templates")


def _get_unit(session: Session, unit_id: int) -> Unit:
    unit = get_unit(session, unit_id)
    if unit.level == Level.VILLAGE:
        raise NotFound(lazy("Danh sách chủ đề lập cho xã hoặc cấp trên, không lập cho thôn."))
    return unit


@blueprint.get("/don-vi/<int:unit_id>/chu-de")
@requires(Permission.EDIT_THEMES, on="unit_id")
def edit(unit_id: int) -> str:
    """The list that holds for the unit, ready to be changed."""
    form = ThemesForm(formdata=None)
    with database().read() as session:
        form.fill(find_list(session, _get_unit(session, unit_id).id).text)
    return _page(unit_id, form)


@blueprint.post("/don-vi/<int:unit_id>/chu-de")
@requires(Permission.EDIT_THEMES, on="unit_id")
def save(unit_id: int) -> ResponseReturnValue:
    """Keep the list; with `step=try` only tell which themes a sentence gets by it."""
    form = ThemesForm()
    if not form.validate_on_submit():
        return _page(unit_id, form), 422
    try:
        if request.form.get("step") == "try":
            return _page(unit_id, form, tried=_try(parse_list(form.typed), form.sample.data or ""))
        with database().write() as session:
            save_list(session, _get_unit(session, unit_id), form.typed, by=actor().staff_id)
    except DomainError as problem:
        return _page(unit_id, form, problem), 422
    flash(_("Đã ghi danh sách. Đợt đã đếm rồi thì bấm “Đếm lại chủ đề” ở trang duyệt ý kiến."), "good")
    return redirect(url_for("themes.edit", unit_id=unit_id), 303)


@blueprint.post("/don-vi/<int:unit_id>/chu-de/bo")
@requires(Permission.EDIT_THEMES, on="unit_id")
def drop(unit_id: int) -> ResponseReturnValue:
    """Take the list of the unit above again."""
    with database().write() as session:
        drop_list(session, _get_unit(session, unit_id), by=actor().staff_id)
    flash(_("Đã bỏ danh sách riêng."), "good")
    return redirect(url_for("themes.edit", unit_id=unit_id), 303)


def _try(themes: ThemeList, sample: str) -> list[str]:
    return [themes.name_of(code) or code for code in themes.find_themes(sample)]


def _page(
    unit_id: int, form: ThemesForm, problem: DomainError | None = None, tried: list[str] | None = None
) -> str:
    with database().read() as session:
        unit = _get_unit(session, unit_id)
        keeper_id = find_list(session, unit_id).unit_id
        keeper = get_unit(session, keeper_id) if keeper_id else None
    lines = problem.problems if isinstance(problem, InvalidThemes) else ()
    return render_template(
        "themes/edit.html", unit=unit, keeper=keeper, form=form, problem=problem, lines=lines, tried=tried
    )
