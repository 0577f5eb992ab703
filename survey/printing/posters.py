"""Posters with a QR code, one page per village, to hang where people pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO, Literal

from reportlab.lib.colors import black
from reportlab.pdfgen.canvas import Canvas

from survey.printing.fonts import BOLD, MONO, REGULAR, measure
from survey.printing.lettering import Align, Box, draw, draw_middle, fit
from survey.printing.paper import GREEN, GREY, INK, SIZES, open_canvas, save
from survey.printing.qr import draw_qr, qr_matrix
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.catalogue import gettext as _
from translations.dates import format_date

# Everything is laid out on A4, in points, and scaled: the A sizes share one shape.
_WIDTH, _HEIGHT = SIZES["A4"]
_MARGIN = 40.0
_INNER = _WIDTH - 2 * _MARGIN
_QR = 270.0
_QR_TOP = 534.0
_LEAST_ADDRESS = 18.0  # smaller than this on one line, the address takes two
_STEPS_X = _MARGIN + _QR + 26


@dataclass(frozen=True)
class Poster:
    """What stands on one village's poster.

    `url` is what the QR code says; `short_address` is the same address as people type it; `code`
    is the link's code, for whoever asks about this poster. `last_on` None: open until further
    notice. `steps`: see `list_steps`.
    """

    commune: str
    village: str
    heading: str
    about: str
    url: str
    short_address: str
    code: str
    last_on: date | None
    contact: str
    needs_slip: bool
    steps: tuple[str, ...]


def list_steps(*, needs_slip: bool) -> tuple[str, ...]:
    """The usual three steps, in the language of the moment."""
    scan = _("Mở máy ảnh hoặc Zalo trên điện thoại rồi quét mã QR này.")
    send = _("Trả lời từng câu theo ý mình rồi bấm Gửi.")
    if needs_slip:
        return scan, _("Nhập mã in trên thẻ đã phát cho gia đình."), send
    return scan, send, _("Xong. Xin cảm ơn ý kiến của bà con.")


@use_locale(DEFAULT_LOCALE)
def print_posters(
    posters: Iterable[Poster],
    size: Literal["A3", "A4", "A5"],
    out: BinaryIO,
    *,
    title: str,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write one PDF page per poster; returns the number of pages.

    The same posters give the same bytes. `progress` is told 1 after each page.

    Raises:
        NothingToPrint: there was no poster; nothing has been written.
    """
    canvas = open_canvas(out, SIZES[size], title)
    scale = SIZES[size][0] / _WIDTH
    pages = 0
    for poster in posters:
        canvas.scale(scale, scale)
        _draw_poster(canvas, poster)
        canvas.showPage()
        pages += 1
        if progress:
            progress(1)
    return save(canvas, pages)


def _draw_poster(canvas: Canvas, poster: Poster) -> None:
    _draw_head(canvas, poster)
    _draw_place(canvas, poster)
    _draw_qr_panel(canvas, poster)
    _draw_steps(canvas, poster)
    _draw_address(canvas, poster)
    _draw_foot(canvas, poster)


def _write(
    canvas: Canvas,
    text: str,
    box: Box,
    font: str,
    sizes: tuple[float, float],
    align: Align = "left",
    most_lines: int | None = None,
) -> float:
    """Write in the middle of the box; returns the size (points) that the text got."""
    fitted = fit(
        text,
        font,
        box.width,
        box.height,
        largest=sizes[0],
        smallest=sizes[1],
        most_lines=most_lines,
        balanced=True,
    )
    draw_middle(canvas, fitted, box, align)
    return fitted.size


def _draw_head(canvas: Canvas, poster: Poster) -> None:
    organiser = _("Ủy ban Mặt trận Tổ quốc Việt Nam %(commune)s", commune=_lower_first(poster.commune))
    canvas.setFillColor(INK)
    _write(canvas, organiser, Box(_MARGIN, 808, _INNER, 22), BOLD, (15, 10), "centre", 1)
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(3)
    canvas.line(_MARGIN, 781, _WIDTH - _MARGIN, 781)
    canvas.setFillColor(GREEN)
    _write(canvas, poster.heading, Box(_MARGIN, 774, _INNER, 108), BOLD, (46, 20), "centre")
    canvas.setFillColor(INK)
    _write(canvas, poster.about, Box(_MARGIN, 661, _INNER, 55), REGULAR, (18, 12), "centre")


def _draw_place(canvas: Canvas, poster: Poster) -> None:
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(1.4)
    canvas.line(_MARGIN, 600, _WIDTH - _MARGIN, 600)
    canvas.line(_MARGIN, 546, _WIDTH - _MARGIN, 546)
    half = _INNER * 0.6
    canvas.setFillColor(INK)
    lines = 1 if measure(poster.village, BOLD, 20) <= half else None
    _write(canvas, poster.village, Box(_MARGIN, 599, half, 52), BOLD, (29, 13), most_lines=lines)
    rest = Box(_MARGIN + half + 14, 599, _INNER - half - 14, 52)
    lines = 1 if measure(poster.commune, REGULAR, 14) <= rest.width else None
    _write(canvas, poster.commune, rest, REGULAR, (20, 12), "right", lines)


