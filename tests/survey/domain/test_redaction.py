"""What is blacked out, what never is, and that both hold wherever it stands in a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey.domain.redaction import COVER, Kind, find_private, redact

PHONES = """
0912345678|0912 345 678|0912.345.678|091-234-5678|09 12 34 56 78|0 912 345 678|0-912-345-678|0912,345,678
+84 912 345 678|+84912345678|(+84) 912 345 678|+84(0)912345678|84912345678|84 912 345 678|0084 912345678
O912345678|0234 3822123|(0234) 3822 123|0234.3822.123|024 3825 1234|0234/3822123|01689123456
0905/123/456|0905/123456|090/512/3456|0905 / 123 / 456|0905/123.456|0912.345/678|0234/382/2123|0123/456/7890
0 9 1 2 3 4 5 6 7 8|0912 – 345 – 678|+8562012345678|０９１２３４５６７８|(0912345678)|03 52 11 20 26
"""
IDENTITIES = """
191234567|191 234 567|191-234-567|046203004567|046 203 004 567|0462 0300 4567|046.203.004.567|B1234567
c7654321|P01234567
"""
NAMED = """
ĐT: 3822123|đt 382 2123|gọi 3822123|CMND 191.234.567|CCCD số 046 203 004 567|stk: 123 456 789
tài khoản 4000205|Zalo 3822123|số tài khoản 1903 4567 8901|căn cước công dân 046203004567 đồng bào
hộ chiếu 1234567|Passport: 12345678|ho chieu so 7654321
"""
ACCOUNTS = "19034567890123|1903 4567 8901 23|1903-4567-8901-2345|0011004123456|12345678"
ADDRESSES = """
ha.nguyen+xa@gmail.com|nguyenvana @ gmail.com|nguyenvana@gmail|https://www.facebook.com/abc.def?id=1|@nguyenvana
facebook.com/abc|m.facebook.com/abc|fb.com/x.y|zalo.me/0912345678|www.abc.vn/tin|HTTP://ABC.VN
"""
ORDINARY = """
2 triệu|500.000 đồng|1.500.000đ|500000000 đồng|12.345.678.900 đồng|250000000|1.234.567.890|84.500.000 đồng
12 345 678 đồng|191 234 567 đồng|191234567 m2|năm 2025|2021-2025|từ 2019 - 2021|2019 2020 2021|30/4/1975
05.11.2026 30 hộ|05-11-2026|07-08-2026 15-09|02-2026 1200 hộ|ngày 05 11 2025|20261125|25112026|0,5 ha
12.000 m2|QL1A|QL 49B|ĐT 617|đường tỉnh lộ 11 12|QĐ 318/QĐ-TTg|132/KH-UBND|1.893/2.552|74,18 %|220V|35kV|12h30
07h00-11h30|thôn 01 02 03 04 05|thôn 03 04 05 06 07|1 2 3 4 5 6 7 8 9|100 200 300|0,35 0,45 0,12 0,5
số nhà 12/34/5|24/7|113, 114, 115|gọi 115|thửa 123 tờ bản đồ 45|3 lần, 15 ngày|Covid-19|tổ 4, khu 2|4G 5G
01/02/2026|09/05/2026|03/2026|QL49B|QĐ 51/2025|QĐ 51/2025/QĐ-TTg|0905/2025|số 0905/QĐ-UBND|thửa 905/123/456
đường A1|khu B 1500000 đồng|B123456|75B1-23456|nhà A12, B13|mẫu C 1.893/2.552|12/2026/NQ-HĐND|xe 75K1-234.56
1.893, 2.552, 1.874|tiền điện 1500000|giá 5.000 - 10.000|từ 1/1 đến 30/6/2025|lớp 3/4|50% - 60%
"""


def split(texts: str) -> list[str]:
    return [one for line in texts.split("\n") for one in line.split("|") if one]


def has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


@pytest.mark.parametrize("number", split(PHONES) + split(IDENTITIES) + split(NAMED) + split(ACCOUNTS))
def test_a_persons_number_is_blacked_out(number: str) -> None:
    told = redact(f"Xin hỏi tôi, {number} nhé")
    assert not has_digit(told), told
    assert told.startswith("Xin hỏi tôi, ")
    assert told.endswith(" nhé")
    assert told.count(COVER) == 1


@pytest.mark.parametrize("address", split(ADDRESSES))
def test_an_address_on_the_net_is_blacked_out(address: str) -> None:
    assert redact(f"Xin hỏi {address}, cảm ơn.") == f"Xin hỏi {COVER}, cảm ơn."


@pytest.mark.parametrize("words", split(ORDINARY))
def test_counts_years_money_days_and_roads_stay(words: str) -> None:
    assert redact(f"Ở đây {words} rồi") == f"Ở đây {words} rồi"


def test_each_private_piece_is_told_by_its_place_and_kind() -> None:
    text = "Gọi 0912 345 678 hoặc a@b.vn, CMND 191 234 567, fb.com/a, thẻ 12345678; 3 triệu."
    found = find_private(text)
    assert [(text[one.start : one.end], one.kind) for one in found] == [
        ("0912 345 678", Kind.PHONE),
        ("a@b.vn", Kind.EMAIL),
        ("191 234 567", Kind.LONG_NUMBER),
        ("fb.com/a", Kind.LINK),
        ("12345678", Kind.LONG_NUMBER),
    ]
    assert redact(text) == f"Gọi {COVER} hoặc {COVER}, CMND {COVER}, {COVER}, thẻ {COVER}; 3 triệu."


def test_two_numbers_side_by_side_are_two_covers() -> None:
    assert redact("0912345678/0987654321") == f"{COVER}/{COVER}"
    assert redact("0905/123/456/0987/654/321") == f"{COVER}/{COVER}"
    assert redact("B1234567/C7654321") == f"{COVER}/{COVER}"
    assert redact("hộ 12 0912 345 678") == f"hộ 12 {COVER}"
    assert redact("sđt0912345678") == f"sđt{COVER}"


GAPS = st.sampled_from(["", " ", ".", "-", " - ", "–", "/"])
MOBILES = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)
WORDS = st.lists(
    st.sampled_from(["đường", "lầy", "đề nghị xã", "sửa sớm", "cho dân nhờ ạ", "thôn", "hộ"]), max_size=8
).map(" ".join)


@st.composite
def written_apart(draw: st.DrawFn) -> str:
    """A mobile number in groups of three or more digits, with one kind of gap."""
    digits, gap = draw(MOBILES), draw(GAPS)
    first, second = draw(st.sampled_from([(3, 6), (4, 7), (5, 8)]))
    return gap.join([digits[:first], digits[first:second], digits[second:]])


@given(WORDS, written_apart(), WORDS)
def test_no_digit_of_a_telephone_number_is_left(before: str, phone: str, after: str) -> None:
    told = redact(f"{before} {phone} {after}")
    assert not has_digit(told), told
    assert told.startswith(before)
    assert told.endswith(after)


def write_grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


DAYS = st.dates().filter(lambda day: 1900 <= day.year <= 2099)
PLAIN = st.one_of(
    st.integers(0, 9_999_999).map(str),
    st.integers(0, 10**12).map(write_grouped),
    st.integers(1, 10**11).map(lambda number: f"{number} đồng"),
    st.integers(1, 999).map(lambda number: f"{number} triệu"),
    st.integers(1, 10**9).map(lambda number: f"{write_grouped(number)}đ"),
    DAYS.map(lambda day: f"{day.day}/{day.month}/{day.year}"),
    DAYS.map(lambda day: f"{day.day:02d}-{day.month:02d}-{day.year}"),
    DAYS.map(lambda day: f"{day.day:02d}.{day.month:02d}.{day.year}"),
    st.tuples(st.integers(1990, 2030), st.integers(1990, 2030)).map(lambda years: f"{years[0]}-{years[1]}"),
    st.integers(1, 999).map(lambda road: f"ĐT {road}"),
    st.integers(1, 99).map(lambda road: f"quốc lộ {road}B"),
    st.tuples(st.integers(0, 5000), st.integers(1, 5000)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
    st.decimals(0, 100, places=2).map(lambda share: f"{share} %".replace(".", ",")),
)
NOT_SAID_OF_A_PERSON = st.sampled_from(["có", "là", "từ", "mất", "thiếu", "xã cấp", "hết", "năm", "khoảng"])


@given(NOT_SAID_OF_A_PERSON, PLAIN, WORDS)
def test_an_ordinary_number_is_never_touched(before: str, number: str, after: str) -> None:
    text = f"{before} {number}, {after}"
    assert redact(text) == text


@example("0@O@O00")
@example("0@O+@O")
@given(st.text(alphabet="0123456789 .-–/,()+@oOđabc\n", max_size=60))
def test_blacking_out_is_final_and_keeps_what_lies_between(text: str) -> None:
    told = redact(text)
    assert redact(told) == told
    pieces = told.split(COVER)
    place = 0
    for piece in pieces:
        place = text.index(piece, place) + len(piece)


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    found = find_private(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
