"""The slips commands: everything on paper and on record, or nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from click.testing import Result
from flask import Flask
from sqlalchemy import event, func, select, update

from survey.domain.codes import hash_slip_code, parse_code
from survey.services.slip_returns import return_slips
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import Slip, SlipBatch
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.web.staff_browser import database_of, run_app, settings_for

Run = Callable[..., Result]


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def database(app: Flask) -> Database:
    return database_of(app)


@pytest.fixture
def opened(database: Database) -> OpenRound:
    return open_round(database, villages=2, households=1100)


@pytest.fixture
def run(app: Flask, opened: OpenRound) -> Run:
    def invoke(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=["slips", *map(str, words)])

    return invoke


def issue(run: Run, out: Path, *more: object, count: int = 12) -> Result:
    return run("issue", "--round", 1, "--unit", "19867.01", "--count", count, "--out", out, *more)


def scan(path: Path) -> list[str]:
    document = pdfium.PdfDocument(path.read_bytes())
    pages = [page.render(scale=150 / 72).to_pil().convert("L") for page in document]
    return [barcode.text for page in pages for barcode in zxingcpp.read_barcodes(page)]


def read_text(path: Path) -> str:
    return " ".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(path.read_bytes()))


def states(database: Database) -> dict[int, str]:
    with database.read() as session:
        return dict(session.execute(select(Slip.number, Slip.state)).all())


@pytest.mark.parametrize(("per_page", "pages"), [(8, 2), (10, 2), (1, 24)])
def test_slips_list_and_manifest_are_written_together(run, database, tmp_path, per_page, pages) -> None:
    out, numbers, manifest = (tmp_path / name for name in ("slips.pdf", "list.pdf", "m.json"))
    told = issue(run, out, "--per-page", per_page, "--list", numbers, "--manifest", manifest)
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines() == [f"1–12\t{path}" for path in (out, numbers, manifest)]
    assert len(pdfium.PdfDocument(out.read_bytes())) == pages
    codes = [parse_code(url.removeprefix("http://localhost/")) for url in scan(out)]
    with database.read() as session:
        kept = set(session.scalars(select(Slip.code_hash)))
    assert {hash_slip_code(settings_for("").code_secret, code) for code in codes} == kept
    assert all(f"{number:03d}" in read_text(numbers) for number in range(1, 13))
    assert not any(code.grouped in read_text(numbers) for code in codes)
    told_by_file = json.loads(manifest.read_text(encoding="utf-8"))
    [part] = told_by_file["parts"]
    assert (told_by_file["count"], told_by_file["first"], told_by_file["last"]) == (12, 1, 12)
    assert part["sha256"] == sha256(out.read_bytes()).hexdigest()
    assert {path.name for path in tmp_path.iterdir()} == {"slips.pdf", "list.pdf", "m.json"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_more_than_a_thousand_come_in_parts(run: Run, tmp_path: Path) -> None:
    told = issue(run, tmp_path / "slips.pdf", "--per-page", 10, count=1004)
    assert told.exit_code == 0, told.output
    assert {path.name for path in tmp_path.iterdir()} == {"slips-1.pdf", "slips-2.pdf"}
    assert len(scan(tmp_path / "slips-2.pdf")) == 4


@pytest.mark.parametrize("taken", ["slips.pdf", "list.pdf"])
def test_no_file_is_overwritten(run: Run, database: Database, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("đừng mất")
    told = issue(run, tmp_path / "slips.pdf", "--list", tmp_path / "list.pdf")
    assert told.exit_code == 2
    assert taken in told.stderr
    assert (tmp_path / taken).read_text() == "đừng mất"
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert not states(database)


def test_two_files_of_one_name_are_refused(run: Run, tmp_path: Path) -> None:
    assert issue(run, tmp_path / "a.pdf", "--list", tmp_path / "a.pdf").exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [1101, 20_001])
def test_too_many_leave_neither_file_nor_batch(
    run: Run, database: Database, tmp_path: Path, count: int
) -> None:
    assert issue(run, tmp_path / "slips.pdf", count=count).exit_code == 2
    assert list(tmp_path.iterdir()) == []
    with database.read() as session:
        assert not session.scalar(select(func.count()).select_from(SlipBatch))


def test_a_folder_that_is_missing_leaves_nothing(run: Run, database: Database, tmp_path: Path) -> None:
    told = issue(run, tmp_path / "slips.pdf", "--manifest", tmp_path / "no" / "m.json")
    assert told.exit_code == 2
    assert list(tmp_path.iterdir()) == []
    assert not states(database)


def test_a_closed_round_gets_no_slips(run: Run, database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        closing = update(Round).values(closed_at=Round.opened_at)
        session.execute(closing)
    assert issue(run, tmp_path / "slips.pdf").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_gets_its_name_when_the_batch_is_on_record(
    run: Run, database: Database, tmp_path: Path
) -> None:
    seen: list[int] = []

    def look(_connection: object) -> None:
        seen.append(out.stat().st_size)

    out = tmp_path / "slips.pdf"
    event.listen(database.engine, "commit", look)
    assert issue(run, out).exit_code == 0
    assert seen, "or this test looks at nothing"
    assert set(seen) == {0}
    assert out.read_bytes().startswith(b"%PDF-")


def test_slips_are_void_and_issued_again(run: Run, database: Database, tmp_path: Path) -> None:
    assert issue(run, tmp_path / "slips.pdf").exit_code == 0
    void = run("void", "--round", 1, "--numbers", "1-2", "--because", "Mất")
    assert (void.exit_code, void.stdout) == (0, "2\tvoid\n")
    again = run(
        "reissue", "--round", 1, "--numbers", "2-4", "--because", "Ướt", "--out", tmp_path / "again.pdf",
        "--list", tmp_path / "list.pdf",
    )  # fmt: skip
    assert again.exit_code == 0, again.output
    assert again.stdout.startswith("13–14\t")
    assert len(scan(tmp_path / "again.pdf")) == 2
    assert [number for number, state in sorted(states(database).items()) if state == "void"] == [1, 2, 3, 4]
    with database.read() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["slips.issue", "slips.void", "slips.void", "slips.issue"]


def test_slips_that_came_back_with_paper_are_ticked_off(run, database, tmp_path) -> None:
    assert issue(run, tmp_path / "slips.pdf").exit_code == 0
    with database.write() as session:
        session.execute(update(Slip).where(Slip.number == 2).values(state="used", channel="online"))
    assert run("void", "--round", 1, "--numbers", "3", "--because", "Mất").exit_code == 0
    assert run("return", "--round", 1, "--numbers", "4").stdout == "1\tcounted\t4\n"
    told = run("return", "--round", 1, "--numbers", "1-6,99")
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines() == [
        "3\tcounted\t1, 5–6", "1\trepeated\t4", "1\tanswered\t2", "1\tvoid\t3", "1\tunknown\t99"
    ]  # fmt: skip
    with database.read() as session:
        paper = session.scalars(select(Slip.number).where(Slip.channel == "paper")).all()
    assert sorted(paper) == [1, 4, 5, 6]


@pytest.mark.parametrize(
    "words",
    [
        ("return", "--round", 1, "--numbers", "x"),
        ("return", "--round", 9, "--numbers", "1"),
        ("void", "--round", 1, "--numbers", "x", "--because", "Mất"),
        ("void", "--round", 1, "--numbers", "99", "--because", "Mất"),
        ("void", "--round", 9, "--numbers", "1", "--because", "Mất"),
        ("reissue", "--round", 1, "--numbers", "99", "--because", "Mất", "--out", "/dev/null/x.pdf"),
        ("issue", "--round", 1, "--unit", "x", "--count", 1, "--out", "/dev/null/x.pdf"),
        ("issue", "--round", 1, "--unit", "19867.01", "--count", 1, "--out", "/dev/null/x.pdf"),
        ("status", "--round", 9),
    ],
)
def test_bad_input_goes_to_stderr_with_exit_code_two(run: Run, words: tuple[object, ...]) -> None:
    told = run(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr


def test_status_counts_by_village_and_channel(run, database, opened, tmp_path, app) -> None:
    assert issue(run, tmp_path / "slips.pdf").exit_code == 0
    with database.write() as session:
        opened_at = session.scalars(select(Round.opened_at)).one()
        return_slips(session, opened.round_id, [1, 2, 3], by=None, at=opened_at)
    assert run("void", "--round", 1, "--numbers", "12", "--because", "Mất").exit_code == 0
    told = run("status", "--round", 1)
    assert told.exit_code == 0
    heading, first, second = (line.split("\t") for line in told.stdout.splitlines())
    assert dict(zip(heading, first, strict=True)) == {
        "code": "19867.01", "village": "Thôn 1", "households": "1100", "unused": "8", "online": "0",
        "paper": "3", "void": "1", "quarantined": "0", "kept": "0",
    }  # fmt: skip
    assert second[3] == "0"
