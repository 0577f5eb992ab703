"""`flask reasons`: how far moderation is, and the themes counted anew."""

from __future__ import annotations

from click.testing import Result
from flask import Flask

from survey.services.reasons import Decision, moderate
from survey.services.rounds import get_round
from survey.services.theme_lists import save_list
from survey.store.units import Unit
from tests.survey.open_rounds import open_round
from tests.survey.services.reason_stories import WRITTEN, close, find_id, write
from tests.survey.web.staff_browser import database_of, run_app


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=list(map(str, words)))


def test_states_and_themes_are_printed_and_counted_anew(database_url: str) -> None:
    with run_app(database_url) as app:
        database = database_of(app)
        opened = open_round(database, villages=1)
        early = run(app, "reasons", "status", "--round", opened.round_id)
        assert (early.exit_code, early.stdout) == (2, "")
        write(database, opened.round_id, *WRITTEN)
        close(database, opened)
        hidden = {find_id(database, opened.round_id, "Mong"): Decision("hidden")}
        with database.write() as session:
            moderate(session, get_round(session, opened.round_id), hidden, seen="new", by=None)
            commune = session.get_one(Unit, opened.commune_id)
            save_list(session, commune, "Lối đi: đường", by=None)
        counted = run(app, "reasons", "count", "--round", opened.round_id)
        assert counted.stdout == f"{opened.round_id}\t5 texts\n"
        shown = run(app, "reasons", "status", "--round", opened.round_id)
    assert shown.stdout.splitlines() == [
        "q02\t2\t0\t1",
        "q16\t1\t0\t0",
        "y_kien\t1\t0\t0",
        "-",
        "q02\tloi-di\t2\tLối đi",
        "q02\tkhac\t1\tKhác",
        "q16\tkhac\t1\tKhác",
        "y_kien\tkhac\t1\tKhác",
    ]
