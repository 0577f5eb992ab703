"""A hint at a name: what people are called by, followed by a capital letter."""

from __future__ import annotations

import pytest

from survey.domain.name_hints import find_names, may_name_somebody


@pytest.mark.parametrize(
    "text",
    ["Anh Hùng cán bộ địa chính làm khó", "ông Nguyễn Văn A", "Chủ tịch Lê Văn B hứa", "do Trần Thị C nói",
     "bí thư Minh", "BÀ NGUYỄN THỊ D NÓI", "gặp chị  Lan"],
)  # fmt: skip
def test_a_name_is_hinted_at(text: str) -> None:
    assert may_name_somebody(text)


@pytest.mark.parametrize(
    "text",
    ["Đường lầy lội", "ĐƯỜNG LẦY LỘI", "Đề nghị ông bà xem xét", "noi gương Bác Hồ", "Bà Con thôn An Lộc",
     "BÀ CON ĐI LẠI KHÓ", "anh em trong thôn", "Đường về thôn Đông", ""],
)  # fmt: skip
def test_ordinary_words_are_no_names(text: str) -> None:
    assert not may_name_somebody(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ông Trần Văn Bình làm đường xấu", ["Ông Trần Văn Bình"]),
        ("gặp chị  Lan, anh Hùng. Thôn Đông", ["chị  Lan", "anh Hùng"]),
        ("BÀ CON NÓI ÔNG BÌNH", ["ÔNG BÌNH"]),
        ("Đường lầy lội", []),
    ],
)
def test_a_name_is_found_with_its_title_and_all_its_capitals(text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end in find_names(text)] == names
