"""Whoever holds the disks: tries to say which slip gave which ballot.

Knows the order in which the slips were used, reads every byte and every system column, and guesses
by what engines keep of a transaction: SQLite's log frames, PostgreSQL's `xmin`, `ctid`, dead rows
and write-ahead log. A guess pairs slips with what their ballots are said to hold.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

Guess = Mapping[bytes, str]
"""Slip hash → what its ballot is said to hold."""
_LARGEST_HEAD = 96
"""Bytes that can lie between the start of one of our rows and its answers."""


def count_hits(guess: Guess, truth: Guess) -> int:
    return sum(guess.get(slip) == mark for slip, mark in truth.items())


def join_by_order(slips_in_order: Sequence[bytes], rows_in_some_order: Sequence[str]) -> Guess:
    """The simplest guess: the n-th ballot is the n-th slip's."""
    return dict(zip(slips_in_order, rows_in_some_order, strict=False))


def list_as_written(content: bytes, marks: Sequence[str], page_size: int) -> list[str]:
    """The marks page by page, and in each page from its end, where both engines begin to fill it."""
    found = {mark: content.find(mark.encode()) for mark in marks}
    lying = [mark for mark in marks if found[mark] >= 0]
    return sorted(lying, key=lambda mark: (found[mark] // page_size, -found[mark]))


def count_copies(content: bytes, marks: Sequence[str]) -> dict[str, int]:
    """How often each mark lies in raw bytes."""
    return {mark: content.count(mark.encode()) for mark in marks}


# SQLite


def read_log_transactions(wal: Path) -> list[list[bytes]]:
    """The page images of each committed transaction in SQLite's log, oldest first, overwritten ones too."""
    content = wal.read_bytes() if wal.exists() else b""
    if len(content) < 32:
        return []
    (page_size,) = struct.unpack(">I", content[8:12])
    transactions: list[list[bytes]] = [[]]
    for start in range(32, len(content) - 24 - page_size + 1, 24 + page_size):
        (size_after_commit,) = struct.unpack(">I", content[start + 4 : start + 8])
        transactions[-1].append(content[start + 24 : start + 24 + page_size])
        if size_after_commit:
            transactions.append([])
    return transactions[:-1]


def join_by_log(wal: Path, slip_hashes: Sequence[bytes], marks: Sequence[str]) -> Guess:
    """Pair a slip that turns up as used with a mark that turns up in the same transaction."""
    guess: dict[bytes, str] = {}
    seen_slips: set[bytes] = set()
    seen_marks: set[str] = set()
    for pages in read_log_transactions(wal):
        image = b"".join(pages)
        slips = {
            each for each in slip_hashes if re.search(re.escape(each) + rb".{0,24}usedonline", image, re.S)
        }
        found = {mark for mark in marks if mark.encode() in image}
        if len(slips - seen_slips) == len(found - seen_marks) == 1:
            guess[next(iter(slips - seen_slips))] = next(iter(found - seen_marks))
        seen_slips |= slips
        seen_marks |= found
    return guess


# PostgreSQL


def read_versions(engine: Engine, table: str, column: str) -> list[tuple[int, Any]]:
    """The row version of every living row with one of its columns, as they lie."""
    statement = f"SELECT xmin::text::bigint, {column} FROM {table} ORDER BY xmin::text::bigint, ctid"
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(text(statement))]


def list_used(engine: Engine) -> dict[int, bytes]:
    """Row version → the slip that it used."""
    statement = "SELECT xmin::text::bigint, code_hash FROM slip WHERE state = 'used'"
    with engine.connect() as connection:
        return {row[0]: bytes(row[1]) for row in connection.execute(text(statement))}


def join_by_row_version(engine: Engine, table: str, column: str) -> Guess:
    """Pair rows of one transaction; where a transaction holds several, take the first that lies there."""
    by_version: dict[int, str] = {}
    for version, value in read_versions(engine, table, column):
        by_version.setdefault(version, str(value))
    used = list_used(engine)
    return {slip: by_version[version] for version, slip in used.items() if version in by_version}


def read_relation(engine: Engine, *tables: str) -> bytes:
    """The raw pages of tables, their long values and their indexes, with what was deleted there."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        root = Path(connection.scalar(text("SHOW data_directory")) or "")
        statement = text(
            "SELECT pg_relation_filepath(c.oid) FROM pg_class c WHERE c.oid = ANY(SELECT unnest(ARRAY["
            "t.oid, t.reltoastrelid]) FROM pg_class t WHERE t.relname = ANY(:names) AND t.relkind = 'r') "
            "OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = ANY(SELECT t.oid FROM pg_class t "
            "WHERE t.relname = ANY(:names) AND t.relkind = 'r'))"
        )
        files = connection.scalars(statement, {"names": list(tables)}).all()
    return b"".join((root / file).read_bytes() for file in files if file)


def find_raw_rows(content: bytes, columns: int, mark: str) -> list[int]:
    """The `xmin` of every row of `columns` columns in raw heap pages that holds `mark`, dead or alive."""
    versions = []
    for found in re.finditer(re.escape(mark.encode()), content):
        aligned = found.start() - found.start() % 8
        for start in range(aligned, max(aligned - _LARGEST_HEAD, -1), -8):
            if start + 23 > len(content):
                continue
            version, _, _ = struct.unpack_from("<III", content, start)
            attributes, _, head = struct.unpack_from("<HHB", content, start + 18)
            if head == 24 and attributes & 0x7FF == columns:
                versions.append(version)
                break
    return versions


def join_by_raw_rows(engine: Engine, table: str, columns: int, marks: Sequence[str]) -> Guess:
    """Pair slips with rows of the same transaction that lie in the raw pages, deleted ones included."""
    content, used = read_relation(engine, table), list_used(engine)
    return {
        used[version]: mark
        for mark in marks
        for version in find_raw_rows(content, columns, mark)
        if version in used
    }


def find_log_position(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT pg_current_wal_flush_lsn()::text")))


def read_write_ahead_log(engine: Engine, since: str) -> bytes:
    """The write-ahead log's bytes from a position to now, page headers and all; a checkpoint may end it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        root = Path(connection.scalar(text("SHOW data_directory")) or "")
        here = text("SELECT pg_walfile_name(p), p - '0/0'::pg_lsn FROM (SELECT CAST(:p AS pg_lsn) p) q")
        end = find_log_position(engine)
        (first, from_byte), (last, to_byte) = (connection.execute(here, {"p": p}).one() for p in (since, end))
        size = int(connection.scalar(text("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'")))
    segments = sorted(path for path in (root / "pg_wal").iterdir() if first <= path.name <= last)
    begin = int(from_byte) // size * size
    content = b"".join(path.read_bytes() for path in segments if len(path.name) == len(first))
    return content[int(from_byte) - begin : int(to_byte) - begin]


def join_by_write_ahead_log(log: bytes, ledger: Mapping[bytes, bytes], marks: Sequence[str]) -> Guess:
    """Pair a mark with the ledger row written last before it; `ledger` tells the slip of a key's hash."""
    written = sorted((log.find(key), slip) for key, slip in ledger.items() if key in log)
    guess: dict[bytes, str] = {}
    for mark in marks:
        at = log.find(mark.encode())
        before = [slip for place, slip in written if place < at]
        if before:
            guess.setdefault(before[-1], mark)
    return guess


# Backups


def read_backup(path: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table in a backup, in the file's order."""
    with zipfile.ZipFile(path) as archive:
        lines = archive.read(f"tables/{table}.jsonl").decode().splitlines()
    names = json.loads(lines[0])
    return [dict(zip(names, map(str, json.loads(line)), strict=True)) for line in lines[1:]]


def list_new(
    earlier: Path, later: Path, table: str, column: str, where: tuple[str, str] = ("", "")
) -> list[str]:
    """What a later backup has of a column that an earlier one has not, in the file's order."""

    def listed(path: Path) -> list[str]:
        name, value = where
        return [row[column] for row in read_backup(path, table) if not name or row[name] == value]

    known = set(listed(earlier))
    return [value for value in listed(later) if value not in known]


def group_sizes(versions: Iterable[int]) -> list[int]:
    """How many rows each transaction wrote."""
    counted: dict[int, int] = defaultdict(int)
    for version in versions:
        counted[version] += 1
    return list(counted.values())
