"""Helpers' sessions: who collects for a round, since when, and how many ballots in all.

A session is begun by a tap before the first ballot, so that the log's time of it is no ballot's time,
and counts in a transaction of its own what has been recorded before. What it keeps is two totals: no
ballot, no code, no moment of one. A ballot that comes when no session is open, from a device that was
without network for long, opens one: it must not be refused for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from survey.domain.actors import Actor
from survey.domain.codes import Code, CodeKind
from survey.domain.permissions import Permission
from survey.services.audit import record
from survey.services.entry import Entry
from survey.services.rounds import list_rounds
from survey.store.collection import CollectionSession
from survey.store.engine import Database
from survey.store.rounds import Round, RoundState
from survey.store.slips import Link, Slip
from survey.store.upsert import insert_if_new

CHANNELS = ("assisted", "phone")
LONGEST = timedelta(hours=12)
_OPEN = select(CollectionSession).where(CollectionSession.ended_at.is_(None)).order_by(CollectionSession.id)


def list_rounds_to_collect(session: Session, actor: Actor) -> list[Round]:
    """The rounds that are open where the person collects, the latest first."""
    rounds = list_rounds(session, actor.units_with(Permission.COLLECT))
    return [round_ for round_ in rounds if round_.state is RoundState.OPEN]


def find_session(session: Session, round_id: int, staff_id: int, at: datetime) -> CollectionSession | None:
    """The person's session in the round, unless it has ended or is over by its length."""
    return session.scalar(
        select(CollectionSession).where(
            CollectionSession.round_id == round_id,
            CollectionSession.staff_id == staff_id,
            CollectionSession.ended_at.is_(None),
            CollectionSession.started_at > at - LONGEST,
        )
    )


def start_session(database: Database, round_: Round, *, by: int, at: datetime) -> None:
    """Begin to collect; a session that is open already goes on."""
    _end_overdue(database, at)
    with database.write() as session:
        _begin(session, round_, by, at)


def count_ballot(database: Database, round_: Round, channel: str, *, by: int, at: datetime) -> None:
    """Add a ballot that was recorded just now to the person's session."""
    _end_overdue(database, at)
    with database.write() as session:
        while not _add(session, round_.id, channel, by):
            _begin(session, round_, by, at)


def _begin(session: Session, round_: Round, staff_id: int, at: datetime) -> None:
    row = {"round_id": round_.id, "staff_id": staff_id, "started_at": at}
    if insert_if_new(session.connection(), CollectionSession, row):
        record(session, staff_id, "collect.start", unit_id=round_.unit_id, round_id=round_.id)


def _add(session: Session, round_id: int, channel: str, staff_id: int) -> bool:
    total = getattr(CollectionSession, channel)
    result = session.execute(
        update(CollectionSession)
        .where(
            CollectionSession.round_id == round_id,
            CollectionSession.staff_id == staff_id,
            CollectionSession.ended_at.is_(None),
        )
        .values({total: total + 1})
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def end_session(session: Session, round_id: int, *, by: int, at: datetime) -> CollectionSession | None:
    """End the person's session in the round and return it with its totals; None where there is none."""
    ended = _end(session, [row for row in _list_open(session, by) if row.round_id == round_id], at)
    return ended[0] if ended else None


def end_sessions(session: Session, *, by: int, at: datetime) -> None:
    """End all that the person has open: they sign out."""
    _end(session, _list_open(session, by), at)


def _list_open(session: Session, staff_id: int) -> Sequence[CollectionSession]:
    return session.scalars(_OPEN.where(CollectionSession.staff_id == staff_id).with_for_update()).all()


def _end_overdue(database: Database, at: datetime) -> None:
    """End what helpers have left open, at its longest.

    In a transaction of its own, which takes rows in the order of their ids: whoever held another's row
    while asking for their own could wait for a helper who does the same the other way round.
    """
    with database.write() as session:
        overdue = _OPEN.where(CollectionSession.started_at <= at - LONGEST).with_for_update()
        _end(session, session.scalars(overdue).all(), at)


def _end(session: Session, rows: Sequence[CollectionSession], at: datetime) -> Sequence[CollectionSession]:
    """End sessions, those that nobody ended at their longest, and write their totals on the log."""
    for row in rows:
        row.ended_at = min(at, row.started_at + LONGEST)
        record(
            session, row.staff_id, "collect.end", round_id=row.round_id,
            unit_id=session.get_one(Round, row.round_id).unit_id,
            assisted=row.assisted, phone=row.phone,
        )  # fmt: skip
    session.flush()
    return rows


def find_slip_number(session: Session, entry: Entry) -> int | None:
    """The number printed on a slip, by which helpers tick it off; None for a village without slips."""
    return session.scalar(
        select(Slip.number).where(Slip.round_id == entry.round.id, Slip.code_hash == entry.slip_hash)
    )


def find_village_code(session: Session, round_id: int, village_id: int) -> Code | None:
    """The code under which a village without slips answers: always its first poster's.

    A page that is sent again must come under the same code, whatever became of the poster meanwhile.
    """
    found = session.scalar(
        select(Link.code)
        .where(Link.round_id == round_id, Link.unit_id == village_id)
        .order_by(Link.id)
        .limit(1)
    )
    return Code(CodeKind.LINK, found) if found else None
