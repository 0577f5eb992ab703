"""The register in the database: loading it, searching it, a unit's past and future."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from survey.domain.area import AreaClass
from survey.domain.names import fold
from survey.domain.register import load_register
from survey.domain.units import Register, Succession, UnitKey
from survey.services.register import LoadReport, load_units
from survey.services.units import (
    find_predecessors,
    find_successors,
    find_unit,
    list_below,
    list_children,
    list_lineage,
    read_area_class,
    search_units,
    set_area,
)
from survey.store.engine import Database
from survey.store.staff import AuditEvent
from survey.store.units import Unit, UnitSuccession

OLD, MIDDLE, NEW = date(2021, 1, 1), date(2025, 1, 1), date(2025, 7, 1)


@pytest.fixture
def session(database: Database):
    with database.write() as opened:
        load_units(opened)
        yield opened


def get(session, code: str, on: date) -> Unit:
    found = find_unit(session, code, on)
    assert found is not None
    return found


def test_loading_twice_adds_nothing_the_second_time(database: Database):
    with database.write() as session:
        first = load_units(session)
    with database.write() as session:
        assert load_units(session) == LoadReport(0, 0, first.added, 0)
        assert session.scalar(select(func.count()).select_from(Unit)) == first.added == 335
        assert session.scalar(select(func.count()).select_from(UnitSuccession)) == first.successions


def test_loading_repairs_what_differs_and_leaves_what_the_commune_declared(session):
    unit = get(session, "19867", NEW)
    name = unit.name
    unit.name, unit.search_name, unit.rural, unit.area_class = "Xã Khác", "xa khac", False, "coastal"
    session.flush()
    assert load_units(session).updated == 1
    session.refresh(unit)
    assert (unit.name, unit.search_name) == (name, fold(name))
    assert (unit.rural, unit.area_class) == (False, "coastal")


def test_a_successor_that_becomes_known_takes_the_place_of_the_unknown(session):
    register = load_register()
    settled = Succession(UnitKey("19906", OLD), UnitKey("19909", MIDDLE))
    others = [s for s in register.successions if s.predecessor != settled.predecessor]
    load_units(session, Register(register.units, [*others, settled]))
    session.flush()
    found = find_successors(session, get(session, "19906", OLD))
    assert [unit.code for unit in found.known] == ["19909"]
    assert not found.unknown


def test_a_code_names_another_unit_in_another_era(session):
    assert {get(session, "19819", day).name for day in (OLD, NEW)} != {get(session, "19819", NEW).name}
    assert find_unit(session, "19867", date(2020, 1, 1)) is None


def test_every_unit_but_a_province_has_its_parent_of_the_same_era(session):
    for unit in session.scalars(select(Unit)):
        assert (unit.parent is None) == (unit.level == "province")
        assert unit.parent is None or unit.parent.valid_from == unit.valid_from


@pytest.mark.parametrize("query", ["quang dien", "Quảng Điền", "QUẢNG ĐIỀN", "xã quảng đ", "quang  dien "])
def test_the_search_forgives_accents_case_and_a_missing_type(session, query):
    assert any(unit.name == "Xã Quảng Điền" for unit in search_units(session, query, NEW))


@pytest.mark.parametrize("query", ["Thuận Hóa", "Thuận Hoá", "thuan hoa"])
def test_the_place_of_a_tone_mark_does_not_matter(session, query):
    assert search_units(session, query, NEW)[0].name == "Phường Thuận Hóa"


@pytest.mark.parametrize("query", ["", "  ", "%", "_", "'; DROP TABLE unit", "không có ở đâu cả"])
def test_a_search_for_nothing_finds_nothing(session, query):
    assert search_units(session, query) == []


def test_a_code_finds_the_units_of_every_era_newest_first(session):
    assert [unit.valid_from for unit in search_units(session, "19819")] == [NEW, MIDDLE, OLD]


def test_lineage_and_what_is_below_follow_the_era(session):
    commune, province = get(session, "19867", NEW), get(session, "46", NEW)
    assert list_lineage(session, commune.id) == [commune.id, province.id]
    assert len(list_below(session, [province.id])) == 41
    assert [unit.level for unit in list_children(session, get(session, "46", OLD).id)] == ["district"] * 9


def test_successors_are_known_unknown_or_none(session):
    known = find_successors(session, get(session, "19750", MIDDLE))
    assert [unit.code for unit in known.known] == ["19753"]
    assert not known.unknown
    among = find_successors(session, get(session, "19906", OLD))
    assert among.unknown
    assert len(among.candidates) == 3
    unknown = find_successors(session, get(session, "19822", OLD))
    assert (unknown.known, unknown.unknown, unknown.candidates) == ((), True, ())
    ended = find_successors(session, get(session, "476", MIDDLE))
    assert (ended.known, ended.unknown) == ((), False)


def test_predecessors_name_the_known_and_the_possible(session):
    assert "19750" in [u.code for u in find_predecessors(session, get(session, "19753", NEW)).known]
    candidate = find_successors(session, get(session, "19906", OLD)).candidates[0]
    assert "19906" in [unit.code for unit in find_predecessors(session, candidate).possible]


def test_the_area_is_undetermined_until_declared_and_the_declaration_is_logged(session):
    unit = get(session, "19867", NEW)
    assert read_area_class(unit) is AreaClass.UNDETERMINED
    assert unit.rural is True
    set_area(session, unit, AreaClass.COASTAL, None, by=None)
    set_area(session, unit, AreaClass.COASTAL, None, by=None)
    assert [read_area_class(unit), unit.rural] == [AreaClass.COASTAL, None]
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "unit.set_area")).all()
    assert [event.unit_id for event in events] == [unit.id]
