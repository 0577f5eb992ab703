"""Themes by keyword: with and without accents, abbreviated, the longest keyword first."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.theme_lists import parse_list, shipped_themes
from survey.domain.themes import OTHER

THEMES = shipped_themes()


def find(text: str) -> set[str]:
    return set(THEMES.find_themes(text))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Đường lầy, nước giếng nhiễm phèn", {"giao-thong", "nuoc-sach"}),
        ("nước thải chảy ra ngoài", {"moi-truong"}),
        ("Thiếu nước tưới cho đồng", {"thuy-loi"}),
        ("đèn đường hỏng đã lâu", {"dien"}),
        ("Điện thoại hay mất sóng", {"thong-tin"}),
        ("Vệ sinh môi trường kém", {"moi-truong"}),
        ("vệ sinh an toàn thực phẩm ở chợ", {"thuc-pham", "cho"}),
        ("Cán bộ một cửa hách dịch", {"can-bo"}),
        ("học nghề xong không có việc làm", {"viec-lam"}),
        ("Trạm y tế thiếu thuốc", {"y-te"}),
        ("phun thuốc trừ sâu gần nhà", {"moi-truong"}),
        ("Mong xã quan tâm hơn", {OTHER}),
        ("Nhà nước cần xem lại các trường hợp này", {OTHER}),
        ("", {OTHER}),
    ],
)
def test_a_text_is_coded_by_what_it_names(text: str, codes: set[str]) -> None:
    assert find(text) == codes


@pytest.mark.parametrize(
    "text",
    ["duong lay loi qua", "DUONG LAY LOI", "ĐƯỜNG LẦY LỘI", "đường lầy lội", "Duong xau. Đề nghị sửa."],
)
def test_accents_and_capitals_may_be_missing(text: str) -> None:
    assert find(text) == {"giao-thong"}


def test_the_place_of_a_tone_mark_does_not_matter() -> None:
    assert find("thuỷ lợi yếu") == find("thủy lợi yếu") == {"thuy-loi"}
    assert find("nhà văn hoá cũ") == find("nhà văn hóa cũ") == {"van-hoa"}
    assert find(unicodedata.normalize("NFD", "nhà văn hóa cũ")) == {"van-hoa"}


def test_an_accent_that_was_typed_counts() -> None:
    assert find("Xin để cho dân đi lại dễ dàng") == {OTHER}
    assert find("Xin cho lam som") == {OTHER}
    assert find("Đê sạt lở") == {"thuy-loi"}
    assert find("de nghi xa lam som") == {OTHER}


def test_a_clause_without_accents_beside_one_with_them_is_still_understood() -> None:
    assert find("duong xau quá, Đề nghị xã sửa") == {"giao-thong"}
    assert find("Xã làm tốt; rac khong ai gom") == {"moi-truong"}


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("GT xuống cấp", "giao thông xuống cấp"),
        ("htx chua lam gi", "hợp tác xã chưa làm gì"),
        ("UBND xã chậm", "ủy ban nhân dân xã chậm"),
        ("U.B.N.D. xã chậm", "ủy ban nhân dân xã chậm"),
        ("vsmt kém", "vệ sinh môi trường kém"),
        ("nvh cũ", "nhà văn hóa cũ"),
    ],
)
def test_an_abbreviation_is_spelt_out(short: str, full: str) -> None:
    assert find(short) == find(full) != {OTHER}


def test_words_within_words_are_not_found() -> None:
    assert find("đườngxá") == {OTHER}
    assert find("racing") == {OTHER}


def test_a_word_is_spent_once_by_the_longest_keyword() -> None:
    themes = parse_list("A: đường\nB: đường dây điện\nC: dây điện\nKhông tính: đường dây nóng")
    assert themes.find_themes("đường dây điện đứt") == ("b",)
    assert themes.find_themes("đường hỏng, dây điện đứt") == ("a", "c")
    assert themes.find_themes("gọi đường dây nóng") == (OTHER,)
    assert themes.find_themes("đường đường dây điện") == ("a", "b")


def test_every_theme_of_the_shipped_list_is_told_by_each_of_its_keywords() -> None:
    for theme in THEMES.themes:
        for keyword in theme.keywords:
            assert theme.code in THEMES.find_themes(keyword.text), keyword
            if not keyword.exact:
                assert theme.code in THEMES.find_themes(" ".join(keyword.folded)), keyword


def test_no_ignored_word_tells_a_theme() -> None:
    for keyword in THEMES.ignored:
        assert THEMES.find_themes(keyword.text) == (OTHER,), keyword


def test_names_are_told_in_the_language_of_the_moment() -> None:
    assert THEMES.name_of("giao-thong") == "Đường giao thông"
    assert THEMES.name_of(OTHER) == "Khác"
    assert THEMES.name_of("khong-co") is None


CODES = [theme.code for theme in THEMES.themes] + [OTHER]


@given(st.text(max_size=300))
def test_any_text_gets_known_themes_each_once_and_in_order(text: str) -> None:
    found = THEMES.find_themes(text)
    assert found
    assert list(found) == sorted(set(found), key=CODES.index)
    assert OTHER not in found or found == (OTHER,)


@given(st.lists(st.sampled_from(["đường", "rác", "nước", "và", "thì", "trạm y tế", "xã"]), max_size=12))
def test_the_order_of_clauses_does_not_matter(words: list[str]) -> None:
    assert THEMES.find_themes(", ".join(words)) == THEMES.find_themes(", ".join(reversed(words)))
