"""Voiding slips, after a look at what that would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from survey.domain.errors import DomainError, NotFound
from survey.domain.slip_numbers import write_ranges
from survey.services.audit import record
from survey.services.slip_prints import scrub_prints
from survey.services.slips import chunks, lock_open_round
from survey.store.engine import Database
from survey.store.rounds import RoundUnit
from survey.store.slips import KeptPrint, Slip, SlipBatch
from translations.catalogue import lazy

SHOWN = 300
"""Characters of a list of numbers, in a sentence or on the log."""


@dataclass(frozen=True)
class WithdrawalPlan:
    """What voiding numbers would do: to `unused` ones, in `villages` with how many each; no others."""

    unused: tuple[int, ...]
    used: tuple[int, ...]
    void: tuple[int, ...]
    villages: list[tuple[str, int]]


def plan_withdrawal(session: Session, round_id: int, numbers: Collection[int]) -> WithdrawalPlan:
    """Look without writing.

    Raises:
        NotFound: no slip of the round has one of the numbers.
    """
    asked = sorted(set(numbers))
    check_known(session, round_id, asked)
    states = read_states(session, round_id, asked)
    unused, used, void = (
        tuple(number for number in asked if states[number][0] == state)
        for state in ("issued", "used", "void")
    )
    return WithdrawalPlan(unused, used, void, count_by_village(session, round_id, unused))


def count_by_village(session: Session, round_id: int, numbers: Sequence[int]) -> list[tuple[str, int]]:
    """The villages of the numbers, in the round's order, with how many each has."""
    counts: Counter[int] = Counter()
    for some in chunks(numbers):
        found = select(Slip.unit_id, func.count()).where(Slip.round_id == round_id, Slip.number.in_(some))
        counts.update(dict(session.execute(found.group_by(Slip.unit_id)).all()))
    names = select(RoundUnit.unit_id, RoundUnit.name).where(RoundUnit.round_id == round_id)
    ordered = session.execute(names.order_by(RoundUnit.position)).all()
    return [(name, counts[unit_id]) for unit_id, name in ordered if counts[unit_id]]


def list_villages_of(session: Session, round_id: int, numbers: Sequence[int]) -> list[RoundUnit]:
    """The villages of the numbers, in the round's order."""
    found: set[int] = set()
    for some in chunks(numbers):
        of_slips = select(Slip.unit_id).where(Slip.round_id == round_id, Slip.number.in_(some))
        found.update(session.scalars(of_slips.distinct()))
    villages = select(RoundUnit).where(RoundUnit.round_id == round_id, RoundUnit.unit_id.in_(found))
    return list(session.scalars(villages.order_by(RoundUnit.position)))


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
    voided = change_unused(session, round_id, asked, state="void")
    session.execute(delete(KeptPrint).where(KeptPrint.batch_id.in_(_select_spent(round_id))))
    record(
        session, by, "slips.void", unit_id=round_.unit_id, round_id=round_id, asked=len(asked),
        voided=len(voided), numbers=write_ranges(voided)[:SHOWN], because=because,
    )  # fmt: skip
    return len(voided)


def check_known(session: Session, round_id: int, numbers: Sequence[int]) -> None:
    """Raise `NotFound`, naming them, for numbers that no slip of the round has."""
    unknown = sorted(set(numbers) - set(read_states(session, round_id, numbers)))
    if unknown:
        raise NotFound(lazy("Đợt này không có thẻ số %(numbers)s.", numbers=write_ranges(unknown)[:SHOWN]))


def read_states(session: Session, round_id: int, numbers: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """State and channel of each number that there is."""
    found: dict[int, tuple[str, str | None]] = {}
    for some in chunks(numbers):
        statement = select(Slip.number, Slip.state, Slip.channel).where(
            Slip.round_id == round_id, Slip.number.in_(some)
        )
        found |= {number: (state, channel) for number, state, channel in session.execute(statement)}
    return found


def change_unused(session: Session, round_id: int, numbers: Sequence[int], **values: str) -> list[int]:
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
