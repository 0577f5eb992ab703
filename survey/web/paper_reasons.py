"""Keying in what paper ballots say in free words."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey.access import requires
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.services.paper_reasons import InvalidPaperReasons, add_paper_reasons, list_written_questions
from survey.services.rounds import get_round
from survey.services.snapshots import questionnaire_of
from survey.store.rounds import RoundState
from survey.web.context import actor, database
from survey.web.reason_forms import PaperReasonsForm
from translations.catalogue import ngettext
from translations.numbers import format_count

blueprint = Blueprint("paper_reasons", __name__, template_folder="templates")


@blueprint.get("/dot/<int:round_id>/y-kien-phieu-giay")
@requires(Permission.COLLECT, on="round_id")
def add(round_id: int) -> str:
    form = PaperReasonsForm(formdata=None)
    form.renew_key()
    return _page(round_id, form)


@blueprint.post("/dot/<int:round_id>/y-kien-phieu-giay")
@requires(Permission.COLLECT, on="round_id")
def save(round_id: int) -> ResponseReturnValue:
    """Keep one text a line, and offer the page again for the next content."""
    form = PaperReasonsForm()
    _offer(round_id, form)
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    typed = {"question": form.question.data, "text": form.texts.data or "", "key": form.key.data or ""}
    try:
        kept = add_paper_reasons(database(), round_id, **typed, by=actor().staff_id)
    except DomainError as problem:
        return _page(round_id, form, problem), 422
    flash(ngettext("Đã ghi %(n)s ý kiến.", "Đã ghi %(n)s ý kiến.", kept, n=format_count(kept)), "good")
    return redirect(url_for("paper_reasons.add", round_id=round_id), 303)


def _offer(round_id: int, form: PaperReasonsForm) -> bool:
    """Fill the list of contents; says whether the round takes words from paper now."""
    with database().read() as session:
        round_ = get_round(session, round_id)
        takes = round_.counts_households and round_.state in (RoundState.OPEN, RoundState.CLOSED)
        form.offer(list_written_questions(questionnaire_of(session, round_id)) if takes else [])
        return takes


def _page(round_id: int, form: PaperReasonsForm, problem: DomainError | None = None) -> str:
    takes = _offer(round_id, form)
    with database().read() as session:
        round_ = get_round(session, round_id)
    lines = problem.problems if isinstance(problem, InvalidPaperReasons) else ()
    return render_template(
        "reasons/paper.html", round=round_, form=form, takes=takes, problem=problem, lines=lines
    )
