"""Official papers, recorded with number, date and issuer, and a scan where there is one."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.domain.clock import today
from survey.domain.errors import DomainError, NotFound
from survey.services.audit import record
from survey.store.documents import Document
from translations.catalogue import lazy

SCAN_BYTES = 4 * 2**20
SCAN_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
"""How a scan's file name ends, by media type."""
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


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
    """Keep an official paper; the scan's kind is read from its bytes, never from its name.

    Raises:
        DomainError: a field is empty or too long, the day lies ahead, or the scan is no PDF, PNG or JPEG.
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


def find_scan_type(scan: bytes) -> str:
    """The media type of a scan by its first bytes; raises DomainError for anything else or too large."""
    if len(scan) > SCAN_BYTES:
        raise DomainError(lazy("Bản chụp văn bản quá lớn (tối đa %(size)s MB).", size=SCAN_BYTES // 2**20))
    for signature, media_type in _SIGNATURES:
        if scan.startswith(signature):
            return media_type
    raise DomainError(lazy("Bản chụp văn bản phải là tệp PDF, PNG hoặc JPEG."))
