"""Ballots written in groups: each is its own, all are on disk before anyone is answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import IntegrityError

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.domain.codes import Code
from survey.services.ballot_writer import BallotWriter
from survey.services.entry import AskedVillage
from survey.services.submit import Acknowledgement, Ballot, Outcome, find_receipt, write_ballots
from survey.store.ballots import Box, DayCount, Ledger, MarkCount
from survey.store.engine import Database
from survey.store.slips import Slip
from tests.survey.open_rounds import SECRET, OpenRound, open_round

SUBMISSION = Submission(answers={"q01": "satisfied", "q19": "satisfied"}, texts={"q01": "Đường đẹp"})
HOUSEHOLDS = 24


@pytest.fixture
def opened(database: Database) -> OpenRound:
    return open_round(database, villages=1, slips=HOUSEHOLDS)


@pytest.fixture
def codes(opened: OpenRound) -> list[Code]:
    return opened.slips[opened.village_ids[0]]


@pytest.fixture
def writer(database: Database) -> Iterator[BallotWriter]:
    writer = BallotWriter(database, SECRET, min_base=1000)
    yield writer
    writer.rest()


def ballot(database: Database, opened: OpenRound, code: Code, *, marked: bool = False) -> Ballot:
    entry = opened.entry(database, code)
    return Ballot(entry, new_submission_key(), SUBMISSION, "online", now(), marked)


def outcomes(results: list[Acknowledgement | Exception]) -> list[Outcome]:
    assert all(isinstance(result, Acknowledgement) for result in results), results
    return [result.outcome for result in results if isinstance(result, Acknowledgement)]


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_group_is_counted_ballot_by_ballot(
    database: Database, opened: OpenRound, codes: list[Code]
) -> None:
    group = [ballot(database, opened, code, marked=code is codes[0]) for code in codes]
    results = write_ballots(database, SECRET, group)
    assert outcomes(results) == [Outcome.RECORDED] * HOUSEHOLDS
    assert count(database, Box) == count(database, Ledger) == HOUSEHOLDS
    with database.read() as session:
        assert session.scalars(select(DayCount.ballots)).all() == [HOUSEHOLDS]
        assert session.scalars(select(MarkCount.ballots)).all() == [1]
        receipts = [result.receipt or "" for result in results if isinstance(result, Acknowledgement)]
        assert {find_receipt(session, SECRET, receipt) for receipt in receipts} == {opened.round_id}
    assert len(set(receipts)) == HOUSEHOLDS


def test_one_bad_ballot_never_harms_its_neighbours(
    database: Database, opened: OpenRound, codes: list[Code]
) -> None:
    group = [ballot(database, opened, code) for code in codes[:5]]
    elsewhere = AskedVillage(unit_id=999_999, name="Thôn không có", households=1)
    group[2] = replace(group[2], entry=replace(group[2].entry, village=elsewhere))
    first, second, bad, *rest = write_ballots(database, SECRET, group)
    assert isinstance(bad, IntegrityError)
    assert outcomes([first, second, *rest]) == [Outcome.RECORDED] * 4
    assert count(database, Box) == count(database, Ledger) == 4
    with database.read() as session:
        hashes = select(Slip.state).where(Slip.code_hash == group[2].entry.slip_hash)
        assert session.scalar(hashes) == "issued"
        assert session.scalars(select(DayCount.ballots)).all() == [4]


def test_pages_and_phones_that_meet_in_one_group_count_once(
    database: Database, opened: OpenRound, codes: list[Code]
) -> None:
    page = ballot(database, opened, codes[0])
    other_phone = replace(page, key=new_submission_key())
    other_answers = replace(page, submission=Submission(answers={"q01": "not_satisfied"}))
    results = write_ballots(database, SECRET, [page, page, other_phone, other_answers])
    assert sorted(outcomes(results)) == sorted(
        [Outcome.RECORDED, Outcome.REPEATED, Outcome.HOUSEHOLD_RECORDED, Outcome.OTHER_ANSWERS]
    ) or sorted(outcomes(results)) == sorted(
        [Outcome.RECORDED, Outcome.HOUSEHOLD_RECORDED, Outcome.HOUSEHOLD_RECORDED, Outcome.HOUSEHOLD_RECORDED]
    )
    assert count(database, Box) == count(database, Ledger) == 1


def test_groups_that_hold_the_same_slips_in_other_orders_do_not_block_each_other(
    database: Database, opened: OpenRound, codes: list[Code]
) -> None:
    """Fails on PostgreSQL with a deadlock when a group takes its locks in the order of arrival."""
    there = [ballot(database, opened, code) for code in codes]
    back = [replace(each, key=new_submission_key()) for each in reversed(there)]
    start = Barrier(2)

    def write(group: list[Ballot]) -> list[Outcome]:
        start.wait()
        return outcomes(write_ballots(database, SECRET, group))

    with ThreadPoolExecutor(2) as pool:
        told = [outcome for each in pool.map(write, (there, back)) for outcome in each]
    assert told.count(Outcome.RECORDED) == HOUSEHOLDS
    assert told.count(Outcome.HOUSEHOLD_RECORDED) == HOUSEHOLDS
    assert count(database, Box) == HOUSEHOLDS


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def held_back(database: Database, round_id: int) -> Iterator[None]:
    """Nobody can write ballots of this round while this is held."""
    with database.write() as session:
        session.execute(text("SELECT id FROM round" + ("" if database.is_sqlite else " FOR UPDATE")))
        yield


@contextmanager
def counted_commits(database: Database) -> Iterator[list[Connection]]:
    commits: list[Connection] = []
    append = commits.append
    event.listen(database.engine, "commit", append)
    yield commits
    event.remove(database.engine, "commit", append)


def test_what_arrives_while_the_writer_waits_goes_into_its_next_transaction(
    database: Database, opened: OpenRound, codes: list[Code], writer: BallotWriter
) -> None:
    entries = [opened.entry(database, code) for code in codes]

    def send(number: int) -> Acknowledgement:
        return writer.submit(entries[number], new_submission_key(), SUBMISSION, channel="online", at=now())

    with ThreadPoolExecutor(HOUSEHOLDS) as pool, counted_commits(database) as commits:
        with held_back(database, opened.round_id):
            waiting: list[Future[Acknowledgement]] = [pool.submit(send, 0)]
            time.sleep(0.1)  # the writer takes the first and waits; a slow one takes some more, no matter
            waiting += [pool.submit(send, number) for number in range(1, HOUSEHOLDS)]
            wait_until(lambda: writer.count_waiting() > HOUSEHOLDS // 2)
            assert not any(each.done() for each in waiting)
            before = len(commits)
        assert {each.result().outcome for each in waiting} == {Outcome.RECORDED}
    assert len(commits) - before <= HOUSEHOLDS // 2
    assert count(database, Ledger) == HOUSEHOLDS


def test_no_one_is_answered_when_the_commit_fails(
    database: Database, opened: OpenRound, codes: list[Code], writer: BallotWriter
) -> None:
    entry = opened.entry(database, codes[0])
    key = new_submission_key()

    def fail(_connection: Connection) -> None:
        raise OSError("The disk is full")

    event.listen(database.engine, "commit", fail)
    with pytest.raises(OSError, match="full"):
        writer.submit(entry, key, SUBMISSION, channel="online", at=now())
    event.remove(database.engine, "commit", fail)
    assert count(database, Ledger) == count(database, Box) == 0
    again = writer.submit(entry, key, SUBMISSION, channel="online", at=now())
    assert again.outcome is Outcome.RECORDED
