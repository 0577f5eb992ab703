"""A fresh, migrated database for every test that asks, on SQLite and on PostgreSQL.

Migrating costs seconds, copying milliseconds: each backend migrates one template per test process.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, make_url

from survey.store.engine import Database, create_database_engine
from survey.store.migrate import upgrade
from tests.servers.memory import IN_MEMORY, make_folder

BACKENDS = ("sqlite", "postgresql")
_TEMPLATE = "migrated"
_STRATEGY = sql.SQL("FILE_COPY" if IN_MEMORY else "WAL_LOG")
"""In memory, copying files costs half of what copying through the log does; on disk it costs more."""


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._template: Path | None = None

    def create(self, *, migrated: bool = True) -> str:
        path = self._folder / f"{next(self._numbers)}.sqlite3"
        if migrated:
            shutil.copyfile(self._migrated_file(), path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        path = Path(make_url(url).database or "")
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)

    def _migrated_file(self) -> Path:
        if self._template is None:
            self._template = self._folder / f"{_TEMPLATE}.sqlite3"
            _migrate(f"sqlite:///{self._template}")
        return self._template


class PostgresDatabases:
    """Databases created from one migrated template, on the server at `server_url`."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._numbers = itertools.count(1)
        self._has_template = False

    def create(self, *, migrated: bool = True) -> str:
        if migrated and not self._has_template:
            self._has_template = True
            _migrate(self._create(_TEMPLATE, "template0"))
        return self._create(f"test_{next(self._numbers)}", _TEMPLATE if migrated else "template0")

    def drop(self, url: str) -> None:
        name = make_url(url).database or ""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _create(self, name: str, template: str) -> str:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template), _STRATEGY))
        return make_url(self._server_url).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)


Databases = SqliteFiles | PostgresDatabases


def _migrate(url: str) -> None:
    engine = create_database_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[SqliteFiles]:
    with make_folder("longdan-sqlite-") as folder:
        yield SqliteFiles(folder)


@pytest.fixture(scope="session")
def postgresql_databases(postgres_url: str) -> PostgresDatabases:
    return PostgresDatabases(postgres_url)


@pytest.fixture(scope="session", params=BACKENDS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """The source of databases, once per backend: `create()` gives the address of a migrated one.

    For module-wide fixtures that fill a database once; others take `database_url` or what stands on it.
    """
    source: Databases = request.getfixturevalue(f"{request.param}_databases")
    return source


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of a migrated database without a row, this test's own."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def bare_database_url(databases: Databases) -> Iterator[str]:
    """The address of a database without a table, for tests of migrations."""
    url = databases.create(migrated=False)
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_database_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def database(engine: Engine) -> Database:
    return Database(engine)
