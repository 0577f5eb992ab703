"""What a commune will do after a round: written down, followed up, and made public with a day and a state."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.actions import ACTION_STATE_NAMES
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.services.actions import (
    InvalidAction,
    add_action,
    edit_action,
    get_action,
    list_actions,
    list_answerable_questions,
    list_theme_names,
)
from survey.services.reasons import require_told
from survey.services.rounds import get_round
from survey.services.snapshots import questionnaire_of
from survey.services.theme_counts import count_texts, total_themes
from survey.services.units import list_lineage
from survey.store.rounds import Round, RoundState
from survey.web.action_forms import ActionForm
from survey.web.context import actor, database, settings
from translations.catalogue import gettext as _

blueprint = Blueprint("actions", __name__, template_folder="templates")


@blueprint.get("/dot/<int:round_id>/viec-se-lam")
@requires(Permission.PLAN_ACTIONS, on="round_id")
def list_all(round_id: int) -> str:
    """The actions of a round, and beside them the themes that residents named."""
    with database().read() as session:
        round_ = _get_told_round(session, round_id)
        texts = sum(count_texts(session, round_id).values())
        return render_template(
            "actions/list.html",
            round=round_,
            actions=list_actions(session, round_id, published_only=False),
            questions={one.code: one for one in questionnaire_of(session, round_id).questions},
            themes=total_themes(session, round_id) if texts >= settings().min_base else [],
            texts=texts,
            states=ACTION_STATE_NAMES,
            may_edit=round_.state in (RoundState.CLOSED, RoundState.PUBLISHED),
            may_read=actor().may(Permission.READ_REASONS, list_lineage(session, round_.unit_id)),
        )


def _get_told_round(session: Session, round_id: int) -> Round:
    round_ = get_round(session, round_id)
    require_told(round_)
    return round_


@blueprint.get("/dot/<int:round_id>/viec-se-lam/moi")
@requires(Permission.PLAN_ACTIONS, on="round_id")
def prepare(round_id: int) -> str:
    """Write an action down, about what the address names."""
    form = ActionForm(formdata=None)
    _offer(round_id, form)
    form.suggest(request.args.get("noi-dung", ""), request.args.get("chu-de", ""))
    return _page(round_id, form)


@blueprint.post("/dot/<int:round_id>/viec-se-lam/moi")
@requires(Permission.PLAN_ACTIONS, on="round_id")
def add(round_id: int) -> ResponseReturnValue:
    form = ActionForm()
    _offer(round_id, form)
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    try:
        with database().write() as session:
            add_action(session, get_round(session, round_id), form.draft, by=actor().staff_id)
    except DomainError as problem:
        return _refuse(round_id, form, problem)
    flash(_("Đã ghi việc sẽ làm."), "good")
    return redirect(url_for("actions.list_all", round_id=round_id), 303)


@blueprint.get("/dot/<int:round_id>/viec-se-lam/<int:action_id>")
@requires(Permission.PLAN_ACTIONS, on="round_id")
def edit(round_id: int, action_id: int) -> str:
    form = ActionForm(formdata=None)
    _offer(round_id, form)
    with database().read() as session:
        form.fill(get_action(session, round_id, action_id))
    return _page(round_id, form)


@blueprint.post("/dot/<int:round_id>/viec-se-lam/<int:action_id>")
@requires(Permission.PLAN_ACTIONS, on="round_id")
def save(round_id: int, action_id: int) -> ResponseReturnValue:
    """Change an action, unless somebody else has changed it meanwhile."""
    form = ActionForm()
    _offer(round_id, form)
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    try:
        with database().write() as session:
            round_ = get_round(session, round_id)
            edit_action(session, round_, action_id, form.draft, seen=form.revision, by=actor().staff_id)
    except DomainError as problem:
        return _refuse(round_id, form, problem)
    flash(_("Đã ghi thay đổi."), "good")
    return redirect(url_for("actions.list_all", round_id=round_id), 303)


def _offer(round_id: int, form: ActionForm) -> None:
    with database().read() as session:
        round_ = _get_told_round(session, round_id)
        questions = list_answerable_questions(questionnaire_of(session, round_id))
        form.offer(questions, list_theme_names(session, round_))


def _refuse(round_id: int, form: ActionForm, problem: DomainError) -> ResponseReturnValue:
    if isinstance(problem, InvalidAction):
        form.blame(problem)
    return _page(round_id, form, problem), 422


def _page(round_id: int, form: ActionForm, problem: DomainError | None = None) -> str:
    with database().read() as session:
        round_ = get_round(session, round_id)
    return render_template("actions/edit.html", round=round_, form=form, problem=problem)
