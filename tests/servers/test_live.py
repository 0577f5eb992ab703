"""The real app answers behind its real server."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from survey.domain.clock import now
from survey.services.slip_prints import KEPT_FOR
from survey.settings import read_settings
from survey.store.engine import Database
from survey.store.slips import KeptPrint
from tests.servers.databases import Databases, SqliteFiles
from tests.servers.live import LiveServer, Serve, ServerError, run_app
from tests.survey.open_rounds import open_round
from tests.survey.services.slip_stories import issue, order


def get_status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    url = databases.create()
    with run_app(url, tmp_path_factory.mktemp("served")) as server:
        yield server
    databases.drop(url)


def test_the_app_answers_and_logs_no_error(served: LiveServer):
    assert get_status(served.url) < 500
    assert "Traceback" not in served.log.read_text(encoding="utf-8")


def test_the_test_reads_the_settings_that_are_served(served: LiveServer):
    settings = read_settings(served.environ)
    assert settings.public_url == served.url
    assert settings.database_url == served.database_url


def test_several_workers_serve_one_database(serve: Serve):
    server = serve(workers=2)
    assert {get_status(server.url) for _ in range(8)} & set(range(500, 600)) == set()


def test_a_served_app_forgets_expired_prints_without_a_visitor(database: Database, serve: Serve):
    opened = open_round(database)
    issue(database, order(opened, 1), at=now() - KEPT_FOR)
    serve()
    deadline = time.monotonic() + 60
    while count_prints(database):
        assert time.monotonic() < deadline, "the server did nothing by itself"
        time.sleep(0.05)


def count_prints(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(KeptPrint)) or 0


def test_an_app_that_cannot_start_says_why(sqlite_databases: SqliteFiles, tmp_path: Path):
    environ = {"APP_ENV": "production", "SECRET_KEY": "short"}
    doomed = run_app(sqlite_databases.create(), tmp_path, environ=environ)
    with pytest.raises(ServerError, match="SECRET_KEY"), doomed:
        pytest.fail("it started")


def test_a_phone_reaches_the_app(served: LiveServer, any_page: Page):
    answer = any_page.goto(served.url)
    assert answer is not None
    assert answer.status < 500
