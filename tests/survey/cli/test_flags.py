"""`flask flags show`: a line per flag."""

from __future__ import annotations

from click.testing import Result
from flask import Flask

from survey.store.ballots import MarkCount
from tests.analytics.season import answer_all, close, drop_ballots
from tests.survey.open_rounds import open_round
from tests.survey.web.staff_browser import database_of, run_app


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=list(map(str, words)))


def test_a_line_per_flag_and_none_for_a_calm_round(database_url: str) -> None:
    with run_app(database_url) as app:
        database = database_of(app)
        opened = open_round(database, villages=1)
        calm = run(app, "flags", "show", "--round", opened.round_id)
        assert (calm.exit_code, calm.output) == (0, "")
        row = answer_all(against=("q03", "q07", "q11"))
        drop_ballots(database, opened.round_id, [(opened.village_ids[0], "online", row)] * 10)
        with database.write() as session:
            session.add(MarkCount(round_id=opened.round_id, mark="honeypot", ballots=3))
        close(database, opened)
        shown = run(app, "flags", "show", "--round", opened.round_id)
        assert shown.exit_code == 0
        assert shown.stdout.splitlines() == [
            "identical_rows\tThôn 1\tCó từ 10 phiếu trở lên giống hệt nhau ở mọi câu.",
            "marked\t-\t3 phiếu điền cả ô mà mắt thường không thấy.",
        ]


def test_an_unknown_round_is_told_on_stderr(database_url: str) -> None:
    with run_app(database_url) as app:
        unknown = run(app, "flags", "show", "--round", "99")
        assert (unknown.exit_code, unknown.stdout) == (2, "")
        assert unknown.stderr
