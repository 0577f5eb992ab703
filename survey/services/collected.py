"""What the plan's scoreboard reads: the units of a day, and the rounds that had ended by then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from survey.domain.clock import ZONE, end_of_day
from survey.store.rounds import Round
from survey.store.tallies import BALLOT, VALID, Tally
from survey.store.units import Unit, UnitSuccession


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit that exists on a day; `same_as` are the rows of earlier eras it goes on from unchanged."""

    unit_id: int
    code: str
    name: str
    level: str
    type: str
    rural: bool | None
    area_class: str | None
    same_as: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CollectedRound:
    """A round that had ended on a day, as the plan's rule asks for it."""

    round_id: int
    unit_id: int
    kind: str
    state: str
    online_ballots: int
    ended_on: date


def units_at(session: Session, on: date) -> list[UnitRow]:
    """The communes and districts of a day, in the order of the official list."""
    rows = session.scalars(
        select(Unit)
        .where(
            Unit.level.in_(("commune", "district")),
            Unit.valid_from <= on,
            or_(Unit.valid_to.is_(None), Unit.valid_to >= on),
        )
        .order_by(Unit.code)
    ).all()
    before = _find_unchanged(session)
    return [
        UnitRow(
            unit.id,
            unit.code,
            unit.name,
            unit.level,
            unit.type,
            unit.rural,
            unit.area_class,
            tuple(_walk_back(unit.id, before)),
        )
        for unit in rows
    ]


def _find_unchanged(session: Session) -> dict[int, int]:
    """Successor → predecessor where one unit alone became one unit alone: the same under a new row."""
    pairs = session.execute(select(UnitSuccession.predecessor_id, UnitSuccession.successor_id)).all()
    after: dict[int, list[int | None]] = {}
    before: dict[int, list[int]] = {}
    for old, new in pairs:
        after.setdefault(old, []).append(new)
        if new is not None:
            before.setdefault(new, []).append(old)
    return {new: old[0] for new, old in before.items() if len(old) == 1 and after[old[0]] == [new]}


def _walk_back(unit_id: int, before: dict[int, int]) -> Iterable[int]:
    while unit_id in before:
        unit_id = before[unit_id]
        yield unit_id


def list_collected_rounds(session: Session, on: date) -> list[CollectedRound]:
    """Rounds that had ended by the end of a day and stood then; drills are not among them."""
    limit = end_of_day(on)
    online = (
        select(Tally.round_id, func.sum(Tally.count).label("ballots"))
        .where(Tally.channel == "online", Tally.question == BALLOT, Tally.option == VALID)
        .group_by(Tally.round_id)
        .subquery()
    )
    rows = session.execute(
        select(Round, online.c.ballots)
        .outerjoin(online, online.c.round_id == Round.id)
        .where(
            Round.kind != "drill",
            Round.closed_at < limit,
            or_(Round.superseded_at.is_(None), Round.superseded_at >= limit),
        )
        .order_by(Round.closed_at, Round.id)
    ).all()
    return [_as_collected(found, int(ballots or 0), limit) for found, ballots in rows]


def _as_collected(found: Round, online_ballots: int, limit: datetime) -> CollectedRound:
    assert found.closed_at is not None  # the query asks for it
    is_published = found.published_at is not None and found.published_at < limit
    ended_at = found.published_at if is_published and found.published_at else found.closed_at
    state = "published" if is_published else "closed"
    ended_on = ended_at.astimezone(ZONE).date()
    return CollectedRound(found.id, found.unit_id, found.kind, state, online_ballots, ended_on)
