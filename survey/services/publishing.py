"""Publishing a result: signed minutes are there, all agrees, and the public files are kept as they are."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, joinedload

from survey.domain.errors import Conflict, NotFound
from survey.services.audit import record
from survey.services.documents import record_document
from survey.services.mixing import forget_boxes
from survey.services.recount import Recount, recount_round
from survey.services.result_records import find_latest
from survey.services.rounds import get_round, lock_round, require_state
from survey.settings import DEFAULT_MIN_BASE
from survey.store.engine import Database
from survey.store.results import Publication, PublishedFile, Result, RoundScan
from survey.store.rounds import Round, RoundState
from translations.catalogue import lazy

PublicFiles = Callable[[Session, int, int], Mapping[str, bytes]]
"""Writes the public data set of a round's standing result, by file name; the last argument is k."""


@dataclass(frozen=True)
class FileLine:
    """A published file, without its content."""

    name: str
    size: int
    sha256: str


def publish_round(
    database: Database,
    round_id: int,
    *,
    by: int | None,
    at: datetime,
    files: PublicFiles,
    min_base: int = DEFAULT_MIN_BASE,
) -> None:
    """Publish the standing result of a closed round, or after a correction that of a published one.

    Raises:
        Conflict: a drill; no scan of the minutes that were signed for this result; a reader keeps the boxes'
            traces alive; the recount disagrees; or the standing result is published already.
    """
    with database.read() as session:
        require_state(get_round(session, round_id), RoundState.CLOSED, RoundState.PUBLISHED)
    if not forget_boxes(database):
        raise Conflict(lazy("Đang có lần sao lưu hay đếm lại chưa xong. Xin công bố lại sau ít phút."))
    recount = recount_round(database, round_id)
    with database.write() as session:
        round_ = get_round(session, round_id)
        lock_round(session, round_, RoundState.CLOSED, RoundState.PUBLISHED)
        result = _get_standing(session, round_id)
        _require_ready(session, round_, result, recount)
        if find_publication(session, round_id, result.number):
            raise Conflict(lazy("Kết quả này đã công bố rồi."))
        content = files(session, round_id, min_base)
        _keep_files(session, result, content, by, at)
        round_.published_at = round_.published_at or at
        record(
            session, by, "round.publish", unit_id=round_.unit_id, round_id=round_.id,
            result=result.number, sha256=result.sha256,
        )  # fmt: skip


def _get_standing(session: Session, round_id: int) -> Result:
    result = find_latest(session, round_id)
    if result is None:
        raise Conflict(lazy("Đợt này chưa có kết quả được ghi lại. Hãy đóng đợt lần nữa."))
    return result


def _require_ready(session: Session, round_: Round, result: Result, recount: Recount) -> None:
    if round_.kind == "drill":
        raise Conflict(lazy("Đợt chạy thử không được công bố."))
    if (recount.boxed and round_.counts_households) or not recount.agrees:
        raise Conflict(lazy("Phiếu chưa được trộn hết hoặc số đếm lại không khớp. Hãy đóng đợt lần nữa."))
    scans = list_scans(session, round_.id)
    if round_.kind == "official" and not any(scan.result == result.number for scan in scans):
        raise Conflict(
            lazy(
                "Chưa có bản chụp biên bản đã ký của bản kết quả %(number)s. "
                "Hãy in, ký biên bản của bản kết quả này, tải bản chụp lên rồi công bố.",
                number=result.number,
            )
        )


def _keep_files(
    session: Session, result: Result, files: Mapping[str, bytes], by: int | None, at: datetime
) -> None:
    place = {"round_id": result.round_id, "number": result.number}
    session.add(Publication(**place, published_at=at, published_by=by))
    session.flush()
    session.add_all(
        PublishedFile(
            **place,
            name=name,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            content=zlib.compress(content, 9),
        )
        for name, content in files.items()
    )
    session.flush()


