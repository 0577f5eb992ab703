"""Flags read from the counters of real rounds, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from survey.domain.clock import today
from survey.domain.errors import Conflict
from survey.domain.flags import Flag, FlagKind
from survey.services.flags import list_flagged_rounds, list_flags
from survey.services.mixing import mix_round
from survey.services.rounds import get_round
from survey.store.ballots import DayCount, LateArrival, MarkCount
from survey.store.engine import Database
from tests.analytics.season import answer_all, close, drop_ballots
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.services.communes import add_commune, draft

K = 10
ODD_ROW = answer_all(against=("q03", "q07", "q11", "q19"))
ODD_RATINGS = {f"q0{number}": str(1 + number % 5) for number in range(1, 9)}
RESPONSES = re.compile(r"\bresponse\b")


def read(database: Database, round_id: int, k: int = K) -> list[Flag]:
    with database.read() as session:
        return list_flags(session, get_round(session, round_id), k)


def kinds(database: Database, opened: OpenRound) -> list[tuple[FlagKind, str | None]]:
    return [(flag.kind, flag.village) for flag in read(database, opened.round_id)]


def drop(database: Database, opened: OpenRound, village: int, channel: str, count: int, row: dict) -> None:
    drop_ballots(
        database, opened.round_id, [(opened.village_ids[village], channel, row) for _ in range(count)]
    )


def test_a_round_with_nothing_odd_shows_nothing(database: Database) -> None:
    opened = open_round(database)
    drop(database, opened, 0, "online", 40, answer_all())
    drop(database, opened, 0, "online", 30, answer_all(against=("q02",)))
    close(database, opened)
    assert kinds(database, opened) == []


def test_equal_odd_rows_are_seen_after_the_close_and_in_their_village_only(database: Database) -> None:
    opened = open_round(database)
    drop(database, opened, 0, "online", 12, ODD_ROW)
    drop(database, opened, 0, "paper", 20, answer_all(against=("q02",)))
    drop(database, opened, 1, "online", 9, ODD_ROW)
    assert kinds(database, opened) == [], "nothing of the answers is told while the round is open"
    mix_round(database, opened.round_id)
    assert kinds(database, opened) == []
    close(database, opened)
    assert kinds(database, opened) == [(FlagKind.IDENTICAL_ROWS, "Thôn 1")]
    assert [flag.kind for flag in read(database, opened.round_id, k=13)] == []


def test_a_village_of_one_opinion_online_against_paper_and_more_than_households(database: Database) -> None:
    opened = open_round(database, villages=3, households=40)
    drop(database, opened, 0, "online", 40, answer_all())
    drop(database, opened, 1, "online", 41, answer_all(against=("q02",)))
    drop(database, opened, 2, "paper", 30, answer_all())
    close(database, opened)
    assert kinds(database, opened) == [
        (FlagKind.FULL_PARTICIPATION, "Thôn 1"),
        (FlagKind.FULL_SATISFACTION, "Thôn 1"),
        (FlagKind.MORE_THAN_HOUSEHOLDS, "Thôn 2"),
        (FlagKind.FULL_SATISFACTION, "Thôn 3"),
        (FlagKind.CHANNELS_APART, None),
    ]


def test_counts_are_looked_at_while_the_round_is_open(database: Database) -> None:
    opened = open_round(database, villages=1, households=20)
    drop(database, opened, 0, "online", 20, answer_all())
    with database.write() as session:
        for day, ballots in ((today() - timedelta(days=1), 2), (today(), 21)):
            session.add(DayCount(round_id=opened.round_id, day=day, channel="online", ballots=ballots))
        session.add(MarkCount(round_id=opened.round_id, mark="honeypot", ballots=3))
        for number in range(10):
            session.add(LateArrival(round_id=opened.round_id, key_hash=bytes([number])))
    assert kinds(database, opened) == [
        (FlagKind.FULL_PARTICIPATION, "Thôn 1"),
        (FlagKind.DAY_OUTSIDE, None),
        (FlagKind.DAY_ABOVE_HOUSEHOLDS, None),
        (FlagKind.MARKED, None),
        (FlagKind.LATE, None),
    ]


def test_the_last_day_itself_is_inside_and_the_day_after_is_not(database: Database) -> None:
    opened = open_round(database, last_on=today())
    with database.write() as session:
        session.add(DayCount(round_id=opened.round_id, day=today(), channel="online", ballots=1))
    assert kinds(database, opened) == []
    with database.write() as session:
        tomorrow = today() + timedelta(days=1)
        session.add(DayCount(round_id=opened.round_id, day=tomorrow, channel="online", ballots=1))
    assert kinds(database, opened) == [(FlagKind.DAY_OUTSIDE, None)]


def test_a_pulse_tells_of_equal_odd_rows_once_it_is_closed(database: Database) -> None:
    opened = open_round(database, kind="pulse")
    drop(database, opened, 0, "online", 10, ODD_RATINGS)
    drop(database, opened, 1, "online", 30, dict.fromkeys(ODD_RATINGS, "5"))
    mix_round(database, opened.round_id)
    assert kinds(database, opened) == []
    close(database, opened)
    assert kinds(database, opened) == [(FlagKind.IDENTICAL_ROWS, "Thôn 1")]


def test_a_draft_has_no_flags(database: Database) -> None:
    round_id = draft(database, add_commune(database))
    with pytest.raises(Conflict):
        read(database, round_id)


@contextmanager
def heard(database: Database) -> Iterator[list[str]]:
    """Every statement that the engine is given meanwhile."""
    statements: list[str] = []

    def listen(_connection, _cursor, statement, *_more) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    yield statements
    event.remove(database.engine, "before_cursor_execute", listen)


def test_reading_flags_asks_nothing_of_the_responses(database: Database) -> None:
    """The close groups them, and only it: that also proves that the ear hears."""
    opened = open_round(database, villages=1)
    drop(database, opened, 0, "online", 12, ODD_ROW)
    with heard(database) as closing:
        close(database, opened)
    assert len([one for one in closing if RESPONSES.search(one) and "GROUP BY" in one]) == 1
    with heard(database) as reading:
        assert kinds(database, opened) == [(FlagKind.IDENTICAL_ROWS, "Thôn 1")]
        with database.read() as session:
            lines, _ = list_flagged_rounds(session, [opened.commune_id], K)
    assert [[flag.kind for flag in line.flags] for line in lines] == [[FlagKind.IDENTICAL_ROWS]]
    assert any("repeated_rows" in one for one in reading)
    assert [one for one in reading if RESPONSES.search(one)] == []


def test_the_list_holds_the_opened_rounds_below_newest_first(database: Database) -> None:
    opened = open_round(database, villages=1, households=20)
    drop(database, opened, 0, "online", 21, answer_all())
    with database.read() as session:
        lines, older = list_flagged_rounds(session, [opened.commune_id], K)
        nothing, _ = list_flagged_rounds(session, [opened.village_ids[0]], K)
    assert [(line.round.id, [flag.kind for flag in line.flags]) for line in lines] == [
        (opened.round_id, [FlagKind.MORE_THAN_HOUSEHOLDS])
    ]
    assert (older, nothing) == (None, [])
    with database.read() as session:
        assert list_flagged_rounds(session, [opened.commune_id], K, before_id=opened.round_id) == ([], None)
