"""Closing a round while ballots come in, and counting again, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import delete, func, select, update

from forms.resident import new_submission_key
from survey.domain.clock import now, today
from survey.domain.errors import Conflict, DomainError
from survey.services.closing import close_round
from survey.services.entry import find_entry
from survey.services.progress import commune_progress, list_day_counts, village_progress
from survey.services.recount import recount_round
from survey.services.rounds import (
    get_round,
)
from survey.services.submit import Outcome, submit
from survey.store.ballots import Box, Response
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import Slip
from survey.store.tallies import Tally
from tests.survey.open_rounds import SECRET
from tests.survey.publishing import publish
from tests.survey.services.communes import (
    ANSWERS,
    MIN_BASE,
    Commune,
    issue,
    opened,
    send,
)


def test_closing_early_needs_a_reason_that_is_kept(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with pytest.raises(DomainError, match="lý do"):
        close_round(database, round_id, by=None, at=now(), despite="  ")
    close_round(database, round_id, by=None, at=now(), despite="Bão lũ")
    with database.read() as session:
        assert get_round(session, round_id).closed_despite == "Bão lũ"


def test_closing_again_finishes_what_a_crash_interrupted(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 1)
    send(database, issued, 0)
    with database.write() as session:  # closed, and then the power went
        get_round(session, round_id).closed_at = now()
    with pytest.raises(Conflict):
        publish(database, round_id)
    assert close_round(database, round_id, by=None, at=now()).responses == 1
    publish(database, round_id)


def test_a_ballot_that_found_its_round_open_but_arrives_after_the_close_is_late(
    database: Database, commune: Commune
) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 1)
    with database.read() as session:
        entry = find_entry(session, SECRET, issued.slips[0].code)
    assert entry is not None
    close_round(database, round_id, by=None, at=now(), despite="Thử")
    acknowledgement = submit(
        database, SECRET, entry, new_submission_key(), ANSWERS, channel="online", at=now(), min_base=MIN_BASE
    )
    assert acknowledgement.outcome is Outcome.LATE
    with database.read() as session:
        assert session.scalar(select(Slip.state)) == "issued"


def test_ballots_racing_with_the_close_are_mixed_or_refused(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 16)
    started = Event()

    def vote(position: int) -> Outcome:
        if position == 4:
            started.set()
        return send(database, issued, position)

    with ThreadPoolExecutor(9) as threads:
        votes = [threads.submit(vote, position) for position in range(16)]
        started.wait()
        close_round(database, round_id, by=None, at=now(), despite="Thử")
        outcomes = [vote.result() for vote in votes]
    assert set(outcomes) <= {Outcome.RECORDED, Outcome.LATE}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Box)) == 0
        assert session.scalar(select(func.count()).select_from(Response)) == outcomes.count(Outcome.RECORDED)


def test_the_close_waits_for_a_ballot_that_is_being_taken(database: Database, commune: Commune) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    round_id = opened(database, commune)
    with database.write() as ballot, ThreadPoolExecutor(1) as threads:
        ballot.get_one(Round, round_id, with_for_update={"read": True, "key_share": True})
        closing = threads.submit(close_round, database, round_id, by=None, at=now(), despite="Thử")
        with pytest.raises(TimeoutError):
            closing.result(timeout=0.5)
        ballot.commit()
        assert closing.result(timeout=20).agrees


def test_progress_counts_mixed_and_boxed_ballots_alike(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 5)
    for position in range(4):  # three are mixed, one stays in the box
        send(database, issued, position)
    with database.read() as session:
        first, second = village_progress(session, round_id)
        assert (first.received, first.by_channel, first.households, first.slips) == (4, {"online": 4}, 20, 5)
        assert first.needed == 14
        assert (second.received, second.needed) == (0, 4)
        (line,) = commune_progress(session, [commune.id])
        assert (line.received, line.households, line.silent, line.villages) == (4, 25, 1, 2)
        assert line.needed == 18
        assert list_day_counts(session, round_id) == [(today(), {"online": 4})]


def test_a_recount_finds_a_tally_that_lies(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 3)
    for position in range(3):
        send(database, issued, position)
    assert recount_round(database, round_id).agrees
    with database.write() as session:
        session.execute(update(Tally).where(Tally.question == "q01").values(count=99))
    recount = recount_round(database, round_id)
    assert [(cell.question, cell.tallied, cell.counted) for cell in recount.differences] == [("q01", 99, 3)]
    with pytest.raises(DomainError, match="không khớp"):
        close_round(database, round_id, by=None, at=now(), despite="Thử")


def test_a_recount_finds_a_response_that_was_slipped_in_without_a_submission(
    database: Database, commune: Commune
) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 3)
    for position in range(3):
        send(database, issued, position)
    with database.write() as session:
        kept = session.scalars(select(Response.id).limit(1)).one()
        session.execute(delete(Response).where(Response.id == kept))
    recount = recount_round(database, round_id)
    assert not recount.agrees
    assert (recount.ledger, recount.responses) == (3, 2)
