"""The database behind everything: SQLite as a file, PostgreSQL by address."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from survey.store.violations import tell_violation

_BUSY_MS = 20_000
_BRIEFLY_MS = 50
"""How long ballots may have to wait for those who make the boxes forget."""
_ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""What SQLite's readers have by themselves."""


def create_database_engine(url: str) -> Engine:
    """Open `sqlite:///file` or `postgresql://…`; the file's folder is made where it is missing.

    Errors name no parameters and quote no row: an answer must not reach a log by way of a failed statement.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(url, address.database)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, pool_size=16, max_overflow=24, pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "handle_error", _quote_no_row)
    return engine


def _quote_no_row(context: ExceptionContext) -> None:
    """PostgreSQL tells what it refuses ("Failing row contains …") in the lines after the first."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _sqlite(url: str, path: str | None) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"isolation_level": None}, hide_parameters=True, pool_size=64)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock first: a reader that turns writer half-way could not wait for it."""
    options = connection.get_execution_options()
    if not options.get("once"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN DEFERRED")


class Database:
    """Transactions on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(writes=True)
        self._reader = engine if self.is_sqlite else engine.execution_options(**_ONE_MOMENT)
        self._once = engine.execution_options(once=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that sees one moment throughout, so that what it reads adds up, and writes nothing.

        Ballots move from the boxes to the tallies at any time: two moments would show them twice or never.
        """
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def read_once(self) -> Connection:
        """A connection for a single statement, which sees one moment without a transaction around it."""
        return self._once.connect()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone whole when it raises.

        Raises:
            Conflict: a constraint was violated; nothing was written.
        """
        try:
            with Session(self._writer, expire_on_commit=False) as session, session.begin():
                yield session
        except IntegrityError as error:
            raise tell_violation(error) from error

    def write_rows(self) -> AbstractContextManager[Connection]:
        """As `write`, for statements on rows alone; what violates a constraint raises as it is."""
        return self._writer.begin()

    def scrub(self) -> bool:
        """Forget what the boxes held: as `rewrite`."""
        return self.rewrite("box", "reason_box")

    def rewrite(self, *tables: str) -> bool:
        """Leave nothing of deleted rows: empty SQLite's log, or write PostgreSQL's tables anew.

        Says whether they are forgotten. A long reader, such as a backup, can keep them alive; nobody waits
        for that here, since ballots would have to wait as well: call again later. PostgreSQL shows a role
        without `pg_read_all_stats` the readers of that role alone.
        """
        return self._truncate_log() if self.is_sqlite else self._write_anew(tables)

    def _truncate_log(self) -> bool:
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 0")
            try:
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                return False
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                cursor.close()
            return not busy

    def _write_anew(self, tables: Sequence[str]) -> bool:
        """Plain vacuuming leaves deleted rows in the free space of every page that still holds another.

        And it waits seconds for a lock to cut off the empty pages.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET lock_timeout = {_BRIEFLY_MS}"))
            try:
                seen = connection.scalar(_IS_SEEN_BY_OTHERS)
                connection.execute(text(f"VACUUM FULL {', '.join(tables)}"))
                return not seen
            except OperationalError:
                return False
            finally:
                connection.execute(text("RESET lock_timeout"))


_IS_SEEN_BY_OTHERS = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE (datname = current_database() OR datname IS NULL)"
    " AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid())"
    " OR EXISTS (SELECT FROM pg_replication_slots WHERE xmin IS NOT NULL)"
    " OR EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database())"
)
"""Whether a snapshot is in use: rows deleted after it was taken are written again with the others."""
