"""Slips' codes in plain exist on paper, and sealed for a day: no raw byte of the database gives one away."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url, select, update

from survey.domain.clock import now
from survey.domain.codes import Code, new_slip_code
from survey.services.slip_issuing import Order, SealedShelf, issue_batch
from survey.services.slip_prints import confirm_printed, open_print
from survey.store.engine import Database
from survey.store.slips import KeptPrint, SlipBatch
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.secrecy.attacker import read_relation


class Printed:
    """Two batches issued, with their prints kept, and the codes that were drawn for them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.opened: OpenRound = open_round(database, villages=2)
        self.codes: list[Code] = []
        self.batches = [self._issue(village) for village in self.opened.village_ids]

    def _issue(self, village: int) -> SlipBatch:
        order, shelf = Order(self.opened.round_id, village, 16), SealedShelf(SECRET)
        return issue_batch(
            self.database, SECRET, "https://khaosat.example.vn", order, shelf,
            by=None, at=now(), new_code=self._draw,
        )  # fmt: skip

    def _draw(self, tag: str) -> Code:
        self.codes.append(new_slip_code(tag))
        return self.codes[-1]

    def sealed(self, batch: SlipBatch) -> bytes:
        with self.database.read() as session:
            return session.scalars(select(KeptPrint.sealed).filter_by(batch_id=batch.id)).one()

    def raw(self) -> bytes:
        if self.database.is_sqlite:
            path = Path(make_url(str(self.database.engine.url)).database or "")
            files = [path, path.with_name(path.name + "-wal")]
            return b"".join(file.read_bytes() for file in files if file.exists())
        return read_relation(self.database.engine, "kept_print", "slip", "slip_batch", "audit_event")


def find_plain(content: bytes, codes: list[Code]) -> list[str]:
    """Codes that stand in raw bytes, and beginnings of PDFs, whose pages would show codes."""
    found = [code.text for code in codes if code.text.encode() in content or code.grouped.encode() in content]
    return found + ["a PDF"] * content.count(b"%PDF-")


@pytest.fixture
def printed(database: Database) -> Printed:
    return Printed(database)


def test_no_code_and_no_pdf_stands_in_the_raw_files(printed: Printed) -> None:
    assert len(printed.codes) == 32
    content = printed.raw()
    assert find_plain(content, printed.codes) == []
    assert printed.sealed(printed.batches[0])[:64] in content, "the search reads where prints are kept"


def test_the_search_finds_a_print_that_is_not_sealed(printed: Printed) -> None:
    batch = printed.batches[0]
    with printed.database.write() as session:
        plain = open_print(session, SECRET, batch, 1, by=None, at=now())
        session.execute(update(KeptPrint).filter_by(batch_id=batch.id).values(sealed=plain))
    assert find_plain(printed.raw(), printed.codes) != []


def test_a_print_that_is_on_paper_is_nowhere_any_more(printed: Printed) -> None:
    """While another one is still kept, so that its table is never empty."""
    gone, kept = (printed.sealed(batch) for batch in printed.batches)
    confirm_printed(printed.database, printed.opened.round_id, printed.batches[0].id, by=None, at=now())
    content = printed.raw()
    assert kept[:64] in content
    pieces = [gone[start : start + 64] for start in range(0, len(gone) - 64, 1000)]
    assert not [piece for piece in pieces if piece in content]
