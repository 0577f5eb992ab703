"""What a person should do next, computed from the facts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.domain.actors import Actor
from survey.domain.clock import ZONE
from survey.domain.permissions import Permission
from survey.services.follow_up import FollowUp, find_follow_up
from survey.services.paper_steps import PaperStep, count_waiting
from survey.services.progress import CommuneProgress, commune_progress
from survey.services.slip_status import has_waiting_prints
from survey.services.units import list_below, list_lineage, list_villages
from survey.store.rounds import Round, RoundState
from survey.store.slips import Slip
from survey.store.units import Unit


class Step(StrEnum):
    IMPORT_VILLAGES = "import_villages"
    CREATE_ROUND = "create_round"
    RECORD_DOCUMENT = "record_document"
    OPEN_ROUND = "open_round"
    ISSUE_SLIPS = "issue_slips"
    PRINT_SLIPS = "print_slips"
    PRINT_POSTERS = "print_posters"
    COUNT_PAPER = "count_paper"
    FOLLOW = "follow"
    CLOSE = "close"
    CORRECT = "correct"
    READ_RESULT = "read_result"
    MODERATE = "moderate"
    PUBLISH = "publish"
    PLAN_ACTIONS = "plan_actions"


_NEEDED = {
    Step.IMPORT_VILLAGES: Permission.MANAGE_VILLAGES,
    Step.ISSUE_SLIPS: Permission.ISSUE_SLIPS,
    Step.PRINT_SLIPS: Permission.ISSUE_SLIPS,
    Step.PRINT_POSTERS: Permission.PRINT_POSTERS,
    Step.COUNT_PAPER: Permission.COLLECT,
    Step.FOLLOW: Permission.READ_COUNTS,
    Step.READ_RESULT: Permission.READ_RESULT,
    Step.MODERATE: Permission.READ_REASONS,
    Step.PLAN_ACTIONS: Permission.PLAN_ACTIONS,
}
"""Every other step needs MANAGE_ROUND."""


@dataclass(frozen=True)
class RoundTasks:
    """A round that still needs something, and the steps that the person may take now.

    `paper` counts the villages' paper sheets that wait for the person, by what is to be done; `after` is what
    a round leaves to do once it is closed.
    """

    progress: CommuneProgress
    steps: tuple[Step, ...]
    slips: int
    paper: Mapping[PaperStep, int]
    after: FollowUp | None

    @property
    def round(self) -> Round:
        return self.progress.round


@dataclass(frozen=True)
class CommuneTasks:
    """A commune's steps: those of its own, and those of its rounds in hand."""

    unit: Unit
    steps: tuple[Step, ...]
    rounds: tuple[RoundTasks, ...]


def list_communes_below(session: Session, unit_ids: Sequence[int], at: datetime | None = None) -> list[Unit]:
    """The communes among the units and below them, of every era or of one day, by code."""
    statement = select(Unit).where(Unit.id.in_(list_below(session, unit_ids)), Unit.level == "commune")
    if at is not None:
        day = at.astimezone(ZONE).date()
        statement = statement.where(Unit.valid_from <= day, Unit.valid_to.is_(None) | (Unit.valid_to >= day))
    return list(session.scalars(statement.order_by(Unit.code, Unit.valid_from)))


def list_tasks(session: Session, actor: Actor, at: datetime) -> list[CommuneTasks]:
    """The communes where the person collects or prints, each with what comes next."""
    working = {
        unit_id
        for permission in (Permission.MANAGE_ROUND, Permission.COLLECT, Permission.PRINT_POSTERS)
        for unit_id in actor.units_with(permission)
    }
    communes = list_communes_below(session, sorted(working), at)
    return [_list_commune_tasks(session, actor, commune, at) for commune in communes]


def _list_commune_tasks(session: Session, actor: Actor, commune: Unit, at: datetime) -> CommuneTasks:
    lineage = list_lineage(session, commune.id)

    def may(step: Step) -> bool:
        return actor.may(_NEEDED.get(step, Permission.MANAGE_ROUND), lineage)

    lines = commune_progress(session, [commune.id])
    steps: list[Step] = []
    if not list_villages(session, commune.id):
        steps.append(Step.IMPORT_VILLAGES)
    elif not any(_is_in_hand(line.round) for line in lines):
        steps.append(Step.CREATE_ROUND)
    rounds = [
        _list_round_tasks(session, line, actor.staff_id, at, may)
        for line in lines
        if line.round.state is not RoundState.SUPERSEDED
    ]
    return CommuneTasks(
        unit=commune,
        steps=tuple(filter(may, steps)),
        rounds=tuple(one for one in rounds if one.steps or _is_in_hand(one.round)),
    )


def _is_in_hand(round_: Round) -> bool:
    """Whether a round comes before the next one; a drill is over when it closes."""
    if round_.state is RoundState.CLOSED:
        return round_.kind != "drill"
    return round_.state in (RoundState.DRAFT, RoundState.OPEN)


def _list_round_tasks(
    session: Session, line: CommuneProgress, staff_id: int, at: datetime, may: Callable[[Step], bool]
) -> RoundTasks:
    round_ = line.round
    slips = _count_slips(session, round_.id)
    after = find_follow_up(session, round_) if round_.closed_at else None
    steps = _steps_after(round_, after) if after else _next_steps(round_, line, slips, at)
    is_running = round_.state is RoundState.OPEN and steps[0] is not Step.CLOSE
    if is_running and has_waiting_prints(session, round_.id, at):
        steps.insert(0, Step.PRINT_SLIPS)
    paper = _list_paper(session, round_, staff_id, at) if may(Step.COUNT_PAPER) else {}
    if paper:
        steps.insert(0, Step.COUNT_PAPER)
    return RoundTasks(line, tuple(filter(may, steps)), slips, paper, after)


def _steps_after(round_: Round, after: FollowUp) -> list[Step]:
    is_new = round_.state is RoundState.CLOSED and round_.kind != "drill"
    wanted = {
        Step.CORRECT: after.reopened or after.settled,
        Step.READ_RESULT: is_new,
        Step.MODERATE: after.unread,
        Step.PUBLISH: is_new or after.unpublished,
        Step.PLAN_ACTIONS: after.is_unanswered,
    }
    return [step for step, is_wanted in wanted.items() if is_wanted]


def _list_paper(session: Session, round_: Round, staff_id: int, at: datetime) -> Mapping[PaperStep, int]:
    if not round_.counts_households or round_.opened_at is None or not round_.has_begun_at(at):
        return {}
    return count_waiting(session, round_, staff_id)


def _next_steps(round_: Round, line: CommuneProgress, slips: int, at: datetime) -> list[Step]:
    if round_.state is RoundState.DRAFT:
        unauthorised = round_.kind == "official" and round_.authorisation_id is None
        return [Step.RECORD_DOCUMENT if unauthorised else Step.OPEN_ROUND]
    end = round_.ends_at
    if end is not None and at >= end:
        return [Step.CLOSE]
    steps = [Step.ISSUE_SLIPS] if round_.counts_households and slips < line.households else []
    return [*steps, Step.PRINT_POSTERS, Step.FOLLOW]


def _count_slips(session: Session, round_id: int) -> int:
    return session.scalar(select(func.count()).where(Slip.round_id == round_id, Slip.state != "void")) or 0
