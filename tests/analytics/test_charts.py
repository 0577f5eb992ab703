"""Bars: as long as their figures, with text that cannot break out, and no style that the policy refuses."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page

from analytics.charts import Bar, draw_bars
from tests.servers.screens import find_drawing_problems

STYLE = (Path(__file__).parents[2] / "static" / "staff.css").read_text(encoding="utf-8")
LEAST_PIXELS = 12
BARS = [
    Bar("Hộ đã gửi phiếu", Fraction(1893, 2552), "74,18\N{NO-BREAK SPACE}% (1.893/2.552)"),
    Bar("Đường giao thông", Fraction(1), "100,00\N{NO-BREAK SPACE}% (1.880/1.880)"),
    Bar("WWWW MMMM WWWW", Fraction(1), "99,9992\N{NO-BREAK SPACE}% (1.234.566/1.234.567)"),
    Bar("Thu nhập hiện tại của gia đình mình cao hơn so với thời điểm được công nhận đạt chuẩn nông thôn mới",
        Fraction(9, 10), "90,00\N{NO-BREAK SPACE}% (18.930/21.033)"),
    Bar("Chợ, nơi mua bán", None, "ẩn – để không so với bản trước mà ra số nhỏ"),
    Bar("Mmwmw" * 20, None, "ẩn – dưới 10 phiếu"),
]  # fmt: skip


def test_bars_are_as_long_as_their_values() -> None:
    bars = [Bar("Một", Fraction(1, 2), "50 %"), Bar("Hai", None, "ẩn")]
    drawn = draw_bars("a", "Tỷ lệ", bars, Fraction(4, 5))
    assert drawn.count("<svg") == 2
    assert 'width="160.0"' in drawn
    assert 'width="0.0"' in drawn
    assert drawn.count('x1="256.0"') == 2


def test_labels_are_escaped_whole_and_nothing_needs_a_style() -> None:
    drawn = draw_bars("a", '"<t>', [Bar("<script>" + "x" * 100, Fraction(2), "&")])
    assert "<script>" not in drawn
    assert 'aria-label="&#34;&lt;t&gt;"' in drawn
    assert "style=" not in drawn
    assert "".join(re.findall("<text[^>]*>([^<]*)", drawn)) == "&lt;script&gt;" + "x" * 100 + "&amp;"


@pytest.mark.parametrize("width", [320, 360, 420, 700, 1200, 0], ids="{} px".format)
def test_text_can_be_read_and_stays_in_its_drawing_on_every_screen_and_in_print(
    page: Page, width: int
) -> None:
    """A width of 0 is A4 paper."""
    if not width:
        page.emulate_media(media="print")
    page.set_viewport_size({"width": width or 680, "height": 800})
    card = f'<div class="card">{draw_bars("a", "Tỷ lệ", BARS, Fraction(4, 5))}</div>'
    head = '<meta name="viewport" content="width=device-width">'
    page.set_content(f"<!doctype html>{head}<style>{STYLE}</style><main>{card}</main>")
    assert find_drawing_problems(page) == []
    sizes = page.eval_on_selector_all(
        ".bars text",
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)",
    )
    assert min(sizes) >= LEAST_PIXELS
    assert max(sizes) <= 1.5 * LEAST_PIXELS