def find_publication(session: Session, round_id: int, number: int | None = None) -> Publication | None:
    """The publication of a round's result of this number, or of the last one published."""
    statement = select(Publication).where(Publication.round_id == round_id)
    if number is not None:
        statement = statement.where(Publication.number == number)
    return session.scalar(statement.order_by(Publication.number.desc()).limit(1))


def list_publications(session: Session, round_id: int) -> list[Publication]:
    """All publications of a round, the first one first."""
    statement = select(Publication).where(Publication.round_id == round_id)
    return list(session.scalars(statement.order_by(Publication.number)))


def list_published_files(session: Session, round_id: int, number: int) -> list[FileLine]:
    """The public data set of a published result."""
    statement = select(PublishedFile.name, PublishedFile.size, PublishedFile.sha256).where(
        PublishedFile.round_id == round_id, PublishedFile.number == number
    )
    return [FileLine(*row) for row in session.execute(statement.order_by(PublishedFile.name))]


def read_published_file(session: Session, round_id: int, number: int, name: str) -> bytes:
    """A published file, byte for byte; raises NotFound."""
    wanted = select(PublishedFile.content).where(
        PublishedFile.round_id == round_id, PublishedFile.number == number, PublishedFile.name == name
    )
    content = session.scalar(wanted)
    if content is None:
        raise NotFound(lazy("Không có tệp này."))
    return zlib.decompress(content)


def read_published_files(session: Session, name: str, results: Sequence[tuple[int, int]]) -> dict[int, bytes]:
    """The files of this name of several published results, given by round and number; by round."""
    wanted = select(PublishedFile.round_id, PublishedFile.content).where(
        PublishedFile.name == name, tuple_(PublishedFile.round_id, PublishedFile.number).in_(results)
    )
    return {round_id: zlib.decompress(content) for round_id, content in session.execute(wanted)}


def attach_scan(
    session: Session,
    round_id: int,
    number: str,
    title: str,
    scan: bytes,
    *,
    result: int | None = None,
    by: int | None,
    at: datetime,
) -> RoundScan:
    """Keep a scan of the papers that were signed for a closed round's standing result.

    `result` is the number of the result that the papers tell, where the caller knows.

    Raises:
        DomainError: the round is not closed, another result stands meanwhile, or the scan is no PDF, PNG or
            JPEG of at most 4 MB that opens.
    """
    round_ = get_round(session, round_id)
    lock_round(session, round_, RoundState.CLOSED, RoundState.PUBLISHED)
    if not scan:
        raise Conflict(lazy("Hãy chọn tệp bản chụp."))
    standing = _get_standing(session, round_.id).number
    if result not in (None, standing):
        raise Conflict(
            lazy(
                "Biên bản ký cho bản kết quả %(signed)s, nay bản kết quả hiện hành là bản %(standing)s. "
                "Hãy in, ký biên bản của bản hiện hành rồi tải bản chụp lên.",
                signed=result,
                standing=standing,
            )
        )
    document = record_document(session, number, at.date(), _name_front(round_), title, scan=scan, by=by)
    attached = RoundScan(round_id=round_.id, document=document, result=standing)
    session.add(attached)
    record(
        session, by, "round.attach_scan", unit_id=round_.unit_id, round_id=round_.id,
        document=document.id, scan_sha256=document.scan_sha256, result=standing,
    )  # fmt: skip
    return attached


def _name_front(round_: Round) -> str:
    commune = round_.unit.name
    return f"Ủy ban MTTQ Việt Nam {commune[:1].lower()}{commune[1:]}"


def list_scans(session: Session, round_id: int) -> list[RoundScan]:
    """The scans of a round's signed papers, in the order in which they were uploaded."""
    statement = (
        select(RoundScan).where(RoundScan.round_id == round_id).options(joinedload(RoundScan.document))
    )
    return list(session.scalars(statement.order_by(RoundScan.document_id)))
