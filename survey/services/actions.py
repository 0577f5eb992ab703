"""What a commune will do about what its residents are not satisfied with, by whom and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.questionnaire import Question, Questionnaire
from forms.text import TextTooLong, clean_text
from survey.domain.actions import ActionState
from survey.domain.clock import now, today
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.services.audit import record
from survey.services.rounds import get_round, require_state
from survey.services.snapshots import questionnaire_of
from survey.services.theme_counts import count_themes
from survey.services.theme_lists import find_list
from survey.store.actions import Action
from survey.store.rounds import Round, RoundState
from translations.catalogue import LazyText, lazy

LONGEST_TEXT, LONGEST_NAME = 500, 200
_FURTHEST = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """An action as somebody writes it down; `question` and `theme` are codes or ''."""

    text: str
    responsible: str
    due_on: date | None
    state: ActionState = ActionState.PLANNED
    note: str = ""
    question: str = ""
    theme: str = ""
    published: bool = False


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action that was kept; `question` and `theme` are codes or '', `theme_name` is what to call it."""

    id: int
    text: str
    responsible: str
    due_on: date
    state: ActionState
    note: str
    question: str
    theme: str
    theme_name: str
    published: bool
    revision: int

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed and it is still to be done."""
        return self.state in (ActionState.PLANNED, ActionState.DOING) and self.due_on < today()


class InvalidAction(DomainError):
    """An action that cannot be kept; `problems` are by field."""

    def __init__(self, problems: Mapping[str, LazyText]) -> None:
        super().__init__(lazy("Việc này chưa ghi được, xin xem từng mục."))
        self.problems = dict(problems)


def list_actions(session: Session, round_id: int, published_only: bool = True) -> list[ActionLine]:
    """The actions of a round by their day; all of them only for those who plan."""
    statement = select(Action).where(Action.round_id == round_id).order_by(Action.due_on, Action.id)
    if published_only:
        statement = statement.where(Action.published)
    found = list(session.scalars(statement))
    names = list_theme_names(session, get_round(session, round_id)) if found else {}
    return [_tell(one, names) for one in found]


def get_action(session: Session, round_id: int, action_id: int) -> ActionLine:
    found = _get(session, round_id, action_id)
    return _tell(found, list_theme_names(session, get_round(session, round_id)))


def _get(session: Session, round_id: int, action_id: int) -> Action:
    found = session.get(Action, action_id)
    if found is None or found.round_id != round_id:
        raise NotFound(lazy("Không có việc này."))
    return found


def _tell(found: Action, names: Mapping[str, str]) -> ActionLine:
    theme = found.theme or ""
    return ActionLine(
        id=found.id,
        text=found.text,
        responsible=found.responsible,
        due_on=found.due_on,
        state=ActionState(found.state),
        note=found.note,
        question=found.question or "",
        theme=theme,
        theme_name=names.get(theme, theme),
        published=found.published,
        revision=found.revision,
    )


def list_theme_names(session: Session, round_: Round) -> dict[str, str]:
    """The themes that an action may answer: those of the list that holds, and those that were counted."""
    themes = find_list(session, round_.unit_id).themes.themes
    names = {theme.code: str(theme.name) for theme in themes}
    return names | {one.theme: one.name for one in count_themes(session, round_.id)}


def list_answerable_questions(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """The contents that an action may answer."""
    return questionnaire.contents


def add_action(session: Session, round_: Round, draft: ActionDraft, *, by: int | None) -> Action:
    """Keep an action of a closed round.

    Raises:
        Conflict: the round is not closed, or was set aside.
        InvalidAction: with what is wrong, field by field.
    """
    require_state(round_, RoundState.CLOSED, RoundState.PUBLISHED)
    values = _check(session, round_, draft)
    moment = now()
    action = Action(
        round_id=round_.id, unit_id=round_.unit_id, revision=1, created_at=moment, updated_at=moment, **values
    )
    session.add(action)
    session.flush()
    _log(session, "add", action, by)
    return action


def edit_action(
    session: Session, round_: Round, action_id: int, draft: ActionDraft, *, seen: int, by: int | None
) -> None:
    """Change an action that nobody else has changed since it was `seen`, its revision.

    Raises:
        Conflict: somebody else was faster, or the round was set aside.
        InvalidAction: with what is wrong, field by field.
    """
    require_state(round_, RoundState.CLOSED, RoundState.PUBLISHED)
    action = _get(session, round_.id, action_id)
    session.refresh(action, with_for_update=True)
    if action.revision != seen:
        raise Conflict(lazy("Người khác vừa sửa việc này. Xin mở lại trang để xem rồi sửa tiếp."))
    values = _check(session, round_, draft, kept=action.due_on)
    if any(getattr(action, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(action, name, value)
        action.revision, action.updated_at = seen + 1, now()
        _log(session, "edit", action, by)


def _log(session: Session, step: Literal["add", "edit"], action: Action, by: int | None) -> None:
    record(
        session, by, f"actions.{step}", unit_id=action.unit_id, round_id=action.round_id,
        task=action.id, text=action.text, responsible=action.responsible, due_on=action.due_on,
        action_state=action.state, note=action.note or None, published=action.published,
    )  # fmt: skip


def _check(
    session: Session, round_: Round, draft: ActionDraft, *, kept: date | None = None
) -> dict[str, object]:
    """The columns of a draft; raises `InvalidAction`. A day that has passed may stay if it was `kept`."""
    problems: dict[str, LazyText] = {}
    text = _clean(draft.text, LONGEST_TEXT, "text", problems)
    note = _clean(draft.note, LONGEST_TEXT, "note", problems)
    responsible = _clean(" ".join(draft.responsible.split()), LONGEST_NAME, "responsible", problems)
    if not text:
        problems.setdefault("text", lazy("Xin ghi việc sẽ làm."))
    if not responsible:
        problems.setdefault("responsible", lazy("Xin ghi ai chịu trách nhiệm."))
    if draft.due_on is None:
        problems["due_on"] = lazy("Xin ghi ngày phải xong.")
    elif abs(draft.due_on - today()) > _FURTHEST:
        problems["due_on"] = lazy("Ngày này xa quá, xin xem lại năm.")
    elif draft.due_on < today() and draft.due_on != kept:
        problems["due_on"] = lazy("Ngày này đã qua. Xin ghi từ hôm nay trở đi.")
    if draft.state is ActionState.DROPPED and not note:
        problems.setdefault("note", lazy("Việc không làm nữa thì phải ghi lý do, vì bà con sẽ hỏi."))
    problems |= _find_wrong_codes(session, round_, draft)
    if problems:
        raise InvalidAction(problems)
    return {
        "text": text, "responsible": responsible, "due_on": draft.due_on, "state": draft.state.value,
        "note": note, "question": draft.question or None, "theme": draft.theme or None,
        "published": draft.published,
    }  # fmt: skip


def _clean(raw: str, limit: int, field: str, problems: dict[str, LazyText]) -> str:
    try:
        return clean_text(raw, limit)
    except TextTooLong as problem:
        problems[field] = problem.message
        return ""


def _find_wrong_codes(session: Session, round_: Round, draft: ActionDraft) -> dict[str, LazyText]:
    wrong: dict[str, LazyText] = {}
    questionnaire = questionnaire_of(session, round_.id)
    if draft.question and draft.question not in {one.code for one in questionnaire.questions}:
        wrong["question"] = lazy("Phiếu của đợt không có nội dung này.")
    if draft.theme and draft.theme not in list_theme_names(session, round_):
        wrong["theme"] = lazy("Danh sách không có chủ đề này.")
    return wrong
