"""Households that answer by slip, beside a bare form, both under granian on SQLite, in turns.

The bare form redirects to its thanks, so that it answers three requests where a slip's page answers two.
The aims are those that the project set itself for two cores.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from survey.store.engine import Database, create_database_engine
from survey.store.migrate import upgrade
from tests.benchmarks.measure import Measure
from tests.benchmarks.senders import Sent, send_all
from tests.servers.live import LiveServer, run_app, settings_environment
from tests.survey.open_rounds import open_round

_LEVELS = {1: 400, 8: 1600, 32: 1600}
"""Submissions by number of senders."""
_WARM_UP = 100
_VILLAGES = 12
_TICKS = os.sysconf("SC_CLK_TCK")


def measure() -> Iterator[Measure]:
    with TemporaryDirectory() as name, ExitStack() as running:
        bare = running.enter_context(_serve_bare_form(Path(name)))
        ours = running.enter_context(_serve_round(Path(name)))
        for senders, submissions in _LEVELS.items():
            plain, counted = (_send(subject, senders, submissions) for subject in (bare, ours))
            note = f"{senders} senders, {submissions} submissions"
            yield Measure("bare form: submissions", plain.sent.rate, "1/s", note)
            yield Measure("slip: submissions", counted.sent.rate, "1/s", note)
            share = counted.sent.rate / plain.sent.rate
            yield Measure("slip: rate against the bare form", share, "", note, at_least=0.5)
            yield Measure("bare form: server CPU", plain.cpu_ms, "ms", note)
            yield Measure("slip: server CPU", counted.cpu_ms, "ms", note, at_most=4)
            slow = plain.sent.quantile(0.95) * 1e3
            yield Measure("bare form: p95", slow, "ms", note)
            yield Measure("slip: p95", counted.sent.quantile(0.95) * 1e3, "ms", note, at_most=10 * slow)


@dataclass(frozen=True)
class _Subject:
    """What is measured: where it listens, the pages to answer, and how many answers its file holds."""

    server: LiveServer
    paths: Iterator[str]
    database: Path
    count: str

    def stored(self) -> int:
        with closing(sqlite3.connect(self.database)) as connection:
            found: int = connection.execute(self.count).fetchone()[0]
            return found


@dataclass(frozen=True)
class _Level:
    sent: Sent
    cpu_ms: float
    """Of the server, per submission."""


def _send(subject: _Subject, senders: int, submissions: int) -> _Level:
    """A level's submissions, every one of which must have been stored."""
    port = int(subject.server.url.rpartition(":")[2])
    send_all(port, list(itertools.islice(subject.paths, _WARM_UP)), senders)
    before, cpu = subject.stored(), _cpu_seconds(subject.server.pid)
    sent = send_all(port, list(itertools.islice(subject.paths, submissions)), senders)
    cpu_ms = (_cpu_seconds(subject.server.pid) - cpu) / submissions * 1e3
    assert subject.stored() - before == submissions
    return _Level(sent, cpu_ms)


def _cpu_seconds(group: int) -> float:
    """User and system time of all processes of a group."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


@contextmanager
def _serve_bare_form(folder: Path) -> Iterator[_Subject]:
    path = folder / "bare.sqlite3"
    environ = {"BARE_FORM": str(path)}
    app = "tests.benchmarks.bare_form:create_app"
    with run_app("", folder, app=app, threads=64, environ=environ) as server:
        yield _Subject(server, itertools.repeat("/form"), path, "SELECT count(*) FROM answer")


@contextmanager
def _serve_round(folder: Path) -> Iterator[_Subject]:
    path = folder / "round.sqlite3"
    url = f"sqlite:///{path}"
    engine = create_database_engine(url)
    upgrade(engine)
    slips = -(-sum(_LEVELS.values(), len(_LEVELS) * _WARM_UP) // _VILLAGES)
    secret = settings_environment(url, "")["CODE_SECRET"].encode()
    opened = open_round(Database(engine), villages=_VILLAGES, households=slips, slips=slips, secret=secret)
    engine.dispose()
    in_turns = zip(*opened.slips.values(), strict=True)
    paths = (f"/{code.grouped}" for codes in in_turns for code in codes)
    with run_app(url, folder, threads=64) as server:
        yield _Subject(server, paths, path, "SELECT count(*) FROM ledger")
