"""Text never leaves its box."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.printing.fonts import BOLD, MONO, REGULAR, make_printable, measure
from survey.printing.lettering import fit, wrap


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.floats(30, 500), st.floats(14, 200), st.sampled_from([REGULAR, BOLD, MONO]))
def test_any_text_fits_any_box(text, width, height, font):
    fitted = fit(text, font, width, height, largest=40, smallest=8, most_lines=3)
    assert fitted.height <= height + 0.1
    assert len(fitted.lines) <= 3
    assert all(measure(line, font, fitted.size) <= width + 0.1 for line in fitted.lines)


def test_a_short_text_keeps_the_largest_size():
    assert fit("Thôn Phước Lập", BOLD, 400, 60, largest=29, smallest=12).size == 29


def test_what_cannot_fit_ends_with_an_ellipsis():
    fitted = fit("dài quá " * 50, REGULAR, 100, 30, largest=20, smallest=10)
    assert fitted.size == 10
    assert fitted.lines[-1].endswith("…")


def test_a_balanced_text_keeps_its_words_and_its_number_of_lines():
    text = "Bà con có hài lòng với kết quả xây dựng nông thôn mới của xã mình không?"
    plain = fit(text, BOLD, 300, 200, largest=30, smallest=10)
    even = fit(text, BOLD, 300, 200, largest=30, smallest=10, balanced=True)
    assert " ".join(even.lines) == text
    assert len(even.lines) == len(plain.lines)


def test_a_telephone_number_is_not_broken_and_no_line_begins_with_a_dash():
    number = "0234 3554 123"
    assert any(
        number in line for line in wrap(f"gọi số {number}", REGULAR, 20, measure(number, REGULAR, 20) + 30)
    )
    lines = wrap("Chân Mây - Lăng Cô", REGULAR, 20, measure("Chân Mây -", REGULAR, 20) - 1)
    assert not any(line.startswith("-") for line in lines)


@pytest.mark.parametrize("typed", ["Thôn\x00 Đông 🙂", "Tho\u0302n\tĐo\u0302ng", "  Thôn \u202eĐông\n"])
def test_what_the_font_cannot_draw_is_left_out(typed):
    assert " ".join(make_printable(typed, REGULAR).split()) == "Thôn Đông"
