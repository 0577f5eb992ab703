"""The real app, served by granian on a free port, as the residents' phones meet it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.ports import find_free_port

APP = "app:serve_app"
ROOT = Path(__file__).resolve().parents[2]

_SECRETS = {
    "SECRET_KEY": "a secret of the tests, for sessions only",
    "CODE_SECRET": "another secret of the tests, for codes",
}
_SETTING_NAMES = {"APP_ENV", "HOST", "PORT", "PUBLIC_URL", "DATABASE_URL", "TRUSTED_PROXIES", "MIN_BASE"}
_ATTEMPTS = 3
_START_SECONDS = 60


class ServerError(Exception):
    """The app did not start; the message is its log."""


@dataclass(frozen=True)
class LiveServer:
    """A served app: `url` without a trailing slash, `environ` for `read_settings`, and its log.

    `pid` leads the process group of the server and its workers.
    """

    url: str
    environ: Mapping[str, str]
    log: Path
    pid: int

    @property
    def database_url(self) -> str:
        return self.environ["DATABASE_URL"]


def settings_environment(database_url: str, public_url: str) -> dict[str, str]:
    """The settings that a served app and a test that prepares its database must share."""
    return {"DATABASE_URL": database_url, "PUBLIC_URL": public_url, **_SECRETS}


@contextmanager
def run_app(
    database_url: str,
    folder: Path,
    *,
    workers: int = 1,
    threads: int = 16,
    app: str = APP,
    environ: Mapping[str, str] | None = None,
    again_on: int = 0,
) -> Iterator[LiveServer]:
    """Serve the app on a migrated database; `environ` adds or replaces settings, the log goes to `folder`.

    `again_on` is the port of a server that was stopped, for one that takes its place.
    """
    for _ in range(_ATTEMPTS):
        port = again_on or find_free_port()
        url = f"http://127.0.0.1:{port}"
        settings = {**settings_environment(database_url, url), **(environ or {})}
        log = folder / f"server-{port}.log"
        process = _start(_command(port, workers, threads, app), settings, log)
        try:
            if _answers(process, url):
                yield LiveServer(url, settings, log, process.pid)
                return
        finally:
            _stop(process)
    raise ServerError(log.read_text(errors="replace"))


def _command(port: int, workers: int, threads: int, app: str) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--workers-kill-timeout", "3", "--blocking-threads", str(threads), "--log-level", "warning", app),
    ]


def _start(command: Sequence[str], settings: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    inherited = {name: value for name, value in os.environ.items() if name not in _SETTING_NAMES}
    with log.open("wb") as out:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, **settings},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether the process serves any HTTP answer, an error page included, before time is up."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return True
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, then make sure of its workers, which form one group with it."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


Serve = Callable[..., LiveServer]


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Serve]:
    """Start the app on this test's database: `serve(workers=2, environ={"MIN_BASE": "3"})`."""
    with ExitStack() as running:

        def start(*, workers: int = 1, environ: Mapping[str, str] | None = None) -> LiveServer:
            return running.enter_context(run_app(database_url, tmp_path, workers=workers, environ=environ))

        yield start


@pytest.fixture
def live_server(serve: Serve) -> LiveServer:
    """The app with one worker on this test's database, which the test fills through the same address."""
    return serve()
