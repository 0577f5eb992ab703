"""A list that people write in lines: it comes back as it went, and each mistake is told with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.problems import DataError
from survey.domain.theme_lists import (
    LONGEST_LIST,
    InvalidThemes,
    load_themes,
    parse_list,
    shipped_themes,
    write_list,
)
from survey.domain.themes import ThemeList
from translations.catalogue import use_locale


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidThemes) as found:
        parse_list(text)
    return [str(one) for one in found.value.problems]


def test_the_shipped_list_written_and_read_again_is_the_same() -> None:
    assert parse_list(write_list(shipped_themes())) == shipped_themes()


def test_a_list_in_lines_is_read() -> None:
    found = parse_list(
        '# của xã\n\nĐường làng : đường,  cầu cống , "chợ"\nKhông tính: yêu cầu\ngt = giao thông\nNHÀ Ở: nhà'
    )
    assert [(one.code, one.name.say("vi")) for one in found.themes] == [
        ("duong-lang", "Đường làng"),
        ("nha-o", "Nhà ở"),
    ]
    assert list(map(str, found.themes[0].keywords)) == ["đường", "cầu cống", '"chợ"']
    assert list(map(str, found.ignored)) == ["yêu cầu"]
    assert found.abbreviations == (("gt", "giao thông"),)


def test_a_shipped_name_keeps_its_code_criterion_and_english_name() -> None:
    (theme,) = parse_list("đường giao thông: lối đi").themes
    assert (theme.code, theme.criterion) == ("giao-thong", "ntm-02")
    with use_locale("en"):
        assert str(theme.name) == "Roads"


def test_curly_quotes_are_quotes() -> None:
    (theme,) = parse_list("Chợ quê: “chợ”").themes
    assert theme.keywords[0].exact


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("đường, cầu", "Dòng 1: Thiếu dấu hai chấm sau tên chủ đề."),
        (": đường", "Dòng 1: Thiếu tên chủ đề trước dấu hai chấm."),
        ("Đường:  , ", "Dòng 1: Chủ đề này chưa có từ khóa nào."),
        ("Đường: đường\nCầu: cầu, Đường", "Dòng 2: Từ khóa “Đường” đã có ở dòng 1."),
        ("Đường: đường\n\nđường: cầu", "Dòng 3: Tên chủ đề này đã có ở dòng 1."),
        ("Khác: linh tinh", "Dòng 1: “Khác” dành cho ý kiến không thuộc chủ đề nào, xin đặt tên khác."),
        ("Đường: 12", "Dòng 1: “12” không phải từ khóa."),
        ("Đường: đ", "Dòng 1: “đ” không phải từ khóa."),
        ("Đường: a b c d e f g h i", "Dòng 1: Từ khóa “a b c d e f g h i” dài quá 8 tiếng."),
        ("x" * 61 + ": đường", "Dòng 1: Tên chủ đề dài quá, tối đa 60 ký tự."),
        ("g t = giao thông", "Dòng 1: Chữ viết tắt phải là một chữ liền, ví dụ: gt = giao thông."),
        ("gt = ", "Dòng 1: Thiếu chữ đầy đủ của “gt”."),
        ("gt = giao thông\nGT = giá tiền", "Dòng 2: Chữ viết tắt “gt” đã có ở dòng trên."),
        ("# không có gì", "Danh sách chưa có chủ đề nào."),
        ("a" * (LONGEST_LIST + 1), f"Danh sách dài quá, tối đa {LONGEST_LIST} ký tự."),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, problem: str) -> None:
    assert problem in problems_of(text)


def test_all_mistakes_are_told_at_once() -> None:
    assert len(problems_of("Đường\n: cầu\nChợ: 1, 2")) == 5


def test_a_keyword_given_twice_in_one_line_counts_once() -> None:
    (theme,) = parse_list("Đường: đường, ĐƯỜNG, cầu").themes
    assert [one.text for one in theme.keywords] == ["đường", "cầu"]


def test_the_shipped_file_names_a_keyword_of_two_themes(tmp_path) -> None:
    file = tmp_path / "themes.toml"
    theme = '[[themes]]\ncode = "{0}"\nname = {{vi = "{0}"}}\nkeywords = ["rác", "{0}"]\n'
    file.write_text('status = "draft"\nsource = "thử"\n' + theme.format("mot") + theme.format("hai"))
    with pytest.raises(DataError, match="Từ khóa “rác” có ở cả “mot” và “hai”"):
        load_themes(file)


NAMES = st.from_regex(r"[a-zđêôơư]{3,8}( [a-z]{2,5})?", fullmatch=True)


@given(st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=4, unique=True), min_size=1, max_size=6))
def test_whatever_is_accepted_is_written_and_read_the_same(groups: dict[str, list[str]]) -> None:
    text = "\n".join(f"{name}: {', '.join(words)}" for name, words in groups.items())
    try:
        found = parse_list(text)
    except InvalidThemes:
        return
    assert parse_list(write_list(found)) == found


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    problems: tuple[object, ...] = ()
    try:
        found = parse_list(text)
    except InvalidThemes as problem:
        found, problems = ThemeList(()), problem.problems
    assert bool(found.themes) != bool(problems)
