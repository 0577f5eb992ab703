"""Slips, one per household, several to an A4 sheet with marks for cutting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO, Literal

from reportlab.lib.colors import black
from reportlab.pdfgen.canvas import Canvas

from survey.domain.codes import group, normalise
from survey.printing.fonts import BOLD, MONO, REGULAR
from survey.printing.lettering import Box, draw, draw_middle, fit, write
from survey.printing.paper import GREEN, GREY, INK, MM, SIZES, open_canvas, save
from survey.printing.qr import draw_qr, qr_matrix
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.catalogue import gettext as _
from translations.dates import format_date

PerPage = Literal[1, 8, 10]
"""Slips to a page; a single one lies below a blank ballot, and `ballot_slips` prints it."""

PART_SIZE = 1000

_WIDTH, _HEIGHT = SIZES["A4"]
_COLUMNS = 2
_SIDE = 7 * MM  # printers leave this much white
_TOP = 11 * MM
_PADDING = 9.0


@dataclass(frozen=True)
class Slip:
    """One household's slip; `code` comes plain or grouped, and is printed in groups of four."""

    number: int
    code: str
    url: str


@dataclass(frozen=True)
class SlipSheet:
    """The slips of one village and what stands on all of them; `tag` begins all their codes."""

    commune: str
    village: str
    heading: str
    about: str
    tag: str
    last_on: date | None
    contact: str
    slips: Sequence[Slip]


@use_locale(DEFAULT_LOCALE)
def print_slips(
    sheets: Iterable[SlipSheet],
    out: BinaryIO,
    *,
    per_page: Literal[8, 10] = 8,
    title: str,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the slips, each village from a new page on; returns the number of pages.

    One PDF is held in memory until it is written: more than a thousand slips are split first.
    `progress` is told, page by page, how many slips were drawn.

    Raises:
        NothingToPrint: there was no slip; nothing has been written.
    """
    canvas = open_canvas(out, (_WIDTH, _HEIGHT), title)
    pages = 0
    for sheet in sheets:
        for start in range(0, len(sheet.slips), per_page):
            slips = sheet.slips[start : start + per_page]
            _draw_page(canvas, sheet, slips, per_page)
            canvas.showPage()
            pages += 1
            if progress:
                progress(len(slips))
    return save(canvas, pages)


def split_sheet(sheet: SlipSheet, per_page: PerPage, part_size: int = PART_SIZE) -> Iterator[SlipSheet]:
    """The sheet in parts of at most `part_size` slips; pages stay whole, so a part may hold fewer."""
    size = _fit_part(per_page, part_size)
    for start in range(0, len(sheet.slips), size):
        yield replace(sheet, slips=sheet.slips[start : start + size])


def count_parts(slips: int, per_page: PerPage) -> int:
    """Into how many parts `split_sheet` divides so many slips."""
    return -(-slips // _fit_part(per_page, PART_SIZE))


def _fit_part(per_page: PerPage, part_size: int) -> int:
    return max(part_size - part_size % per_page, per_page)


def _draw_page(canvas: Canvas, sheet: SlipSheet, slips: Sequence[Slip], per_page: int) -> None:
    rows = per_page // _COLUMNS
    width = (_WIDTH - 2 * _SIDE) / _COLUMNS
    height = (_HEIGHT - _TOP - _SIDE) / rows
    _draw_margin(canvas, sheet, slips)
    _draw_cut_marks(canvas, width, height, rows)
    for position, slip in enumerate(slips):
        row, column = divmod(position, _COLUMNS)
        cell = Box(_SIDE + column * width, _HEIGHT - _TOP - row * height, width, height)
        _draw_slip(canvas, sheet, slip, cell)


def _draw_margin(canvas: Canvas, sheet: SlipSheet, slips: Sequence[Slip]) -> None:
    """The officer's line above the first cut."""
    line = _(
        "%(village)s, %(commune)s – thẻ %(first)s đến %(last)s",
        village=sheet.village,
        commune=sheet.commune,
        first=write_number(slips[0].number),
        last=write_number(slips[-1].number),
    )
    canvas.setFillColor(GREY)
    box = Box(_SIDE + 14, _HEIGHT - 11, _WIDTH - 2 * _SIDE - 28, 11)
    write(canvas, line, box, REGULAR, (8, 6), most_lines=1)


def _draw_cut_marks(canvas: Canvas, width: float, height: float, rows: int) -> None:
    top, bottom = _HEIGHT - _TOP, _SIDE
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.7)
    for column in range(_COLUMNS + 1):
        x = _SIDE + column * width
        canvas.line(x, top + 2, x, top + 9)
        canvas.line(x, bottom - 2, x, bottom - 9)
    for row in range(rows + 1):
        y = top - row * height
        canvas.line(_SIDE - 2, y, _SIDE - 9, y)
        canvas.line(_WIDTH - _SIDE + 2, y, _WIDTH - _SIDE + 9, y)
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.4)
    canvas.setDash(1, 3)
    for row in range(1, rows):
        canvas.line(_SIDE, top - row * height, _WIDTH - _SIDE, top - row * height)
    canvas.line(_SIDE + width, top, _SIDE + width, bottom)
    canvas.setDash()


