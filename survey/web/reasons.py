"""What residents wrote, in the hands of those in charge: moderated by content, and counted by theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.name_hints import may_name_somebody
from survey.domain.permissions import Permission
from survey.domain.redaction import COVER
from survey.services.reasons import (
    InvalidTexts,
    ReasonLine,
    State,
    count_moderation,
    list_reasons,
    list_reasons_by_id,
    moderate,
    require_told,
)
from survey.services.rounds import get_round
from survey.services.snapshots import questionnaire_of
from survey.services.theme_counts import (
    count_texts,
    count_themes,
    is_counting_current,
    recount_themes,
    total_themes,
)
from survey.services.units import list_lineage
from survey.store.rounds import Round
from survey.web.context import actor, database
from survey.web.reason_forms import ModerationForm, Typed, decide, pick, read_typed, read_uuid
from translations.catalogue import LazyText, lazy, ngettext
from translations.catalogue import gettext as _
from translations.numbers import format_count

blueprint = Blueprint("reasons", __name__, template_folder="templates")

PAGE = 20
STATES: dict[str, State] = {"chua-duyet": "new", "dang-hien": "shown", "da-an": "hidden"}
STATE_NAMES: dict[State, LazyText] = {
    "new": lazy("Chưa duyệt"),
    "shown": lazy("Đang cho hiện"),
    "hidden": lazy("Đã ẩn"),
}


def _get_told_round(session: Session, round_id: int) -> Round:
    """The round, for those who may both read its reasons and manage it, once it is closed."""
    round_ = get_round(session, round_id)
    if not actor().may(Permission.MANAGE_ROUND, list_lineage(session, round_.unit_id)):
        abort(404)
    require_told(round_)
    return round_


@blueprint.get("/dot/<int:round_id>/y-kien")
@requires(Permission.READ_REASONS, on="round_id")
def show(round_id: int) -> str:
    """What was written about each content: how much of it is decided, and which themes it names."""
    with database().read() as session:
        round_ = _get_told_round(session, round_id)
        counts = count_moderation(session, round_id)
        themes = count_themes(session, round_id)
        questions = [one for one in questionnaire_of(session, round_id).questions if one.code in counts]
        return render_template(
            "reasons/show.html",
            round=round_,
            questions=questions,
            counts=counts,
            by_question={one.code: [t for t in themes if t.question == one.code] for one in questions},
            totals=total_themes(session, round_id),
            texts=sum(count_texts(session, round_id).values()),
            is_current=is_counting_current(session, round_),
            states=STATES,
            state_names=STATE_NAMES,
            form=ModerationForm(formdata=None),
        )


@blueprint.post("/dot/<int:round_id>/y-kien/dem-chu-de")
@requires(Permission.READ_REASONS, on="round_id")
def recount(round_id: int) -> ResponseReturnValue:
    """Count the themes by the list that now holds."""
    with database().read() as session:
        _get_told_round(session, round_id)
    texts = recount_themes(database(), round_id, by=actor().staff_id)
    flash(_("Đã đếm lại chủ đề của %(texts)s ý kiến.", texts=format_count(texts)), "good")
    return redirect(url_for("reasons.show", round_id=round_id), 303)


@blueprint.get("/dot/<int:round_id>/y-kien/<question>")
@requires(Permission.READ_REASONS, on="round_id")
def list_texts(round_id: int, question: str) -> ResponseReturnValue:
    """A page of what was written about one content, in no order of time."""
    seen, after = pick(request.args, "trang-thai", STATES), read_uuid(request.args.get("sau", ""))
    with database().read() as session:
        round_ = _get_told_round(session, round_id)
        lines, older = list_reasons(session, round_, question, seen, after=after, limit=PAGE)
        return _page(session, round_, question, seen, after, lines, older)


def _page(
    session: Session,
    round_: Round,
    question: str,
    seen: State,
    after: UUID | None,
    lines: Sequence[ReasonLine],
    older: UUID | None = None,
    typed: Mapping[UUID, Typed] | None = None,
    problems: Mapping[UUID, LazyText] | None = None,
) -> str:
    asked = {one.code: one for one in questionnaire_of(session, round_.id).questions}
    if question not in asked:
        abort(404)
    return render_template(
        "reasons/texts.html",
        round=round_,
        question=asked[question],
        counts=count_moderation(session, round_.id).get(question, Counter()),
        seen=seen,
        after=after,
        lines=lines,
        older=older,
        typed=typed or {},
        problems=problems or {},
        cut=cut_at_marks,
        may_name=may_name_somebody,
        cover=COVER,
        states=STATES,
        state_names=STATE_NAMES,
        form=ModerationForm(formdata=None),
    )


def cut_at_marks(line: ReasonLine) -> list[tuple[str, bool]]:
    """The original in pieces, each with whether it is marked: as blacked out, or as what may be a name."""
    pieces, done = [], 0
    for start, end in sorted([*((one.start, one.end) for one in line.private), *line.names]):
        if end > done:
            start = max(start, done)
            pieces += [(line.text[done:start], False), (line.text[start:end], True)]
            done = end
    return [*pieces, (line.text[done:], False)]


@blueprint.post("/dot/<int:round_id>/y-kien/<question>")
@requires(Permission.READ_REASONS, on="round_id")
def save(round_id: int, question: str) -> ResponseReturnValue:
    """Carry out what was decided on a page; with `rest` show what was left open as well."""
    seen, after = pick(request.form, "seen", STATES), read_uuid(request.form.get("after", ""))
    typed = read_typed(request.form)
    with database().read() as session:
        round_ = _get_told_round(session, round_id)
        lines = list_reasons_by_id(session, round_, typed)
    decisions, problems = decide(lines, typed, seen=seen, show_rest="rest" in request.form)
    try:
        if not problems:
            with database().write() as session:
                done = moderate(session, round_, decisions, seen=seen, by=actor().staff_id)
    except InvalidTexts as refused:
        problems = refused.problems
    if problems:
        with database().read() as session:
            return _page(session, round_, question, seen, after, lines, None, typed, problems), 422
    _tell(done, len(decisions) - done, left="rest" in request.form and len(decisions) < len(lines))
    return redirect(_address(round_id, question, seen, after), 303)


def _address(round_id: int, question: str, seen: State, after: UUID | None) -> str:
    place: dict[str, Any] = {"trang-thai": next(name for name, state in STATES.items() if state == seen)}
    if after:
        place["sau"] = after.hex
    return url_for("reasons.list_texts", round_id=round_id, question=question, **place)


def _tell(done: int, overtaken: int, *, left: bool) -> None:
    if done:
        flash(ngettext("Đã ghi %(n)s câu.", "Đã ghi %(n)s câu.", done, n=format_count(done)), "good")
    if overtaken:
        message = _("%(n)s câu người khác vừa duyệt nên giữ như họ đã chọn.", n=format_count(overtaken))
        flash(message, "warn")
    if left:
        flash(_("Các câu có thể có tên người chưa được ghi; xin xem và chọn từng câu."), "warn")
    elif not done and not overtaken:
        flash(_("Chưa chọn câu nào nên chưa ghi gì."), "warn")
