"""The commands that tell."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from analytics.cli import commands
from analytics.public_files import write_public_files
from survey.application import attach
from survey.settings import Settings
from tests.analytics.season import hold_round
from tests.survey.open_rounds import open_round


@pytest.fixture
def app(database) -> Flask:
    made = Flask(__name__)
    url = database.engine.url.render_as_string(hide_password=False)
    attach(made, Settings(False, url, "http://localhost", "s", b"c"), database, write_public_files)
    for group in commands:
        made.cli.add_command(group)
    return made


def run(app: Flask, *arguments: object):
    return app.test_cli_runner().invoke(args=[str(one) for one in arguments])


def test_export_writes_the_file_and_for_csv_its_codebook(app, database, tmp_path) -> None:
    opened = hold_round(database)
    for form in ("csv", "xlsx", "json"):
        out = tmp_path / f"r.{form}"
        done = run(app, "results", "export", "--round", opened.round_id, "--format", form, "--out", out)
        assert done.exit_code == 0, done.output
        assert out.stat().st_size > 1_000
    assert (tmp_path / "r-codebook.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert any(row["suppressed"] for row in json.loads((tmp_path / "r.json").read_text())["rows"])


def test_export_of_an_open_or_unknown_round_fails_with_exit_code_two(app, database, tmp_path) -> None:
    opened = open_round(database)
    for name in (opened.round_id, "ZZZ"):
        out = tmp_path / "no.csv"
        done = run(app, "results", "export", "--round", name, "--format", "csv", "--out", out)
        assert done.exit_code == 2
        assert done.stderr
        assert not out.exists()


def test_plan_show_prints_json_and_text(app) -> None:
    done = run(app, "plan", "show", "--on", "2025-12-31", "--json")
    assert [row["key"] for row in json.loads(done.stdout)["targets"]][:2] == ["8.4", "8.4-NC"]
    assert "8.4-NC" in run(app, "plan", "show", "--on", "2025-12-31").stdout
    assert run(app, "plan", "show", "--on", "hôm nay").exit_code == 2
