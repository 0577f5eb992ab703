"""Retention: what tells who took part is forgotten when nobody needs it any more; figures stay.

Of a round that ended long ago (published, set aside, or closed and left) the ledger, the late
arrivals and the slips keep their numbers and lose their names: hashes are overwritten with random
bytes, and the states of a batch's slips are dealt out anew among its numbers. Every count stays what
it was, so a recount still agrees; but no receipt can be looked up and no slip can be told to have
been used. Tallies, snapshots, mixed responses and the log are kept. Ballots still in a box are never
touched. Prints of slips that were kept for their day go as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, text
from sqlalchemy.orm import DeclarativeBase, Session

from survey.services.audit import has_happened, record
from survey.services.slip_prints import count_expired, forget_expired
from survey.store.ballots import LateArrival, Ledger
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import Slip
from survey.store.staff import StaffSession

KEPT_DAYS = 365
"""How long after a round has ended receipts and slips can still be looked up, unless told otherwise."""
SESSION_DAYS = 30
_HASH_BYTES = 32
_AT_A_TIME = 2_000
_random = SystemRandom()


@dataclass(frozen=True)
class RoundTraces:
    """What of a round is due to be forgotten."""

    round_id: int
    tag: str
    unit_id: int
    ledger: int
    late: int
    slips: int


@dataclass(frozen=True)
class PurgePlan:
    """What a purge at this moment does."""

    sessions: int
    prints: int
    rounds: tuple[RoundTraces, ...]

    @property
    def is_empty(self) -> bool:
        return not self.sessions and not self.prints and not self.rounds


def _ended_at() -> ColumnElement[datetime]:
    """The last thing that happened to a round: set aside, published, or closed and nothing more."""
    return func.coalesce(Round.superseded_at, Round.published_at, Round.closed_at)


def plan_purge(session: Session, at: datetime, kept_days: int = KEPT_DAYS) -> PurgePlan:
    """Look what is due, and change nothing."""
    ended = session.scalar(select(func.count()).select_from(StaffSession).where(_long_over(at))) or 0
    due = session.scalars(
        select(Round).where(_ended_at() < at - timedelta(days=kept_days)).order_by(Round.id)
    )
    rounds = tuple(
        RoundTraces(
            round_id=round_.id,
            tag=round_.tag,
            unit_id=round_.unit_id,
            ledger=_count(session, Ledger, round_.id),
            late=_count(session, LateArrival, round_.id),
            slips=_count(session, Slip, round_.id),
        )
        for round_ in due
        if not has_happened(session, "round.purge", round_.id)
    )
    return PurgePlan(ended, count_expired(session, at), rounds)


def carry_out(
    database: Database,
    plan: PurgePlan,
    at: datetime,
    *,
    by: int | None = None,
    on_round: Callable[[], object] = lambda: None,
) -> None:
    """Forget what the plan names, one transaction a round, then the engine's own remains of it."""
    with database.write() as session:
        session.execute(delete(StaffSession).where(_long_over(at)))
        record(session, by, "database.purge", sessions=plan.sessions, rounds=len(plan.rounds))
    forget_expired(database, at)
    for traces in plan.rounds:
        with database.write() as session:
            _forget_round(session, traces, by)
        on_round()
    database.scrub()
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ledger, late_arrival, slip, staff_session"))


def _long_over(at: datetime) -> ColumnElement[bool]:
    limit = at - timedelta(days=SESSION_DAYS)
    return or_(StaffSession.expires_at < limit, StaffSession.revoked_at < limit)


def _count(session: Session, model: type[Any], round_id: int) -> int:
    return session.scalar(select(func.count()).select_from(model).where(model.round_id == round_id)) or 0


def _forget_round(session: Session, traces: RoundTraces, by: int | None) -> None:
    if has_happened(session, "round.purge", traces.round_id):
        return
    for model, hashes in (
        (Ledger, ("key_hash", "answers_mac", "receipt_hash")),
        (LateArrival, ("key_hash",)),
    ):
        _replace_hashes(session, model, hashes, traces.round_id)
    _deal_slips_anew(session, traces.round_id)
    record(
        session, by, "round.purge", unit_id=traces.unit_id, round_id=traces.round_id,
        ledger=traces.ledger, late=traces.late, slips=traces.slips,
    )  # fmt: skip


def _replace_hashes(session: Session, model: type[Any], hashes: Sequence[str], round_id: int) -> None:
    """As many rows as before, none of which can be found by what it stood for."""
    count = _count(session, model, round_id)
    session.execute(delete(model).where(model.round_id == round_id))
    rows = ({"round_id": round_id, **{name: _new_hash() for name in hashes}} for _ in range(count))
    _insert(session, model, rows)


def _deal_slips_anew(session: Session, round_id: int) -> None:
    """Shuffle what became of a batch's slips over its numbers, under hashes that no code has."""
    slips = session.execute(
        select(Slip.batch_id, Slip.unit_id, Slip.number, Slip.state, Slip.channel)
        .where(Slip.round_id == round_id)
        .order_by(Slip.batch_id, Slip.unit_id)
    ).all()
    session.execute(delete(Slip).where(Slip.round_id == round_id))
    fates: dict[tuple[int, int], list[tuple[str, str | None]]] = {}
    for slip in slips:
        fates.setdefault((slip.batch_id, slip.unit_id), []).append((slip.state, slip.channel))
    for dealt in fates.values():
        _random.shuffle(dealt)
    rows: list[dict[str, Any]] = []
    for slip in slips:
        state, channel = fates[slip.batch_id, slip.unit_id].pop()
        rows.append(
            {
                "round_id": round_id,
                "code_hash": _new_hash(),
                "number": slip.number,
                "batch_id": slip.batch_id,
                "unit_id": slip.unit_id,
                "state": state,
                "channel": channel,
            }
        )
    _insert(session, Slip, iter(rows))


def _new_hash() -> bytes:
    return secrets.token_bytes(_HASH_BYTES)


def _insert(session: Session, model: type[DeclarativeBase], rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_A_TIME:
            session.execute(insert(model), batch)
            batch = []
    if batch:
        session.execute(insert(model), batch)
