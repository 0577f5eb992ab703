"""The proofs of test_sending_again on databases that lack what they rest upon: there they must fail.

What is taken away is taken away in the schema; the app is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from survey.domain.clock import now
from survey.services.closing import close_round
from tests.servers.databases import Databases
from tests.survey.live.proofs import WORKERS, prove_one_page_is_one_ballot, prove_one_slip_is_one_ballot
from tests.survey.live.senders import Stream, check_counted, numbered, receipt_of
from tests.survey.web.live_rounds import RoundField, serve_field
from tests.survey.web.visits import visit

_DOUBLED = r"^([2-9]|\d\d) ballots"
_TRIES = 60
"""A race may be won by luck, but not so often."""


def repeat(prove: Callable[[], None]) -> None:
    for _ in range(_TRIES):
        prove()


@pytest.fixture(scope="module")
def field(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundField]:
    """The app in four processes on a throw-away database."""
    url = databases.create()
    with serve_field(url, tmp_path_factory.mktemp("served"), workers=WORKERS) as served:
        yield served
    databases.drop(url)


def change_schema(field: RoundField, sqlite: Sequence[str], postgresql: Sequence[str]) -> None:
    with field.database.write() as session:
        for statement in sqlite if field.database.is_sqlite else postgresql:
            session.execute(text(statement))


def test_without_the_ledgers_key_a_page_is_counted_twice(field: RoundField) -> None:
    """SQLite lets one process write at a time, so there the ledger has to forget for that."""
    prove_one_page_is_one_ballot(field, "pulse")
    change_schema(
        field,
        [
            "CREATE TRIGGER forget AFTER INSERT ON ledger BEGIN"
            " DELETE FROM ledger WHERE round_id = NEW.round_id AND key_hash = NEW.key_hash; END"
        ],
        ["ALTER TABLE ledger DROP CONSTRAINT pk_ledger, DROP CONSTRAINT uq_ledger_receipt_hash"],
    )
    with pytest.raises(AssertionError, match=_DOUBLED):
        repeat(lambda: prove_one_page_is_one_ballot(field, "pulse"))
    change_schema(field, ["DROP TRIGGER forget"], [])


def test_without_the_slips_lock_two_phones_are_both_counted(field: RoundField) -> None:
    """A view takes no row lock: both phones see the slip as issued, and both use it."""
    prove_one_slip_is_one_ballot(field)
    change_schema(
        field,
        [
            "CREATE TRIGGER renew AFTER UPDATE ON slip WHEN NEW.state = 'used' BEGIN"
            " UPDATE slip SET state = 'issued', channel = NULL WHERE code_hash = NEW.code_hash; END"
        ],
        [
            "ALTER TABLE slip RENAME TO slip_table",
            "CREATE VIEW slip AS SELECT * FROM slip_table",
            "CREATE FUNCTION use_slip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " UPDATE slip_table SET state = NEW.state, channel = NEW.channel"
            " WHERE round_id = NEW.round_id AND code_hash = NEW.code_hash; RETURN NEW; END $$",
            "CREATE TRIGGER use_slip INSTEAD OF UPDATE ON slip FOR EACH ROW EXECUTE FUNCTION use_slip()",
        ],
    )
    with pytest.raises(AssertionError, match=_DOUBLED):
        repeat(lambda: prove_one_slip_is_one_ballot(field))
    change_schema(
        field,
        ["DROP TRIGGER renew"],
        ["DROP VIEW slip", "DROP FUNCTION use_slip", "ALTER TABLE slip_table RENAME TO slip"],
    )


def test_a_ballot_that_cannot_be_written_harms_none_that_came_with_it(field: RoundField) -> None:
    """Slip number 7 breaks in the database, while thirty others are sent beside it."""
    households, bad = 30, 6
    round_ = field.plant(slips=households)
    change_schema(
        field,
        [
            "CREATE TRIGGER refuse BEFORE UPDATE ON slip WHEN NEW.number = 7 BEGIN"
            " SELECT RAISE(ABORT, 'no such luck'); END"
        ],
        [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no such luck'; END $$",
            "CREATE TRIGGER refuse BEFORE UPDATE ON slip FOR EACH ROW WHEN (NEW.number = 7)"
            " EXECUTE FUNCTION refuse()",
        ],
    )
    stream = Stream(round_, [numbered(number) for number in range(households)])
    stream.send(range(households), senders=households)
    assert stream.told[bad].status >= 400
    assert set(stream.receipts) == set(range(households)) - {bad}
    check_counted(field, round_, households - 1)
    change_schema(field, ["DROP TRIGGER refuse"], ["DROP TRIGGER refuse ON slip", "DROP FUNCTION refuse"])
    assert receipt_of(visit(round_.url(round_.slips[bad]), stream.forms[bad]))
    check_counted(field, round_, households)
    assert round_.slips[bad].text not in field.server.log.read_text()


def test_closing_waits_for_a_ballot_that_is_being_written(field: RoundField) -> None:
    """PostgreSQL is slow in the middle of a ballot's transaction, and just then the round is closed.

    By hand: without `submit`'s lock on the round's row, the ballot is acknowledged and in no result.
    """
    if field.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time: closing waits in any case")
    round_ = field.plant()
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    change_schema(
        field,
        [],
        [
            "CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$",
            "CREATE TRIGGER doze BEFORE UPDATE ON slip FOR EACH ROW EXECUTE FUNCTION doze()",
        ],
    )
    with ThreadPoolExecutor(1) as phone:
        answer = phone.submit(visit, round_.slip_url, numbered(3))
        with field.database.engine.connect() as watching:
            while not watching.scalar(text(asleep)):
                assert not answer.done(), "nothing was slow"
                watching.rollback()
        recount = close_round(field.database, round_.id, by=None, at=now(), despite="Thử")
    change_schema(field, [], ["DROP TRIGGER doze ON slip", "DROP FUNCTION doze"])
    assert receipt_of(answer.result())
    assert (recount.responses, recount.boxed, recount.ledger) == (1, 0, 1)
