"""The real app answers behind its real server."""

from __future__ import annotations

import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from survey.domain.clock import now
from survey.services.slip_prints import KEPT_FOR
from survey.settings import read_settings
from survey.store.engine import Database
from survey.store.slips import KeptPrint
from tests.servers.live import LiveServer, Serve, ServerError
from tests.survey.open_rounds import open_round
from tests.survey.services.slip_stories import issue, order


def get_status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code


def test_the_app_answers_and_logs_no_error(live_server: LiveServer):
    assert get_status(live_server.url) < 500
    assert "Traceback" not in live_server.log.read_text(encoding="utf-8")


def test_the_test_reads_the_settings_that_are_served(live_server: LiveServer):
    settings = read_settings(live_server.environ)
    assert settings.public_url == live_server.url
    assert settings.database_url == live_server.database_url


def test_several_workers_serve_one_database(serve: Serve):
    server = serve(workers=2)
    assert {get_status(server.url) for _ in range(8)} & set(range(500, 600)) == set()


def test_a_served_app_forgets_expired_prints_without_a_visitor(database: Database, serve: Serve):
    opened = open_round(database)
    issue(database, order(opened, 1), at=now() - KEPT_FOR)
    serve()
    deadline = time.monotonic() + 20
    while count_prints(database):
        assert time.monotonic() < deadline, "the server did nothing by itself"
        time.sleep(0.05)


def count_prints(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(KeptPrint)) or 0


def test_an_app_that_cannot_start_says_why(serve: Serve):
    with pytest.raises(ServerError, match="SECRET_KEY"):
        serve(environ={"APP_ENV": "production", "SECRET_KEY": "short"})


def test_a_phone_reaches_the_app(live_server: LiveServer, any_page: Page):
    answer = any_page.goto(live_server.url)
    assert answer is not None
    assert answer.status < 500
