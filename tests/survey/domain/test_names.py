"""Names of units within a sentence."""

from __future__ import annotations

import pytest

from survey.domain.names import name_within


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Xã Quảng Điền", "xã Quảng Điền"),
        ("Thôn Đông", "thôn Đông"),
        ("Tổ dân phố 5", "tổ dân phố 5"),
        ("Bản A Lưới", "bản A Lưới"),
        ("THÔN ĐÔNG", "THÔN ĐÔNG"),
        ("Định Phong", "Định Phong"),
        ("Khuông Phò", "Khuông Phò"),
        ("Thônlàng", "Thônlàng"),
        ("", ""),
    ],
)
def test_only_the_kind_begins_with_a_small_letter(name, within) -> None:
    assert name_within(name) == within
