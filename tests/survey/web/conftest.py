"""One served app per test file and database; every test plants its own rounds in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.databases import Databases
from tests.survey.web.live_rounds import RoundField, serve_field
from tests.survey.web.office import Office, open_office


@pytest.fixture(scope="module")
def field(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundField]:
    url = databases.create()
    with serve_field(url, tmp_path_factory.mktemp("served")) as served:
        yield served
    databases.drop(url)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with open_office(database_url) as opened:
        yield opened
