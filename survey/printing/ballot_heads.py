"""What stands above and below the questions of a printed ballot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from reportlab.pdfgen.canvas import Canvas

from survey.printing.ballot_parts import THIN, Measures, Part, draw_tick_box, typeset
from survey.printing.fonts import BOLD, REGULAR, measure
from survey.printing.lettering import Box, Fitted, draw, draw_middle, fit
from survey.printing.paper import INK
from translations.catalogue import gettext as _

_LEFT = 0.42  # of the ballot, for the one who asks


@dataclass(frozen=True, kw_only=True)
class Letterhead(Part):
    """Who asks, and below it the mark, if there is one; on the right the country's words."""

    commune: str
    mark: str
    measures: Measures

    @property
    def left(self) -> Fitted:
        words = (_("ỦY BAN MTTQ VIỆT NAM"), self.commune.upper())
        return typeset(words, BOLD, self.measures.small, self.measures.width * _LEFT)

    @property
    def right(self) -> Fitted:
        words = (_("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), _("Độc lập - Tự do - Hạnh phúc"))
        return typeset(words, BOLD, self.measures.small, self.measures.width * (1 - _LEFT), balanced=True)

    @property
    def height(self) -> float:
        left = self.left.height + 5 + (_height_of_mark(self.measures) + 3 if self.mark else 0)
        return max(left, self.right.height + 5)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        width = self.measures.width
        canvas.setFillColor(INK)
        left = Box(x, top, width * _LEFT, self.left.height)
        right = Box(x + width * _LEFT, top, width * (1 - _LEFT), self.right.height)
        draw(canvas, self.left, left, "centre")
        draw(canvas, self.right, right, "centre")
        for box, share in ((left, 0.25), (right, 0.5)):
            _underline(canvas, box, share)
        if self.mark:
            below = Box(x, top - left.height - 6, left.width, _height_of_mark(self.measures))
            draw_mark(canvas, self.mark, below, self.measures)


def _underline(canvas: Canvas, box: Box, share: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(THIN)
    middle, y = box.x + box.width / 2, box.top - box.height - 2
    canvas.line(middle - box.width * share / 2, y, middle + box.width * share / 2, y)


def _height_of_mark(measures: Measures) -> float:
    return measures.small * 1.5


def draw_mark(canvas: Canvas, mark: str, box: Box, measures: Measures) -> None:
    """The mark in a frame as wide as its words, in the middle of the box."""
    size = measures.small
    words = fit(mark, BOLD, box.width - 8, box.height, largest=size, smallest=size, most_lines=1)
    width = measure(words.lines[0], BOLD, size) + 10
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1)
    canvas.rect(box.x + (box.width - width) / 2, box.top - box.height, width, box.height)
    canvas.setFillColor(INK)
    draw_middle(canvas, words, box, "centre")


@dataclass(frozen=True, kw_only=True)
class Instruction(Part):
    """How to fill the ballot in and give it back, in a frame, beside a ticked box."""

    measures: Measures

    @property
    def words(self) -> Fitted:
        text = _(
            "Đánh dấu X vào MỘT ô cho mỗi nội dung; ghi nhầm thì xin phiếu khác. Mỗi hộ một phiếu. "
            "Không ghi tên, không ký. Nộp phiếu cùng thẻ mã hộ, thẻ và phiếu để riêng."
        )
        return typeset(text, BOLD, self.measures.small, self.measures.width - self._aside - self.measures.pad)

    @property
    def _aside(self) -> float:
        return self.measures.box + 3 * self.measures.pad

    @property
    def height(self) -> float:
        return max(self.words.height, self.measures.box) + 2 * self.measures.pad

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        measures, height = self.measures, self.height
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(THIN)
        canvas.roundRect(x, top - height, measures.width, height, 4)
        left, side = x + measures.pad * 1.5, measures.box
        above = top - (height - side) / 2
        draw_tick_box(canvas, left, above, side)
        canvas.setLineWidth(1.6)
        canvas.line(left + 3, above - 3, left + side - 3, above - side + 3)
        canvas.line(left + 3, above - side + 3, left + side - 3, above - 3)
        canvas.setFillColor(INK)
        words = Box(x + self._aside, top, measures.width - self._aside, height)
        draw_middle(canvas, self.words, words)


def measure_running_head(measures: Measures) -> float:
    return _height_of_mark(measures) + 6


def draw_running_head(canvas: Canvas, text: str, mark: str, box: Box, measures: Measures) -> None:
    """On later pages: what goes on there, in one line, and the mark."""
    size, room = measures.small, 0.0
    line = replace(box, height=_height_of_mark(measures))
    if mark:
        room = min(measure(mark, BOLD, size) + 12, box.width / 2)
        draw_mark(canvas, mark, replace(line, x=box.x + box.width - room, width=room), measures)
    words = fit(text, REGULAR, box.width - room - 6, inf, largest=size, smallest=measures.least, most_lines=1)
    canvas.setFillColor(INK)
    draw_middle(canvas, words, line)


def measure_foot(text: str, measures: Measures) -> float:
    """One line high, or two."""
    lines = typeset(text, REGULAR, measures.small, measures.width).lines
    return min(len(lines), 2) * measures.small * 1.26 + 4


def draw_foot(canvas: Canvas, text: str, box: Box, measures: Measures) -> None:
    words = fit(text, REGULAR, box.width, box.height, largest=measures.small, smallest=measures.least)
    canvas.setFillColor(INK)
    draw(canvas, words, box)


def draw_turning(canvas: Canvas, box: Box, measures: Measures) -> None:
    """On all pages but the last."""
    canvas.setFillColor(INK)
    draw(canvas, typeset(_("Còn tiếp ở trang sau"), BOLD, measures.body, box.width), box, "right")
