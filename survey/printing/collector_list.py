"""The collector's list: slip numbers with boxes to tick, and no names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas

from survey.printing.fonts import BOLD, REGULAR
from survey.printing.lettering import Align, Box, draw_middle, fit
from survey.printing.paper import GREEN, GREY, INK, MM, SIZES, open_canvas, save
from survey.printing.slips import Slip, SlipSheet, write_number
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.catalogue import gettext as _
from translations.dates import format_date

_WIDTH, _HEIGHT = SIZES["A4"]
_LEFT = 20 * MM  # room for the file's holes
_RIGHT = 12 * MM
_INNER = _WIDTH - _LEFT - _RIGHT
_COLUMNS, _ROWS = 4, 30
_GRID_TOP = _HEIGHT - 122
_ROW = 21.0
_TICK = 11.0
PER_PAGE = _COLUMNS * _ROWS


@use_locale(DEFAULT_LOCALE)
def print_collector_list(
    sheets: Iterable[SlipSheet],
    out: BinaryIO,
    *,
    title: str,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a list per village, 120 numbers to an A4 page; returns the number of pages.

    Two boxes follow each number: handed out, and ballot given back on paper. `progress` is told,
    page by page, how many numbers were written.

    Raises:
        NothingToPrint: there was no slip; nothing has been written.
    """
    canvas = open_canvas(out, (_WIDTH, _HEIGHT), title)
    pages = 0
    for sheet in sheets:
        of_village = -(-len(sheet.slips) // PER_PAGE)
        for page in range(of_village):
            slips = sheet.slips[page * PER_PAGE : (page + 1) * PER_PAGE]
            _draw_head(canvas, sheet, page + 1, of_village)
            _draw_grid(canvas, slips)
            _draw_foot(canvas)
            canvas.showPage()
            pages += 1
            if progress:
                progress(len(slips))
    return save(canvas, pages)


def _write(
    canvas: Canvas, text: str, box: Box, font: str, sizes: tuple[float, float], align: Align = "left"
) -> None:
    fitted = fit(text, font, box.width, box.height, largest=sizes[0], smallest=sizes[1])
    draw_middle(canvas, fitted, box, align)


def _draw_head(canvas: Canvas, sheet: SlipSheet, page: int, pages: int) -> None:
    top = _HEIGHT - 14 * MM
    canvas.setFillColor(INK)
    _write(canvas, _("Danh sách số thẻ"), Box(_LEFT, top, _INNER * 0.5, 24), BOLD, (18, 12))
    place = f"{sheet.village}, {sheet.commune}"
    _write(canvas, place, Box(_LEFT + _INNER * 0.5, top, _INNER * 0.5, 24), BOLD, (13, 8), "right")
    last = format_date(sheet.last_on) if sheet.last_on else _("mở thường xuyên")
    which = _(
        "Mã thẻ bắt đầu bằng %(tag)s. Hạn cuối: %(last)s. %(about)s",
        tag=sheet.tag,
        last=last,
        about=sheet.about,
    )
    _write(canvas, which, Box(_LEFT, top - 24, _INNER, 18), REGULAR, (10, 6))
    canvas.setFillColor(GREY)
    note = _("Đánh dấu khi đã phát thẻ và khi hộ nộp phiếu giấy. Không ghi tên hộ vào danh sách này.")
    _write(canvas, note, Box(_LEFT, top - 42, _INNER - 60, 16), REGULAR, (9, 6))
    sheet_of = _("Tờ %(page)s/%(pages)s", page=page, pages=pages)
    _write(canvas, sheet_of, Box(_LEFT + _INNER - 56, top - 42, 56, 16), REGULAR, (9, 6), "right")
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(2)
    canvas.line(_LEFT, top - 62, _LEFT + _INNER, top - 62)


def _draw_grid(canvas: Canvas, slips: Sequence[Slip]) -> None:
    width = _INNER / _COLUMNS
    for column in range(-(-len(slips) // _ROWS)):
        x = _LEFT + column * width
        canvas.setFillColor(GREY)
        _write(canvas, _("Thẻ số"), Box(x, _GRID_TOP + 16, 40, 14), REGULAR, (8, 5))
        _write(canvas, _("Đã phát"), Box(x + 38, _GRID_TOP + 16, 36, 14), REGULAR, (8, 5), "centre")
        _write(canvas, _("Nộp giấy"), Box(x + 76, _GRID_TOP + 16, 40, 14), REGULAR, (8, 5), "centre")
    canvas.setFillColor(INK)
    for position, slip in enumerate(slips):
        column, row = divmod(position, _ROWS)
        _draw_row(canvas, slip, Box(_LEFT + column * width, _GRID_TOP - row * _ROW, width, _ROW), row)


def _draw_row(canvas: Canvas, slip: Slip, box: Box, row: int) -> None:
    _write(canvas, write_number(slip.number), Box(box.x, box.top, 38, box.height), BOLD, (12, 7))
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    y = box.top - (box.height + _TICK) / 2
    for centre in (box.x + 56, box.x + 96):
        canvas.rect(centre - _TICK / 2, y, _TICK, _TICK)
    if row % 5 == 4:  # a line after each five keeps the eye in its row
        canvas.setStrokeColor(GREY)
        canvas.setLineWidth(0.3)
        canvas.line(box.x, box.top - box.height, box.x + box.width - 10, box.top - box.height)


def _draw_foot(canvas: Canvas) -> None:
    top = _GRID_TOP - _ROWS * _ROW - 8
    canvas.setFillColor(INK)
    texts = (_("Số thẻ đã phát: ……………"), _("Số thẻ còn lại: ……………"), _("Người phát thẻ ký:"))
    for place, text in enumerate(texts):
        _write(canvas, text, Box(_LEFT + place * _INNER / 3, top, _INNER / 3 - 8, 18), REGULAR, (10, 7))
