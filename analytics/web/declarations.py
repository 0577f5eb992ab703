"""What a unit declares towards the plan's targets, and what it declared before."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analytics.web.declaration_forms import DeclarationForm, make_form
from survey.access import requires
from survey.frames import (
    Declared,
    InvalidDeclaration,
    Permission,
    Plan,
    actor,
    database,
    declare,
    get_plan,
    get_unit,
    list_declarations,
    list_targets,
    today,
)
from translations.catalogue import gettext as _
from translations.numbers import format_count

blueprint = Blueprint("declarations", __name__, template_folder="../templates")


@blueprint.get("/ke-hoach/khai-bao/<int:unit_id>")
@requires(Permission.DECLARE, on="unit_id")
def show(unit_id: int) -> str:
    return _render(unit_id, None)


@blueprint.post("/ke-hoach/khai-bao/<int:unit_id>")
@requires(Permission.DECLARE, on="unit_id")
def save(unit_id: int) -> ResponseReturnValue:
    """Keep one target's declaration; what was typed stands again where something is wrong with it."""
    plan = get_plan()
    target = plan.find_target(request.form.get("target", ""))
    if target is None:
        return _render(unit_id, None), 422
    form = make_form(target)
    if not form.validate_on_submit():
        return _render(unit_id, form), 422
    try:
        with database().write() as session:
            declare(
                session,
                plan,
                get_unit(session, unit_id),
                target.key,
                form.read_value(),
                (form.evidence_url.data or "").strip(),
                form.read_day(),
                by=actor().staff_id,
            )
    except InvalidDeclaration as problem:
        form.show_problems(problem.problems)
        return _render(unit_id, form), 422
    flash(_("Đã ghi số liệu khai báo."), "good")
    return redirect(url_for("declarations.show", unit_id=unit_id), 303)


def _render(unit_id: int, wrong: DeclarationForm | None) -> str:
    plan = get_plan()
    with database().read() as session:
        unit = get_unit(session, unit_id)
        kept = list_declarations(session, unit_id)
    last = min(today(), unit.valid_to or today())
    forms = [
        wrong if wrong is not None and wrong.target.key == target.key else make_form(target, last)
        for target in list_targets(plan, unit)
    ]
    history = {key: [one for one in kept if one.target == key] for key in {one.target for one in kept}}
    return render_template(
        "declarations/show.html",
        unit=unit,
        plan=plan,
        forms=forms,
        history=history,
        tell_value=lambda one: _tell_value(plan, one),
        wrong=wrong is not None,
    )


def _tell_value(plan: Plan, one: Declared) -> list[tuple[str, str]]:
    """A declaration in words: what was asked, and what was declared."""
    target = plan.find_target(one.target)
    told: list[tuple[str, str]] = []
    for field in target.fields if target else ():
        value = one.value.get(field.key)
        if isinstance(value, bool):
            told.append((field.label.say(), _("Có") if value else _("Không")))
        elif isinstance(value, int):
            told.append((field.label.say(), format_count(value)))
        elif isinstance(value, list):
            names = [option.label.say() for option in field.options if option.code in value]
            told.append((field.label.say(), ", ".join(names)))
        elif value:
            told.append((field.label.say(), str(value)))
    return told
