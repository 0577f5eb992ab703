"""Mixing goes on beside long readers and failures, and a pulse's last step tells nobody's ballot."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select, text

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.services.closing import close_round
from survey.services.mixing import mix_round
from survey.services.submit import Outcome, submit
from survey.store.ballots import Box, Response
from survey.store.engine import Database
from survey.store.tallies import BALLOT, VALID, Tally
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.publishing import publish

LEVELS = Submission(answers={"q01": "4"}, texts={})


def answer(database: Database, opened: OpenRound, times: int, k: int = 10) -> None:
    entry = opened.entry(database, opened.posters[opened.village_ids[0]])
    for _ in range(times):
        sent = submit(
            database, SECRET, entry, new_submission_key(), LEVELS, channel="online", at=now(), min_base=k
        )
        assert sent.outcome is Outcome.RECORDED


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def told(database: Database) -> int:
    with database.read() as session:
        cells = select(func.sum(Tally.count)).where(Tally.question == BALLOT, Tally.option == VALID)
        return session.scalar(cells) or 0


def test_a_long_reader_delays_no_ballot_and_is_said_to_be_in_the_way(database: Database) -> None:
    opened = open_round(database, kind="pulse", villages=1)
    with database.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM unit")).all()
        began = time.monotonic()
        answer(database, opened, 10)
        assert time.monotonic() - began < 15
        assert count(database, Response) == 10
        if database.is_sqlite:
            assert not database.scrub()
    assert database.scrub()


def test_a_mixing_that_fails_leaves_the_acknowledged_ballot_acknowledged(database: Database) -> None:
    opened = open_round(database, kind="pulse", villages=1)
    with database.write() as session:
        session.execute(text("ALTER TABLE tally RENAME TO lost"))
    answer(database, opened, 1, k=1)
    assert count(database, Box) == 1
    with database.write() as session:
        session.execute(text("ALTER TABLE lost RENAME TO tally"))
    mix_round(database, opened.round_id)
    assert (count(database, Box), told(database)) == (0, 1)


@pytest.mark.parametrize(("sent", "at_the_end"), [(13, 10), (19, 10), (20, 20), (9, 0)])
def test_closing_a_pulse_tells_no_step_of_fewer_than_k_ballots(
    database: Database, sent: int, at_the_end: int
) -> None:
    opened = open_round(database, kind="pulse", villages=1)
    answer(database, opened, sent)
    recount = close_round(database, opened.round_id, by=None, at=now(), despite="Thử", min_base=10)
    assert (told(database), count(database, Box)) == (at_the_end, sent - at_the_end)
    assert recount.agrees
    publish(database, opened.round_id)


def test_the_last_ballots_of_many_villages_are_told_together_when_they_are_enough(database: Database) -> None:
    opened = open_round(database, kind="pulse", villages=2)
    for village in opened.village_ids:
        entry = opened.entry(database, opened.posters[village])
        for _ in range(5):
            submit(
                database, SECRET, entry, new_submission_key(), LEVELS, channel="online", at=now(), min_base=10
            )
    assert told(database) == 0
    close_round(database, opened.round_id, by=None, at=now(), despite="Thử", min_base=10)
    assert told(database) == 10
