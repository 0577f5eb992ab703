"""`flask audio …` as an officer's script meets it."""

from __future__ import annotations

import pytest

from survey.cli.audio import group
from survey.services.audio import list_clips, list_languages
from tests.survey.open_rounds import open_round
from tests.survey.sounds import make_mp3, make_wav
from tests.survey.web.staff_browser import database_of, run_app


@pytest.fixture
def app(database_url):
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def opened(app):
    return open_round(database_of(app))


@pytest.fixture
def run(app, opened):
    def invoke(command: str, *words: object):
        arguments = [command, "--round", str(opened.round_id), *map(str, words)]
        return app.test_cli_runner().invoke(group, arguments, catch_exceptions=False)

    return invoke


@pytest.fixture
def files(tmp_path):
    made = []
    for name, content in (("q01.wav", make_wav(1)), ("q01-satisfied.mp3", make_mp3(2))):
        path = tmp_path / name
        path.write_bytes(content)
        made.append(path)
    return made


def count_clips(app, unit_id: int) -> int:
    with database_of(app).read() as session:
        return sum(map(len, list_clips(session, unit_id).values()))


def test_recordings_are_added_by_name_listed_and_removed(run, app, opened, files):
    assert run("add", "--language", "ktv", *files).exit_code == 0
    shown = run("list").stdout
    assert "ktv\tCơ Tu\t2/" in shown
    assert "  q01\t1.0 s\t" in shown
    assert ".mp3" in shown
    assert run("remove", "--language", "ktv", "--question", "q01").exit_code == 0
    assert count_clips(app, opened.commune_id) == 1
    assert run("remove", "--language", "ktv").exit_code == 0
    assert run("list").stdout == ""


def test_a_file_of_any_name_is_added_to_the_words_that_are_named(run, app, opened, files):
    words = ("--language", "vi", "--question", "q03", "--option", "not_satisfied")
    assert run("add", *words, files[0]).exit_code == 0
    assert "q01-not_satisfied" in run("list").stdout


def test_a_language_of_no_known_code_is_given_a_name(run, app, opened, files):
    assert run("add", "--language", "sed", "--name", "Xơ Đăng", *files).exit_code == 0
    with database_of(app).read() as session:
        assert [(one.code, one.name) for one in list_languages(session, opened.commune_id)] == [
            ("sed", "Xơ Đăng")
        ]


def test_one_bad_file_keeps_all_out(run, app, opened, files, tmp_path):
    bad = tmp_path / "q02.mp3"
    bad.write_bytes(b"<html>" * 100)
    result = run("add", "--language", "vi", *files, bad)
    assert result.exit_code == 2
    assert "q02.mp3" in result.stderr
    assert count_clips(app, opened.commune_id) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--language", "vi", "--question", "q99"),
        ("--language", "zz"),
        ("--language", "zz zz", "--name", "Tên"),
    ],
)
def test_bad_input_ends_with_exit_code_2(run, app, opened, files, words):
    result = run("add", *words, files[0])
    assert result.exit_code == 2
    assert result.stderr
    assert count_clips(app, opened.commune_id) == 0


def test_what_is_not_there_cannot_be_removed(run, files):
    assert run("remove", "--language", "vi").exit_code == 2
    run("add", "--language", "vi", files[0])
    assert run("remove", "--language", "vi", "--question", "q02").exit_code == 2
