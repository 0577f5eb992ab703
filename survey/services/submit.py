"""Taking ballots: acknowledged once, counted once, whatever the network repeats.

Ballots that arrive together are written together: one transaction, one wait for the disk, and a savepoint
for each, so that one that fails takes no other with it. Rows are locked in one order everywhere – round,
slip, ledger, counters – so that two processes writing at once never wait for each other in a circle.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from uuid import uuid4

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from forms.answers import Submission, canonical_answers
from survey.domain.clock import ZONE
from survey.domain.codes import hash_receipt, keyed_hash, make_receipt
from survey.domain.timetable import Dates
from survey.services.entry import Entry
from survey.services.mixing import mix_if_due
from survey.store.ballots import Box, DayCount, LateArrival, Ledger, MarkCount, ReasonBox
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import SENT, Slip
from survey.store.upsert import add_to_counter, insert_if_new

_logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    RECORDED = "recorded"
    REPEATED = "repeated"
    """The same page came again with the same answers."""
    OTHER_ANSWERS = "other_answers"
    """The same page came again with other answers; the first ones stand."""
    HOUSEHOLD_RECORDED = "household_recorded"
    SLIP_VOID = "slip_void"
    LATE = "late"


@dataclass(frozen=True)
class Acknowledgement:
    """What became of a submission; `receipt` only where its answers are counted."""

    outcome: Outcome
    receipt: str | None = None


@dataclass(frozen=True)
class Ballot:
    """One household's answers on their way into the box.

    `key` is the page's own random key: the same page sent again is the same submission. A ballot that a
    check has `marked` counts like any other; only the round's number of them grows.
    """

    entry: Entry
    key: str
    submission: Submission
    channel: str
    at: datetime
    marked: bool = False


def submit(
    database: Database,
    secret: bytes,
    entry: Entry,
    key: str,
    submission: Submission,
    *,
    channel: str,
    at: datetime,
    min_base: int,
    marked: bool = False,
) -> Acknowledgement:
    """Take one ballot, then mix its village's box if that is due.

    The acknowledgement is true when this returns: the transaction has been committed.
    """
    ballot = Ballot(entry, key, submission, channel, at, marked)
    (result,) = write_ballots(database, secret, [ballot])
    if isinstance(result, Exception):
        raise result
    if mix_after(database, [ballot], [result], min_base):
        database.scrub()
    return result


def write_ballots(
    database: Database, secret: bytes, ballots: Sequence[Ballot]
) -> list[Acknowledgement | Exception]:
    """Write ballots in one transaction; in their order, what became of each.

    A ballot that could not be written has its exception for a result, and the others stand. When this
    raises, none was written.
    """
    sealed = [_Sealed(ballot, secret) for ballot in ballots]
    with database.write_rows() as connection:
        rounds = _hold_rounds(connection, sealed)
        results = {
            id(each): _write(connection, each, rounds[each.round_id].takes_at(each.ballot.at))
            for each in sorted(sealed, key=_Sealed.place)
        }
        done = [results[id(each)] for each in sealed]
        _count(
            connection, [each.ballot for each, result in zip(sealed, done, strict=True) if _is_new(result)]
        )
    return done


def mix_after(
    database: Database,
    ballots: Sequence[Ballot],
    results: Sequence[Acknowledgement | Exception],
    min_base: int,
) -> bool:
    """Mix the boxes that new ballots have filled; says whether the boxes have something to forget.

    Mixing can wait for the next ballot, or for the close; an acknowledged ballot cannot be unsaid.
    """
    mixed = False
    villages: dict[int, set[int]] = {}
    for ballot, result in zip(ballots, results, strict=True):
        if _is_new(result):
            villages.setdefault(ballot.entry.round.id, set()).add(ballot.entry.village.unit_id)
    for round_id, unit_ids in villages.items():
        try:
            mixed |= mix_if_due(database, round_id, unit_ids, min_base)
        except Exception:
            mixed = True
            _logger.exception("Mixing in round %s is put off", round_id)
    return mixed


def _is_new(result: Acknowledgement | Exception) -> bool:
    return isinstance(result, Acknowledgement) and result.outcome is Outcome.RECORDED


class _Sealed:
    """A ballot with the keyed hashes that the ledger knows it by."""

    def __init__(self, ballot: Ballot, secret: bytes) -> None:
        code, answers = ballot.entry.code.text, canonical_answers(ballot.submission.answers)
        self.ballot = ballot
        self.round_id = ballot.entry.round.id
        self.slip_hash = ballot.entry.slip_hash
        self.answers = answers.decode()
        self.key_hash = keyed_hash(secret, "submission", str(self.round_id), code, ballot.key)
        self.answers_mac = keyed_hash(ballot.key.encode(), "answers", answers)
        self._secret = secret

    def place(self) -> tuple[int, bytes, bytes]:
        """Where its turn is in the order of locks."""
        return self.round_id, self.slip_hash or b"", self.key_hash

    @cached_property
    def receipt(self) -> str:
        return make_receipt(self._secret, self.key_hash)

    def ledger_row(self) -> dict[str, object]:
        return {
            "round_id": self.round_id,
            "key_hash": self.key_hash,
            "answers_mac": self.answers_mac,
            "receipt_hash": hash_receipt(self._secret, self.receipt),
        }


_DATES = tuple(field.name for field in fields(Dates))
_HOLD = (
    select(Round.id, *(Round.__table__.c[name] for name in _DATES))
    .where(Round.id.in_(bindparam("rounds", expanding=True)))
    .order_by(Round.id)
    .with_for_update(read=True, key_share=True)
)


def _hold_rounds(connection: Connection, sealed: Iterable[_Sealed]) -> Mapping[int, Dates]:
    """The rounds as they stand, held until these ballots are committed.

    Closing takes the row for itself: it waits for these ballots and mixes them, or they wait and
    find the round closed. Ballots, and mixing, do not wait for one another.
    """
    rows = connection.execute(_HOLD, {"rounds": list({each.round_id for each in sealed})})
    return {round_id: Dates(*dates) for round_id, *dates in rows}


def _write(connection: Connection, sealed: _Sealed, in_time: bool) -> Acknowledgement | Exception:
    """A ballot in a savepoint. Where the savepoint cannot be undone, the group is lost, and this raises.

    SQLite undoes a whole transaction by itself when the disk is full or cannot be read.
    """
    savepoint = connection.begin_nested()
    try:
        done = _take(connection, sealed) if in_time else _take_late(connection, sealed)
        savepoint.commit()
    except Exception as problem:
        savepoint.rollback()
        return problem
    return done


def _take(connection: Connection, sealed: _Sealed) -> Acknowledgement:
    if sealed.slip_hash is not None and not _use_slip(connection, sealed):
        return _find_earlier(connection, sealed) or _refuse_slip(connection, sealed)
    if not insert_if_new(connection, Ledger, sealed.ledger_row()):
        earlier = _find_earlier(connection, sealed)
        if earlier is None or sealed.slip_hash is not None:
            raise RuntimeError(f"The ledger and the slip disagree on key {sealed.key_hash.hex()[:8]}")
        return earlier
    _drop(connection, sealed)
    return Acknowledgement(Outcome.RECORDED, sealed.receipt)


def _take_late(connection: Connection, sealed: _Sealed) -> Acknowledgement:
    """After the last day nothing new counts, but what was recorded before is told again."""
    earlier = _find_earlier(connection, sealed)
    if earlier:
        return earlier
    if connection.scalar(_LATE_IS_FULL, {"round": sealed.round_id}) is None:
        insert_if_new(connection, LateArrival, {"round_id": sealed.round_id, "key_hash": sealed.key_hash})
    return Acknowledgement(Outcome.LATE)


_MOST_LATE = 10_000
"""Late arrivals that are kept of a round: a poster's address would take any number of them."""
_LATE_IS_FULL = (
    select(LateArrival.round_id)
    .where(LateArrival.round_id == bindparam("round"))
    .offset(_MOST_LATE - 1)
    .limit(1)
)


