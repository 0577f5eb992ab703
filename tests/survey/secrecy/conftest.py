"""A village that answered through the served product: once mixed, once with mixing out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from survey.services.backup import write_backup
from survey.store.engine import Database, create_database_engine
from tests.servers.databases import Databases
from tests.survey.open_rounds import open_round
from tests.survey.secrecy.attacker import find_log_position, read_write_ahead_log
from tests.survey.secrecy.households import HOUSEHOLDS, SECRET, AnsweredVillage
from tests.survey.secrecy.served import serve_for_real

BASE = 10
"""k, as in production unless somebody sets it."""
BACKED_UP_AFTER = (40, 60, 63, 64)
"""Two batches, then fewer ballots than a batch, then a single one, lie between these backups."""


@contextmanager
def _village(databases: Databases, folder: Path, *, min_base: int) -> Iterator[AnsweredVillage]:
    url = databases.create()
    engine = create_database_engine(url)
    database = Database(engine)
    opened = open_round(database, villages=2, slips=HOUSEHOLDS, secret=SECRET)
    try:
        with serve_for_real(url, folder, min_base=min_base) as served:
            database.scrub()
            yield AnsweredVillage(database, opened, served, min_base)
    finally:
        engine.dispose()
        databases.drop(url)


@pytest.fixture(scope="package")
def mixed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnsweredVillage]:
    """A hundred ballots mixed ten by ten, five of another village waiting, and four backups in between."""
    folder = tmp_path_factory.mktemp("mixed")
    with _village(databases, folder, min_base=BASE) as village:
        engine = village.database.engine
        began = None if village.database.is_sqlite else find_log_position(engine)
        for after in (*BACKED_UP_AFTER, HOUSEHOLDS):
            village.answer(after - len(village.sent))
            if after < HOUSEHOLDS:
                village.backups[after] = folder / f"{after}.zip"
                write_backup(village.database, village.backups[after])
        if began is not None:
            village.write_ahead_log = read_write_ahead_log(engine, began)
        yield village


@pytest.fixture(scope="package")
def unmixed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnsweredVillage]:
    """The same with a k that is larger than the village: nothing is ever mixed."""
    with _village(databases, tmp_path_factory.mktemp("unmixed"), min_base=10 * HOUSEHOLDS) as village:
        village.answer(HOUSEHOLDS)
        yield village
