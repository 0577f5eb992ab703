"""`documents make`: every kind to a file that is its owner's, on the log, and mistakes told in a sentence."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from survey.store.engine import Database
from survey.store.staff import AuditEvent
from tests.analytics.papers.reading import read_text
from tests.analytics.papers.stories import LONG_NAME, NAMES, Story, hold_commune
from tests.survey.open_rounds import open_round
from tests.survey.web.staff_browser import database_of, run_app


@pytest.fixture(scope="module")
def app(sqlite_databases) -> Iterator[Flask]:
    with run_app(sqlite_databases.create()) as made:
        yield made


@pytest.fixture(scope="module")
def story(app) -> Story:
    return hold_commune(database_of(app))


def run(app: Flask, *words: object):
    return app.test_cli_runner().invoke(args=["documents", "make", *map(str, words)])


def list_logged(database: Database) -> list[str]:
    with database.read() as session:
        wanted = select(AuditEvent.detail).where(AuditEvent.action == "results.download")
        return list(session.scalars(wanted.order_by(AuditEvent.id)))


@pytest.mark.parametrize("kind", ["bien-ban", "tong-hop", "bao-cao", "niem-yet", "bai-phat-thanh", "ho-so"])
def test_every_kind_is_written_for_its_owner_alone_and_put_on_the_log(app, story, tmp_path, kind) -> None:
    out = tmp_path / "out"
    done = run(app, "--round", story.round_id, "--kind", kind, "--out", out)
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert kind in list_logged(story.database)[-1]
    if kind == "ho-so":
        assert zipfile.ZipFile(out).testzip() is None
    elif kind == "bai-phat-thanh":
        assert "Kính thưa toàn thể bà con" in out.read_text()
    else:
        assert "Xã Quảng Điền".upper() in read_text(out.read_bytes())


def test_one_village_is_asked_for_by_code_or_id(app, story, tmp_path) -> None:
    for name in ("19867.01", story.village(0)):
        out = tmp_path / f"{name}.docx"
        done = run(app, "--round", story.opened.round_id, "--kind", "bien-ban", "--unit", name, "--out", out)
        assert done.exit_code == 0, done.output
        text = read_text(out.read_bytes())
        assert LONG_NAME.removeprefix("Thôn ") in text
        assert NAMES[1].removeprefix("Thôn ") not in text


def test_the_committee_s_letterhead_is_asked_for(app, story, tmp_path) -> None:
    out = tmp_path / "b.docx"
    words = ("--round", story.round_id, "--kind", "bao-cao", "--letterhead", "ubnd", "--out", out)
    assert run(app, *words).exit_code == 0
    assert "ỦY BAN NHÂN DÂN" in read_text(out.read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "bien-ban", "--unit", "19999.99"),
        ("--kind", "bien-ban", "--letterhead", "ubnd"),
        ("--kind", "bao-cao", "--unit", "19867.01"),
        ("--kind", "bao-cao", "--number", "7"),
        ("--kind", "ho-so", "--letterhead", "ubnd"),
        ("--kind", "giay-khac"),
    ],
)
def test_what_does_not_exist_fails_with_exit_code_two_and_writes_nothing(app, story, tmp_path, words) -> None:
    out = tmp_path / "no.docx"
    logged = list_logged(story.database)
    done = run(app, "--round", story.round_id, *words, "--out", out)
    assert done.exit_code == 2
    assert done.stderr
    assert not out.exists()
    assert list_logged(story.database) == logged


def test_an_open_and_an_unknown_round_have_no_papers(database_url, tmp_path) -> None:
    with run_app(database_url) as app:
        opened = open_round(database_of(app), villages=1)
        for name in (opened.round_id, "ZZZ"):
            done = run(app, "--round", name, "--kind", "bao-cao", "--out", tmp_path / "no.docx")
            assert done.exit_code == 2
            assert done.stderr


def test_a_folder_that_is_not_there_is_told_in_a_sentence(app, story, tmp_path) -> None:
    out = tmp_path / "none" / "b.docx"
    done = run(app, "--round", story.round_id, "--kind", "bao-cao", "--out", out)
    assert done.exit_code == 2
    assert "Cannot write" in done.stderr
