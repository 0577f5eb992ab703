"""What stands in for a scan of signed minutes: a page that says it is none."""

from __future__ import annotations

from io import BytesIO

from survey.printing.fonts import BOLD, REGULAR
from survey.printing.lettering import Box, draw, fit
from survey.printing.paper import INK, MM, SIZES, open_canvas, save

_WIDTH, _HEIGHT = SIZES["A4"]


def draw_scan(title: str, round_title: str) -> bytes:
    """A page of PDF, the same for the same words."""
    out = BytesIO()
    canvas = open_canvas(out, (_WIDTH, _HEIGHT), title)
    canvas.setFillColor(INK)
    words = (title, round_title, "Bản trình diễn: không có chữ ký nào, không có giá trị pháp lý.")
    top = _HEIGHT - 60 * MM
    for text, font in zip(words, (BOLD, REGULAR, REGULAR), strict=True):
        box = Box(30 * MM, top, _WIDTH - 60 * MM, 30 * MM)
        top = (
            draw(canvas, fit(text, font, box.width, box.height, largest=20, smallest=10), box, "centre") - 20
        )
    canvas.showPage()
    save(canvas, 1)
    return out.getvalue()