_EARLIER = select(Ledger.answers_mac).where(
    Ledger.round_id == bindparam("round"), Ledger.key_hash == bindparam("key")
)


def _find_earlier(connection: Connection, sealed: _Sealed) -> Acknowledgement | None:
    earlier_mac = connection.scalar(_EARLIER, {"round": sealed.round_id, "key": sealed.key_hash})
    if earlier_mac is None:
        return None
    if hmac.compare_digest(earlier_mac, sealed.answers_mac):
        return Acknowledgement(Outcome.REPEATED, sealed.receipt)
    return Acknowledgement(Outcome.OTHER_ANSWERS)


_THIS_SLIP = (Slip.round_id == bindparam("round"), Slip.code_hash == bindparam("hash"))
_USE_SLIP = (
    update(Slip).where(*_THIS_SLIP, Slip.state == "issued").values(state="used", channel=bindparam("by"))
)
_SLIP_STATE = select(Slip.state).where(*_THIS_SLIP)


def _use_slip(connection: Connection, sealed: _Sealed) -> bool:
    """Turn the slip from issued to used; of two senders, the row lock lets one do it."""
    found = {"round": sealed.round_id, "hash": sealed.slip_hash, "by": SENT}
    return connection.execute(_USE_SLIP, found).rowcount == 1


