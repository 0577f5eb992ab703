"""A ballot is acknowledged once and counted once, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import now, today
from survey.domain.codes import Code
from survey.services.mixing import mix_round
from survey.services.submit import Acknowledgement, Outcome, count_late, find_receipt, submit
from survey.store.ballots import Box, DayCount, Ledger, Reason, Response
from survey.store.engine import Database
from survey.store.slips import Slip
from survey.store.tallies import Tally
from tests.survey.open_rounds import SECRET, OpenRound, open_round

SATISFIED = Submission(answers={"q01": "satisfied", "q19": "satisfied"}, texts={})
DISSATISFIED = Submission(
    answers={"q01": "not_satisfied", "q19": "satisfied"}, texts={"q01": "Đường còn lầy"}
)


def send(
    database: Database,
    opened: OpenRound,
    code: Code,
    key: str,
    submission: Submission = SATISFIED,
    k: int = 1000,
) -> Acknowledgement:
    entry = opened.entry(database, code)
    return submit(database, SECRET, entry, key, submission, channel="online", at=now(), min_base=k)


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def opened(database: Database) -> OpenRound:
    return open_round(database, villages=1, slips=12)


def test_the_same_page_sent_again_gives_the_same_receipt_and_one_ballot(
    database: Database, opened: OpenRound
) -> None:
    code, key = opened.slips[opened.village_ids[0]][0], new_submission_key()
    first, *others = [send(database, opened, code, key) for _ in range(5)]
    assert first.outcome is Outcome.RECORDED
    assert {other.outcome for other in others} == {Outcome.REPEATED}
    assert {other.receipt for other in others} == {first.receipt}
    assert count(database, Box) == count(database, Ledger) == 1


def test_the_same_page_with_other_answers_is_refused_and_the_first_kept(
    database: Database, opened: OpenRound
) -> None:
    code, key = opened.slips[opened.village_ids[0]][0], new_submission_key()
    send(database, opened, code, key)
    assert send(database, opened, code, key, DISSATISFIED) == Acknowledgement(Outcome.OTHER_ANSWERS)
    with database.read() as session:
        assert "not_satisfied" not in (session.scalar(select(Box.answers)) or "")


def test_a_slip_answers_once_whatever_page_sends_it(database: Database, opened: OpenRound) -> None:
    code = opened.slips[opened.village_ids[0]][0]
    send(database, opened, code, new_submission_key())
    assert send(database, opened, code, new_submission_key()).outcome is Outcome.HOUSEHOLD_RECORDED
    assert count(database, Box) == 1


def test_one_key_on_two_slips_is_two_submissions(database: Database, opened: OpenRound) -> None:
    first, second = opened.slips[opened.village_ids[0]][:2]
    key = new_submission_key()
    receipts = {send(database, opened, code, key).receipt for code in (first, second)}
    assert len(receipts) == 2
    assert count(database, Box) == 2


def test_two_phones_at_once_on_one_slip_are_counted_once(database: Database, opened: OpenRound) -> None:
    code = opened.slips[opened.village_ids[0]][0]
    with ThreadPoolExecutor(8) as phones:
        outcomes = [
            done.outcome
            for done in phones.map(lambda _: send(database, opened, code, new_submission_key()), range(8))
        ]
    assert sorted(outcomes) == sorted([Outcome.RECORDED] + [Outcome.HOUSEHOLD_RECORDED] * 7)
    assert count(database, Box) == 1


def test_one_page_sent_at_once_from_many_retries_gets_one_receipt(
    database: Database, opened: OpenRound
) -> None:
    code, key = opened.slips[opened.village_ids[0]][0], new_submission_key()
    with ThreadPoolExecutor(8) as retries:
        receipts = {
            done.receipt for done in retries.map(lambda _: send(database, opened, code, key), range(8))
        }
    assert len(receipts) == 1
    assert None not in receipts
    assert count(database, Box) == 1


def test_a_pulse_takes_every_page_once(database: Database) -> None:
    opened = open_round(database, kind="pulse", villages=1)
    poster = opened.posters[opened.village_ids[0]]
    answers = Submission(answers={"q01": "4"}, texts={})
    keys = [new_submission_key() for _ in range(3)]
    outcomes = [send(database, opened, poster, key, answers).outcome for key in [*keys, *keys]]
    assert outcomes == [Outcome.RECORDED] * 3 + [Outcome.REPEATED] * 3


def test_a_ballot_after_the_grace_is_counted_as_late_and_nothing_more(database: Database) -> None:
    opened = open_round(database, villages=1, slips=1, last_on=today() - timedelta(days=1))
    code, key = opened.slips[opened.village_ids[0]][0], new_submission_key()
    assert [send(database, opened, code, key).outcome for _ in range(2)] == [Outcome.LATE] * 2
    with database.read() as session:
        assert count_late(session, opened.round_id) == 1
        assert session.scalar(select(Slip.state)) == "issued"
    assert count(database, Box) == count(database, Ledger) == 0


def test_a_receipt_is_found_and_says_nothing_of_the_answers(database: Database, opened: OpenRound) -> None:
    receipt = send(database, opened, opened.slips[opened.village_ids[0]][0], new_submission_key()).receipt
    assert receipt is not None
    with database.read() as session:
        assert find_receipt(session, SECRET, receipt.lower().replace("-", " ")) == opened.round_id
        assert find_receipt(session, SECRET, "0000-0000-0000") is None


def test_a_full_box_is_mixed_and_folded_into_the_tallies(database: Database, opened: OpenRound) -> None:
    village = opened.village_ids[0]
    for number, code in enumerate(opened.slips[village]):
        send(database, opened, code, new_submission_key(), DISSATISFIED if number < 3 else SATISFIED, k=10)
    assert (count(database, Box), count(database, Response)) == (2, 10)
    mix_round(database, opened.round_id)
    with database.read() as session:
        cells = {
            (tally.question, tally.option): tally.count for tally in session.scalars(select(Tally)).all()
        }
        assert session.scalars(select(Reason.text)).all() == ["Đường còn lầy"] * 3
        assert session.scalar(select(func.sum(DayCount.ballots))) == 12
    assert cells == {
        ("*", "valid"): 12,
        ("*", "any_not_satisfied"): 3,
        ("q01", "satisfied"): 9,
        ("q01", "not_satisfied"): 3,
        ("q19", "satisfied"): 12,
    }
    assert count(database, Box) == 0
