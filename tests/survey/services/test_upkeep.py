"""What is kept for a day goes by itself, on both databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from survey.domain.clock import now
from survey.services.slip_changes import withdraw_slips
from survey.services.slip_prints import KEPT_FOR, confirm_printed, forget_expired
from survey.services.upkeep import EVERY, Upkeep
from survey.store.engine import Database
from survey.store.slips import KeptPrint, SlipBatch
from tests.survey.open_rounds import OpenRound
from tests.survey.services.slip_stories import issue, order, read_raw

_PATIENCE = 60


@pytest.fixture
def upkeep(database: Database) -> Iterator[Upkeep]:
    """Not started yet, and in a hurry."""
    made = Upkeep(database, every=timedelta(milliseconds=20))
    yield made
    made.stop()


def wait_until(is_true: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def count_kept(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(KeptPrint)) or 0


def find_mark(database: Database, batch: SlipBatch) -> bytes:
    """Bytes that only this batch's sealed print has."""
    with database.read() as session:
        sealed = session.scalars(select(KeptPrint.sealed).filter_by(batch_id=batch.id)).one()
    assert sealed[100:160] in read_raw(database), "or the tests find nothing ever"
    return sealed[100:160]


def test_an_expired_print_goes_without_a_visitor(
    database: Database, opened: OpenRound, upkeep: Upkeep
) -> None:
    upkeep.start()
    issue(database, order(opened, 3))
    old = issue(database, order(opened, 3), at=now() - KEPT_FOR)
    wait_until(lambda: count_kept(database) == 1)
    with database.read() as session:
        assert session.scalars(select(KeptPrint.batch_id)).one() != old.id
    assert timedelta(minutes=10) >= EVERY


def test_a_failure_is_told_without_values_and_tried_again(
    database: Database, opened: OpenRound, upkeep: Upkeep, caplog: pytest.LogCaptureFixture
) -> None:
    issue(database, order(opened, 3), at=now() - KEPT_FOR)
    with database.write() as session:
        session.execute(text("ALTER TABLE kept_print RENAME TO elsewhere"))
    upkeep.start()
    wait_until(lambda: caplog.records)
    with database.write() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO kept_print"))
    wait_until(lambda: count_kept(database) == 0)
    told = caplog.records[0].getMessage()
    assert "Error" in told
    assert "forget_expired" in told
    assert "kept_print" not in told, "only the kind of the error, and its place"


def test_a_reader_in_the_way_neither_holds_up_nor_keeps_a_deleted_print(
    database: Database, opened: OpenRound, upkeep: Upkeep
) -> None:
    batch = issue(database, order(opened, 3))
    mark = find_mark(database, batch)
    with database.read() as backup:
        assert backup.scalars(select(KeptPrint.batch_id)).all() == [batch.id]
        began = time.monotonic()
        confirm_printed(database, opened.round_id, batch.id, by=None, at=now())
        assert time.monotonic() - began < 15
        assert count_kept(database) == 0
        assert mark in read_raw(database), "the reader keeps it alive"
    upkeep.start()
    wait_until(lambda: mark not in read_raw(database))


def test_a_batch_voided_whole_leaves_no_byte_of_its_print(database: Database, opened: OpenRound) -> None:
    batch = issue(database, order(opened, 3))
    mark = find_mark(database, batch)
    assert withdraw_slips(database, opened.round_id, [1, 2, 3], because="Mất", by=None) == 3
    assert mark not in read_raw(database)


def test_nothing_to_forget_is_no_failure(database: Database) -> None:
    assert forget_expired(database, now()) == 0
