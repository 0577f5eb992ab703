"""A rare way of answering must not be the thread by which a slip is tied to its ballot."""

from __future__ import annotations

from sqlalchemy import select, text

from forms.answers import Submission, canonical_answers
from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.domain.codes import hash_slip_code
from survey.services.closing import close_round
from survey.services.submit import submit
from survey.store.ballots import Response
from survey.store.engine import Database
from survey.store.slips import Slip
from tests.survey.open_rounds import SECRET, open_round
from tests.survey.secrecy.attacker import Guess, count_hits
from tests.survey.secrecy.households import answers_of

HOUSEHOLDS = 20
BY_PHONE, WITH_A_HELPER = 13, 7


def join_by_channel(database: Database) -> Guess:
    """Pair a slip with a response where each is the only one of its channel."""
    with database.read() as session:
        slips = session.execute(select(Slip.channel, Slip.code_hash).where(Slip.state == "used")).all()
        ballots = session.execute(select(Response.channel, Response.answers)).all()
    guess: dict[bytes, str] = {}
    for channel in {row.channel for row in slips}:
        of_slips = [row.code_hash for row in slips if row.channel == channel]
        of_ballots = [row.answers for row in ballots if row.channel == channel]
        if len(of_slips) == len(of_ballots) == 1:
            guess[of_slips[0]] = of_ballots[0]
    return guess


def answer(database: Database) -> Guess:
    """Twenty households of a village: one by telephone, one with a helper; the truth about them."""
    opened = open_round(database, villages=1, slips=HOUSEHOLDS)
    truth: dict[bytes, str] = {}
    for number, code in enumerate(opened.slips[opened.village_ids[0]]):
        channel = {BY_PHONE: "phone", WITH_A_HELPER: "assisted"}.get(number, "online")
        submission = Submission(answers=dict(answers_of(number)))
        entry = opened.entry(database, code)
        submit(
            database, SECRET, entry, new_submission_key(), submission,
            channel=channel, at=now(), min_base=10,
        )  # fmt: skip
        truth[hash_slip_code(SECRET, code)] = canonical_answers(submission.answers).decode()
    assert close_round(database, opened.round_id, by=None, at=now(), despite="Thử").agrees
    return truth


def test_the_only_ballot_by_telephone_is_not_tied_to_its_slip(database: Database) -> None:
    truth = answer(database)
    assert count_hits(join_by_channel(database), truth) == 0


def test_the_join_works_where_slips_tell_their_channel(database: Database) -> None:
    truth = answer(database)
    slips = list(truth)
    with database.write() as session:
        for number, channel in ((BY_PHONE, "phone"), (WITH_A_HELPER, "assisted")):
            found = {"channel": channel, "hash": slips[number]}
            session.execute(text("UPDATE slip SET channel = :channel WHERE code_hash = :hash"), found)
    assert count_hits(join_by_channel(database), truth) == 2
