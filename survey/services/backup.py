"""The whole database as one portable file, from either engine and into either.

The file is a zip: `tables/<table>.jsonl` for every table, its first line the column names, each
further line one row as a JSON array (bytes in base64, instants and dates in ISO 8601); then
`manifest.json` with the format, the schema's revision, and for each table its rows and SHA-256.
All tables are read in one snapshot, in the order of their keys: ballots, slips and ledger rows lie
by their random keys, so the file has no order that the database has not.

What a file cannot hide: two backups compared tell which slips were used and which ballots came in
between. Keep few, keep them apart from the slips' lists, and encrypt them where they leave the
server. `CODE_SECRET` is not in the file: without it, restored slips cannot be used. Prints that wait
to be put on paper are not in it either: the codes in plain exist nowhere else.
"""

from __future__ import annotations

import base64
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Table, TypeDecorator, func, insert, select, text, update
from sqlalchemy.orm import Session

from survey.domain.clock import now
from survey.domain.errors import Conflict, DomainError
from survey.services.audit import record
from survey.store.engine import Database
from survey.store.schema import METADATA
from translations.catalogue import lazy

FORMAT = "long-dan-backup/1"
_MANIFEST = "manifest.json"
_LEFT_OUT = frozenset({"kept_print"})
"""Tables of which a backup holds the columns' names and no row."""
_AT_A_TIME = 1_000
_Progress = Callable[[int], object]
_T = TypeVar("_T")


class InvalidBackup(DomainError):
    """The file is not a whole backup that this version can read."""


@dataclass(frozen=True)
class _Manifest:
    """What a backup says of itself; of each table its number of rows and its SHA-256."""

    revision: str | None
    written_at: str
    tables: dict[str, tuple[int, str]]


def count_rows(database: Database) -> int:
    """All rows of all tables, for a progress bar."""
    with database.engine.connect() as connection:
        return sum(
            _count(connection, table) for table in METADATA.sorted_tables if table.name not in _LEFT_OUT
        )


def write_backup(database: Database, path: Path, on_rows: _Progress = lambda rows: None) -> int:
    """Write a backup, read it again, and return its number of rows.

    Raises:
        Conflict: there is a file already; it stays as it is.
        InvalidBackup: what was written cannot be read back; the file is removed.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict(lazy("Đã có tệp %(path)s; xin chọn tên khác.", path=path)) from None
    try:
        with os.fdopen(descriptor, "w+b") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            with _snapshot(database) as connection:
                manifest = _write_tables(connection, archive, on_rows)
            _write_entry(archive, _MANIFEST, [json.dumps(manifest, indent=1) + "\n"])
        rows = check_backup(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    with database.write() as session:
        record(session, None, "database.backup", rows=rows)
    return rows


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """One moment of all tables, while ballots keep coming in."""
    with database.read() as session:
        yield session.connection()


def _write_tables(connection: Connection, archive: zipfile.ZipFile, on_rows: _Progress) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = {}
    for table in METADATA.sorted_tables:
        rows, digest = _write_entry(archive, _entry(table.name), _lines(connection, table), on_rows)
        tables[table.name] = {"rows": rows - 1, "sha256": digest}
    return {
        "format": FORMAT,
        "revision": MigrationContext.configure(connection).get_current_revision(),
        "written_at": now().isoformat(timespec="seconds"),
        "tables": tables,
    }


def _entry(table: str) -> str:
    return f"tables/{table}.jsonl"


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    yield json.dumps([column.name for column in table.columns]) + "\n"
    if table.name in _LEFT_OUT:
        return
    statement = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_AT_A_TIME).execute(statement):
        yield json.dumps([_encode(value) for value in row], ensure_ascii=False) + "\n"


def _write_entry(
    archive: zipfile.ZipFile, name: str, lines: Iterable[str], on_rows: _Progress = lambda rows: None
) -> tuple[int, str]:
    digest, count = sha256(), 0
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with archive.open(entry, "w", force_zip64=True) as out:
        for chunk in _chunks(lines):
            raw = "".join(chunk).encode()
            out.write(raw)
            digest.update(raw)
            count += len(chunk)
            on_rows(len(chunk))
    return count, digest.hexdigest()


def check_backup(path: Path) -> int:
    """Read a whole backup against its manifest, and return its number of rows.

    Raises:
        InvalidBackup: it is damaged, or no backup at all.
    """
    with _open_backup(path) as (archive, manifest):
        return sum(1 for table in _tables(manifest) for _row in _read_rows(archive, manifest, table))


def count_backed_up(path: Path) -> int:
    """How many rows a backup says it holds, for a progress bar."""
    with _open_backup(path) as (_archive, manifest):
        return sum(rows for rows, _digest in manifest.tables.values())


@contextmanager
def _open_backup(path: Path) -> Iterator[tuple[zipfile.ZipFile, _Manifest]]:
    with _telling_damage():
        archive = zipfile.ZipFile(path)
    with archive:
        with _telling_damage():
            manifest = _read_manifest(archive)
        yield archive, manifest


@contextmanager
def _telling_damage() -> Iterator[None]:
    """Around reading alone: an error of our own must not be told as one of the file."""
    try:
        yield
    except _DAMAGES as problem:
        raise InvalidBackup(_NOT_A_BACKUP) from problem


_DAMAGES = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError,
    RuntimeError,  # zipfile's word for a method or an encryption that it does not know
)  # fmt: skip
_NOT_A_BACKUP = lazy("Tệp này không phải bản sao lưu nguyên vẹn của Lòng Dân.")


def _read_manifest(archive: zipfile.ZipFile) -> _Manifest:
    found = json.loads(archive.read(_MANIFEST))
    if found["format"] != FORMAT:
        raise InvalidBackup(_NOT_A_BACKUP)
    tables = {name: (int(table["rows"]), table["sha256"]) for name, table in dict(found["tables"]).items()}
    return _Manifest(found["revision"], found["written_at"], tables)


def _tables(manifest: _Manifest) -> list[Table]:
    if set(manifest.tables) != set(METADATA.tables):
        raise InvalidBackup(lazy("Bản sao lưu thuộc một phiên bản khác của Lòng Dân."))
    return METADATA.sorted_tables


def _read_rows(archive: zipfile.ZipFile, manifest: _Manifest, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a table; at its end, fails unless number and SHA-256 are the manifest's."""
    digest, count = sha256(), 0
    with _telling_damage(), archive.open(_entry(table.name)) as source:
        header = source.readline()
        digest.update(header)
        columns = [table.columns[name] for name in json.loads(header)]
        if {column.name for column in columns} != {column.name for column in table.columns}:
            raise InvalidBackup(_NOT_A_BACKUP)
        for line in source:
            digest.update(line)
            count += 1
            pairs = zip(columns, json.loads(line), strict=True)
            yield {column.name: _decode(column, value) for column, value in pairs}
    if (count, digest.hexdigest()) != manifest.tables[table.name]:
        raise InvalidBackup(_NOT_A_BACKUP)


