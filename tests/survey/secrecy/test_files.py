"""A hundred slips answered in a known order; then the attacker gets the disks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, text

from survey.domain.codes import make_receipt
from survey.store.schema import METADATA
from tests.survey.secrecy.attacker import (
    Guess,
    count_copies,
    count_hits,
    group_sizes,
    join_by_log,
    join_by_order,
    join_by_raw_rows,
    join_by_row_version,
    join_by_write_ahead_log,
    list_as_written,
    list_used,
    read_log_transactions,
    read_relation,
    read_versions,
)
from tests.survey.secrecy.chance import suspicious
from tests.survey.secrecy.conftest import BASE
from tests.survey.secrecy.households import HOUSEHOLDS, SECRET, AnsweredVillage

NEARLY_ALL = HOUSEHOLDS - 2
LUCKY = suspicious([BASE] * (HOUSEHOLDS // BASE))
PAGE = {True: 4096, False: 8192}
"""Bytes of a page of SQLite, and of PostgreSQL."""


def count_columns(table: str) -> int:
    return len(METADATA.tables[table].columns)


def raw_bytes(village: AnsweredVillage, *tables: str) -> bytes:
    """The files that hold the tables: with SQLite the one file, its log and the log's index."""
    if village.database.is_sqlite:
        return b"".join(path.read_bytes() for path in village.sqlite_files if path.exists())
    return read_relation(village.database.engine, *tables)


def best_by_order(slips: Sequence[bytes], rows: Sequence[str], truth: Guess) -> int:
    """The hits of the better of two guesses: that rows lie as the slips came, or the other way round."""
    return max(
        count_hits(join_by_order(slips, rows), truth), count_hits(join_by_order(slips, rows[::-1]), truth)
    )


def test_without_mixing_the_attacker_joins_every_ballot_and_reason(unmixed: AnsweredVillage) -> None:
    ballots, reasons = unmixed.truth(unmixed.marks), unmixed.truth(unmixed.reasons)
    if unmixed.database.is_sqlite:
        log = unmixed.sqlite_files[1]
        assert count_hits(join_by_log(log, unmixed.slips, unmixed.marks), ballots) >= NEARLY_ALL
        assert count_hits(join_by_log(log, unmixed.slips, unmixed.reasons), reasons) >= NEARLY_ALL
        return
    engine = unmixed.database.engine
    assert count_hits(join_by_row_version(engine, "box", "answers"), ballots) == HOUSEHOLDS
    said = join_by_row_version(engine, "reason_box", "texts::json ->> 'q19'")
    assert count_hits(said, reasons) == HOUSEHOLDS
    for table, marks, truth in (("box", unmixed.marks, ballots), ("reason_box", unmixed.reasons, reasons)):
        found = join_by_raw_rows(engine, table, count_columns(table), marks)
        assert count_hits(found, truth) == HOUSEHOLDS


def test_after_mixing_no_transaction_holds_both_a_slip_and_a_ballot(mixed: AnsweredVillage) -> None:
    ballots, reasons = mixed.truth(mixed.marks), mixed.truth(mixed.reasons)
    if mixed.database.is_sqlite:
        log = b"".join(page for pages in read_log_transactions(mixed.sqlite_files[1]) for page in pages)
        assert set(count_copies(log, mixed.marks + mixed.reasons).values()) == {0}
        return
    engine = mixed.database.engine
    for table, value, truth, marks in (
        ("response", "answers", ballots, mixed.marks),
        ("reason", "text", reasons, mixed.reasons),
    ):
        assert count_hits(join_by_row_version(engine, table, value), truth) == 0
        assert count_hits(join_by_raw_rows(engine, table, count_columns(table), marks), truth) == 0


def test_no_copy_of_a_mixed_ballot_is_left_where_it_waited(mixed: AnsweredVillage) -> None:
    """Also in the free space of pages, where vacuuming leaves the bytes of what was deleted."""
    assert mixed.column("SELECT count(*) FROM box") == [str(len(mixed.waiting))]
    assert mixed.column("SELECT count(*) FROM reason_box") == ["0"]
    if mixed.database.is_sqlite:
        content = raw_bytes(mixed)
        assert set(count_copies(content, mixed.marks + mixed.reasons).values()) == {1}
        return
    engine = mixed.database.engine
    for table, marks in (("box", mixed.marks), ("reason_box", mixed.reasons)):
        found = join_by_raw_rows(engine, table, count_columns(table), marks)
        assert count_hits(found, mixed.truth(marks)) == 0
        assert set(count_copies(raw_bytes(mixed, table), marks).values()) == {0}


def test_rows_lie_in_no_order_that_tells_the_slip(mixed: AnsweredVillage) -> None:
    """Who knows in which ten a ballot was mixed hits ten of a hundred by luck; a leak hits more."""
    for table, column, marks in (("response", "answers", mixed.marks), ("reason", "text", mixed.reasons)):
        orders = [
            list_as_written(raw_bytes(mixed, table), marks, PAGE[mixed.database.is_sqlite]),
            mixed.column(f"SELECT {column} FROM {table} ORDER BY id"),
        ]
        if not mixed.database.is_sqlite:
            orders.append([str(value) for _, value in read_versions(mixed.database.engine, table, column)])
        for order in orders:
            assert len(order) == HOUSEHOLDS
            assert best_by_order(mixed.slips, order, mixed.truth(marks)) < LUCKY


