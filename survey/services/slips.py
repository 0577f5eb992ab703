"""Slips: one code per household, known in plain only while it is printed.

Drawing a thousand slips takes seconds, in which ballots must keep coming in. So a batch is planned
(numbers and codes), printed without any transaction, and then recorded in a short one, which finds
out whether the numbers are still free. What fails in between leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from survey.domain.clock import now
from survey.domain.codes import Code, hash_slip_code, new_slip_code
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.ids import read_id
from survey.services.audit import record
from survey.services.rounds import get_round
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.store.slips import Slip, SlipBatch
from survey.store.units import Unit
from translations.catalogue import lazy
from translations.numbers import format_count

BATCH_LIMIT = 20_000
_AT_A_TIME = 1_000
_T = TypeVar("_T")

NewCode = Callable[[str], Code]
"""Draws a slip's code for a round's tag."""


@dataclass(frozen=True)
class PlainSlip:
    """A slip's number and its code in plain: to be printed, then forgotten."""

    number: int
    code: Code


@dataclass(frozen=True)
class PlannedBatch:
    """Slips with numbers and codes that no table holds yet.

    `hashes` are those of `slips`, in their order; `repeats` says that one of them is not new.
    """

    round: Round
    village: RoundUnit
    slips: tuple[PlainSlip, ...]
    hashes: tuple[bytes, ...]
    repeats: bool

    @property
    def first(self) -> int:
        return self.slips[0].number

    @property
    def last(self) -> int:
        return self.slips[-1].number


@dataclass(frozen=True)
class IssuedBatch:
    """A recorded batch with its plain slips; of a quarantined one there are none."""

    batch: SlipBatch
    round: Round
    village: RoundUnit
    slips: tuple[PlainSlip, ...]


def issue_slips(
    session: Session,
    secret: bytes,
    round_id: int,
    unit_id: int,
    count: int,
    *,
    by: int | None,
    at: datetime | None = None,
    new_code: NewCode = new_slip_code,
) -> IssuedBatch:
    """Plan and record slips in one transaction, for callers that print nothing; `at` is now unless given.

    Raises:
        DomainError: the round takes no slips, or they would be more than the village's households.
    """
    lock_open_round(session, round_id)
    planned = plan_batch(session, secret, round_id, unit_id, count, new_code=new_code)
    batch = record_batch(session, planned, by=by, at=at)
    return IssuedBatch(batch, planned.round, planned.village, () if batch.quarantined_at else planned.slips)


def plan_batch(
    session: Session,
    secret: bytes,
    round_id: int,
    unit_id: int,
    count: int,
    *,
    replacing: Collection[int] = (),
    new_code: NewCode = new_slip_code,
) -> PlannedBatch:
    """Draw codes and give them the round's next numbers; nothing is written.

    The village's slips numbered in `replacing` will be void by then and leave room for as many.

    Raises:
        DomainError: the round takes no slips, or they would be more than the village's households.
    """
    round_ = get_round(session, round_id)
    check_takes_slips(round_)
    village = get_village(session, round_, unit_id)
    _check_count(session, village, count, len(replacing))
    first = next_number(session, round_id)
    codes = [new_code(round_.tag) for _ in range(count)]
    hashes = tuple(hash_slip_code(secret, code) for code in codes)
    slips = tuple(PlainSlip(number, code) for number, code in enumerate(codes, start=first))
    repeats = len(set(hashes)) < count or _has_any(session, round_id, hashes)
    return PlannedBatch(round_, village, slips, hashes, repeats)


def _has_any(session: Session, round_id: int, hashes: tuple[bytes, ...]) -> bool:
    """Whether an earlier batch has one of the codes. Those of other rounds begin with other tags."""
    of_round = select(Slip.number).where(Slip.round_id == round_id).limit(1)
    return any(session.scalar(of_round.where(Slip.code_hash.in_(some))) for some in chunks(hashes))


