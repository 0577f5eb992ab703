"""The product as it is served for real: `flask serve` in production, all it says kept in one log."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

from tests.servers.live import ROOT
from tests.servers.ports import find_free_port

CODE_SECRET = "what the tests of secrecy hash codes with"
AGENT = "Zalo-probe/77.31 (Android 5; may cua ba Lan)"
ADDRESS = "203.0.113.77"
"""What a phone tells of itself, and what its proxy tells of it; both must be written nowhere."""
_START_SECONDS = 60


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    text: str


@dataclass(frozen=True)
class Served:
    """A served product: where it listens, and the file with all that it printed."""

    port: int
    log: Path

    def ask(self, path: str, form: Mapping[str, str] | None = None) -> Reply:
        """One request over a connection of its own, as a phone behind the proxy sends it."""
        headers = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "X-Forwarded-Proto": "https"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            if form is None:
                connection.request("GET", path, headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", path, urlencode(form).encode(), headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()


@contextmanager
def serve_for_real(database_url: str, folder: Path, *, min_base: int) -> Iterator[Served]:
    """`flask serve` with its own options on a database that is not empty."""
    port, log = find_free_port(), folder / "serve.log"
    settings = {
        "APP_ENV": "production",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": "https://khaosat.example.vn",
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": "what the tests of secrecy sign sessions with",
        "CODE_SECRET": CODE_SECRET,
        "DATABASE_URL": database_url,
        "MIN_BASE": str(min_base),
    }
    command = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "app",
        "serve",
        "--demo-file",
        str(folder / "demo.json"),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    served = Served(port, log)
    try:
        _await_answer(process, served)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await_answer(process: subprocess.Popen[bytes], served: Served) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        assert process.poll() is None, served.log.read_text(errors="replace")
        assert time.monotonic() < deadline, served.log.read_text(errors="replace")
        try:
            served.ask("/")
        except OSError:
            time.sleep(0.05)
        else:
            return
