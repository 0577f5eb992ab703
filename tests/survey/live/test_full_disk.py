"""A disk that fills up in the middle of a group: whoever was acknowledged is counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, event, func, select, text

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.domain.codes import Code
from survey.services.ballot_writer import BallotWriter
from survey.services.submit import Acknowledgement, Ballot, write_ballots
from survey.store.ballots import Box, Ledger
from survey.store.engine import Database, create_database_engine
from tests.servers.databases import SqliteFiles
from tests.survey.open_rounds import SECRET, OpenRound, open_round

HOUSEHOLDS = 60
_SPARE_PAGES = 12


def answers_with(words: str) -> Submission:
    return Submission(answers={"q01": "satisfied"}, texts={"q01": words})


def fill_up(engine: Engine) -> None:
    """Allow the file a few pages more than it has: what SQLite then says is that the disk is full."""
    with engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count")) or 0
    engine.dispose()

    def limit(connection, _record) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + _SPARE_PAGES}").close()

    event.listen(engine, "connect", limit)


def ballots_of(database: Database, opened: OpenRound, codes: list[Code]) -> list[Ballot]:
    return [
        Ballot(opened.entry(database, code), new_submission_key(), answers_with("x" * 1500), "online", now())
        for code in codes
    ]


def count_stored(database: Database) -> tuple[int, int]:
    with database.read() as session:
        ledger = session.scalar(select(func.count()).select_from(Ledger)) or 0
        return ledger, session.scalar(select(func.count()).select_from(Box)) or 0


def test_a_disk_that_fills_up_within_a_group_acknowledges_nothing_that_is_lost(
    sqlite_databases: SqliteFiles,
) -> None:
    engine = create_database_engine(sqlite_databases.create())
    database = Database(engine)
    opened = open_round(database, villages=1, slips=HOUSEHOLDS)
    ballots = ballots_of(database, opened, opened.slips[opened.village_ids[0]])
    fill_up(engine)
    try:
        results = write_ballots(database, SECRET, ballots)
    except Exception:  # the whole group was refused, and nobody told otherwise
        results = []
    acknowledged = sum(isinstance(result, Acknowledgement) for result in results)
    assert count_stored(database) == (acknowledged, acknowledged)
    assert acknowledged < HOUSEHOLDS, "the disk was not full"
    engine.dispose()


def test_the_writer_goes_on_after_a_full_disk(sqlite_databases: SqliteFiles) -> None:
    url = sqlite_databases.create()
    engine = create_database_engine(url)
    database = Database(engine)
    opened = open_round(database, villages=1, slips=HOUSEHOLDS)
    ballots = ballots_of(database, opened, opened.slips[opened.village_ids[0]])
    fill_up(engine)
    writer = BallotWriter(database, SECRET, min_base=1000)

    def send(ballot: Ballot) -> str | None:
        try:
            told = writer.submit(
                ballot.entry, ballot.key, ballot.submission, channel=ballot.channel, at=ballot.at
            )
        except Exception:
            return None
        return told.receipt

    with ThreadPoolExecutor(16) as phones:
        receipts = [receipt for receipt in phones.map(send, ballots) if receipt]
    writer.rest()
    assert count_stored(database) == (len(receipts), len(receipts))
    assert len(receipts) < HOUSEHOLDS, "the disk was not full"
    engine.dispose()
