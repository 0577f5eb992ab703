"""A published result of sixty villages and four channels: publishing it, and reading it ever after."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from analytics.public_files import write_public_files
from analytics.results import build_result
from survey.store.engine import Database, create_database_engine
from survey.store.migrate import upgrade
from tests.analytics.season import answer_all, close, drop_ballots
from tests.benchmarks.measure import Measure, time_calls
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.web.staff_browser import run_app

_VILLAGES, _HOUSEHOLDS, _MIN_BASE = 60, 150, 10
_MOST = {"online": 60, "assisted": 30, "paper": 40, "phone": 12}


def measure() -> Iterator[Measure]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/round.sqlite3"
        engine = create_database_engine(url)
        upgrade(engine)
        database = Database(engine)
        opened = _hold_round(database)
        with database.read() as session:
            calls = time_calls(lambda: build_result(session, opened.round_id, _MIN_BASE))
            yield Measure("computing the result", 1000 / calls, "ms", "what a page would cost without files")
            files = write_public_files(session, opened.round_id, _MIN_BASE)
        yield Measure("data set", len(files["ket-qua.json"]) / 1e6, "MB")
        yield Measure("summary", len(files["tom-tat.json"]) / 1e3, "KB")
        with run_app(url) as app:
            browser = app.test_client()
            for name, path in (
                ("public page", f"/ket-qua-cong-khai/{opened.round_id}"),
                ("list with one round", "/ket-qua-cong-khai/"),
            ):
                assert browser.get(path).status_code == 200
                yield Measure(name, 1000 / time_calls(partial(browser.get, path)), "ms")
        engine.dispose()


def _hold_round(database: Database) -> OpenRound:
    opened = open_round(database, villages=_VILLAGES, households=_HOUSEHOLDS)
    random = Random(7)
    codes = list(answer_all())
    drop_ballots(
        database,
        opened.round_id,
        [
            (village, channel, answer_all(against=[one for one in codes if random.random() < 0.05]))
            for village in opened.village_ids
            for channel, most in _MOST.items()
            for _ in range(random.randint(0, most))
        ],
    )
    close(database, opened, publish=True)
    return opened
