"""Bars: as long as their figures, with text that cannot break out, and no style that the policy refuses."""

from __future__ import annotations

from fractions import Fraction

from analytics.charts import Bar, draw_bars


def test_bars_are_as_long_as_their_values() -> None:
    bars = [Bar("Một", Fraction(1, 2), "50 %"), Bar("Hai", None, "ẩn")]
    drawn = draw_bars("a", "Tỷ lệ", bars, Fraction(4, 5))
    assert 'width="130.0"' in drawn
    assert 'width="0.0"' in drawn
    assert 'x1="208.0"' in drawn


def test_labels_are_escaped_and_nothing_needs_a_style() -> None:
    drawn = draw_bars("a", "<t>", [Bar("<script>" + "x" * 100, Fraction(2), "&")])
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "style=" not in drawn
    assert "…" in drawn