def test_unmixed_rows_are_found_in_the_order_in_which_they_came(unmixed: AnsweredVillage) -> None:
    """In PostgreSQL's box; SQLite's lies by random keys, but its log tells the order."""
    if unmixed.database.is_sqlite:
        rows = _list_by_mention(unmixed.sqlite_files[1], unmixed.marks)
    else:
        rows = [str(value) for _, value in read_versions(unmixed.database.engine, "box", "answers")]
    truth = unmixed.truth(unmixed.marks)
    assert best_by_order(unmixed.slips, [row for row in rows if row in unmixed.marks], truth) >= LUCKY


def _list_by_mention(log: Path, marks: Sequence[str]) -> list[str]:
    """The marks in the order in which SQLite's log mentions them first."""
    content = log.read_bytes()
    return sorted(marks, key=lambda mark: content.find(mark.encode()))


def test_every_row_version_of_a_mixed_table_covers_at_least_k_ballots(
    mixed: AnsweredVillage, unmixed: AnsweredVillage
) -> None:
    if mixed.database.is_sqlite:
        pytest.skip("SQLite's rows have no version")
    for table, column in (("response", "answers"), ("reason", "text")):
        versions = [version for version, _ in read_versions(mixed.database.engine, table, column)]
        assert min(group_sizes(versions)) >= BASE
        assert set(versions).isdisjoint(list_used(mixed.database.engine))
    waiting = [version for version, _ in read_versions(unmixed.database.engine, "box", "answers")]
    assert max(group_sizes(waiting)) == 1, "unmixed, every ballot stands out"


def test_the_write_ahead_log_still_joins_them_as_security_md_says(mixed: AnsweredVillage) -> None:
    """No mixing reaches it: the proof that copies of it must not be kept while a round is open."""
    if mixed.database.is_sqlite:
        pytest.skip("SQLite's log is emptied: see above")
    engine = mixed.database.engine
    used = list_used(engine)
    ledger = {
        key: used[version] for version, key in read_versions(engine, "ledger", "key_hash") if version in used
    }
    guess = join_by_write_ahead_log(mixed.write_ahead_log, ledger, mixed.marks)
    assert count_hits(guess, mixed.truth(mixed.marks)) > 80


def _values(village: AnsweredVillage, *tables: str) -> set[str]:
    """Every value in the tables that could name a row: not numbers, states or channels, which many share."""
    found: set[str] = set()
    for table in tables:
        for column in METADATA.tables[table].columns:
            shown = column.name
            if isinstance(column.type, LargeBinary):
                shown = f"hex({shown})" if village.database.is_sqlite else f"encode({shown}, 'hex')"
            values = village.column(f"SELECT {shown} FROM {table}")
            if len(set(values)) > HOUSEHOLDS // 2:
                found |= {value.lower().replace("-", "") for value in values}
    return found


def test_no_value_stands_both_beside_a_slip_and_beside_a_ballot(mixed: AnsweredVillage) -> None:
    slips, ledger = _values(mixed, "slip"), _values(mixed, "ledger")
    ballots = _values(mixed, "response", "reason")
    assert len(ballots) == 4 * HOUSEHOLDS  # ids, answers and texts
    assert ballots.isdisjoint(slips | ledger)
    assert slips.isdisjoint(ledger)


@pytest.mark.parametrize("name", ["box", "reason_box", "response", "reason", "ledger", "late_arrival"])
def test_no_ballot_and_no_ledger_row_has_a_time_or_a_sequence(name: str) -> None:
    table = METADATA.tables[name]
    kinds = {column.name: column.type.python_type.__name__ for column in table.columns}
    assert not {kind for kind in kinds.values() if kind in ("datetime", "date", "time", "float")}, kinds
    numbers = {column for column, kind in kinds.items() if kind == "int"}
    assert numbers <= {"round_id", "unit_id"}, "a number of its own would tell the order"
    assert table.dialect_options["sqlite"]["with_rowid"] is False


def _find_plain(content: bytes, village: AnsweredVillage) -> set[str]:
    """The codes, receipts and page keys of the village that stand in raw bytes as people would write them."""
    sent = village.sent + village.waiting
    wanted = {each.key for each in sent}
    for plain in [each.receipt for each in sent] + [each.code.grouped for each in sent]:
        wanted |= {plain, plain.lower(), plain.replace("-", ""), plain.replace("-", "").lower()}
    shapes = (
        rb"(?=([0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}))",
        rb"(?=([0-9A-Za-z]{12}))",
        rb"(?=([0-9A-Za-z_-]{22}))",
    )
    seen = {found[1].decode() for shape in shapes for found in re.finditer(shape, content)}
    return wanted & seen


def test_neither_codes_nor_receipts_nor_page_keys_stand_anywhere_in_clear(mixed: AnsweredVillage) -> None:
    tables = [*METADATA.tables]
    contents = [raw_bytes(mixed, *tables), mixed.write_ahead_log]
    for content in filter(None, contents):
        assert _find_plain(content, mixed) == set()
        assert mixed.marks[7].encode() in content, "the search reads what is written"
    sent = mixed.sent[0]
    assert _find_plain(f"GET /{sent.code.grouped.lower()} {sent.receipt}".encode(), mixed) != set()


def test_receipts_are_made_again_and_kept_nowhere(mixed: AnsweredVillage) -> None:
    """The ledger's rows make them with CODE_SECRET; without it the ledger tells none (see test_guessing)."""
    with mixed.database.read() as session:
        keys: Iterable[bytes] = session.scalars(text("SELECT key_hash FROM ledger")).all()
    receipts = {make_receipt(SECRET, bytes(key)) for key in keys}
    assert receipts == {each.receipt for each in mixed.sent + mixed.waiting}
