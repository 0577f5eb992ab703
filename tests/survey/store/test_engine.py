"""What SQLite must promise, and what a transaction is."""

from __future__ import annotations

import threading
from contextlib import closing, nullcontext

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import InternalError

from survey.domain.clock import now
from survey.domain.errors import Conflict
from survey.store.engine import Database, create_database_engine
from survey.store.staff import Staff


def _person(username: str) -> Staff:
    return Staff(username=username, display_name=username, password_hash="-", created_at=now())


@pytest.fixture
def sqlite(sqlite_databases):
    engine = create_database_engine(sqlite_databases.create())
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("secure_delete", 1),
        ("busy_timeout", 20_000),
    ],
)
def test_sqlites_promises_are_in_force_on_every_connection(sqlite, pragma, value):
    with sqlite.connect() as first, sqlite.connect() as second:
        for connection in (first, second):
            assert connection.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_foreign_key_is_kept(database: Database):
    with pytest.raises(Conflict) as refused, database.write() as session:
        session.execute(text("INSERT INTO grant_on_unit (staff_id, role, unit_id) VALUES (1, 'analyst', 1)"))
    assert "foreign key" in str(refused.value.__cause__).lower()


def test_a_block_that_raises_writes_nothing(database: Database):
    def write_and_fail() -> None:
        with database.write() as session:
            session.add(_person("mot"))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    with database.read() as session:
        assert session.scalars(select(Staff)).all() == []


def test_a_reader_sees_one_moment(database: Database):
    """Else a ballot that moves from its box to the tallies between two questions is in both answers."""
    count = select(func.count()).select_from(Staff)
    with database.read() as reader:
        before = reader.scalar(count)
        with database.write() as session:
            session.add(_person("mot"))
        assert reader.scalar(count) == before == 0
    with database.read() as later:
        assert later.scalar(count) == 1


def test_reading_never_writes(database: Database):
    """PostgreSQL refuses at once; SQLite undoes it in the end."""
    refused = nullcontext() if database.is_sqlite else pytest.raises(InternalError, match="read-only")
    with refused, database.read() as session:
        session.add(_person("mot"))
        session.flush()
    with database.read() as session:
        assert session.scalars(select(Staff)).all() == []


def test_an_instant_comes_back_aware_and_equal(database: Database):
    at = now()
    with database.write() as session:
        person = _person("mot")
        person.created_at = at
        session.add(person)
    with database.read() as session:
        assert session.scalars(select(Staff.created_at)).one() == at


def test_writers_wait_for_each_other(database: Database):
    """On SQLite a reader that turned writer half-way would fail at once instead of waiting."""
    problems: list[Exception] = []

    def count_up() -> None:
        try:
            for _ in range(10):
                with database.write() as session:
                    person = session.scalars(select(Staff).with_for_update()).one()
                    person.display_name = str(int(person.display_name) + 1)
        except Exception as problem:
            problems.append(problem)

    with database.write() as session:
        session.add(_person("mot"))
    with database.write() as session:
        session.scalars(select(Staff)).one().display_name = "0"
    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with database.read() as session:
        assert session.scalars(select(Staff.display_name)).one() == "60"


def test_scrubbing_empties_sqlites_log(sqlite):
    database = Database(sqlite)
    with database.write() as session:
        session.add(_person("dau-vet"))
    log = f"{sqlite.url.database}-wal"
    with open(log, "rb") as before:
        assert b"dau-vet" in before.read()
    database.scrub()
    with closing(open(log, "rb")) as after:
        assert after.read() == b""


def test_scrubbing_works_on_both(database: Database):
    database.scrub()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET detail = '{}'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE id = 1",
    ],
)
def test_the_log_is_append_only(database: Database, statement):
    insert = (
        "INSERT INTO audit_event (at, action, detail) VALUES ('2026-01-01 00:00:00', 'thu', '{\"a\": 1}')"
    )
    with database.write() as session:
        session.execute(text(insert))
    with pytest.raises(Exception) as refused, database.write() as session:  # noqa: PT011 - per engine
        session.execute(text(statement))
    assert "append-only" in str(refused.value.__cause__)
    with database.read() as session:
        assert session.scalar(text("SELECT detail FROM audit_event")) == '{"a": 1}'


def test_the_log_cannot_be_truncated(postgresql_databases):
    engine = create_database_engine(postgresql_databases.create())
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_event"))
    engine.dispose()
