"""What the public finds: rounds by unit and year, and the versions of one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from survey.domain.names import fold
from survey.services.closing import close_round
from survey.services.published import (
    PublishedPage,
    find_predecessor,
    find_successor,
    list_published,
    list_versions,
)
from survey.services.rounds import get_round, supersede_round
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.units import Unit
from tests.analytics.published_rounds import collect, sheet
from tests.survey.open_rounds import open_round


def add_round(database: Database, unit: str = "Xã Quảng Điền", code: str = "19867", **facts: object) -> int:
    """A published round by its dates alone, of a unit that is made where it is not there."""
    opened_at = datetime(2026, 3, 1, tzinfo=UTC)
    values = {
        "kind": "official", "title": "Lấy ý kiến", "starts_on": date(2026, 3, 1),
        "last_on": date(2026, 3, 20), "created_at": opened_at, "opened_at": opened_at,
        "closed_at": opened_at, "published_at": opened_at, "contact": "Bà Lan",
        "snapshot": "{}", "snapshot_sha256": "0",
        "questionnaire_key": "xa-ntm", "rule_set_key": None, "grace_hours": 0,
    }  # fmt: skip
    with database.write() as session:
        found = session.query(Unit).filter_by(code=code).one_or_none() or Unit(
            code=code, name=unit, level="commune", type=unit.split()[0], search_name=fold(unit),
            valid_from=date(2025, 7, 1),
        )  # fmt: skip
        session.add(found)
        session.flush()
        number = session.query(Round).count()
        made = Round(tag=f"T{number}X", unit_id=found.id, **{**values, **facts})
        session.add(made)
        session.flush()
        return made.id


def find(database: Database, query: str = "", year: int | None = None, **page: int) -> PublishedPage:
    with database.read() as session:
        return list_published(session, query, year, **page)


def titles(database: Database, query: str = "", year: int | None = None) -> list[str]:
    return [line.unit for line in find(database, query, year).lines]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("quang dien", ["Xã Quảng Điền"]),
        ("Quảng Điền", ["Xã Quảng Điền"]),
        ("xa QUANG d", ["Xã Quảng Điền"]),
        ("phường quảng điền", []),
        ("19867", ["Xã Quảng Điền"]),
        ("dien", ["Xã Quảng Điền", "Xã Đan Điền"]),
        ("đan", ["Xã Đan Điền"]),
        ("x%", []),
        ("!!!", []),
        ("", ["Xã Quảng Điền", "Xã Đan Điền"]),
    ],
)
def test_units_are_found_with_or_without_accents_and_type(
    database: Database, query: str, found: list[str]
) -> None:
    add_round(database, "Xã Đan Điền", "19885")
    add_round(database)
    assert titles(database, query) == found


def test_years_are_those_in_which_listed_rounds_began(database: Database) -> None:
    add_round(database, "Xã Đan Điền", "19885", starts_on=date(2025, 12, 31))
    add_round(database)
    add_round(database, kind="drill", starts_on=date(2024, 1, 1))
    add_round(database, published_at=None, starts_on=date(2023, 1, 1))
    assert find(database).years == (2026, 2025)
    assert titles(database, year=2025) == ["Xã Đan Điền"]
    assert titles(database, year=2023) == titles(database, year=2024) == []


def test_the_latest_publication_comes_first_and_pages_follow_each_other(database: Database) -> None:
    for day in range(1, 8):
        add_round(database, f"Xã Số {day}", f"2000{day}", published_at=datetime(2026, 4, day, tzinfo=UTC))
    pages = [find(database, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [page.total for page in pages] == [7] * 4
    assert [len(page.lines) for page in pages] == [3, 3, 1, 0]
    assert [line.unit for page in pages for line in page.lines] == [f"Xã Số {day}" for day in range(7, 0, -1)]


def test_a_round_that_is_set_aside_stays_until_the_one_in_its_place_is_published(database: Database) -> None:
    first = add_round(database)
    with database.write() as session:
        second = supersede_round(session, get_round(session, first), "Sai số hộ", by=None).id
    (line,) = find(database).lines
    assert (line.round_id, line.is_set_aside) == (first, True)
    with database.read() as session:
        assert find_successor(session, first) is None
    publish_plainly(database, second)
    (line,) = find(database).lines
    assert (line.round_id, line.is_set_aside) == (second, False)
    with database.read() as session:
        assert find_successor(session, first) == second
        assert find_predecessor(session, second) == first


def test_a_round_in_between_that_was_never_published_is_passed_over(database: Database) -> None:
    first = add_round(database)
    second = add_round(database, supersedes_id=first, published_at=None)
    third = add_round(database, supersedes_id=second)
    assert [line.round_id for line in find(database).lines] == [third]
    with database.read() as session:
        assert find_successor(session, first) == third
        assert find_predecessor(session, third) == first


def publish_plainly(database: Database, round_id: int) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    with database.write() as session:
        session.execute(
            update(Round)
            .where(Round.id == round_id)
            .values(
                opened_at=moment, closed_at=moment, published_at=moment, snapshot="{}", snapshot_sha256="0"
            )
        )


def test_a_version_says_all_that_was_corrected_since_the_one_before(database: Database) -> None:
    round_ = collect(database, open_round(database, villages=4, households=45))
    with database.read() as session:
        assert list_versions(session, round_.id) == []
    round_.publish()
    round_.correct(sheet(against=5), because="Đếm nhầm")
    round_.correct(sheet(against=6), because="Còn sót")
    with database.read() as session:
        assert [one.number for one in list_versions(session, round_.id)] == [1]
    round_.publish()
    with database.read() as session:
        first, third = list_versions(session, round_.id)
        assert find(database).lines[0].number == 3
    assert (first.number, first.because) == (1, None)
    assert (third.number, third.because) == (3, "Đếm nhầm; Còn sót")
    assert first.record_sha256 != third.record_sha256


def test_a_drill_has_no_versions(database: Database) -> None:
    opened = open_round(database, kind="drill", villages=4, households=45)
    close_round(database, opened.round_id, by=None, at=datetime.now(UTC), despite="Thử")
    with database.read() as session:
        assert list_versions(session, opened.round_id) == []
