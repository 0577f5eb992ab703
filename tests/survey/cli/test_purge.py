"""After a purge nobody can tell who took part, and every figure is what it was."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from forms.answers import Submission
from survey.domain.clock import now
from survey.domain.codes import hash_slip_code
from survey.services.mixing import mix_round
from survey.services.purge import plan_purge
from survey.services.recount import recount_round
from survey.services.staff_sessions import sign_in
from survey.services.submit import find_receipt, submit
from survey.store.ballots import LateArrival
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import KeptPrint, Slip, SlipBatch
from survey.store.staff import AuditEvent, StaffSession
from survey.store.tallies import Tally
from tests.survey.cli.run_command import run_command
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.web.staff_browser import PASSWORD, add_staff


@pytest.fixture
def opened(database: Database) -> OpenRound:
    return open_round(database, slips=30)


@pytest.fixture
def receipts(database: Database, opened: OpenRound) -> list[str]:
    """Twenty ballots of the first thirty slips, a late one; the round is published, long ago."""
    found = []
    for number, code in enumerate(opened.slips[opened.village_ids[0]][:20]):
        taken = submit(
            database, SECRET, opened.entry(database, code), f"key-{number:020d}",
            Submission({"q01": "satisfied"}, {}), channel="online", at=now(), min_base=10,
        )  # fmt: skip
        found.append(taken.receipt or "")
    mix_round(database, opened.round_id)
    with database.write() as session:
        session.add(LateArrival(round_id=opened.round_id, key_hash=b"late"))
    _publish(database, days_ago=400)
    return found


def _publish(database: Database, days_ago: int) -> None:
    at = now() - timedelta(days=days_ago)
    with database.write() as session:
        session.execute(update(Round).values(closed_at=at, published_at=at))


def _slips(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        return [
            (row.number, row.state)
            for row in session.execute(select(Slip.number, Slip.state).order_by(Slip.number))
        ]


def _tallies(database: Database) -> Counter[tuple[object, ...]]:
    with database.read() as session:
        return Counter(tuple(row) for row in session.execute(select(Tally.__table__)))


def test_a_dry_run_says_what_is_due_and_changes_nothing(database, database_url, opened, receipts):
    before = _slips(database)
    result = run_command(database_url, "purge")
    assert result.exit_code == 0
    assert "ledger 20, late 1, slips 60" in result.stdout
    assert "--yes" in result.stderr
    assert _slips(database) == before


def test_who_took_part_is_forgotten_and_the_figures_stay(database, database_url, opened, receipts):
    slips, tallies = _slips(database), _tallies(database)
    assert run_command(database_url, "purge", "--yes").exit_code == 0
    assert _tallies(database) == tallies
    assert recount_round(database, opened.round_id).agrees
    after = _slips(database)
    assert Counter(state for _, state in after) == Counter(state for _, state in slips)
    assert [number for number, _ in after] == [number for number, _ in slips]
    assert after != slips, "one chance in thirty million"
    with database.read() as session:
        assert all(find_receipt(session, SECRET, receipt) is None for receipt in receipts)
        code = opened.slips[opened.village_ids[0]][0]
        assert session.get(Slip, (opened.round_id, hash_slip_code(SECRET, code))) is None
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "round.purge")).one()
    assert event.detail == '{"late": 1, "ledger": 20, "slips": 60}'
    again = run_command(database_url, "purge", "--yes")
    assert "round" not in again.stdout


@pytest.mark.parametrize(("days_ago", "words"), [(300, ()), (400, ("--days", "500"))])
def test_a_younger_round_is_left_alone(database, database_url, opened, receipts, days_ago, words):
    _publish(database, days_ago)
    slips = _slips(database)
    assert run_command(database_url, "purge", "--yes", *words).exit_code == 0
    assert _slips(database) == slips
    with database.read() as session:
        assert find_receipt(session, SECRET, receipts[0]) == opened.round_id


@pytest.mark.parametrize(
    ("closed", "published", "superseded", "is_due"),
    [
        (400, None, None, True),  # a drill, or an abandoned round
        (300, None, None, False),
        (500, None, 400, True),
        (500, 400, 300, False),
        (500, 300, None, False),
        (None, None, None, False),
    ],
)
def test_a_round_is_due_a_year_after_the_last_thing_that_befell_it(
    database, opened, closed, published, superseded, is_due
):
    def ago(days: int | None) -> datetime | None:
        return days and now() - timedelta(days=days)  # type: ignore[return-value]

    with database.write() as session:
        ends = {"closed_at": ago(closed), "published_at": ago(published), "superseded_at": ago(superseded)}
        session.execute(update(Round).values(ends))
    with database.read() as session:
        due = [traces.round_id for traces in plan_purge(session, now()).rounds]
    assert due == ([opened.round_id] if is_due else [])


def test_only_sessions_long_over_go(database, database_url):
    add_staff(database, "mttq.xa")
    old, new = (sign_in(database, "mttq.xa", PASSWORD, 1) for _ in range(2))
    assert old != new
    with database.write() as session:
        first = session.scalars(select(StaffSession)).first()
        assert first is not None
        first.expires_at = now() - timedelta(days=31)
    said = run_command(database_url, "purge", "--yes").stdout
    assert said == "staff sessions: 1\nexpired prints of slips: 0\n"
    with database.read() as session:
        assert len(session.scalars(select(StaffSession)).all()) == 1


def test_a_receipt_must_be_kept_a_while(database_url):
    assert run_command(database_url, "purge", "--days", "3", "--yes").exit_code == 2


def test_prints_of_slips_go_when_their_day_is_over(database, database_url, opened):
    with database.write() as session:
        first, second = session.scalars(select(SlipBatch.id).order_by(SlipBatch.id))
        ends = {first: now() - timedelta(minutes=1), second: now() + timedelta(hours=1)}
        session.add_all(KeptPrint(batch_id=i, part=1, expires_at=end, sealed=b"x") for i, end in ends.items())
    assert "expired prints of slips: 1\n" in run_command(database_url, "purge").stdout
    with database.read() as session:
        assert len(session.scalars(select(KeptPrint)).all()) == 2
    assert run_command(database_url, "purge", "--yes").exit_code == 0
    with database.read() as session:
        assert session.scalars(select(KeptPrint.batch_id)).all() == [second]
