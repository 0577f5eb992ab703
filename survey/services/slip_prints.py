"""A batch's PDF, kept sealed until it is on paper: the only copy of the codes in plain.

Each part is sealed (AES-GCM) under a key that only `CODE_SECRET` gives, bound to its batch and part,
so a stolen database opens none. It goes when the officer says that it is printed, and after a day in
any case: expired parts are never opened, and a running server deletes them by itself (`upkeep`); one
that was switched off does so when it starts again.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from survey.domain.errors import Conflict, DomainError, NotFound
from survey.services.audit import record
from survey.services.slip_status import get_batch
from survey.store.engine import Database
from survey.store.slips import KeptPrint, SlipBatch
from translations.catalogue import lazy

KEPT_FOR = timedelta(hours=24)
_NONCE_BYTES = 12
_PURPOSE = b"long-dan kept print"

_logger = logging.getLogger(__name__)


def seal(secret: bytes, batch_id: int, part: int, content: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, content, _bind(batch_id, part))


def unseal(secret: bytes, batch_id: int, part: int, sealed: bytes) -> bytes:
    """What was sealed.

    Raises:
        DomainError: it was sealed under another secret, or as another part.
    """
    try:
        return _cipher(secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bind(batch_id, part))
    except InvalidTag:
        raise DomainError(
            lazy("Không mở được tệp đã giữ vì khóa của máy chủ đã đổi. Hãy hủy lô và phát lại.")
        ) from None


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret))


def _bind(batch_id: int, part: int) -> bytes:
    return f"{batch_id}/{part}".encode()


def keep_prints(session: Session, secret: bytes, batch: SlipBatch, parts: Sequence[bytes]) -> None:
    """Keep the parts of a batch's PDF for a day from its issuing."""
    session.add_all(
        KeptPrint(
            batch_id=batch.id,
            part=part,
            expires_at=batch.issued_at + KEPT_FOR,
            sealed=seal(secret, batch.id, part, content),
        )
        for part, content in enumerate(parts, start=1)
    )


def open_print(
    session: Session, secret: bytes, batch: SlipBatch, part: int, *, by: int | None, at: datetime
) -> bytes:
    """A part of the PDF, as long as it is kept; the log says who took it.

    Raises:
        NotFound: it is on paper already, or its day is over.
    """
    sealed = session.scalar(
        select(KeptPrint.sealed).where(
            KeptPrint.batch_id == batch.id, KeptPrint.part == part, KeptPrint.expires_at > at
        )
    )
    if sealed is None:
        raise NotFound(lazy("Tệp PDF này không còn tải được nữa. Mất thẻ thì hủy lô và phát lại."))
    content = unseal(secret, batch.id, part, sealed)
    record(
        session,
        by,
        "slips.download",
        unit_id=batch.unit_id,
        round_id=batch.round_id,
        batch=batch.id,
        part=part,
    )
    return content


def confirm_printed(
    database: Database, round_id: int, batch_id: int, *, by: int | None, at: datetime
) -> None:
    """The officer says that the slips are on paper: the PDF goes at once. To say it again is harmless."""
    with database.write() as session:
        batch = get_batch(session, round_id, batch_id)
        if batch.quarantined_at:
            raise Conflict(lazy("Lô này đã tách riêng nên không có thẻ để in."))
        session.execute(delete(KeptPrint).where(KeptPrint.batch_id == batch_id))
        if batch.printed_at is None:
            batch.printed_at = at
            record(
                session, by, "slips.printed", unit_id=batch.unit_id, round_id=round_id, batch=batch_id,
                first=batch.first_number, last=batch.last_number,
            )  # fmt: skip
    scrub_prints(database)


def count_expired(session: Session, at: datetime) -> int:
    statement = select(func.count()).select_from(KeptPrint).where(KeptPrint.expires_at <= at)
    return session.scalar(statement) or 0


def forget_expired(database: Database, at: datetime) -> int:
    """Delete what was kept for its day, and scrub also what was deleted earlier; returns how many parts."""
    with database.read() as session:
        expired = count_expired(session, at)
    if expired:
        with database.write() as session:
            result = session.execute(delete(KeptPrint).where(KeptPrint.expires_at <= at))
            expired = result.rowcount if isinstance(result, CursorResult) else 0
    scrub_prints(database)
    return expired


def scrub_prints(database: Database) -> bool:
    """After prints were deleted: leave nothing of them in SQLite's log or PostgreSQL's table.

    Says whether it worked, and never raises: what was committed stands. A backup that runs meanwhile keeps
    the bytes alive; then it is for `forget_expired`, which the running server calls again and again.
    """
    try:
        return database.rewrite(KeptPrint.__tablename__)
    except Exception as problem:
        _logger.error("Scrubbing deleted prints is put off: %s", type(problem).__name__)
        return False
