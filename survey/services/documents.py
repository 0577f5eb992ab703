"""Official papers, recorded with number, date and issuer, and a scan where there is one."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.domain.clock import today
from survey.domain.errors import DomainError, NotFound
from survey.domain.scans import find_scan_type
from survey.services.audit import record
from survey.store.documents import Document
from translations.catalogue import lazy


def record_document(
    session: Session,
    number: str,
    issued_on: date,
    issuer: str,
    title: str,
    *,
    scan: bytes | None = None,
    by: int | None,
) -> Document:
    """Keep an official paper.

    Raises:
        DomainError: a field is empty or too long, the day lies ahead, or the scan is no PDF, PNG or JPEG that
            opens (survey.domain.scans).
    """
    words = [" ".join(text.split()) for text in (number, issuer, title)]
    if not all(words) or max(map(len, words)) > 300:
        message = lazy("Hãy ghi số, cơ quan ban hành và trích yếu của văn bản (mỗi mục không quá 300 ký tự).")
        raise DomainError(message)
    if issued_on > today():
        raise DomainError(lazy("Ngày ban hành văn bản không thể ở sau hôm nay."))
    document = Document(
        number=words[0],
        issued_on=issued_on,
        issuer=words[1],
        title=words[2],
        scan=scan or None,
        scan_type=find_scan_type(scan) if scan else None,
        scan_sha256=sha256(scan).hexdigest() if scan else None,
    )
    session.add(document)
    session.flush()
    scan_sha256 = document.scan_sha256
    record(session, by, "document.record", document=document.id, number=number, scan_sha256=scan_sha256)
    return document


def get_document(session: Session, document_id: int) -> Document:
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound(lazy("Không có văn bản này."))
    return document
