"""Whatever goes wrong, no code, address or browser gets into a log, a table or any other file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from survey.domain.codes import Code, new_slip_code
from survey.store.base import Base
from survey.store.engine import Database
from tests.servers.live import LiveServer, Serve
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.web.live_rounds import ALL_SATISFIED, THANKS
from tests.survey.web.visits import read_form, visit

ADDRESS = "203.0.113.77"
AGENT = "Zalo-of-a-resident/9.9"
TRACES = {"X-Forwarded-For": ADDRESS, "User-Agent": AGENT}


@pytest.fixture
def server(serve: Serve) -> LiveServer:
    return serve(environ={"TRUSTED_PROXIES": "1"})


@pytest.fixture
def opened(server: LiveServer, database: Database) -> OpenRound:
    return open_round(database, villages=1, slips=2, secret=server.environ["CODE_SECRET"].encode())


def traces_of(*codes: Code) -> list[str]:
    return [ADDRESS, AGENT, *(form for code in codes for form in (code.text, code.grouped))]


def search_files(folder: Path, traces: list[str]) -> list[str]:
    """Names of files (logs, SQLite with its log) that hold one of the traces."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files for trace in traces if trace.encode() in path.read_bytes()]


def search_tables(database: Database, traces: list[str]) -> list[str]:
    with database.read() as session:
        return [
            table.name
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
            if any(trace in repr(tuple(row)) for trace in traces)
        ]


def test_a_log_that_held_a_trace_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(f"GET / {ADDRESS}", encoding="utf-8")
    assert search_files(tmp_path, traces_of()) == ["log"]


def test_nothing_of_a_resident_is_written_down(
    server: LiveServer, opened: OpenRound, database: Database, tmp_path: Path
) -> None:
    slip, broken = opened.slips[opened.village_ids[0]]
    unknown, url = new_slip_code("ZZZ"), f"{server.url}/{slip.grouped}"
    form = {**read_form(visit(url, more=TRACES).text), **ALL_SATISFIED}
    assert THANKS in visit(url, {**form, "subject": "x"}, more=TRACES).text
    met = {
        404: visit(f"{server.url}/{unknown.grouped}", more=TRACES),
        405: visit(url, method="DELETE", more=TRACES),
        409: visit(url, more=TRACES),
        413: visit(url, {**form, "q02_reason": "x" * 6 * 10**6}, more=TRACES),
    }
    for _ in range(20):
        met[429] = visit(f"{server.url}/{unknown.grouped}", more=TRACES)
    assert {status: answer.status for status, answer in met.items()} == {one: one for one in met}
    traces = traces_of(slip, unknown, broken)
    assert search_tables(database, traces) == []
    with database.write() as session:
        session.execute(text("ALTER TABLE slip RENAME TO lost"))
    assert visit(f"{server.url}/{broken.grouped}", more=TRACES).status == 500
    assert visit(f"{server.url}/{broken.grouped}", form, more=TRACES).status == 500
    assert "Exception in resident." in server.log.read_text(encoding="utf-8")
    assert search_files(tmp_path, traces) == []
