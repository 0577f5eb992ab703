"""What tests of slips do: issue, answer, give back, and look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url, select, text, update

from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.domain.codes import Code, new_slip_code
from survey.services.entry import find_entry
from survey.services.slip_issuing import (
    Order,
    SealedShelf,
    issue_batch,
)
from survey.services.slip_returns import ReturnedSlips, return_slips
from survey.services.slip_status import get_batch_line
from survey.services.submit import Outcome, submit
from survey.store.engine import Database
from survey.store.slips import Slip, SlipBatch
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import SECRET, OpenRound
from tests.survey.services.communes import ANSWERS

URL = "https://khaosat.example.vn"


def order(opened: OpenRound, count: int, village: int = 0) -> Order:
    return Order(opened.round_id, opened.village_ids[village], count)


def issue(
    database: Database, asked: Order, *, at: datetime | None = None, new_code=new_slip_code
) -> SlipBatch:
    shelf = SealedShelf(SECRET)
    return issue_batch(database, SECRET, URL, asked, shelf, by=None, at=at or now(), new_code=new_code)


class Source:
    """Draws codes, and remembers them as nothing else does."""

    def __init__(self) -> None:
        self.drawn: list[Code] = []

    def __call__(self, tag: str) -> Code:
        self.drawn.append(new_slip_code(tag))
        return self.drawn[-1]


def repeating(codes: Iterator[Code]) -> Callable[[str], Code]:
    return lambda _tag: next(codes)


def answer(database: Database, code: Code, channel: str = "online") -> Outcome:
    with database.read() as session:
        entry = find_entry(session, SECRET, code)
    assert entry is not None
    return submit(
        database, SECRET, entry, new_submission_key(), ANSWERS, channel=channel, at=now(), min_base=50
    ).outcome


def take_back(database: Database, opened: OpenRound, numbers: list[int]) -> ReturnedSlips:
    """Take slips back that were printed: nobody can give back others."""
    with database.write() as session:
        session.execute(update(SlipBatch).values(printed_at=now()))
        return return_slips(session, opened.round_id, numbers, by=None, at=now())


def states(database: Database) -> dict[int, tuple[str, str | None]]:
    with database.read() as session:
        rows = session.execute(select(Slip.number, Slip.state, Slip.channel)).all()
    return {number: (state, channel) for number, state, channel in rows}


def actions(database: Database) -> Counter[str]:
    with database.read() as session:
        return Counter(session.scalars(select(AuditEvent.action)))


def line(database: Database, batch: SlipBatch, at: datetime | None = None):
    with database.read() as session:
        return get_batch_line(session, batch.round_id, batch.id, at or now())


def read_raw(database: Database) -> bytes:
    """The bytes of the file and its log, or of the table's files as PostgreSQL shows them."""
    if database.is_sqlite:
        path = Path(make_url(database.engine.url).database or "")
        files = [path, path.with_name(f"{path.name}-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())
    places = text(
        "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relname = 'kept_print'"
        " UNION SELECT pg_relation_filepath(reltoastrelid) FROM pg_class WHERE relname = 'kept_print'"
    )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.scalar(text("SHOW data_directory")) or "")
        return b"".join((folder / place).read_bytes() for place in connection.scalars(places))
