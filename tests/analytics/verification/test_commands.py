"""`results verify` and `results record`, with the database and without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from analytics.cli import commands
from analytics.public_files import DATA, METHOD, SUMMARY, SUMS, TABLE, write_public_files
from survey.application import attach
from survey.settings import Settings
from survey.store.engine import Database, create_database_engine
from survey.store.staff import AuditEvent
from tests.analytics.season import hold_round
from tests.analytics.verification.shelf import Shelf
from tests.survey.publishing import publish


def make_app(database: Database) -> Flask:
    made = Flask(__name__)
    url = database.engine.url.render_as_string(hide_password=False)
    attach(made, Settings(False, url, "http://localhost", "s", b"c"), database, write_public_files)
    for group in commands:
        made.cli.add_command(group)
    return made


def run(database: Database, *arguments: object) -> Result:
    return make_app(database).test_cli_runner().invoke(args=["results", *map(str, arguments)])


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Database]:
    """The address of a database that is not there."""
    engine = create_database_engine(f"sqlite:///{tmp_path}/none.sqlite3")
    yield Database(engine)
    engine.dispose()
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.fixture
def folder(shelf: Shelf, tmp_path: Path) -> Path:
    """The published files of the first result, as downloaded, with its record."""
    found = tmp_path / "files"
    found.mkdir()
    for name, content in shelf.files[1].items():
        (found / name).write_bytes(content)
    (found / "record.json").write_bytes(shelf.records[1])
    return found


def test_everything_holds_against_the_database_and_without_one(
    shelf: Shelf, folder: Path, nowhere: Database
) -> None:
    paths = sorted(folder.iterdir())
    done = run(shelf.database, "verify", *paths)
    assert done.exit_code == 0, done.output
    assert done.output.count("holds: the database") == len(paths)
    for path in paths:
        assert sha256(path.read_bytes()).hexdigest() in done.output
    alone = run(nowhere, "verify", *paths)
    assert alone.exit_code == 0, alone.output
    assert "database" not in alone.output


def test_the_database_names_the_first_figures_that_differ(shelf: Shelf, folder: Path) -> None:
    for name in (DATA, TABLE, SUMMARY):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b"137", b"138"))
    (folder / SUMS).unlink()
    for name in (DATA, TABLE, SUMMARY):
        done = run(shelf.database, "verify", folder / name)
        assert done.exit_code == 1
        assert f"DIFFERS: these are not the bytes of {name} of result 1" in done.output
        assert "base 138" in done.output
        assert "the published one has base 137" in done.output


def test_the_database_names_what_differs_in_a_record(shelf: Shelf, folder: Path) -> None:
    plain = json.loads(shelf.records[1])
    plain["counts"][0][4] += 1
    path = folder / "record.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    done = run(shelf.database, "verify", path)
    assert done.exit_code == 1
    assert "DIFFERS: counts[0] is [" in done.output


def test_a_file_that_only_lists_hashes_finds_a_changed_one(nowhere: Database, folder: Path) -> None:
    path = folder / METHOD
    path.write_bytes(path.read_bytes().replace(b"- ", b"* ", 1))
    done = run(nowhere, "verify", path)
    assert done.exit_code == 1
    assert "SHA256SUMS says" in done.output
    moved = folder.parent / METHOD
    path.rename(moved)
    assert run(nowhere, "verify", moved).exit_code == 0
    assert run(nowhere, "verify", moved, folder / SUMS).exit_code == 1


def test_files_of_another_database_are_not_known_and_not_refused(
    shelf: Shelf, folder: Path, database: Database
) -> None:
    opened = hold_round(database)
    publish(database, opened.round_id)
    assert opened.round_id == shelf.round_id
    done = run(database, "verify", folder / DATA, folder / "record.json")
    assert done.exit_code == 0
    assert done.output.count("note: the database does not know it") == 2


def test_a_file_that_cannot_be_read_ends_with_two_unless_another_differs(
    nowhere: Database, folder: Path
) -> None:
    broken = folder / "broken.json"
    broken.write_bytes(b"{")
    done = run(nowhere, "verify", broken, folder / DATA)
    assert done.exit_code == 2
    assert "broken.json: cannot be read" in done.stderr
    assert "holds: its own sums" in done.stdout
    assert run(nowhere, "verify", folder / "missing.json").exit_code == 2
    assert run(nowhere, "verify").exit_code == 2
    (folder / DATA).write_bytes((folder / DATA).read_bytes() + b" ")
    assert run(nowhere, "verify", broken, folder / DATA).exit_code == 1


def test_a_record_is_written_for_its_owner_alone_and_that_is_logged(shelf: Shelf, tmp_path: Path) -> None:
    for number in (None, 2):
        out = tmp_path / f"record-{number}.json"
        chosen = ["--number", number] if number else []
        done = run(shelf.database, "record", "--round", shelf.round_id, *chosen, "--out", out)
        assert done.exit_code == 0, done.output
        assert out.read_bytes() == shelf.records[number or 3]
        assert sha256(out.read_bytes()).hexdigest() in done.output
        assert out.stat().st_mode & 0o077 == 0
    with shelf.database.read() as session:
        events = session.scalars(select(AuditEvent).filter_by(action="results.download")).all()
    assert [json.loads(one.detail)["form"] for one in events] == ["record"] * 2


def test_no_record_is_written_where_there_is_none_or_over_another_file(shelf: Shelf, tmp_path: Path) -> None:
    out = tmp_path / "record.json"
    for wanted in (["--round", shelf.round_id, "--number", 9], ["--round", "ZZZ"]):
        done = run(shelf.database, "record", *wanted, "--out", out)
        assert done.exit_code == 2
        assert not out.exists()
    out.write_text("kept")
    done = run(shelf.database, "record", "--round", shelf.round_id, "--out", out)
    assert done.exit_code == 2
    assert out.read_text() == "kept"