def _refuse_slip(connection: Connection, sealed: _Sealed) -> Acknowledgement:
    state = connection.scalar(_SLIP_STATE, {"round": sealed.round_id, "hash": sealed.slip_hash})
    return Acknowledgement(Outcome.HOUSEHOLD_RECORDED if state == "used" else Outcome.SLIP_VOID)


_BOX = insert(Box)
_REASON_BOX = insert(ReasonBox)


def _drop(connection: Connection, sealed: _Sealed) -> None:
    """Put the ballot into its village's box, and its free texts into the commune's."""
    ballot, row = sealed.ballot, {"round_id": sealed.round_id, "id": uuid4()}
    village = ballot.entry.village.unit_id
    connection.execute(
        _BOX, {**row, "unit_id": village, "channel": ballot.channel, "answers": sealed.answers}
    )
    if ballot.submission.texts:
        texts = json.dumps(dict(ballot.submission.texts), ensure_ascii=False, sort_keys=True)
        connection.execute(_REASON_BOX, {**row, "id": uuid4(), "texts": texts})


def _count(connection: Connection, new: Iterable[Ballot]) -> None:
    """Add new ballots to the counters of days and marks, each counter once and in order."""
    days: Counter[tuple[int, date, str]] = Counter()
    marks: Counter[int] = Counter()
    for ballot in new:
        days[ballot.entry.round.id, ballot.at.astimezone(ZONE).date(), ballot.channel] += 1
        if ballot.marked:
            marks[ballot.entry.round.id] += 1
    by_day = [
        {"round_id": round_id, "day": day, "channel": channel, "ballots": count}
        for (round_id, day, channel), count in sorted(days.items())
    ]
    add_to_counter(connection, DayCount, "ballots", by_day)
    by_mark = [
        {"round_id": round_id, "mark": "honeypot", "ballots": count}
        for round_id, count in sorted(marks.items())
    ]
    add_to_counter(connection, MarkCount, "ballots", by_mark)


def find_receipt(session: Session, secret: bytes, receipt: str) -> int | None:
    """The round whose ledger knows a receipt, without any word of what was answered."""
    return session.scalar(select(Ledger.round_id).where(Ledger.receipt_hash == hash_receipt(secret, receipt)))


def count_late(session: Session, round_id: int) -> int:
    return session.scalar(select(func.count()).where(LateArrival.round_id == round_id)) or 0