def _draw_slip(canvas: Canvas, sheet: SlipSheet, slip: Slip, cell: Box) -> None:
    inner = Box(cell.x + _PADDING, cell.top - _PADDING, cell.width - 2 * _PADDING, cell.height - 2 * _PADDING)
    head, code = 27.0, inner.height * 0.31
    side = inner.height - head - code - 6
    _draw_slip_head(canvas, sheet, slip, Box(inner.x, inner.top, inner.width, head))
    middle = inner.top - head - 3
    canvas.setFillColor(black)
    draw_qr(canvas, qr_matrix(slip.url), inner.x - 6, middle - side - 1, side + 2)
    text = Box(inner.x + side + 4, middle - 2, inner.width - side - 4, side - 2)
    _draw_slip_text(canvas, sheet, text)
    _draw_code(canvas, slip, Box(inner.x, inner.top - inner.height + code, inner.width, code))


def _draw_slip_head(canvas: Canvas, sheet: SlipSheet, slip: Slip, box: Box) -> None:
    tag_width = 74.0
    place = Box(box.x, box.top, box.width - tag_width - 6, box.height)
    canvas.setFillColor(INK)
    end = write(canvas, sheet.village, Box(place.x, place.top, place.width, 16), BOLD, (12, 6), most_lines=1)
    write(canvas, sheet.commune, Box(place.x, end, place.width, 11), REGULAR, (8.5, 6), most_lines=1)
    tag = Box(box.x + box.width - tag_width, box.top, tag_width, 20)
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(1.1)
    canvas.roundRect(tag.x, tag.top - tag.height, tag.width, tag.height, 4, stroke=1, fill=0)
    number = _("Thẻ số %(number)s", number=write_number(slip.number))
    inside = Box(tag.x + 4, tag.top, tag.width - 8, tag.height)
    fitted = fit(number, BOLD, inside.width, inside.height, largest=11, smallest=6, most_lines=1)
    draw_middle(canvas, fitted, inside, "centre")


def _draw_slip_text(canvas: Canvas, sheet: SlipSheet, box: Box) -> None:
    """Whom to call has its room before all else; the title takes what is left."""
    last = format_date(sheet.last_on) if sheet.last_on else _("mở thường xuyên")
    call = _("Cần hỏi, xin gọi: %(contact)s", contact=sheet.contact)
    whom = fit(call, REGULAR, box.width, box.height * 0.45, largest=9, smallest=7)
    canvas.setFillColor(GREEN)
    end = write(canvas, sheet.heading, Box(box.x, box.top, box.width, box.height * 0.24), BOLD, (11, 7))
    canvas.setFillColor(INK)
    room = end - 1 - (box.top - box.height) - whom.height - 13
    end = write(canvas, sheet.about, Box(box.x, end - 1, box.width, room), REGULAR, (8.5, 6))
    last_line = _("Hạn cuối: %(last)s", last=last)
    end = write(canvas, last_line, Box(box.x, end - 1, box.width, 12), BOLD, (9.5, 7), most_lines=1)
    draw(canvas, whom, Box(box.x, end, box.width, whom.height))


def _draw_code(canvas: Canvas, slip: Slip, box: Box) -> None:
    canvas.setFillColor(INK)
    large, small = box.height * 0.6, box.height * 0.2
    code = fit(group(normalise(slip.code)), MONO, box.width, large, largest=27, smallest=10, most_lines=1)
    draw_middle(canvas, code, Box(box.x, box.top, box.width, large), "centre")
    address = _("Không quét được: gõ %(address)s", address=slip.url.partition("://")[2] or slip.url)
    write(canvas, address, Box(box.x, box.top - large, box.width, small), REGULAR, (8.5, 4.5), "centre", 1)
    promise = _("Không cần ghi tên. Mỗi hộ một thẻ, gửi một lần. Xin giữ thẻ đến khi gửi xong.")
    last = Box(box.x, box.top - large - small, box.width, small)
    write(canvas, promise, last, BOLD, (8, 5), "centre", 1)


def write_number(number: int) -> str:
    """A slip's number as printed: `012`."""
    return f"{number:03d}"
