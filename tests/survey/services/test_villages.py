"""Importing a commune's villages: what is added, renamed, recounted, kept – all or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from survey.domain.clock import today
from survey.domain.errors import DomainError, NotFound
from survey.domain.villages import VillageRow
from survey.services.register import load_units
from survey.services.units import find_unit, list_villages, search_units
from survey.services.villages import (
    ListChanged,
    apply_import,
    list_household_counts,
    preview_import,
    preview_rows,
)
from survey.store.engine import Database
from survey.store.staff import AuditEvent

YEAR = today().year


@pytest.fixture
def session(database: Database):
    with database.write() as opened:
        load_units(opened)
        yield opened


@pytest.fixture
def commune(session):
    return find_unit(session, "19867", date(2025, 7, 1))


def load(session, commune, *rows: str, year: int = YEAR, header: str = "Mã thôn,Tên thôn,Số hộ"):
    content = "\n".join([header, *rows]).encode()
    preview = preview_import(session, commune.id, "thon.csv", content, year)
    assert not preview.problems, list(map(str, preview.problems))
    apply_import(session, commune.id, preview, year, by=None)
    return preview


def kept(session, commune) -> list[tuple[str, str, dict[int, int]]]:
    villages = list_villages(session, commune.id)
    counts = list_household_counts(session, [village.id for village in villages])
    return [(village.code, village.name, counts.get(village.id, {})) for village in villages]


def test_villages_without_a_code_are_numbered_and_others_keep_theirs(session, commune):
    load(session, commune, ",Thôn Đông,120", "02,Thôn Tây,86", ",Thôn Nam,1.040", "T9,Tổ dân phố Bắc,40")
    assert kept(session, commune) == [
        ("19867.01", "Thôn Đông", {YEAR: 120}),
        ("19867.02", "Thôn Tây", {YEAR: 86}),
        ("19867.03", "Thôn Nam", {YEAR: 1040}),
        ("19867.T9", "Tổ dân phố Bắc", {YEAR: 40}),
    ]
    kinds = {village.name: (village.type, village.rural) for village in list_villages(session, commune.id)}
    assert kinds["Thôn Đông"] == ("Thôn", True)
    assert kinds["Tổ dân phố Bắc"] == ("Tổ dân phố", False)


def test_a_village_lasts_as_long_as_its_commune(session, commune):
    load(session, commune, ",Thôn Đông,120")
    (village,) = list_villages(session, commune.id)
    assert (village.valid_from, village.valid_to) == (commune.valid_from, commune.valid_to)
    assert village in search_units(session, "thon dong")


def test_a_second_list_renames_by_code_recounts_by_name_and_keeps_the_absent(session, commune):
    load(session, commune, ",Thôn Đông,120", ",Thôn Tây,86", ",Thôn Nam,40")
    before = {village.code: village.id for village in list_villages(session, commune.id)}
    preview = load(session, commune, "19867.01,Thôn Đông Mới,121", ",thôn tây,86", ",Thôn Bắc,7")
    assert [village.name for village in preview.absent] == ["Thôn Nam"]
    assert kept(session, commune) == [
        ("19867.01", "Thôn Đông Mới", {YEAR: 121}),
        ("19867.02", "thôn tây", {YEAR: 86}),
        ("19867.03", "Thôn Nam", {YEAR: 40}),
        ("19867.04", "Thôn Bắc", {YEAR: 7}),
    ]
    assert before.items() <= {v.code: v.id for v in list_villages(session, commune.id)}.items()


def test_each_year_keeps_its_own_counts_and_the_diff_looks_backwards(session, commune):
    load(session, commune, ",Thôn Đông,120", year=2025)
    preview = preview_rows(session, commune.id, [VillageRow(2, None, "Thôn Đông", 120)], YEAR)
    assert preview.unchanged
    apply_import(session, commune.id, preview, YEAR, by=None)
    assert kept(session, commune) == [("19867.01", "Thôn Đông", {YEAR: 120, 2025: 120})]


def test_a_code_that_a_spreadsheet_took_for_a_number_still_finds_its_village(session, commune):
    load(session, commune, *(f",Thôn {number},{number}" for number in range(1, 12)))
    preview = load(session, commune, "19867.1,Thôn 10,99", '"19867,11",Thôn 11,98')
    assert [match.existing.code for match in preview.changed] == ["19867.10", "19867.11"]


def test_the_same_own_code_in_two_communes_does_not_clash(session, commune):
    other = find_unit(session, "19753", date(2025, 7, 1))
    load(session, commune, "T1,Thôn Đông,120")
    load(session, other, "T1,Tổ dân phố 1,300")
    assert [row[0] for row in kept(session, commune) + kept(session, other)] == ["19867.T1", "19753.T1"]


def test_a_preview_that_is_no_longer_true_is_refused_whole(session, commune):
    content = "Tên thôn,Số hộ\nThôn Đông,120\nThôn Tây,86".encode()
    preview = preview_import(session, commune.id, "thon.csv", content, YEAR)
    load(session, commune, ",Thôn Đông,119")
    with pytest.raises(ListChanged) as caught:
        apply_import(session, commune.id, preview, YEAR, by=None)
    assert len(caught.value.preview.changed) == 1
    assert kept(session, commune) == [("19867.01", "Thôn Đông", {YEAR: 119})]


def test_a_preview_with_problems_is_never_written(session, commune):
    preview = preview_import(session, commune.id, "t.csv", b"Ten thon,So ho\nThon A,-1\nThon B,5", YEAR)
    with pytest.raises(DomainError):
        apply_import(session, commune.id, preview, YEAR, by=None)
    assert kept(session, commune) == []


@pytest.mark.parametrize("year", [0, 2024, YEAR + 1, 10**9])
def test_a_year_in_which_the_commune_did_not_stand_is_refused(session, commune, year):
    with pytest.raises(DomainError, match="Năm của số hộ"):
        preview_import(session, commune.id, "t.csv", b"Ten thon,So ho\nThon A,1", year)


def test_a_province_has_no_list_of_villages(session):
    province = find_unit(session, "46", today())
    assert province is not None
    with pytest.raises(NotFound):
        preview_import(session, province.id, "t.csv", b"x", YEAR)


def test_the_log_tells_totals(session, commune):
    load(session, commune, ",Thôn Đông,120", ",Thôn Tây,86")
    event = session.scalar(select(AuditEvent).where(AuditEvent.action == "villages.import"))
    assert event.unit_id == commune.id
    assert '"households": 206' in event.detail
