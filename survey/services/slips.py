"""Slips: one code per household, known in plain only at the moment it is printed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, func, insert, select, update
from sqlalchemy.orm import Session

from survey.domain.clock import now
from survey.domain.codes import Code, hash_slip_code, new_slip_code
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.ids import read_id
from survey.printing import slips as printing
from survey.services.audit import record
from survey.services.posters import find_about, find_heading
from survey.services.rounds import get_round
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.store.slips import Slip, SlipBatch
from survey.store.units import Unit
from translations.catalogue import lazy
from translations.numbers import format_count

BATCH_LIMIT = 5_000


@dataclass(frozen=True)
class PlainSlip:
    """A slip's number and its code in plain: to be printed, then forgotten."""

    number: int
    code: Code


@dataclass(frozen=True)
class IssuedBatch:
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
) -> IssuedBatch:
    """Make slips for a village and keep only keyed hashes of their codes; `at` is now unless it is given.

    Numbers continue over the round. The codes can't be had again: a lost sheet is voided and issued anew.

    Raises:
        DomainError: the round takes no slips, or they would be more than the village's households.
    """
    round_ = _lock_round(session, round_id)
    village = get_village(session, round_, unit_id)
    _check_count(session, village, count)
    first = (session.scalar(select(func.max(Slip.number)).where(Slip.round_id == round_id)) or 0) + 1
    batch = SlipBatch(
        round_id=round_id,
        unit_id=unit_id,
        first_number=first,
        last_number=first + count - 1,
        issued_at=at or now(),
        issued_by=by,
    )
    session.add(batch)
    session.flush()
    codes = _new_codes(secret, round_.tag, count)
    slips = tuple(PlainSlip(first + offset, code) for offset, code in enumerate(codes.values()))
    session.execute(
        insert(Slip),
        [
            {
                "round_id": round_id,
                "code_hash": code_hash,
                "number": slip.number,
                "batch_id": batch.id,
                "unit_id": unit_id,
                "state": "issued",
                "channel": None,
            }
            for code_hash, slip in zip(codes, slips, strict=True)
        ],
    )
    record(
        session, by, "slips.issue", unit_id=unit_id, round_id=round_id, batch=batch.id, first=first,
        last=batch.last_number,
    )  # fmt: skip
    return IssuedBatch(batch, round_, village, slips)


def _lock_round(session: Session, round_id: int) -> Round:
    """One issuer at a time, so that numbers and limits hold; ballots keep coming in meanwhile."""
    round_ = get_round(session, round_id)
    session.refresh(round_, with_for_update={"key_share": True, "of": Round})
    if not round_.counts_households:
        raise DomainError(lazy("Đợt phản hồi thường xuyên không dùng thẻ mã hộ."))
    if round_.state is not RoundState.OPEN:
        raise Conflict(lazy("Chỉ phát thẻ khi đợt đang mở."))
    return round_


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
        message = lazy("Đợt “%(title)s” không có thôn “%(name)s”.", title=round_.title, name=name)
        raise NotFound(message)
    return village


def count_live(session: Session, round_id: int, unit_id: int) -> int:
    """The village's slips that are not void."""
    statement = select(func.count()).where(
        Slip.round_id == round_id, Slip.unit_id == unit_id, Slip.state != "void"
    )
    return session.scalar(statement) or 0


def _check_count(session: Session, village: RoundUnit, count: int) -> None:
    if not 1 <= count <= BATCH_LIMIT:
        raise DomainError(lazy("Mỗi lần phát từ 1 đến %(limit)s thẻ.", limit=format_count(BATCH_LIMIT)))
    live = count_live(session, village.round_id, village.unit_id)
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


def _new_codes(secret: bytes, tag: str, count: int) -> dict[bytes, Code]:
    """Distinct codes by hash. One that an earlier batch has is refused by the key of `slip`."""
    codes: dict[bytes, Code] = {}
    while len(codes) < count:
        code = new_slip_code(tag)
        codes[hash_slip_code(secret, code)] = code
    return codes


def void_slips(
    session: Session, round_id: int, numbers: Collection[int], *, because: str, by: int | None
) -> int:
    """Void those of the numbers that are not used yet; returns how many. A used slip stays used."""
    because = " ".join(because.split())
    if not because or not numbers:
        raise DomainError(lazy("Hãy ghi số thẻ cần hủy và lý do."))
    round_ = _lock_round(session, round_id)
    chosen = (Slip.round_id == round_id, Slip.number.in_(numbers))
    unknown = sorted(set(numbers) - set(session.scalars(select(Slip.number).where(*chosen))))
    if unknown:
        listed = ", ".join(map(str, unknown[:20]))
        raise NotFound(lazy("Đợt này không có thẻ số %(numbers)s.", numbers=listed))
    result = session.execute(update(Slip).where(*chosen, Slip.state == "issued").values(state="void"))
    voided = result.rowcount if isinstance(result, CursorResult) else 0
    record(
        session, by, "slips.void", unit_id=round_.unit_id, round_id=round_id, asked=len(set(numbers)),
        voided=voided, because=because,
    )  # fmt: skip
    return voided


def list_batches(session: Session, round_id: int) -> list[SlipBatch]:
    statement = select(SlipBatch).where(SlipBatch.round_id == round_id).order_by(SlipBatch.first_number)
    return list(session.scalars(statement))


def build_sheet(session: Session, issued: IssuedBatch, public_url: str) -> printing.SlipSheet:
    """What the printer puts on paper for a batch."""
    return printing.SlipSheet(
        commune=issued.round.unit.name,
        village=issued.village.name,
        heading=find_heading(issued.round),
        about=find_about(session, issued.round),
        last_on=issued.round.last_on,
        contact=issued.round.contact,
        slips=[
            printing.Slip(slip.number, slip.code.grouped, f"{public_url}/{slip.code.grouped}")
            for slip in issued.slips
        ],
    )
