"""What becomes of slips besides being answered with: void, or given back on paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.orm import Session

from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.slip_numbers import write_ranges
from survey.services.audit import record
from survey.services.slip_prints import scrub_prints
from survey.services.slips import chunks, lock_open_round
from survey.store.engine import Database
from survey.store.slips import RETURNED, SENT, KeptPrint, Slip, SlipBatch
from translations.catalogue import lazy

_SHOWN = 300
"""Characters of a list of numbers, in a sentence or on the log."""


@dataclass(frozen=True)
class ReturnedSlips:
    """What became of slips that came back with a paper ballot, by number.

    `counted` were taken now and `repeated` had been taken from paper before: their ballots count.
    The households of `answered` had sent their answers another way first: those ballots are set aside.
    """

    counted: tuple[int, ...]
    repeated: tuple[int, ...]
    answered: tuple[int, ...]
    void: tuple[int, ...]
    unknown: tuple[int, ...]


def withdraw_slips(
    database: Database, round_id: int, numbers: Collection[int], *, because: str, by: int | None
) -> int:
    """`void_slips` in a transaction of its own; then nothing is left of prints that went with it."""
    with database.write() as session:
        voided = void_slips(session, round_id, numbers, because=because, by=by)
    scrub_prints(database)
    return voided


def void_slips(
    session: Session, round_id: int, numbers: Collection[int], *, because: str, by: int | None
) -> int:
    """Void those of the numbers that are not used yet; returns how many. A used slip stays used.

    The print of a batch without a slip to use is deleted: once that is committed, `scrub_prints`.
    """
    because = " ".join(because.split())
    if not because or not numbers:
        raise DomainError(lazy("Hãy ghi số thẻ cần hủy và lý do."))
    round_ = lock_open_round(session, round_id, alone=True)
    asked = sorted(set(numbers))
    check_known(session, round_id, asked)
    voided = _change(session, round_id, asked, state="void")
    session.execute(delete(KeptPrint).where(KeptPrint.batch_id.in_(_select_spent(round_id))))
    record(
        session, by, "slips.void", unit_id=round_.unit_id, round_id=round_id, asked=len(asked),
        voided=len(voided), numbers=write_ranges(voided)[:_SHOWN], because=because,
    )  # fmt: skip
    return len(voided)


def check_known(session: Session, round_id: int, numbers: Sequence[int]) -> None:
    """Raise `NotFound`, naming them, for numbers that no slip of the round has."""
    unknown = sorted(set(numbers) - set(read_states(session, round_id, numbers)))
    if unknown:
        raise NotFound(lazy("Đợt này không có thẻ số %(numbers)s.", numbers=write_ranges(unknown)[:_SHOWN]))


def read_states(session: Session, round_id: int, numbers: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """State and channel of each number that there is."""
    found: dict[int, tuple[str, str | None]] = {}
    for some in chunks(numbers):
        statement = select(Slip.number, Slip.state, Slip.channel).where(
            Slip.round_id == round_id, Slip.number.in_(some)
        )
        found |= {number: (state, channel) for number, state, channel in session.execute(statement)}
    return found


def _change(session: Session, round_id: int, numbers: Sequence[int], **values: str) -> list[int]:
    """Change those that are issued and unused; of two who change a slip, the row's lock lets one do it."""
    changed: list[int] = []
    for some in chunks(numbers):
        statement = (
            update(Slip)
            .where(Slip.round_id == round_id, Slip.number.in_(some), Slip.state == "issued")
            .values(values)
            .returning(Slip.number)
            .execution_options(synchronize_session=False)
        )
        changed += session.scalars(statement)
    return sorted(changed)


def _select_spent(round_id: int) -> Select[int]:
    """The round's batches without a slip that could still be used: nobody may print those any more."""
    unused = exists().where(Slip.batch_id == SlipBatch.id, Slip.state == "issued")
    return select(SlipBatch.id).where(SlipBatch.round_id == round_id, ~unused)


def return_slips(
    session: Session, round_id: int, numbers: Collection[int], *, by: int | None, at: datetime
) -> ReturnedSlips:
    """Tick off slips whose households gave back a paper ballot, before those ballots are counted.

    The household's first answer counts, whichever way it came. Paper that was collected in time may be
    ticked off until the round is closed. Entering a number again changes nothing.

    Raises:
        DomainError: the round has not begun, or is closed, or asks no household.
    """
    round_ = lock_open_round(session, round_id, alone=True)
    if not round_.has_begun_at(at):
        raise Conflict(lazy("Đợt lấy ý kiến chưa bắt đầu."))
    asked = sorted(set(numbers))
    counted = _change(session, round_id, asked, state="used", channel=RETURNED)
    returned = _tell_apart(asked, counted, read_states(session, round_id, asked))
    record(
        session, by, "slips.return", unit_id=round_.unit_id, round_id=round_id, asked=len(asked),
        counted=len(returned.counted), answered=len(returned.answered),
    )  # fmt: skip
    return returned


def _tell_apart(
    asked: Sequence[int], counted: Sequence[int], states: Mapping[int, tuple[str, str | None]]
) -> ReturnedSlips:
    """What had become before of the numbers that were not counted now."""
    others = sorted(set(asked) - set(counted))

    def pick(wanted: tuple[str, str | None] | None) -> tuple[int, ...]:
        return tuple(number for number in others if states.get(number) == wanted)

    return ReturnedSlips(
        counted=tuple(counted),
        repeated=pick(("used", RETURNED)),
        answered=pick(("used", SENT)),
        void=pick(("void", None)),
        unknown=pick(None),
    )
