"""Slips that came back with paper ballots: looked at first, then ticked off, and put right if mistaken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from survey.domain.codes import Code, hash_slip_code
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.slip_numbers import write_ranges
from survey.services.audit import record
from survey.services.paper_sheets import list_reopened
from survey.services.rounds import get_round
from survey.services.slip_changes import SHOWN, change_unused, count_by_village, read_states
from survey.services.slips import check_takes_slips, chunks, lock_open_round
from survey.store.rounds import Round, RoundState
from survey.store.slips import RETURNED, SENT, KeptPrint, Slip, SlipBatch
from translations.catalogue import lazy


@dataclass(frozen=True)
class ReturnedSlips:
    """What became of slips that came back with a paper ballot, by number.

    `counted` were taken now and `repeated` had been taken from paper before: their ballots count.
    The households of `answered` had sent their answers another way first: those ballots are set aside.
    The PDF of `waiting` is still to be printed, and `quarantined` were never made: no household has them.
    """

    counted: tuple[int, ...]
    repeated: tuple[int, ...]
    answered: tuple[int, ...]
    void: tuple[int, ...]
    unknown: tuple[int, ...]
    waiting: tuple[int, ...] = ()
    quarantined: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReturnPlan:
    """What ticking numbers off would do; `villages` are those of the slips to be counted, with how many."""

    returned: ReturnedSlips
    villages: list[tuple[str, int]]


def plan_return(session: Session, round_: Round, numbers: Collection[int], at: datetime) -> ReturnPlan:
    """Look without writing; raises as `return_slips` does."""
    asked = sorted(set(numbers))
    _check_takes(session, round_, asked, at)
    returned = _tell_apart(session, round_.id, asked, at)
    return ReturnPlan(returned, count_by_village(session, round_.id, returned.counted))


def find_numbers(session: Session, secret: bytes, round_: Round, codes: Sequence[Code]) -> list[int]:
    """The numbers of slips that were scanned.

    Raises:
        NotFound: no slip of the round has one of the codes.
    """
    by_hash = {hash_slip_code(secret, code): code for code in codes}
    numbers: dict[bytes, int] = {}
    for some in chunks(list(by_hash)):
        found = select(Slip.code_hash, Slip.number).where(
            Slip.round_id == round_.id, Slip.code_hash.in_(some)
        )
        numbers |= dict(session.execute(found).all())
    for code_hash, code in by_hash.items():
        if code_hash not in numbers:
            raise NotFound(lazy("Đợt này không có thẻ mang mã %(code)s.", code=code.grouped))
    return sorted(numbers.values())


def return_slips(
    session: Session, round_id: int, numbers: Collection[int], *, by: int | None, at: datetime
) -> ReturnedSlips:
    """Tick off slips whose households gave back a paper ballot, before those ballots are counted.

    The household's first answer counts, whichever way it came. Paper that was collected in time may be
    ticked off until the round is closed, and after that in a village whose sheet is being corrected.
    Entering a number again changes nothing.

    Raises:
        DomainError: the round has not begun, or is closed for these slips, or asks no household.
    """
    round_ = get_round(session, round_id)
    session.refresh(round_, with_for_update={"of": Round})
    asked = sorted(set(numbers))
    _check_takes(session, round_, asked, at)
    wanted = _tell_apart(session, round_id, asked, at).counted
    counted = change_unused(session, round_id, wanted, state="used", channel=RETURNED)
    returned = _tell_apart(session, round_id, asked, at, counted)
    record(
        session, by, "slips.return", unit_id=round_.unit_id, round_id=round_id, asked=len(asked),
        counted=len(returned.counted), answered=len(returned.answered),
        numbers=write_ranges(counted)[:SHOWN],
    )  # fmt: skip
    return returned


def undo_return(
    session: Session, round_id: int, numbers: Collection[int], *, because: str, by: int | None
) -> tuple[int, ...]:
    """Make slips usable again that were ticked off by mistake; answers sent another way stay.

    Raises:
        DomainError: the round is closed, there is no reason, or none of them was ticked off.
    """
    because = " ".join(because.split())
    if not because or not numbers:
        raise DomainError(lazy("Hãy ghi số thẻ cần gỡ và lý do."))
    round_ = lock_open_round(session, round_id, alone=True)
    undone = _free(session, round_id, sorted(set(numbers)))
    if not undone:
        raise Conflict(lazy("Không thẻ nào trong các số này đã ghi nhận phiếu giấy. Chưa có gì thay đổi."))
    record(
        session, by, "slips.undo_return", unit_id=round_.unit_id, round_id=round_id, count=len(undone),
        numbers=write_ranges(undone)[:SHOWN], because=because,
    )  # fmt: skip
    return tuple(undone)


def _free(session: Session, round_id: int, numbers: Sequence[int]) -> list[int]:
    freed: list[int] = []
    for some in chunks(numbers):
        statement = (
            update(Slip)
            .where(Slip.round_id == round_id, Slip.number.in_(some))
            .where(Slip.state == "used", Slip.channel == RETURNED)
            .values(state="issued", channel=None)
            .returning(Slip.number)
            .execution_options(synchronize_session=False)
        )
        freed += session.scalars(statement)
    return sorted(freed)


def takes_returns(session: Session, round_: Round) -> bool:
    """Whether slips can be ticked off now, in some village at least."""
    if round_.closed_at is None:
        return round_.state is RoundState.OPEN and round_.counts_households
    return bool(list_reopened(session, round_.id))


def _check_takes(session: Session, round_: Round, numbers: Sequence[int], at: datetime) -> None:
    if round_.closed_at is None or not round_.counts_households:
        check_takes_slips(round_)
    else:
        _check_reopened(session, round_, numbers)
    if not round_.has_begun_at(at):
        raise Conflict(lazy("Đợt lấy ý kiến chưa bắt đầu."))


def _check_reopened(session: Session, round_: Round, numbers: Sequence[int]) -> None:
    reopened = list_reopened(session, round_.id)
    villages: set[int] = set()
    for some in chunks(numbers):
        of_these = select(Slip.unit_id).where(Slip.round_id == round_.id, Slip.number.in_(some))
        villages.update(session.scalars(of_these.distinct()))
    if not reopened or villages - reopened:
        raise Conflict(lazy("Đợt đã đóng: chỉ nhận thẻ của thôn có phiếu kiểm đang mở lại để sửa."))


def _tell_apart(
    session: Session, round_id: int, asked: Sequence[int], at: datetime, counted: Sequence[int] | None = None
) -> ReturnedSlips:
    """Sort the numbers by what they are; unless told, those to be `counted` are the unused ones on paper."""
    states = read_states(session, round_id, asked)
    quarantined, unprinted = _list_unprinted(session, round_id, at)
    kinds: dict[str, list[int]] = {}
    taken = set(counted or ())
    names = {("used", RETURNED): "repeated", ("used", SENT): "answered", ("void", None): "void"}
    for number in asked:
        state = states.get(number)
        if number in taken:
            kind = "counted"
        elif state is None:
            kind = "quarantined" if _within(number, quarantined) else "unknown"
        elif state == ("issued", None):
            kind = "waiting" if counted is not None or _within(number, unprinted) else "counted"
        else:
            kind = names[state]
        kinds.setdefault(kind, []).append(number)
    every = ("counted", "repeated", "answered", "void", "unknown", "waiting", "quarantined")
    return ReturnedSlips(*(tuple(kinds.get(kind, ())) for kind in every))


def _within(number: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in spans)


def _list_unprinted(
    session: Session, round_id: int, at: datetime
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Number spans of the quarantined batches, and of those whose PDF is still to be printed."""
    spans = select(SlipBatch.first_number, SlipBatch.last_number).where(SlipBatch.round_id == round_id)
    kept = exists().where(KeptPrint.batch_id == SlipBatch.id, KeptPrint.expires_at > at)
    waiting = spans.where(SlipBatch.manifest.is_not(None), SlipBatch.printed_at.is_(None), kept)
    quarantined = spans.where(SlipBatch.quarantined_at.is_not(None))

    def read(statement: object) -> list[tuple[int, int]]:
        return [(first, last) for first, last in session.execute(statement)]  # type: ignore[call-overload]

    return read(quarantined), read(waiting)
