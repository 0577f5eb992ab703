"""Files that somebody holds, recognised by what they say: data sets, tables, codebooks, records, hashes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from analytics.codebook import COLUMNS, FIELDS
from analytics.exports import FORMAT, write_cell
from analytics.method import TITLE
from analytics.summary import FORMAT as SUMMARY_FORMAT
from analytics.summary import Summary, read_summary
from survey.frames import Record, read_record
from translations.catalogue import use_locale

Row = Mapping[str, str]
"""A row as the table has it: every value as text."""

_SUM = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")
_THRESHOLD = re.compile(r"(0|1)(\.\d{1,17})?")
_READING_FAILS = (
    ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, csv.Error
)  # fmt: skip


class Unreadable(ValueError):
    """No file of ours; the message says why."""


class Kind(StrEnum):
    DATA_SET = "data set"
    TABLE = "table"
    CODEBOOK = "codebook"
    SUMMARY = "summary"
    METHOD = "note on method"
    RECORD = "result record"
    SUMS = "list of hashes"


@dataclass(frozen=True)
class Given:
    """A file and what it says. What its kind does not say is empty or None.

    `head` tells round, result and record, `sums` the hashes by name: of a list of hashes its own, of any
    other file those of the list that lies beside it.
    """

    name: str
    content: bytes
    kind: Kind
    head: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    entries: Sequence[Row] = ()
    plain: Mapping[str, Any] = field(default_factory=dict)
    summary: Summary | None = None
    record: Record | None = None
    sums: Mapping[str, str] | None = None

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def round_id(self) -> int | None:
        return self.record.round.id if self.record else self.head.get("round")

    @property
    def number(self) -> int | None:
        return self.record.number if self.record else self.head.get("result")


def read_given(name: str, content: bytes, sums: bytes | None = None) -> Given:
    """Recognise a file; `sums` is the list of hashes that lies beside it. Raises `Unreadable`."""
    try:
        text = content.decode("utf-8-sig")
        found = _read_json(name, content, text) if text.startswith("{") else _read_text(name, content, text)
        if sums is None or found.kind is Kind.SUMS:
            return found
        return Given(**{**vars(found), "sums": read_sums(sums.decode())})
    except _READING_FAILS as problem:
        raise Unreadable(f"{type(problem).__name__}: {problem}") from problem


def _read_json(name: str, content: bytes, text: str) -> Given:
    plain: dict[str, Any] = json.loads(text)
    form = plain["format"]
    if form == FORMAT:
        rows = [_as_text(row, tuple(COLUMNS)) for row in plain["rows"]]
        entries = [_as_text(entry, FIELDS) for entry in plain["codebook"]]
        return Given(name, content, Kind.DATA_SET, head=plain, rows=rows, entries=entries, plain=plain)
    if form == SUMMARY_FORMAT:
        rows = [
            _check(dict(zip(plain["columns"], map(write_cell, row), strict=True))) for row in plain["rows"]
        ]
        told = read_summary(content)
        return Given(name, content, Kind.SUMMARY, head=plain, rows=rows, plain=plain, summary=told)
    return Given(name, content, Kind.RECORD, plain=plain, record=read_record(text))


def _read_text(name: str, content: bytes, text: str) -> Given:
    first = text.partition("\n")[0].strip()
    if first == ",".join(COLUMNS):
        rows = _read_table(text, tuple(COLUMNS))
        return Given(name, content, Kind.TABLE, head=_read_first(rows), rows=rows)
    if first == ",".join(FIELDS):
        entries = _read_table(text, FIELDS)
        return Given(name, content, Kind.CODEBOOK, head=_read_papers(entries), entries=entries)
    with use_locale("vi"):
        if first == str(TITLE):
            return Given(name, content, Kind.METHOD)
    return Given(name, content, Kind.SUMS, sums=read_sums(text))


def _read_table(text: str, columns: tuple[str, ...]) -> list[Row]:
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    return [_check(dict(zip(columns, line, strict=True))) for line in lines[1:]]


def _read_first(rows: Sequence[Row]) -> dict[str, Any]:
    """What every row of a table says of its round and result."""
    numbers = {name: int(row[name]) for row in rows[:1] for name in ("round", "result") if row[name]}
    return {**numbers, "commune_code": rows[0]["commune_code"]} if rows else {}


def _read_papers(entries: Sequence[Row]) -> dict[str, Any]:
    papers: dict[str, Any] = {one["key"]: one["vi"] for one in entries if one["section"] == "paper"}
    return papers | {name: int(papers[name]) for name in ("round", "result", "min_base") if name in papers}


def read_sums(text: str) -> dict[str, str]:
    """Hashes by name, as `sha256sum` writes them; raises `Unreadable` for anything else."""
    found = [_SUM.fullmatch(line) for line in text.splitlines()]
    if not found or not all(found):
        raise Unreadable("it is no data set, table, codebook, summary, record or list of hashes")
    return {match[2]: match[1] for match in found if match}


def _as_text(row: Mapping[str, Any], columns: tuple[str, ...]) -> Row:
    if set(row) != set(columns):
        raise Unreadable(f"a row has the columns {', '.join(row)}")
    return _check({name: write_cell(row[name]) for name in columns})


def _check(row: Row) -> Row:
    for name in ("count", "base"):
        if not (row.get(name, "") == "" or row[name].isdecimal()):
            raise Unreadable(f"{name} is {row[name]}")
    threshold = row.get("threshold", "")
    if not (threshold == "" or _THRESHOLD.fullmatch(threshold)):
        raise Unreadable(f"threshold is {threshold}")
    return row
