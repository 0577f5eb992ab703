"""A round published three times: at first, with answers corrected, and with three ballots more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from survey.services.evidence import read_record_text
from survey.services.publishing import list_published_files, read_published_file
from survey.store.engine import Database, create_database_engine
from tests.analytics.published_rounds import collect, sheet
from tests.analytics.verification.shelf import Shelf
from tests.servers.databases import Databases
from tests.survey.open_rounds import open_round

COUNTS = (sheet(), sheet(against=14), sheet(33, against=14))


@pytest.fixture(scope="module")
def shelf(databases: Databases) -> Iterator[Shelf]:
    url = databases.create()
    database = Database(create_database_engine(url))
    first, *others = COUNTS
    round_ = collect(database, open_round(database, villages=4, households=45), first)
    round_.publish()
    for place, typed in enumerate(others):
        round_.correct(typed, because=f"Sửa lần {place + 1}")
        round_.publish()
    numbers = range(1, len(COUNTS) + 1)
    with database.read() as session:
        yield Shelf(
            database,
            round_.id,
            {
                number: {
                    one.name: read_published_file(session, round_.id, number, one.name)
                    for one in list_published_files(session, round_.id, number)
                }
                for number in numbers
            },
            {number: read_record_text(session, round_.id, number).encode() for number in numbers},
        )
    database.engine.dispose()
    databases.drop(url)
