"""Taking a ballot: acknowledged once, counted once, whatever the network repeats."""

from __future__ import annotations

import hmac
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from forms.answers import Submission, canonical_answers
from survey.domain.clock import ZONE
from survey.domain.codes import hash_receipt, keyed_hash, make_receipt
from survey.services.entry import Entry
from survey.services.mixing import mix_if_due
from survey.store.ballots import Box, DayCount, LateArrival, Ledger, MarkCount, ReasonBox
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import Slip
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
    """Take one ballot in one transaction, then mix its village's box if that is due.

    `key` is the page's own random key: the same page sent again is the same submission. The
    acknowledgement is true when this returns: the transaction has been committed. A ballot that a check
    has `marked` counts like any other; only the round's number of them grows.
    """
    with database.write() as session:
        acknowledgement = _take(session, secret, entry, key, submission, channel, at)
        if marked and acknowledgement.outcome is Outcome.RECORDED:
            mark = {"round_id": entry.round.id, "mark": "honeypot", "ballots": 1}
            add_to_counter(session, MarkCount, "ballots", [mark])
    if acknowledgement.outcome is Outcome.RECORDED:
        _mix(database, entry, min_base)
    return acknowledgement


def _mix(database: Database, entry: Entry, min_base: int) -> None:
    """Mixing can wait for the next ballot, or for the close; an acknowledged ballot cannot be unsaid."""
    try:
        mix_if_due(database, entry.round.id, entry.village.unit_id, min_base)
    except Exception:
        _logger.exception("Mixing in round %s is put off", entry.round.id)


def _take(
    session: Session,
    secret: bytes,
    entry: Entry,
    key: str,
    submission: Submission,
    channel: str,
    at: datetime,
) -> Acknowledgement:
    round_id = entry.round.id
    key_hash = keyed_hash(secret, "submission", str(round_id), entry.code.text, key)
    answers_mac = keyed_hash(key.encode(), "answers", canonical_answers(submission.answers))
    receipt = make_receipt(secret, key_hash)
    earlier = _find_earlier(session, round_id, key_hash, answers_mac, receipt)
    if earlier:
        return earlier
    if not _hold_round(session, round_id).takes_at(at):
        insert_if_new(session, LateArrival, {"round_id": round_id, "key_hash": key_hash})
        return Acknowledgement(Outcome.LATE)
    if entry.slip_hash is not None and not _use_slip(session, round_id, entry.slip_hash, channel):
        # The other sender may have been this very page, committing while we waited for its lock.
        return _find_earlier(session, round_id, key_hash, answers_mac, receipt) or _refuse_slip(
            session, entry
        )
    row = {
        "round_id": round_id,
        "key_hash": key_hash,
        "answers_mac": answers_mac,
        "receipt_hash": hash_receipt(secret, receipt),
    }
    if not insert_if_new(session, Ledger, row):
        return _find_earlier(session, round_id, key_hash, answers_mac, receipt) or _impossible(key_hash)
    _drop(session, entry, submission, channel, at)
    return Acknowledgement(Outcome.RECORDED, receipt)


def _hold_round(session: Session, round_id: int) -> Round:
    """The round as it stands, held until this ballot is committed.

    Closing takes the row for itself: it waits for this ballot and mixes it, or this one waits and
    finds the round closed. Ballots, and mixing, do not wait for one another.
    """
    return session.get_one(Round, round_id, with_for_update={"read": True, "key_share": True})


def _find_earlier(
    session: Session, round_id: int, key_hash: bytes, answers_mac: bytes, receipt: str
) -> Acknowledgement | None:
    earlier_mac = session.scalar(
        select(Ledger.answers_mac).where(Ledger.round_id == round_id, Ledger.key_hash == key_hash)
    )
    if earlier_mac is None:
        return None
    if hmac.compare_digest(earlier_mac, answers_mac):
        return Acknowledgement(Outcome.REPEATED, receipt)
    return Acknowledgement(Outcome.OTHER_ANSWERS)


def _impossible(key_hash: bytes) -> Acknowledgement:
    raise RuntimeError(f"The ledger refused key {key_hash.hex()[:8]} and does not have it")


def _use_slip(session: Session, round_id: int, slip_hash: bytes, channel: str) -> bool:
    """Turn the slip from issued to used; of two senders, the row lock lets one do it."""
    result = session.execute(
        update(Slip)
        .where(Slip.round_id == round_id, Slip.code_hash == slip_hash, Slip.state == "issued")
        .values(state="used", channel=channel)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def _refuse_slip(session: Session, entry: Entry) -> Acknowledgement:
    state = session.scalar(
        select(Slip.state).where(Slip.round_id == entry.round.id, Slip.code_hash == entry.slip_hash)
    )
    return Acknowledgement(Outcome.HOUSEHOLD_RECORDED if state == "used" else Outcome.SLIP_VOID)


def _drop(session: Session, entry: Entry, submission: Submission, channel: str, at: datetime) -> None:
    """Put the ballot into its village's box, and its free texts into the commune's."""
    round_id = entry.round.id
    session.execute(
        Box.__table__.insert().values(  # type: ignore[attr-defined]
            round_id=round_id,
            id=uuid4(),
            unit_id=entry.village.unit_id,
            channel=channel,
            answers=canonical_answers(submission.answers).decode(),
        )
    )
    if submission.texts:
        texts = json.dumps(dict(submission.texts), ensure_ascii=False, sort_keys=True)
        session.add(ReasonBox(round_id=round_id, id=uuid4(), texts=texts))
    day = {"round_id": round_id, "day": at.astimezone(ZONE).date(), "channel": channel, "ballots": 1}
    add_to_counter(session, DayCount, "ballots", [day])


def find_receipt(session: Session, secret: bytes, receipt: str) -> int | None:
    """The round whose ledger knows a receipt, without any word of what was answered."""
    return session.scalar(select(Ledger.round_id).where(Ledger.receipt_hash == hash_receipt(secret, receipt)))


def count_late(session: Session, round_id: int) -> int:
    return session.scalar(select(func.count()).where(LateArrival.round_id == round_id)) or 0
