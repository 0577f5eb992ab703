"""The register of units: its three eras, what became of whom, and the search."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from survey.domain.area import AreaClass, asks_households, is_rural
from survey.domain.errors import NotFound
from survey.domain.names import fold, matches, name_key, split_type
from survey.domain.register import SHIPPED, RegisterError, load_register
from survey.domain.units import RECORD_START, Level, UnitKey

ERAS = (RECORD_START, date(2025, 1, 1), date(2025, 7, 1))
REGISTER = load_register()


@pytest.mark.parametrize(
    ("on", "districts", "communes"),
    [
        (date(2024, 12, 31), 9, {"Xã": 95, "Phường": 39, "Thị trấn": 7}),
        (date(2025, 1, 1), 9, {"Xã": 78, "Phường": 48, "Thị trấn": 7}),
        (date(2025, 6, 30), 9, {"Xã": 78, "Phường": 48, "Thị trấn": 7}),
        (date(2025, 7, 1), 0, {"Xã": 19, "Phường": 21}),
    ],
)
def test_each_day_has_the_published_numbers(on: date, districts: int, communes: dict[str, int]) -> None:
    assert len(REGISTER.list_units(on, Level.PROVINCE)) == 1
    assert len(REGISTER.list_units(on, Level.DISTRICT)) == districts
    assert Counter(unit.type for unit in REGISTER.list_units(on, Level.COMMUNE)) == communes


def test_nothing_is_known_before_the_record_starts() -> None:
    assert REGISTER.list_units(date(2020, 12, 31)) == []
    assert REGISTER.find_unit("46", date(2020, 12, 31)) is None


def test_keys_are_unique_and_parents_belong_to_the_same_era() -> None:
    keys = {unit.key for unit in REGISTER.units}
    assert len(keys) == len(REGISTER.units) == 335
    for unit in REGISTER.units:
        if unit.parent_code is not None:
            assert UnitKey(unit.parent_code, unit.valid_from) in keys


def test_a_code_alone_is_not_an_identity() -> None:
    names = [REGISTER.get_unit(UnitKey("19819", day)).name for day in ERAS]
    assert names == ["Thị trấn Phong Điền", "Phường Phong Thu", "Phường Phong Điền"]
    today = REGISTER.list_units(ERAS[2], Level.COMMUNE)
    same = [u for u in today if (old := REGISTER.find_unit(u.code, ERAS[0])) and old.name == u.name]
    assert (len(today), len(same)) == (40, 5)


def test_every_commune_before_the_last_era_has_a_recorded_fate() -> None:
    for day in ERAS[:2]:
        for unit in REGISTER.list_units(day, Level.COMMUNE):
            assert len(REGISTER.list_successions(unit.key)) == 1, unit


def test_the_eight_codes_that_ended_in_2024_stay_undetermined() -> None:
    unknown = {s.predecessor.code: s.candidates for s in REGISTER.successions if s.successor is None}
    assert set(unknown) == {"19822", "19834", "19840", "19849", "19906", "19924", "19999", "20032"}
    for code in ("19822", "19834", "19840", "19849"):
        assert unknown[code] == ()
    for code in ("19906", "19924", "19999", "20032"):
        names = {REGISTER.get_unit(key).name for key in unknown[code]}
        assert names == {"Phường Dương Nỗ", "Phường Long Hồ", "Phường Thuận An"}


def test_133_communes_survive_january_2025_under_their_own_code() -> None:
    surviving = [
        s
        for s in REGISTER.successions
        if s.predecessor.valid_from == ERAS[0] and s.successor and len(s.predecessor.code) == 5
    ]
    assert len(surviving) == 133
    assert all(s.successor and s.successor.code == s.predecessor.code for s in surviving)


def test_todays_communes_know_what_they_were_made_of() -> None:
    quang_dien = UnitKey("19867", ERAS[2])
    origins = [REGISTER.get_unit(s.predecessor).name for s in REGISTER.list_predecessions(quang_dien)]
    assert origins == ["Thị trấn Sịa", "Xã Quảng Phước", "Xã Quảng An", "Xã Quảng Thọ"]
    assert all(REGISTER.list_predecessions(u.key) for u in REGISTER.list_units(ERAS[2], Level.COMMUNE))
    vinh_thanh = REGISTER.list_successions(UnitKey("19945", ERAS[1]))
    assert [s.successor for s in vinh_thanh] == [UnitKey("19945", ERAS[2])]
    assert REGISTER.list_successions(UnitKey("20074", ERAS[1]))[0].successor == UnitKey("20071", ERAS[2])


def test_districts_go_where_their_communes_went_and_end_in_june_2025() -> None:
    def after(code: str) -> list[str]:
        found = REGISTER.list_successions(UnitKey(code, ERAS[0]))
        return [REGISTER.get_unit(s.successor).name for s in found if s.successor]

    assert after("474") == ["Quận Thuận Hóa", "Quận Phú Xuân"]
    assert after("483") == ["Huyện Phú Lộc"]
    assert after("476") == ["Thị xã Phong Điền"]
    assert after("46") == ["Thành phố Huế"]
    assert REGISTER.list_successions(UnitKey("477", ERAS[1])) == ()


def test_children_stay_inside_their_era() -> None:
    assert len(REGISTER.list_children(UnitKey("477", ERAS[1]))) == 11
    assert len(REGISTER.list_children(UnitKey("46", ERAS[2]))) == 40
    with pytest.raises(NotFound, match="99999"):
        REGISTER.get_unit(UnitKey("99999", ERAS[2]))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Xã Quảng Điền", "xa quang dien"),
        ("  CHÂN MÂY -  Lăng Cô ", "chan may lang co"),
        ("Thuỷ Biều", "thuy bieu"),
        ("Thủy Biều", "thuy bieu"),
        ("Ho\u0301a", "hoa"),
        ("Hoá", "hoa"),
        ("ĐẶNG_đ/Đ", "dang d d"),
        ("A Lưới 2", "a luoi 2"),
        ("…", ""),
    ],
)
def test_folding_forgets_accents_case_and_punctuation(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Thôn Hóa Châu", "thôn  hoá châu", True),
        ("Thủy Xuân", "Thuỷ-Xuân", True),
        ("Thôn Đông", "Thôn Đồng", False),
        ("Hòa", "Hóa", False),
        ("Thôn 1", "Thôn 11", False),
        ("Dương Nỗ", "DƯƠNG NỖ", True),
        ("Hoan", "Hoàn", False),
    ],
)
def test_a_name_keeps_its_accents_but_not_their_place(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


@pytest.mark.parametrize(
    ("query", "name", "found"),
    [
        ("quang dien", "Xã Quảng Điền", True),
        ("xã quảng điền", "Xã Quảng Điền", True),
        ("huyện quảng điền", "Xã Quảng Điền", False),
        ("Quảng Đi", "Xã Quảng Điền", True),
        ("dien", "Xã Quảng Điền", True),
        ("ien", "Xã Quảng Điền", False),
        ("thuan hoa", "Phường Thuận Hóa", True),
        ("Thuận Hoá", "Phường Thuận Hóa", True),
        ("tp hue", "Thành phố Huế", True),
        ("tt sia", "Thị trấn Sịa", True),
        ("phường đúc", "Phường Phường Đúc", True),
        ("xã Phú Vang", "Phú Vang", True),
        ("lang co", "Xã Chân Mây - Lăng Cô", True),
        ("phường", "Phường Vỹ Dạ", True),
        ("phường", "Xã Vinh Lộc", False),
        ("", "Xã Vinh Lộc", True),
    ],
)
def test_search_words_follow_each_other_and_types_are_optional(query: str, name: str, found: bool) -> None:
    assert matches(query, name) is found


def test_search_finds_names_codes_and_puts_the_exact_spelling_first() -> None:
    assert [unit.name for unit in REGISTER.search("19867", ERAS[2])] == ["Xã Quảng Điền"]
    assert {u.type for u in REGISTER.search("phong điền")} == {"Huyện", "Thị trấn", "Thị xã", "Phường"}
    assert REGISTER.search("Thuận Hóa", ERAS[1])[0].name == "Quận Thuận Hóa"
    assert REGISTER.search("không có đâu") == []


def test_types_are_split_off() -> None:
    assert split_type("thanh pho hue") == ("thanh pho", "hue")
    assert split_type("thanh thuy") == ("", "thanh thuy")
    assert split_type("") == ("", "")


def test_only_xa_ask_households() -> None:
    assert asks_households("Xã")
    assert not any(asks_households(kind) for kind in ("Phường", "Thị trấn", "Huyện", "Thôn"))
    assert is_rural("Huyện")
    assert not is_rural("Thị trấn")
    assert str(AreaClass("undetermined").label) == "Chưa xác định"
    assert AreaClass.UNDETERMINED.is_extremely_disadvantaged is None
    assert AreaClass.COASTAL.is_extremely_disadvantaged
    assert all(str(area.label) for area in AreaClass)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "successions_2025h1_to_2025.csv",
            "19870,Xã Quảng Thái,477,Huyện Quảng Điền,19885,Xã Đan Điền\n",
            "",
            "19870",
        ),
        ("units_2025.csv", "19867,Xã Quảng Điền,commune,46,Xã\n", "", "có 18 đơn vị"),
        ("units_2025h1.csv", "19870,Xã Quảng Thái,commune,477", "19870,Xã Quảng Thái,commune,999", "19870"),
        ("units_pre2025.csv", "19870,Xã Quảng Thái,commune", "19870,Xã Quảng Lạ,district", "district"),
        ("successions_2025h1_to_2025.csv", "19885,Xã Đan Điền", "19885,Xã Sai Tên", "19870"),
        ("successions_pre2025_to_2025h1.csv", "19822,Xã Điền Hương,,,\n", "", "19822"),
        ("successions_pre2025_to_2025h1.csv", "19900 19909", "19900 11111", "19906"),
    ],
)
def test_a_damaged_register_is_refused_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = tmp_path / "units"
    shutil.copytree(SHIPPED, folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(RegisterError) as caught:
        load_register(folder)
    assert said in str(caught.value)
    assert file in str(caught.value) or "successions" in str(caught.value)


def test_the_shipped_files_name_their_source() -> None:
    provenance = (SHIPPED / "PROVENANCE.md").read_text("utf-8")
    for path in SHIPPED.iterdir():
        if path.name != "PROVENANCE.md":
            assert f"`{path.name}`" in provenance