def _draw_qr_panel(canvas: Canvas, poster: Poster) -> None:
    bottom = _QR_TOP - _QR
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(2.2)
    canvas.roundRect(_MARGIN + 1.1, bottom + 1.1, _QR - 2.2, _QR - 2.2, 8, stroke=1, fill=0)
    canvas.setFillColor(black)
    draw_qr(canvas, qr_matrix(poster.url), _MARGIN + 3, bottom + 3, _QR - 6)


def _draw_steps(canvas: Canvas, poster: Poster) -> None:
    width = _WIDTH - _MARGIN - _STEPS_X
    open_to_all, one_each = _("Ai cũng trả lời được, không cần thẻ."), _("Mỗi hộ một thẻ, gửi một lần.")
    note = one_each if poster.needs_slip else open_to_all
    canvas.setFillColor(INK)
    note_box = Box(_STEPS_X, _QR_TOP - _QR + 46, width, 46)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.2)
    canvas.roundRect(note_box.x, note_box.top - note_box.height, width, note_box.height, 6, stroke=1, fill=0)
    inside = Box(note_box.x + 10, note_box.top, width - 20, note_box.height)
    _write(canvas, note, inside, BOLD, (15, 10), "centre", 2)
    indent, gap, room = 44.0, 0.9, _QR - 46 - 14
    fitted = fit(poster.steps, REGULAR, width - indent, room, largest=19, smallest=9, gap=gap, balanced=True)
    top = _QR_TOP - (room - fitted.height) / 2
    for number, lines in enumerate(fitted.paragraphs, start=1):
        height = len(lines) * fitted.leading * fitted.size
        _draw_number(canvas, number, _STEPS_X + 15, top - height / 2)
        draw(
            canvas, replace(fitted, paragraphs=(lines,)), Box(_STEPS_X + indent, top, width - indent, height)
        )
        top -= height + gap * fitted.size


def _draw_number(canvas: Canvas, number: int, x: float, y: float) -> None:
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(2.2)
    canvas.circle(x, y, 14, stroke=1, fill=0)
    canvas.setFillColor(GREEN)
    canvas.setFont(BOLD, 19)
    canvas.drawCentredString(x, y - 6.9, str(number))
    canvas.setFillColor(INK)


def _draw_address(canvas: Canvas, poster: Poster) -> None:
    canvas.setFillColor(INK)
    label = _("Không quét được? Mở trình duyệt và gõ địa chỉ:")
    _write(canvas, label, Box(_MARGIN, 252, _INNER, 26), REGULAR, (16, 11), "centre", 1)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(2.2)
    canvas.roundRect(_MARGIN, 160, _INNER, 64, 8, stroke=1, fill=0)
    inside = Box(_MARGIN + 14, 224, _INNER - 28, 64)
    host, slash, path = poster.short_address.rpartition("/")
    whole = measure(poster.short_address, MONO, _LEAST_ADDRESS) <= inside.width
    lines = (poster.short_address,) if whole else (host + slash, path)
    fitted = fit(lines, MONO, inside.width, inside.height, largest=44, smallest=8, gap=0)
    draw_middle(canvas, fitted, inside, "centre")


def _draw_foot(canvas: Canvas, poster: Poster) -> None:
    middle = _MARGIN + _INNER * 0.42
    until = (
        (_("Hạn cuối"), format_date(poster.last_on))
        if poster.last_on
        else (_("Thời gian"), _("Mở thường xuyên"))
    )
    left = Box(_MARGIN, 148, middle - _MARGIN - 16, 76)
    right = Box(middle + 16, 148, _WIDTH - _MARGIN - middle - 16, 76)
    for box, (label, text) in ((left, until), (right, (_("Cần hỏi, xin gọi"), poster.contact))):
        canvas.setFillColor(GREY)
        _write(canvas, label, Box(box.x, box.top, box.width, 22), REGULAR, (14, 10), most_lines=1)
        canvas.setFillColor(INK)
        value = fit(text, BOLD, box.width, box.height - 24, largest=30, smallest=11)
        draw(canvas, value, Box(box.x, box.top - 22, box.width, box.height - 24))
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(1.4)
    canvas.line(middle, 140, middle, 76)
    canvas.setLineWidth(3)
    canvas.line(_MARGIN, 60, _WIDTH - _MARGIN, 60)
    canvas.setFillColor(INK)
    privacy = _("Phiếu không ghi tên, số điện thoại hay địa chỉ của bà con.")
    _write(canvas, privacy, Box(_MARGIN, 54, _INNER - 130, 26), REGULAR, (13, 9))
    mark = _("Mã áp phích: %(code)s", code=poster.code)
    canvas.setFillColor(GREY)
    _write(canvas, mark, Box(_WIDTH - _MARGIN - 126, 54, 126, 26), REGULAR, (10, 7), "right", 1)


def _lower_first(text: str) -> str:
    """`Xã Quảng Điền` inside a sentence: `xã Quảng Điền`."""
    return text[:1].lower() + text[1:]
