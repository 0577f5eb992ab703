"""Languages by code or by name."""

from __future__ import annotations

import pytest

from survey.domain.errors import DomainError
from survey.domain.languages import SUGGESTED, read_language


def test_suggested_languages_need_no_name_and_keep_theirs():
    assert read_language("ktv") == ("ktv", "Cơ Tu")
    assert read_language(" KTV ", "Katu") == ("ktv", "Cơ Tu")
    assert {"vi", "en", "ktv", "tth", "pac", "bru"} == SUGGESTED.keys()


def test_a_language_without_a_code_gets_a_private_one():
    assert read_language("", "  Xơ  Đăng ") == ("x-xo-dang", "Xơ Đăng")
    assert read_language("", "Tiếng thôn Aliêng-Achang") == (
        "x-tieng-thon-alieng-achang",
        "Tiếng thôn Aliêng-Achang",
    )
    assert read_language("sed", "Xơ Đăng") == ("sed", "Xơ Đăng")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", ""),
        ("", "   "),
        ("sed", ""),
        ("", "n" * 41),
        ("a b", "Tên"),
        ("../x", "Tên"),
        ("", "???"),
        ("q" * 90, "Tên"),
    ],
)
def test_what_names_no_language_is_refused(code, name):
    with pytest.raises(DomainError):
        read_language(code, name)
