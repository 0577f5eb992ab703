"""What proves a round's result beside its figures: scans, manifests of what was printed, log, records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from survey.domain.clock import ZONE
from survey.domain.codes import group
from survey.domain.errors import NotFound
from survey.domain.scans import SCAN_ENDINGS
from survey.services.publishing import list_scans
from survey.store.documents import Document
from survey.store.results import Result
from survey.store.rounds import RoundUnit
from survey.store.slips import Link, SlipBatch
from survey.store.staff import AuditEvent
from translations.catalogue import lazy

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A scan of the papers that were signed for a round's `result`, without its content."""

    document_id: int
    result: int | None
    number: str
    title: str
    sha256: str
    ending: str


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """What somebody did about a round; `detail` is a JSON object. A command has no `username`."""

    at: str
    username: str
    name: str
    action: str
    detail: str


def list_scan_lines(session: Session, round_id: int) -> list[ScanLine]:
    return [
        ScanLine(
            document_id=one.document_id,
            result=one.result,
            number=one.document.number,
            title=one.document.title,
            sha256=one.document.scan_sha256 or "",
            ending=SCAN_ENDINGS[one.document.scan_type or ""],
        )
        for one in list_scans(session, round_id)
    ]


def read_scan(session: Session, document_id: int) -> bytes:
    """Raises NotFound."""
    content = session.scalar(select(Document.scan).where(Document.id == document_id))
    if content is None:
        raise NotFound(lazy("Văn bản này không có bản chụp."))
    return content


def read_record_text(session: Session, round_id: int, number: int) -> str:
    """A result's record, whose SHA-256 is over exactly these characters; raises NotFound."""
    wanted = select(Result.record).where(Result.round_id == round_id, Result.number == number)
    text = session.scalar(wanted)
    if text is None:
        raise NotFound(lazy("Đợt này không có kết quả ấy."))
    return text


def list_slip_manifests(session: Session, round_id: int) -> list[tuple[int, str]]:
    """What was printed, by batch, as JSON: its kept manifest, or at least its numbers."""
    village = (RoundUnit.round_id == SlipBatch.round_id) & (RoundUnit.unit_id == SlipBatch.unit_id)
    statement = (
        select(SlipBatch, RoundUnit.name)
        .join(RoundUnit, village)
        .where(SlipBatch.round_id == round_id, SlipBatch.quarantined_at.is_(None))
        .order_by(SlipBatch.first_number)
    )
    return [
        (batch.id, batch.manifest or _write_numbers(batch, name))
        for batch, name in session.execute(statement)
    ]


def _write_numbers(batch: SlipBatch, village: str) -> str:
    first, last = batch.first_number, batch.last_number
    numbers = {"village": village, "count": last - first + 1, "first": first, "last": last}
    return json.dumps(numbers, ensure_ascii=False, indent=1) + "\n"


def write_poster_manifest(session: Session, round_id: int) -> str:
    """The addresses that stood on the villages' posters, as JSON; they are public, and open no slip."""
    statement = (
        select(RoundUnit.name, Link.code, Link.created_at, Link.revoked_at)
        .join(Link, (Link.round_id == RoundUnit.round_id) & (Link.unit_id == RoundUnit.unit_id))
        .where(RoundUnit.round_id == round_id)
        .order_by(RoundUnit.position, Link.id)
    )
    posters = [
        {
            "village": village,
            "code": group(code),
            "created_at": created.isoformat(),
            "revoked_at": revoked and revoked.isoformat(),
        }
        for village, code, created, revoked in session.execute(statement)
    ]
    return json.dumps(posters, ensure_ascii=False, indent=1) + "\n"


def list_round_events(session: Session, round_id: int) -> Iterator[LoggedEvent]:
    """What the log says of a round, the first first; read in steps, however long it is."""
    statement = (
        select(AuditEvent)
        .where(AuditEvent.round_id == round_id)
        .options(joinedload(AuditEvent.staff))
        .order_by(AuditEvent.id)
        .execution_options(yield_per=_AT_A_TIME)
    )
    for event in session.scalars(statement):
        yield LoggedEvent(
            at=event.at.astimezone(ZONE).isoformat(timespec="seconds"),
            username=event.staff.username if event.staff else "",
            name=event.staff.display_name if event.staff else "",
            action=event.action,
            detail=event.detail,
        )
