"""The sheet of paper: its sizes, its two inks and the PDF that holds it."""

from __future__ import annotations

from typing import BinaryIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A3, A4, A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from survey.domain.errors import DomainError
from survey.printing.fonts import REGULAR, make_printable, register_fonts
from translations.catalogue import get_locale, lazy

SIZES = {"A3": A3, "A4": A4, "A5": A5}
MM = mm
INK = HexColor("#14201A")
GREEN = HexColor("#0A5236")  # dark enough to read as black where there is no colour
GREY = HexColor("#5B6660")


class NothingToPrint(DomainError):
    """There is no poster, slip or list to print."""


def open_canvas(out: BinaryIO, page_size: tuple[float, float], title: str) -> Canvas:
    """A PDF whose bytes depend on what is drawn alone: no clock and no random id in it."""
    register_fonts()
    locale = get_locale()
    canvas = Canvas(
        out,
        pagesize=page_size,
        invariant=1,
        pageCompression=1,
        initialFontName=REGULAR,  # type: ignore[arg-type]  # the stub is wrong
        lang="vi-VN" if locale == "vi" else locale,
    )
    canvas.setTitle(make_printable(title, REGULAR))
    canvas.setCreator("Lòng Dân")
    canvas.setAuthor("Lòng Dân")
    canvas.setSubject("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def save(canvas: Canvas, pages: int) -> int:
    """Write the PDF out; returns `pages`.

    Raises:
        NothingToPrint: no page was drawn; nothing has been written.
    """
    if pages == 0:
        raise NothingToPrint(lazy("Chưa có gì để in."))
    canvas.save()
    return pages
