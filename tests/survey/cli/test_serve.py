"""`flask serve` and `flask demo`, as `make run` calls them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from survey.store.engine import Database, create_database_engine
from survey.store.rounds import Round
from survey.store.staff import Staff
from tests.servers.databases import SqliteFiles
from tests.servers.live import ROOT, settings_environment
from tests.servers.ports import find_free_port

FLASK = [sys.executable, "-m", "flask", "--app", "app"]
_SECONDS = 90
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def environment(database_url: str, port: int = 8000, **more: str) -> dict[str, str]:
    settings = settings_environment(database_url, f"http://127.0.0.1:{port}")
    del settings["PUBLIC_URL"]
    kept = {name: value for name, value in os.environ.items() if name not in ("APP_ENV", "PUBLIC_URL")}
    return {**kept, **settings, "HOST": "127.0.0.1", "PORT": str(port), **more}


def run(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FLASK, *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


@contextmanager
def serving(environ: dict[str, str], path: Path, log: Path) -> Iterator[str]:
    """`flask serve` until its sign-in page answers; ended as Ctrl-C ends it."""
    url = f"http://127.0.0.1:{environ['PORT']}"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*FLASK, "serve", "--demo-file", str(path)], cwd=ROOT, env=environ, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + _SECONDS
        while fetch(f"{url}/dang-nhap") is None:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield url
        await_workers(environ["DATABASE_URL"])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def await_workers(database_url: str) -> None:
    """Until both of PostgreSQL's workers have begun: one that is still starting takes ten seconds to end."""
    if database_url.startswith("sqlite"):
        return
    deadline = time.monotonic() + _SECONDS
    engine = create_database_engine(database_url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        while (watching.scalar(text(_OTHERS)) or 0) < 2:
            assert time.monotonic() < deadline, "only one worker came up"
            time.sleep(0.1)
    engine.dispose()


def fetch(url: str) -> tuple[int, str] | None:
    """Status and page; None while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode()
    except OSError:
        return None


def count_planted(database_url: str) -> int:
    """Accounts and rounds."""
    engine = create_database_engine(database_url)
    with Database(engine).read() as session:
        counts = [session.scalar(select(func.count()).select_from(model)) or 0 for model in (Staff, Round)]
    engine.dispose()
    return sum(counts)


@pytest.fixture
def empty_url(sqlite_databases: SqliteFiles) -> str:
    """The address of a database without a table, for what happens alike on any."""
    return sqlite_databases.create(migrated=False)


@pytest.mark.live
def test_serving_an_empty_database_plants_a_demonstration_that_survives_a_restart(
    bare_database_url, tmp_path
):
    environ = environment(bare_database_url, find_free_port())
    path, log = tmp_path / "demo.json", tmp_path / "log"
    with serving(environ, path, log) as url:
        first = json.loads(path.read_text())
        assert first["base"] == url
        for code in (first["pulse"]["code"], first["official"]["slips"][0]):
            answer = fetch(f"{url}/{code}")
            assert answer is not None
            assert answer[0] == 200
            assert 'name="q01"' in answer[1]
    told = log.read_text()
    assert all(account["password"] in told for account in first["staff"])
    assert f"{url}/dang-nhap" in told

    environ = environment(bare_database_url, find_free_port())
    with serving(environ, path, log) as url:
        second = json.loads(path.read_text())
        assert second == {**first, "base": url}
        answer = fetch(f"{url}/{second['official']['slips'][19]}")
        assert answer is not None
        assert answer[0] == 200
    told = log.read_text()
    assert second["official"]["slips"][19] not in told, "a code that was opened stands in the log"


@pytest.mark.live
def test_production_never_plants(empty_url, tmp_path):
    more = {"APP_ENV": "production", "PUBLIC_URL": "https://khaosat.example.vn", "TRUSTED_PROXIES": "1"}
    environ = environment(empty_url, find_free_port(), **more)
    path, log = tmp_path / "demo.json", tmp_path / "log"
    with serving(environ, path, log):
        assert count_planted(empty_url) == 0
    assert not path.exists()
    refused = run(environ, "demo", "--demo-file", str(path))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "production" in refused.stderr


def test_a_demonstration_is_refused_where_somebody_has_begun(empty_url, tmp_path):
    environ = environment(empty_url)
    path = str(tmp_path / "demo.json")
    made = run(environ, "demo", "--households", "300", "--seed", "5", "--demo-file", path)
    assert (made.returncode, made.stderr) == (0, ""), "quiet in a pipe"
    again = run(environ, "demo", "--demo-file", path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "trống" in again.stderr
    checked = run(environ, "recount", "--check")
    assert checked.returncode == 0, checked.stdout


def test_a_port_that_is_taken_or_is_none_is_said_before_anything_is_done(empty_url, tmp_path):
    path = tmp_path / "demo.json"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run(environment(empty_url, port), "serve", "--demo-file", str(path))
    assert refused.returncode == 2
    assert str(port) in refused.stderr
    refused = run(environment(empty_url, PORT="http"), "serve", "--demo-file", str(path))
    assert refused.returncode == 2
    assert "'http'" in refused.stderr
    assert not path.exists()
