"""Sixty uploads that never end, and households that answer meanwhile, under the options of `flask serve`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, func, select

from survey.domain.codes import Code
from survey.settings import read_settings
from survey.store.ballots import Ledger
from survey.store.engine import Database
from survey.store.units import Unit, UnitSuccession
from tests.servers.live import ROOT, settings_environment
from tests.servers.ports import find_free_port
from tests.survey.open_rounds import open_round
from tests.survey.web.live_rounds import ALL_SATISFIED, THANKS
from tests.survey.web.visits import read_form, visit

STALLED, HOUSEHOLDS = 60, 40
LENGTH = 200_000
_START_SECONDS = 60


@dataclass(frozen=True)
class Served:
    url: str
    environ: dict[str, str]


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """`flask serve` in production, as README has it run: its threads, its backlog, its limits."""
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        **settings_environment(database_url, "https://khaosat.example.vn"),
        **{"APP_ENV": "production", "TRUSTED_PROXIES": "1", "HOST": "127.0.0.1", "PORT": str(port)},
    }
    with (tmp_path / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(port, process)
        yield Served(url, settings)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)


def forget_units(database: Database) -> None:
    """The real register, which serving loads, has the invented commune's code."""
    with database.write() as session:
        session.execute(delete(UnitSuccession))
        session.execute(delete(Unit))


def begin_upload(url: str) -> socket.socket:
    """An upload that has said how long it will be, and sent a few bytes of it."""
    parts = urlsplit(url)
    upload = socket.create_connection((parts.hostname, parts.port), timeout=30)
    head = (
        f"POST /ma HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {LENGTH}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    )
    upload.sendall(head.encode() + b"code=")
    return upload


def is_waiting(upload: socket.socket) -> bool:
    """Whether nothing has been answered, and the line is still open."""
    upload.setblocking(False)
    try:
        upload.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        upload.settimeout(30)
    return False


@pytest.mark.live
def test_others_are_answered_while_sixty_uploads_stall(served: Served, database: Database) -> None:
    forget_units(database)
    opened = open_round(
        database, villages=1, slips=HOUSEHOLDS, secret=read_settings(served.environ).code_secret
    )
    slips = opened.slips[opened.village_ids[0]]

    def answer(slip: Code) -> bool:
        url = f"{served.url}/{slip.grouped}"
        return THANKS in visit(url, {**read_form(visit(url).text), **ALL_SATISFIED}).text

    with ExitStack() as uploads, ThreadPoolExecutor(8) as phones:
        stalled = [uploads.enter_context(begin_upload(served.url)) for _ in range(STALLED)]
        assert list(phones.map(answer, slips)) == [True] * HOUSEHOLDS
        assert all(map(is_waiting, stalled)), "they were still stalled while the others were answered"
        stalled[0].sendall(b"A" * (LENGTH - len(b"code=")))
        assert stalled[0].recv(64).startswith(b"HTTP/1.1 422"), "a slow upload is answered in the end"
    with database.read() as session:
        taken = select(func.count()).where(Ledger.round_id == opened.round_id)
        assert session.scalar(taken) == HOUSEHOLDS