def restore_backup(database: Database, path: Path, on_rows: _Progress = lambda rows: None) -> int:
    """Fill an empty, migrated database from a backup in one transaction; return the number of rows.

    Raises:
        Conflict: the database has rows, or another schema than the backup.
        InvalidBackup: the file is damaged; nothing was restored.
    """
    check_backup(path)  # first, for a damaged row may be one that the database refuses in its own words
    restored = 0
    with _open_backup(path) as (archive, manifest), database.write() as session:
        _check_fits(session, manifest)
        for table in _tables(manifest):
            restored += _restore_table(session, table, _read_rows(archive, manifest, table), on_rows)
        record(session, None, "database.restore", rows=restored, written_at=manifest.written_at)
    return restored


def _check_fits(session: Session, manifest: _Manifest) -> None:
    connection = session.connection()
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None or revision != manifest.revision:
        raise Conflict(
            lazy(
                "Cơ sở dữ liệu ở phiên bản %(ours)s, bản sao lưu ở phiên bản %(theirs)s.",
                ours=revision or "–",
                theirs=manifest.revision or "–",
            )
        )
    for table in METADATA.sorted_tables:
        if _count(connection, table):
            raise Conflict(
                lazy(
                    "Chỉ khôi phục được vào cơ sở dữ liệu trống; bảng %(table)s đã có dữ liệu.",
                    table=table.name,
                )
            )


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _restore_table(session: Session, table: Table, rows: Iterator[dict[str, Any]], on_rows: _Progress) -> int:
    """Insert the rows; references to rows of the same table follow when all of them are there."""
    own = [
        column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    ]
    later: list[tuple[Any, dict[str, Any]]] = []
    count = 0
    for chunk in _chunks(rows):
        for row in chunk:
            references = {column.name: row[column.name] for column in own if row[column.name] is not None}
            if references:
                later.append((row["id"], references))
                row.update(dict.fromkeys(references))
        session.execute(insert(table), chunk)
        count += len(chunk)
        on_rows(len(chunk))
    for row_id, references in later:
        session.execute(update(table).where(table.c.id == row_id).values(references))
    _go_on_counting(session, table)
    return count


def _go_on_counting(session: Session, table: Table) -> None:
    """PostgreSQL's sequences start after the highest restored id."""
    column = table.autoincrement_column
    if session.get_bind().dialect.name == "sqlite" or column is None:
        return
    highest = session.scalar(select(func.max(column)))
    if highest is not None:
        found = text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")
        session.execute(found, {"table": table.name, "column": column.name, "highest": highest})


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    source = iter(items)
    while chunk := list(islice(source, _AT_A_TIME)):
        yield chunk


def _encode(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case date() | datetime():
            return value.isoformat()
        case UUID():
            return str(value)
    return value


_DECODERS: dict[type, Callable[[str], Any]] = {
    bytes: base64.b64decode,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
}


def _decode(column: Column[Any], value: Any) -> Any:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    decode = _DECODERS.get(kind.python_type)
    return value if value is None or decode is None else decode(value)
