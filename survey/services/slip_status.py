"""How a round's slips stand: by batch and by village. Never by household, and never when."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.domain.errors import NotFound
from survey.store.rounds import RoundUnit
from survey.store.slips import KeptPrint, Slip, SlipBatch
from survey.store.units import Unit
from translations.catalogue import lazy


class BatchState(StrEnum):
    WAITING = "waiting"
    """Its PDF is kept, and nobody has said yet that it is on paper."""
    PRINTED = "printed"
    """Someone said that it is on paper, or it was not printed here."""
    EXPIRED = "expired"
    """Its PDF is gone, and nobody ever said that it was on paper."""
    QUARANTINED = "quarantined"
    VOID = "void"


@dataclass(frozen=True)
class BatchLine:
    """A batch with its slips by what became of them; `parts` of its PDF are kept until `kept_until`."""

    batch: SlipBatch
    village: str
    issued: int
    used: int
    void: int
    parts: tuple[int, ...]
    kept_until: datetime | None

    @property
    def state(self) -> BatchState:
        if self.batch.quarantined_at:
            return BatchState.QUARANTINED
        if self.void and not self.issued and not self.used:
            return BatchState.VOID
        if self.batch.printed_at or self.batch.manifest is None:
            return BatchState.PRINTED
        return BatchState.WAITING if self.parts else BatchState.EXPIRED


@dataclass(frozen=True)
class VillageSlips:
    """A village's slips: not used yet, used by channel, void; its quarantined batches; its kept prints."""

    unit_id: int
    code: str
    name: str
    households: int
    issued: int
    used: dict[str, int]
    void: int
    quarantined: int
    waiting: int

    @property
    def live(self) -> int:
        """Handed out or to be handed out: all but the void ones."""
        return self.issued + sum(self.used.values())

    @property
    def left(self) -> int:
        """How many more the village may have."""
        return max(self.households - self.live, 0)


def get_batch(session: Session, round_id: int, batch_id: int) -> SlipBatch:
    batch = session.scalar(select(SlipBatch).where(SlipBatch.round_id == round_id, SlipBatch.id == batch_id))
    if batch is None:
        raise NotFound(lazy("Đợt này không có lô thẻ ấy."))
    return batch


def find_twin(
    session: Session, round_id: int, unit_id: int, first: int, count: int, by: int | None
) -> SlipBatch | None:
    """The batch that the same request has already made: from the same hand, village, number and size.

    A quarantined one is none: it is to be asked for again.
    """
    return session.scalar(
        select(SlipBatch).where(
            SlipBatch.round_id == round_id,
            SlipBatch.unit_id == unit_id,
            SlipBatch.first_number == first,
            SlipBatch.last_number == first + count - 1,
            SlipBatch.issued_by == by,
            SlipBatch.quarantined_at.is_(None),
        )
    )


def list_batch_lines(session: Session, round_id: int, at: datetime) -> list[BatchLine]:
    """The round's batches, the latest first."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    slips = select(Slip.batch_id, Slip.state, func.count()).where(Slip.round_id == round_id)
    for batch_id, state, count in session.execute(slips.group_by(Slip.batch_id, Slip.state)):
        counts[batch_id][state] = count
    kept = _list_kept(session, round_id, at)
    names = select(RoundUnit.unit_id, RoundUnit.name).where(RoundUnit.round_id == round_id)
    villages = dict(session.execute(names).all())
    batches = select(SlipBatch).where(SlipBatch.round_id == round_id)
    return [
        BatchLine(
            batch=batch,
            village=villages[batch.unit_id],
            issued=counts[batch.id]["issued"],
            used=counts[batch.id]["used"],
            void=counts[batch.id]["void"],
            parts=tuple(part for part, _until in kept[batch.id]),
            kept_until=min((until for _part, until in kept[batch.id]), default=None),
        )
        for batch in session.scalars(batches.order_by(SlipBatch.first_number.desc()))
    ]


def get_batch_line(session: Session, round_id: int, batch_id: int, at: datetime) -> BatchLine:
    wanted = get_batch(session, round_id, batch_id)
    return next(line for line in list_batch_lines(session, round_id, at) if line.batch.id == wanted.id)


def _list_kept(session: Session, round_id: int, at: datetime) -> dict[int, list[tuple[int, datetime]]]:
    statement = (
        select(KeptPrint.batch_id, KeptPrint.part, KeptPrint.expires_at)
        .join(SlipBatch, SlipBatch.id == KeptPrint.batch_id)
        .where(SlipBatch.round_id == round_id, KeptPrint.expires_at > at)
        .order_by(KeptPrint.batch_id, KeptPrint.part)
    )
    kept: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for batch_id, part, expires_at in session.execute(statement):
        kept[batch_id].append((part, expires_at))
    return kept


def has_waiting_prints(session: Session, round_id: int, at: datetime) -> bool:
    """Whether some batch is still to be put on paper."""
    return any(kept for kept in _list_kept(session, round_id, at).values())


def list_village_slips(session: Session, round_id: int, at: datetime) -> list[VillageSlips]:
    """Every village of an opened round, in the round's order; empty for a draft."""
    counts: dict[int, Counter[tuple[str, str | None]]] = defaultdict(Counter)
    slips = select(Slip.unit_id, Slip.state, Slip.channel, func.count()).where(Slip.round_id == round_id)
    for unit_id, state, channel, count in session.execute(
        slips.group_by(Slip.unit_id, Slip.state, Slip.channel)
    ):
        counts[unit_id][state, channel] = count
    states = Counter((line.batch.unit_id, line.state) for line in list_batch_lines(session, round_id, at))
    villages = (
        select(RoundUnit.unit_id, Unit.code, RoundUnit.name, RoundUnit.households)
        .join(Unit, Unit.id == RoundUnit.unit_id)
        .where(RoundUnit.round_id == round_id)
        .order_by(RoundUnit.position)
    )
    return [
        VillageSlips(
            *row,
            issued=counts[row.unit_id]["issued", None],
            used={str(way): n for (state, way), n in sorted(counts[row.unit_id].items()) if state == "used"},
            void=counts[row.unit_id]["void", None],
            quarantined=states[row.unit_id, BatchState.QUARANTINED],
            waiting=states[row.unit_id, BatchState.WAITING],
        )
        for row in session.execute(villages)
    ]
