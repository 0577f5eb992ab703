"""The log of what staff did. It never speaks of one ballot."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from survey.domain.clock import end_of_day, now
from survey.store.rounds import Round
from survey.store.staff import AuditEvent, Grant, Staff


def record(
    session: Session,
    staff_id: int | None,
    action: str,
    *,
    unit_id: int | None = None,
    round_id: int | None = None,
    **detail: object,
) -> None:
    """Append an event in the caller's transaction; `staff_id` is None for a command."""
    session.add(
        AuditEvent(
            at=now(),
            staff_id=staff_id,
            action=action,
            unit_id=unit_id,
            round_id=round_id,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
        )
    )


@dataclass(frozen=True)
class EventFilter:
    """What of the log is asked for; None means any. Days are days of Viet Nam, both included."""

    action: str | None = None
    username: str | None = None
    from_on: date | None = None
    to_on: date | None = None


def list_events(
    session: Session,
    unit_ids: Collection[int] | None,
    wanted: EventFilter,
    *,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AuditEvent]:
    """Events newest first, older than `before_id`.

    `unit_ids` limits them to those about one of these units or its rounds, and to what staff with a
    role on one of them did to their own account; None is for those who may read everything.
    """
    conditions = _conditions(wanted)
    if unit_ids is not None:
        conditions.append(_concerns(unit_ids))
    if before_id is not None:
        conditions.append(AuditEvent.id < before_id)
    statement = (
        select(AuditEvent)
        .where(*conditions)
        .options(joinedload(AuditEvent.staff), joinedload(AuditEvent.unit))
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.action:
        conditions.append(AuditEvent.action == wanted.action)
    if wanted.username:
        actor = aliased(Staff)
        named = actor.username == wanted.username.strip().lower()
        conditions.append(exists().where(actor.id == AuditEvent.staff_id, named))
    if wanted.from_on:
        conditions.append(AuditEvent.at >= end_of_day(wanted.from_on - timedelta(days=1)))
    if wanted.to_on:
        conditions.append(AuditEvent.at < end_of_day(wanted.to_on))
    return conditions


def _concerns(unit_ids: Collection[int]) -> ColumnElement[bool]:
    units = list(unit_ids)
    by_round = AuditEvent.round_id.in_(select(Round.id).where(Round.unit_id.in_(units)))
    own = and_(
        AuditEvent.round_id.is_(None),
        AuditEvent.action.in_(("session.open", "session.end", "staff.change_password")),
        AuditEvent.staff_id.in_(select(Grant.staff_id).where(Grant.unit_id.in_(units))),
    )
    return or_(AuditEvent.unit_id.in_(units), and_(AuditEvent.unit_id.is_(None), or_(by_round, own)))


def list_actions(session: Session) -> list[str]:
    """The actions that have been recorded so far."""
    return list(session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)))


def has_happened(session: Session, action: str, round_id: int) -> bool:
    """Whether the log knows of such an action on a round."""
    found = select(AuditEvent.id).where(AuditEvent.action == action, AuditEvent.round_id == round_id).limit(1)
    return session.scalar(found) is not None
