"""Communes whose papers are read by several tests; nobody changes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analytics.papers.material import Material, read_material
from survey.store.engine import Database, create_database_engine
from tests.analytics.papers.stories import Story, correct_commune, hold_commune
from tests.servers.databases import SqliteFiles
from tests.survey.publishing import publish

MIN_BASE = 10


@pytest.fixture(scope="session")
def commune(sqlite_databases: SqliteFiles) -> Iterator[Story]:
    """Twelve villages, closed."""
    database = Database(create_database_engine(sqlite_databases.create()))
    yield hold_commune(database)
    database.engine.dispose()


@pytest.fixture(scope="session")
def corrected(sqlite_databases: SqliteFiles) -> Iterator[Story]:
    """The same, published, corrected and published again."""
    database = Database(create_database_engine(sqlite_databases.create()))
    story = hold_commune(database)
    publish(database, story.round_id)
    correct_commune(story)
    publish(database, story.round_id)
    yield story
    database.engine.dispose()


@pytest.fixture(scope="session")
def material(commune: Story) -> Material:
    return read(commune)


def read(story: Story, number: int | None = None) -> Material:
    with story.database.read() as session:
        return read_material(session, story.round_id, MIN_BASE, number)
