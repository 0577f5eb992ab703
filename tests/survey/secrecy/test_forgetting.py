"""A reader in the way of forgetting only delays it: the writer comes back to it without another ballot."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import enumerate as enumerate_threads

from sqlalchemy import Connection, make_url, text

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.services.ballot_writer import BallotWriter
from survey.store.engine import Database
from tests.survey.open_rounds import SECRET, open_round
from tests.survey.secrecy.attacker import count_copies, read_relation
from tests.survey.secrecy.households import answers_of, mark_of

BASE = 10
_SECONDS = 60


def send(database: Database) -> None:
    """Ten households of a village, whose box is then mixed, beside one of another, whose ballot waits."""
    opened = open_round(database, villages=2, slips=BASE)
    here, there = (opened.slips[village] for village in opened.village_ids)
    writer = BallotWriter(database, SECRET, min_base=BASE)
    for number, code in enumerate([there[0], *here]):
        submission = Submission(answers=dict(answers_of(number)))
        key, entry = new_submission_key(), opened.entry(database, code)
        assert writer.submit(entry, key, submission, channel="online", at=now()).receipt
    writer.rest()


def read_where_ballots_waited(database: Database) -> bytes:
    if not database.is_sqlite:
        return read_relation(database.engine, "box")
    path = Path(make_url(str(database.engine.url)).database or "")
    return path.with_name(path.name + "-wal").read_bytes()


def count_left(database: Database) -> int:
    """Ballots of the ten that still lie where they waited."""
    marks = [mark_of(number) for number in range(1, BASE + 1)]
    return sum(copies > 0 for copies in count_copies(read_where_ballots_waited(database), marks).values())


def await_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def begin_to_read(reader: Connection) -> None:
    """As a backup does: one moment of everything, for as long as it takes."""
    reader.execute(text("SELECT count(*) FROM unit")).all()


def test_what_a_reader_kept_alive_is_forgotten_when_it_has_gone(database: Database) -> None:
    level = "SERIALIZABLE" if database.is_sqlite else "REPEATABLE READ"
    with database.engine.connect().execution_options(isolation_level=level) as reader:
        begin_to_read(reader)
        send(database)
        assert count_left(database) == BASE, "the reader is in the way"
    assert await_true(lambda: count_left(database) == 0)
    assert await_true(lambda: not [each for each in enumerate_threads() if each.name == "ballot-writer"])
