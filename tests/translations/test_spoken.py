"""Vietnamese as it is read out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations.spoken import list_abbreviations, speak, spell_date, spell_digits, spell_number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_893, "một nghìn tám trăm chín mươi ba"),
        (2_026, "hai nghìn không trăm hai mươi sáu"),
        (1_000_005, "một triệu không trăm linh năm"),
        (2_500_000_000, "hai tỷ năm trăm triệu"),
    ],
)
def test_a_number_in_words(number, words) -> None:
    assert spell_number(number) == words


@pytest.mark.parametrize("number", [-1, 10**12])
def test_what_nobody_reads_out_is_refused(number) -> None:
    with pytest.raises(ValueError, match="spelled"):
        spell_number(number)


@given(st.sets(st.integers(0, 10**12 - 1), min_size=2, max_size=2))
def test_two_numbers_never_sound_alike(numbers) -> None:
    assert len({spell_number(number) for number in numbers}) == 2


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 3), "ngày mùng ba tháng mười hai năm hai nghìn không trăm hai mươi sáu"),
        (date(2026, 4, 10), "ngày mùng mười tháng tư năm hai nghìn không trăm hai mươi sáu"),
        (date(2030, 1, 21), "ngày hai mươi mốt tháng một năm hai nghìn không trăm ba mươi"),
    ],
)
def test_a_day_in_words(day, words) -> None:
    assert spell_date(day) == words


def test_the_year_can_be_left_to_the_end_of_the_sentence() -> None:
    assert spell_date(date(2026, 11, 24), with_year=False) == "ngày hai mươi tư tháng mười một"


def test_a_telephone_number_is_read_digit_by_digit_with_its_pauses() -> None:
    assert spell_digits("0234 000 115") == "không hai ba bốn, không không không, một một năm"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Bà Hoa, 0234 000 111", "Bà Hoa, không hai ba bốn, không không không, một một một"),
        ("gọi 0905123456.", "gọi không chín không năm một hai ba bốn năm sáu."),
        ("gọi +84 905 123 456", "gọi tám bốn, chín không năm, một hai ba, bốn năm sáu"),
        ("đến hết 03/12/2026", "đến hết mùng ba tháng mười hai năm hai nghìn không trăm hai mươi sáu"),
        ("tháng 11/2026", "tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("99/99/2026", "chín chín, chín chín, hai không hai sáu"),
        ("đạt 80,5% của 1.893 hộ", "đạt tám mươi phẩy năm phần trăm của một nghìn tám trăm chín mươi ba hộ"),
        ("Thôn 3A", "Thôn ba A"),
        ("UBND xã – đ/c Nam, MTTQ", "Ủy ban nhân dân xã, đồng chí Nam, Mặt trận Tổ quốc"),
        ("xây dựng NTM năm 2026", "xây dựng nông thôn mới năm hai nghìn không trăm hai mươi sáu"),
        ("số 9999999999999", "số " + " ".join(["chín"] * 13)),
    ],
)
def test_figures_and_abbreviations_are_written_as_one_says_them(written, said) -> None:
    assert speak(written) == said


@given(st.text())
def test_no_figure_is_left(text) -> None:
    assert not set("0123456789%") & set(speak(text))


def test_abbreviations_that_nobody_knows_are_listed_once() -> None:
    assert list_abbreviations("HTX Đông và HTX Tây, ĐBP, THẢO LUẬN, Xã, A") == ["HTX", "ĐBP"]
