"""Themes are counted once at the close, by the list of the nearest unit, and every text counts."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from survey.domain.errors import DomainError
from survey.domain.theme_lists import InvalidThemes, shipped_themes, write_list
from survey.frames import count_themes as counted_publicly
from survey.services.reasons import Decision, moderate
from survey.services.rounds import get_round
from survey.services.theme_counts import (
    CountedTheme,
    count_texts,
    count_themes,
    is_counting_current,
    recount_themes,
    total_themes,
)
from survey.services.theme_lists import drop_list, find_list, save_list
from survey.store.engine import Database
from survey.store.staff import AuditEvent
from survey.store.themes import OwnThemeList
from survey.store.units import Unit
from tests.survey.open_rounds import OpenRound
from tests.survey.services.reason_stories import WRITTEN, close, find_id, write
from translations.catalogue import use_locale

OWN = "Lối đi: đường\nLinh tinh: mong\n"


@pytest.fixture
def closed(database: Database, opened: OpenRound) -> OpenRound:
    write(database, opened.round_id, *WRITTEN)
    close(database, opened)
    return opened


def counts(database: Database, round_id: int) -> list[tuple[object, ...]]:
    with database.read() as session:
        return [tuple(one) for one in count_themes(session, round_id)]


def save(database: Database, unit_id: int, text: str) -> None:
    with database.write() as session:
        save_list(session, session.get_one(Unit, unit_id), text, by=None)


def test_the_close_counts_each_text_under_every_theme_it_names(database: Database, closed: OpenRound) -> None:
    assert counts(database, closed.round_id) == [
        ("q02", "giao-thong", "Đường giao thông", 2),
        ("q02", "moi-truong", "Rác thải, môi trường", 1),
        ("q02", "khac", "Khác", 1),
        ("q16", "moi-truong", "Rác thải, môi trường", 1),
        ("q16", "nuoc-sach", "Nước sạch", 1),
        ("y_kien", "can-bo", "Cán bộ, thủ tục hành chính", 1),
    ]
    with database.read() as session:
        assert count_texts(session, closed.round_id) == {"q02": 3, "q16": 1, "y_kien": 1}
        assert counted_publicly(session, closed.round_id)[0] == CountedTheme(
            "q02", "giao-thong", "Đường giao thông", 2
        )
        assert is_counting_current(session, get_round(session, closed.round_id))


def test_themes_are_summed_over_the_questions_with_other_last(database: Database, closed: OpenRound) -> None:
    with database.read() as session:
        totals = [(one.theme, one.texts) for one in total_themes(session, closed.round_id)]
    assert totals == [
        ("giao-thong", 2), ("moi-truong", 2), ("can-bo", 1), ("nuoc-sach", 1), ("khac", 1),
    ]  # fmt: skip


def test_a_round_without_a_text_has_no_theme(database: Database, opened: OpenRound) -> None:
    close(database, opened)
    assert counts(database, opened.round_id) == []
    with database.read() as session:
        assert is_counting_current(session, get_round(session, opened.round_id))


def test_hiding_a_text_makes_no_complaint_fewer(database: Database, closed: OpenRound) -> None:
    before = counts(database, closed.round_id)
    with database.write() as session:
        hidden = {find_id(database, closed.round_id, "Rác"): Decision("hidden")}
        moderate(session, get_round(session, closed.round_id), hidden, seen="new", by=None)
    recount_themes(database, closed.round_id, by=None)
    assert counts(database, closed.round_id) == before


def test_a_shipped_theme_has_an_english_name(database: Database, closed: OpenRound) -> None:
    with use_locale("en"):
        assert counts(database, closed.round_id)[0][2] == "Roads"


def test_a_commune_counts_by_its_own_list(database: Database, closed: OpenRound) -> None:
    save(database, closed.commune_id, OWN)
    with database.read() as session:
        assert not is_counting_current(session, get_round(session, closed.round_id))
    assert recount_themes(database, closed.round_id, by=None) == 5
    assert counts(database, closed.round_id) == [
        ("q02", "loi-di", "Lối đi", 2),
        ("q02", "linh-tinh", "Linh tinh", 1),
        ("q16", "khac", "Khác", 1),
        ("y_kien", "khac", "Khác", 1),
    ]
    with use_locale("en"):
        assert counts(database, closed.round_id)[0][2] == "Lối đi"


def test_the_nearest_list_holds(database: Database, opened: OpenRound) -> None:
    with database.write() as session:
        province = Unit(
            code="46", name="Huế", level="province", type="Thành phố", search_name="hue",
            valid_from=session.get_one(Unit, opened.commune_id).valid_from,
        )  # fmt: skip
        session.add(province)
        session.flush()
        session.get_one(Unit, opened.commune_id).parent_id = province.id
    with database.read() as session:
        found = find_list(session, opened.commune_id)
        assert (found.unit_id, found.themes) == (None, shipped_themes())
    save(database, province.id, OWN)
    save(database, opened.commune_id, "Nhà: nhà\n")
    with database.read() as session:
        for unit_id, text in ((opened.commune_id, "Nhà: nhà\n"), (opened.village_ids[0], "Nhà: nhà\n")):
            assert find_list(session, unit_id).text == text
        assert find_list(session, province.id).text == OWN
    with database.write() as session:
        drop_list(session, session.get_one(Unit, opened.commune_id), by=None)
    with database.read() as session:
        assert find_list(session, opened.commune_id).unit_id == province.id


def test_the_list_that_holds_already_is_not_kept_again(database: Database, closed: OpenRound) -> None:
    save(database, closed.commune_id, write_list(shipped_themes()))
    with database.read() as session:
        assert find_list(session, closed.commune_id).unit_id is None


def test_a_list_that_cannot_be_read_any_more_gives_way(database: Database, closed: OpenRound) -> None:
    save(database, closed.commune_id, OWN)
    with database.write() as session:
        session.get_one(OwnThemeList, closed.commune_id).text = "không còn đúng"
    with database.read() as session:
        assert find_list(session, closed.commune_id).themes == shipped_themes()


def test_the_log_keeps_every_version(database: Database, closed: OpenRound) -> None:
    for text in (OWN, OWN, "Nhà: nhà\n"):
        save(database, closed.commune_id, text)
    with database.write() as session:
        drop_list(session, session.get_one(Unit, closed.commune_id), by=None)
    with database.read() as session:
        logged = select(AuditEvent).where(AuditEvent.action.startswith("themes.")).order_by(AuditEvent.id)
        kept = [(one.action, json.loads(one.detail).get("text")) for one in session.scalars(logged)]
    assert kept[1:] == [("themes.save", OWN), ("themes.save", "Nhà: nhà\n"), ("themes.drop", "Nhà: nhà\n")]


def test_a_wrong_list_is_refused_and_the_old_one_stays(database: Database, closed: OpenRound) -> None:
    save(database, closed.commune_id, OWN)
    with pytest.raises(InvalidThemes):
        save(database, closed.commune_id, "Nhà")
    with pytest.raises(DomainError):
        save(database, closed.village_ids[0], OWN)
    with database.read() as session:
        assert find_list(session, closed.commune_id).text == OWN
