"""`flask units …` as an officer's script meets it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from survey.cli.units import group
from survey.store.units import HouseholdCount, Unit
from tests.survey.web.staff_browser import database_of, run_app

GOOD = "Tên thôn,Số hộ\nThôn Đông,120\nThôn Tây,86\n"


@pytest.fixture
def app(database_url):
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def run(app):
    def invoke(*words: object):
        return app.test_cli_runner().invoke(group, [str(word) for word in words], catch_exceptions=False)

    assert invoke("load").exit_code == 0
    return invoke


def count_villages(app) -> int:
    with database_of(app).read() as session:
        return session.scalar(select(func.count()).select_from(HouseholdCount)) or 0


def test_loading_says_what_it_did_and_again_adds_nothing(run):
    assert run("load").stdout.startswith("0 units added, 0 updated, 335 unchanged")


def test_a_dry_run_prints_the_difference_and_writes_nothing(run, app, tmp_path):
    file = tmp_path / "thon.csv"
    file.write_text(GOOD, "utf-8")
    result = run("import", file, "--commune", "19867", "--dry-run")
    assert result.exit_code == 0
    assert "+ Thôn Đông\t120" in result.stdout
    assert count_villages(app) == 0


def test_an_import_is_shown_with_its_year(run, app, tmp_path):
    file = tmp_path / "thon.csv"
    file.write_text(GOOD, "utf-8")
    assert run("import", file, "--commune", "19867", "--year", 2025).exit_code == 0
    assert count_villages(app) == 2
    shown = run("show", "19867").stdout
    assert "below: 19867.01 Thôn Đông" in shown
    assert "2025: 120" in shown


def test_every_problem_goes_to_stderr_with_exit_code_2_and_nothing_is_written(run, app, tmp_path):
    file = tmp_path / "thon.csv"
    file.write_text("Tên thôn,Số hộ\nThôn Đông,-1\nThôn Tây,86\nThôn Tây,chín\n", "utf-8")
    result = run("import", file, "--commune", "19867")
    assert result.exit_code == 2
    assert "Dòng 2" in result.stderr
    assert "Dòng 4" in result.stderr
    assert count_villages(app) == 0


@pytest.mark.parametrize(
    "words", [("--commune", "99999"), ("--commune", "46"), ("--commune", "19867", "--year", "1999")]
)
def test_bad_input_ends_with_exit_code_2(run, tmp_path, words):
    file = tmp_path / "thon.csv"
    file.write_text(GOOD, "utf-8")
    result = run("import", file, *words)
    assert result.exit_code == 2
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_a_unit_is_shown_as_it_was_on_a_day(run, app):
    assert "successor unknown, perhaps:" in run("show", "19906", "--on", "2024-01-01").stdout
    assert run("show", "19822", "--on", "2024-01-01").stdout.count("successor unknown") == 1
    assert "became: 19753" in run("show", "19750", "--on", "2025-01-01").stdout
    assert run("show", "nope").exit_code == 2
    with database_of(app).read() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 335
