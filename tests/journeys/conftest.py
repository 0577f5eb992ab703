"""One served app per test file and database; every test plants its own rounds in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.databases import Databases, SqliteFiles
from tests.survey.web.live_rounds import RoundField, serve_field


@pytest.fixture(scope="module")
def field(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RoundField]:
    if isinstance(databases, SqliteFiles):
        yield request.getfixturevalue("sqlite_field")
        return
    url = databases.create()
    with serve_field(url, tmp_path_factory.mktemp("served")) as served:
        yield served
    databases.drop(url)


@pytest.fixture(scope="module")
def sqlite_field(
    sqlite_databases: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RoundField]:
    """The same on one database, for tests of what happens on the phone."""
    url = sqlite_databases.create()
    with serve_field(url, tmp_path_factory.mktemp("served")) as served:
        yield served
    sqlite_databases.drop(url)
