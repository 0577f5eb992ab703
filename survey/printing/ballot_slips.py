"""Blank ballots with a household's slip below, to be cut off: one household to an A4 sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import BinaryIO

from reportlab.lib.colors import black, white
from reportlab.pdfgen.canvas import Canvas

from survey.domain.codes import group, normalise
from survey.printing.ballot_layout import Ballot, Layout, Sheet, lay_out
from survey.printing.fonts import BOLD, MONO, REGULAR, measure
from survey.printing.lettering import Box, draw_middle, fit, write
from survey.printing.paper import GREEN, INK, MM, SIZES, open_canvas, save
from survey.printing.qr import draw_qr, qr_matrix
from survey.printing.slips import Slip, SlipSheet, write_number
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.catalogue import gettext as _
from translations.dates import format_date

_WIDTH, _HEIGHT = SIZES["A4"]
_SIDE = 14 * MM
_CUT = 46 * MM  # above the lower edge
_BOTTOM = 7 * MM  # printers leave this much white
_QR = _CUT - _BOTTOM - 3 * MM
_TEXT = Box(_SIDE + _QR + 6, _CUT - 4 * MM, 216, _CUT - _BOTTOM - 4 * MM)
_NOTE = replace(_TEXT, x=_TEXT.x + _TEXT.width + 14, width=_WIDTH - _SIDE - _TEXT.x - _TEXT.width - 14)

_SHEET = Sheet(
    paper=(_WIDTH, _HEIGHT),
    frame=Box(_SIDE, _HEIGHT - 10 * MM, _WIDTH - 2 * _SIDE, _HEIGHT - 14 * MM - _CUT),
    bodies=tuple(13 - step * 0.25 for step in range(14)),
    least=9,
    lines=2,
)


@use_locale(DEFAULT_LOCALE)
def print_ballots_with_slips(
    ballot: Ballot,
    sheets: Iterable[SlipSheet],
    out: BinaryIO,
    *,
    title: str,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a ballot for each slip, with the slip below its first page; returns the number of pages.

    The ballot is one and the same drawing on every sheet: it knows no slip. One of several pages is to be
    printed on both sides, so each household's begins on the front of a sheet. `progress` is told 1 after
    each slip.

    Raises:
        NothingToPrint: there was no slip; nothing has been written.
    """
    layout = lay_out(ballot, _SHEET)
    canvas = open_canvas(out, (_WIDTH, _HEIGHT), title)
    _keep_ballot(canvas, layout)
    pages = 0
    for number, sheet in enumerate(sheets):
        _keep_note(canvas, sheet, f"note-{number}")
        for slip in sheet.slips:
            _draw_slip(canvas, sheet, slip, f"note-{number}")
            pages += _draw_ballot(canvas, len(layout.pages))
            if progress:
                progress(1)
    return save(canvas, pages)


def _keep_ballot(canvas: Canvas, layout: Layout) -> None:
    """Each page of the ballot, drawn once for the whole file."""
    for page in range(len(layout.pages)):
        canvas.beginForm(f"ballot-{page}", 0, 0, _WIDTH, _HEIGHT)
        layout.draw(canvas, page)
        canvas.endForm()


def _draw_ballot(canvas: Canvas, pages: int) -> int:
    """Returns how many pages it took, the empty back of an uneven one among them."""
    for page in range(pages):
        canvas.doForm(f"ballot-{page}")
        canvas.showPage()
    if pages == 1 or pages % 2 == 0:
        return pages
    canvas.showPage()
    return pages + 1


def _keep_note(canvas: Canvas, sheet: SlipSheet, name: str) -> None:
    """What stands on all of a village's slips, drawn once."""
    canvas.beginForm(name, 0, 0, _WIDTH, _CUT + 10)
    _draw_cut(canvas)
    _draw_place(canvas, sheet)
    _draw_note(canvas, sheet)
    canvas.endForm()


def _draw_cut(canvas: Canvas) -> None:
    text = _("Cắt theo đường này; thẻ nộp riêng, không để chung với phiếu")
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.setDash(4, 3)
    canvas.line(0, _CUT, _WIDTH, _CUT)
    canvas.setDash()
    width = measure(text, REGULAR, 8.5) + 12
    canvas.setFillColor(white)
    canvas.rect((_WIDTH - width) / 2, _CUT - 6, width, 12, stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.setFont(REGULAR, 8.5)
    canvas.drawCentredString(_WIDTH / 2, _CUT - 3, text)


def _draw_place(canvas: Canvas, sheet: SlipSheet) -> None:
    canvas.setFillColor(INK)
    place = replace(_TEXT, width=_TEXT.width - 80, height=20)
    end = write(canvas, sheet.village, place, BOLD, (13, 6), most_lines=1)
    write(canvas, sheet.commune, Box(place.x, end, place.width, 13), REGULAR, (9.5, 6), most_lines=1)


def _draw_note(canvas: Canvas, sheet: SlipSheet) -> None:
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(1)
    canvas.line(_NOTE.x - 8, _NOTE.top, _NOTE.x - 8, _NOTE.top - _NOTE.height)
    canvas.setFillColor(INK)
    last = format_date(sheet.last_on) if sheet.last_on else _("mở thường xuyên")
    parts = (
        (sheet.about, REGULAR, 0.17),
        (_("Trả lời bằng điện thoại: quét mã này, không nộp phiếu giấy nữa."), BOLD, 0.23),
        (_("Trả lời bằng phiếu giấy: cắt thẻ này, nộp thẻ và phiếu riêng nhau."), BOLD, 0.23),
        (_("Hạn cuối: %(last)s", last=last), REGULAR, 0.12),
        (_("Cần hỏi, xin gọi: %(contact)s", contact=sheet.contact), REGULAR, 0.25),
    )
    top = _NOTE.top
    for text, font, share in parts:
        box = replace(_NOTE, top=top, height=_NOTE.height * share)
        top = write(canvas, text, box, font, (8.5, 6)) - 1


def _draw_slip(canvas: Canvas, sheet: SlipSheet, slip: Slip, note: str) -> None:
    canvas.doForm(note)
    canvas.setFillColor(black)
    draw_qr(canvas, qr_matrix(slip.url), _SIDE - 6, _BOTTOM, _QR)
    tag = Box(_TEXT.x + _TEXT.width - 76, _TEXT.top, 76, 22)
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(1.1)
    canvas.roundRect(tag.x, tag.top - tag.height, tag.width, tag.height, 4, stroke=1, fill=0)
    canvas.setFillColor(INK)
    number = _("Thẻ số %(number)s", number=write_number(slip.number))
    inside = Box(tag.x + 4, tag.top, tag.width - 8, tag.height)
    fitted = fit(number, BOLD, inside.width, inside.height, largest=11, smallest=6, most_lines=1)
    draw_middle(canvas, fitted, inside, "centre")
    _draw_code(canvas, slip)


def _draw_code(canvas: Canvas, slip: Slip) -> None:
    line = replace(_TEXT, top=_TEXT.top - 40, height=30)
    code = fit(
        group(normalise(slip.code)), MONO, line.width, line.height, largest=27, smallest=10, most_lines=1
    )
    draw_middle(canvas, code, line)
    address = _("Không quét được: gõ %(address)s", address=slip.url.partition("://")[2] or slip.url)
    below = replace(line, top=line.top - line.height - 2, height=11)
    write(canvas, address, below, REGULAR, (8.5, 4.5), most_lines=1)
    promise = _("Mỗi hộ một thẻ, trả lời một lần. Không cần ghi tên.")
    write(canvas, promise, replace(below, top=below.top - 12), BOLD, (8.5, 5), most_lines=1)
