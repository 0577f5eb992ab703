"""`ballots print`: the blank ballot from a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from click.testing import Result
from sqlalchemy import select

from survey.store.engine import Database
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import open_round
from tests.survey.web.staff_browser import database_of, run_app

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    with run_app(database_url) as app:
        open_round(database_of(app))

        def invoke(*words: object) -> Result:
            return app.test_cli_runner().invoke(args=["ballots", "print", *map(str, words)])

        invoke.database = database_of(app)  # type: ignore[attr-defined]
        yield invoke


@pytest.mark.parametrize(("size", "pages"), [("A4", 1), ("A5", 2), ("A4-lon", 3)])
def test_a_ballot_is_written_and_put_on_the_log(run: Run, tmp_path: Path, size: str, pages: int) -> None:
    out = tmp_path / "phieu.pdf"
    told = run("--round", 1, "--size", size, "--out", out)
    assert (told.exit_code, told.stdout) == (0, f"{pages}\t{out}\n"), told.output
    assert len(pdfium.PdfDocument(out.read_bytes())) == pages
    database: Database = run.database  # type: ignore[attr-defined]
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.staff_id, event.round_id) == ("ballots.print", None, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("--round", 9, "--out", "/dev/null"),
        ("--round", 1, "--size", "A3", "--out", "/dev/null"),
        ("--round", 1, "--out", "/dev/null/x.pdf"),
    ],
)
def test_bad_input_goes_to_stderr_with_exit_code_two(run: Run, words: tuple[object, ...]) -> None:
    told = run(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr
