"""Helpers' sessions: totals of what was recorded, apart from any ballot, on both databases."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from survey.domain.actors import Actor
from survey.domain.clock import now
from survey.domain.codes import CodeKind, new_link_code
from survey.domain.permissions import Role
from survey.services.collection import (
    LONGEST,
    count_ballot,
    end_session,
    end_sessions,
    find_session,
    find_slip_number,
    find_village_code,
    list_rounds_to_collect,
    start_session,
)
from survey.store.collection import CollectionSession
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import Link
from survey.store.staff import AuditEvent, Staff
from tests.survey.open_rounds import OpenRound, open_round


@pytest.fixture
def opened(database: Database) -> OpenRound:
    return open_round(database, villages=2, slips=3)


@pytest.fixture
def helper(database: Database) -> int:
    return add_helper(database, "to.mot")


def add_helper(database: Database, username: str) -> int:
    with database.write() as session:
        staff = Staff(username=username, display_name=username, password_hash="", created_at=now())
        session.add(staff)
        session.flush()
        return staff.id


def start(database: Database, opened: OpenRound, by: int, at=None) -> None:
    start_session(database, read_round(database, opened), by=by, at=at or now())


def count(database: Database, opened: OpenRound, by: int, channel: str = "assisted", at=None) -> None:
    count_ballot(database, read_round(database, opened), channel, by=by, at=at or now())


def read_round(database: Database, opened: OpenRound) -> Round:
    with database.read() as session:
        return session.get_one(Round, opened.round_id)


def end(database: Database, opened: OpenRound, by: int) -> tuple[int, int] | None:
    with database.write() as session:
        ended = end_session(session, opened.round_id, by=by, at=now())
        return (ended.assisted, ended.phone) if ended else None


def read_log(database: Database) -> list[tuple[str, dict[str, int]]]:
    with database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(event.action, json.loads(event.detail)) for event in events]


def list_all(database: Database) -> list[CollectionSession]:
    with database.read() as session:
        return list(session.scalars(select(CollectionSession).order_by(CollectionSession.id)))


def test_a_session_ends_with_its_totals_and_the_log_has_nothing_else(database, opened, helper):
    start(database, opened, helper)
    for channel in ("assisted", "phone", "assisted"):
        count(database, opened, helper, channel)
    assert end(database, opened, helper) == (2, 1)
    assert read_log(database) == [("collect.start", {}), ("collect.end", {"assisted": 2, "phone": 1})]
    assert end(database, opened, helper) is None


def test_starting_twice_goes_on_with_the_session(database, opened, helper):
    start(database, opened, helper)
    count(database, opened, helper)
    start(database, opened, helper)
    assert [row.assisted for row in list_all(database)] == [1]
    assert [action for action, _ in read_log(database)] == ["collect.start"]


def test_two_helpers_have_each_their_own(database, opened, helper):
    other = add_helper(database, "to.hai")
    start(database, opened, helper)
    count(database, opened, other)
    count(database, opened, other)
    assert end(database, opened, helper) == (0, 0)
    assert end(database, opened, other) == (2, 0)


def test_a_ballot_without_a_session_opens_one(database, opened, helper):
    count(database, opened, helper, "phone")
    assert end(database, opened, helper) == (0, 1)


def test_a_session_is_over_after_twelve_hours(database, opened, helper):
    began = now() - LONGEST - timedelta(hours=3)
    start(database, opened, helper, began)
    with database.read() as session:
        assert find_session(session, opened.round_id, helper, began + LONGEST / 2) is not None
        assert find_session(session, opened.round_id, helper, now()) is None
    count(database, opened, helper)
    first, second = list_all(database)
    assert first.ended_at == began + LONGEST
    assert (first.assisted, second.assisted, second.ended_at) == (0, 1, None)
    assert [action for action, _ in read_log(database)] == ["collect.start", "collect.end", "collect.start"]


def test_what_a_helper_left_open_is_ended_when_another_starts(database, opened, helper):
    start(database, opened, helper, now() - LONGEST)
    start(database, opened, add_helper(database, "to.hai"))
    assert [row.ended_at is None for row in list_all(database)] == [False, True]


def test_signing_out_ends_all_sessions_of_the_person_alone(database, opened, helper):
    other = add_helper(database, "to.hai")
    start(database, opened, helper)
    start(database, opened, other)
    with database.write() as session:
        end_sessions(session, by=helper, at=now())
    assert [row.ended_at is None for row in list_all(database)] == [False, True]


def test_devices_counting_at_once_lose_nothing_and_open_one_session(database, opened, helper):
    with ThreadPoolExecutor(8) as devices:
        list(devices.map(lambda _: count(database, opened, helper), range(24)))
    assert [row.assisted for row in list_all(database)] == [24]
    assert [action for action, _ in read_log(database)] == ["collect.start"]


def test_who_waits_for_an_overdue_session_holds_no_other(database, opened, helper):
    """Whoever ends them takes them in the same order; else two would wait for each other's for ever."""
    other = add_helper(database, "to.hai")
    for staff_id in (helper, other):
        start(database, opened, staff_id, now() - 2 * LONGEST)
    with ThreadPoolExecutor(1) as device:
        with database.write() as session:
            lock_session_of(session, helper)
            counting = device.submit(count, database, opened, helper)
            await_waiting(database, counting)
            lock_session_of(session, other)
        counting.result(30)
    assert [(row.assisted, row.ended_at is None) for row in list_all(database)] == [
        (0, False),
        (0, False),
        (1, True),
    ]


def lock_session_of(session: Session, staff_id: int) -> None:
    session.scalars(select(CollectionSession).where(CollectionSession.staff_id == staff_id).with_for_update())


def await_waiting(database: Database, counting: Future[None]) -> None:
    """Until the other transaction waits for a row; on SQLite it cannot even begin."""
    until = monotonic() + 60
    while not database.is_sqlite and not counting.done() and monotonic() < until:
        with database.read() as session:
            if session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
    assert not counting.done()


def test_rounds_are_listed_where_one_collects(database, opened):
    def listed(*grants: tuple[Role, int]) -> list[int]:
        with database.read() as session:
            return [one.id for one in list_rounds_to_collect(session, Actor(1, "to", "Tổ", False, grants))]

    assert listed((Role.COLLECTOR, opened.commune_id)) == [opened.round_id]
    assert listed((Role.COMMITTEE_COMMUNE, opened.commune_id)) == []
    assert listed((Role.COLLECTOR, 4711)) == []
    with database.write() as session:
        session.get_one(Round, opened.round_id).closed_at = now()
    assert listed((Role.COLLECTOR, opened.commune_id)) == []


def test_a_slip_has_its_number_and_a_poster_none(database, opened):
    second = opened.slips[opened.village_ids[0]][1]
    poster = opened.posters[opened.village_ids[0]]
    with database.read() as session:
        assert find_slip_number(session, opened.entry(database, second)) == 2
        assert find_slip_number(session, opened.entry(database, poster)) is None


def test_a_village_keeps_the_code_of_its_first_poster(database):
    opened = open_round(database, kind="pulse")
    village = opened.village_ids[1]
    with database.write() as session:
        session.add(
            Link(round_id=opened.round_id, unit_id=village, code=new_link_code("ABC").text, created_at=now())
        )
        first = session.scalars(select(Link).where(Link.unit_id == village).order_by(Link.id)).first()
        assert first is not None
        first.revoked_at = now()
    with database.read() as session:
        code = find_village_code(session, opened.round_id, village)
        assert code == opened.posters[village]
        assert code.kind is CodeKind.LINK
        assert find_village_code(session, opened.round_id, 4711) is None
