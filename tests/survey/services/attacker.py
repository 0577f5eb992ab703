"""Whoever holds the disks: tries to say which slip gave which ballot.

Knows the order in which the slips were used, reads every byte and every system column, and guesses
by what engines keep of a transaction: SQLite's log frames, PostgreSQL's `xmin` and `ctid`.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine, text

Guess = Mapping[bytes, str]
"""Slip hash → what its ballot is said to hold."""


def read_log_transactions(wal: Path) -> list[list[bytes]]:
    """The page images of each committed transaction in SQLite's log, oldest first."""
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


def join_by_row_version(engine: Engine, table: str, column: str) -> Guess:
    """Pair rows of one transaction; where a transaction holds several, pair them in physical order."""
    with engine.connect() as connection:
        slips = connection.execute(
            text("SELECT xmin::text::bigint, code_hash FROM slip WHERE state = 'used' ORDER BY 1, ctid")
        ).all()
        rows = connection.execute(
            text(f"SELECT xmin::text::bigint, {column} FROM {table} ORDER BY xmin::text::bigint, ctid")
        ).all()
    by_version: dict[int, list[str]] = defaultdict(list)
    for version, value in rows:
        by_version[version].append(value)
    return {bytes(slip): by_version[version][0] for version, slip in slips if by_version[version]}


def join_by_order(slips_in_order: Sequence[bytes], rows_in_physical_order: Sequence[str]) -> Guess:
    """The simplest guess: the n-th ballot lies n-th."""
    return dict(zip(slips_in_order, rows_in_physical_order, strict=False))


def list_by_offset(files: Iterable[Path], marks: Sequence[str]) -> list[str]:
    """The marks in the order in which they lie in the raw files."""
    content = b"".join(path.read_bytes() for path in files if path.exists())
    return sorted(
        (mark for mark in marks if mark.encode() in content), key=lambda mark: content.index(mark.encode())
    )


def count_hits(guess: Guess, truth: Guess) -> int:
    return sum(guess.get(slip) == mark for slip, mark in truth.items())