def record_batch(
    session: Session,
    planned: PlannedBatch,
    *,
    by: int | None,
    at: datetime | None = None,
    manifest: str | None = None,
) -> SlipBatch:
    """Keep a planned batch, with nothing but keyed hashes of its codes; quarantine it if one repeats.

    Raises:
        Conflict: the round has closed, or someone else took the numbers meanwhile.
    """
    round_ = lock_open_round(session, planned.round.id)
    if next_number(session, round_.id) != planned.first:
        raise Conflict(lazy("Người khác vừa phát thẻ cùng lúc. Xin phát lại."))
    batch = _add_batch(session, planned, by, at or now(), manifest)
    if planned.repeats:
        record(
            session, by, "slips.quarantine", unit_id=batch.unit_id, round_id=round_.id,
            batch=batch.id, first=planned.first, last=planned.last,
        )  # fmt: skip
        return batch
    _insert_slips(session, planned, batch)
    record(
        session, by, "slips.issue", unit_id=batch.unit_id, round_id=round_.id,
        batch=batch.id, first=planned.first, last=planned.last,
    )  # fmt: skip
    return batch


def _add_batch(
    session: Session, planned: PlannedBatch, by: int | None, at: datetime, manifest: str | None
) -> SlipBatch:
    batch = SlipBatch(
        round_id=planned.round.id,
        unit_id=planned.village.unit_id,
        first_number=planned.first,
        last_number=planned.last,
        issued_at=at,
        issued_by=by,
        quarantined_at=at if planned.repeats else None,
        manifest=manifest,
    )
    session.add(batch)
    session.flush()
    return batch


def _insert_slips(session: Session, planned: PlannedBatch, batch: SlipBatch) -> None:
    common = {"round_id": batch.round_id, "unit_id": batch.unit_id, "batch_id": batch.id, "state": "issued"}
    for some in chunks(tuple(zip(planned.hashes, planned.slips, strict=True))):
        rows = [{**common, "code_hash": code_hash, "number": slip.number} for code_hash, slip in some]
        session.execute(insert(Slip), rows)


def chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The items, as many at a time as a statement takes."""
    for start in range(0, len(items), _AT_A_TIME):
        yield items[start : start + _AT_A_TIME]


def check_takes_slips(round_: Round) -> None:
    if not round_.counts_households:
        raise DomainError(lazy("Đợt phản hồi thường xuyên không dùng thẻ mã hộ."))
    if round_.state is not RoundState.OPEN:
        raise Conflict(lazy("Chỉ phát thẻ khi đợt đang mở."))


def lock_open_round(session: Session, round_id: int, *, alone: bool = False) -> Round:
    """One issuer at a time, so that numbers and limits hold; ballots keep coming in meanwhile.

    Who changes slips does it `alone`: ballots taken together hold several, and either could wait for ever.
    """
    round_ = get_round(session, round_id)
    session.refresh(round_, with_for_update={"key_share": not alone, "of": Round})
    check_takes_slips(round_)
    return round_


def next_number(session: Session, round_id: int) -> int:
    """The round's first free number; those of a quarantined batch are not given again."""
    highest = select(func.max(SlipBatch.last_number)).where(SlipBatch.round_id == round_id)
    return (session.scalar(highest) or 0) + 1


def get_village(session: Session, round_: Round, name: int | str) -> RoundUnit:
    """The village of a round with this id, or with this code."""
    statement = select(RoundUnit).where(RoundUnit.round_id == round_.id)
    if isinstance(name, int):
        village = session.scalar(statement.where(RoundUnit.unit_id == name))
    else:
        village = session.scalar(statement.join(RoundUnit.unit).where(Unit.code == name))
        found = read_id(name)
        if village is None and found is not None:
            return get_village(session, round_, found)
    if village is None:
        raise NotFound(lazy("Đợt “%(title)s” không có thôn “%(name)s”.", title=round_.title, name=name))
    return village


def count_live(session: Session, round_id: int, unit_id: int) -> int:
    """The village's slips that are not void."""
    of_village = select(func.count()).where(Slip.round_id == round_id, Slip.unit_id == unit_id)
    return session.scalar(of_village.where(Slip.state != "void")) or 0


def _check_count(session: Session, village: RoundUnit, count: int, replaced: int) -> None:
    if not 1 <= count <= BATCH_LIMIT:
        raise DomainError(lazy("Mỗi lần phát từ 1 đến %(limit)s thẻ.", limit=format_count(BATCH_LIMIT)))
    live = count_live(session, village.round_id, village.unit_id) - replaced
    if live + count > village.households:
        raise DomainError(
            lazy(
                "%(village)s có %(households)s hộ, đã phát %(live)s thẻ: chỉ phát thêm được %(left)s thẻ.",
                village=village.name,
                households=format_count(village.households),
                live=format_count(live),
                left=format_count(max(village.households - live, 0)),
            )
        )
