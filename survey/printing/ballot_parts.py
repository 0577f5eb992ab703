"""The parts of a printed ballot: each knows its height and draws itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

from reportlab.pdfgen.canvas import Canvas

from survey.printing.fonts import REGULAR, measure
from survey.printing.lettering import Align, Box, Fitted, draw, fit
from survey.printing.paper import INK, MM

THIN, THICK = 0.6, 1.8
_LEAST_BOX = 5.1 * MM


@dataclass(frozen=True)
class Measures:
    """Sizes in points, which all follow from that of the text, `body`.

    `width` is that of the ballot; no letter is smaller than `least`; what is higher than `tallest` is
    divided; `lines` are left to write a reason or an opinion on.
    """

    width: float
    tallest: float
    body: float
    least: float
    lines: int

    @cached_property
    def small(self) -> float:
        return max(self.least, self.body * 0.9)

    @cached_property
    def pad(self) -> float:
        return self.body * 0.35

    @cached_property
    def box(self) -> float:
        return max(_LEAST_BOX, self.body * 1.45)

    @cached_property
    def indent(self) -> float:
        """What a question's number takes before its text."""
        return self.body * 2.2

    @cached_property
    def pitch(self) -> float:
        """From one line to write on to the next."""
        return max(7.5 * MM, self.body * 2)


def typeset(
    text: str | tuple[str, ...], font: str, size: float, width: float, *, balanced: bool = False
) -> Fitted:
    """The whole text in this size, in as many lines as it takes."""
    return fit(text, font, width, inf, largest=size, smallest=size, gap=0, balanced=balanced)


def typeset_neatly(text: str, font: str, size: float, width: float) -> Fitted:
    """The same, with no last line of a single word."""
    plain = typeset(text, font, size, width)
    is_neat = len(plain.lines) < 2 or " " in plain.lines[-1]
    return plain if is_neat else typeset(text, font, size, width, balanced=True)


def divide(fitted: Fitted, tallest: float) -> list[Fitted]:
    """The lines in pieces of at most this height; an empty piece for no line at all."""
    most, lines = max(1, int(tallest / (fitted.size * fitted.leading))), fitted.lines
    starts = range(0, max(1, len(lines)), most)
    return [replace(fitted, paragraphs=(lines[start : start + most],)) for start in starts]


@dataclass(frozen=True, kw_only=True)
class Part(ABC):
    """What stays together on one page, and with the next part if it `sticks` to it.

    `head` is the first line of the part's table, which comes again on a new page.
    """

    sticks: bool = False
    head: Part | None = None

    @property
    @abstractmethod
    def height(self) -> float: ...

    @abstractmethod
    def draw(self, canvas: Canvas, x: float, top: float) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Gap(Part):
    """White, so high."""

    size: float

    @property
    def height(self) -> float:
        return self.size

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        return


@dataclass(frozen=True, kw_only=True)
class Words(Part):
    """Lines of text across the ballot."""

    text: Fitted
    width: float
    align: Align = "left"

    @property
    def height(self) -> float:
        return self.text.height

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setFillColor(INK)
        draw(canvas, self.text, Box(x, top, self.width, self.height), self.align)


@dataclass(frozen=True, kw_only=True)
class Asking(Part):
    """A question's number, its text and what is said about it; `number` is '' where the text goes on."""

    number: str
    text: Fitted
    notes: Fitted
    width: float
    indent: float

    @property
    def height(self) -> float:
        return self.text.height + self.notes.height

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setFillColor(INK)
        number = typeset(self.number, self.text.font, self.text.size, inf)
        draw(canvas, number, Box(x, top, self.indent, self.height))
        box = Box(x + self.indent, top, self.width - self.indent, self.height)
        end = draw(canvas, self.text, box)
        draw(canvas, self.notes, replace(box, top=end))


def draw_tick_box(canvas: Canvas, x: float, top: float, side: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.1)
    canvas.rect(x, top - side, side, side)


@dataclass(frozen=True, kw_only=True)
class Ruled(Part):
    """Lines to write on; after `lead`, where there is one, a short line comes first, for a number."""

    width: float
    indent: float
    pitch: float
    size: float
    count: int
    lead: str = ""

    @property
    def height(self) -> float:
        return self.pitch * self.count

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setFillColor(INK)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(THIN)
        left = x + self.indent
        for place in range(1, self.count + 1):
            y = top - place * self.pitch + self.size * 0.3
            begin = self._draw_lead(canvas, left, y)
            _draw_dots(canvas, begin, x + self.width, y)

    def _draw_lead(self, canvas: Canvas, left: float, y: float) -> float:
        """Returns where the long line begins."""
        if not self.lead:
            return left
        canvas.setFont(REGULAR, self.size)
        canvas.drawString(left, y, self.lead)
        begin = left + measure(self.lead + " ", REGULAR, self.size)
        room = max(12 * MM, self.size * 3)
        _draw_dots(canvas, begin, begin + room, y)
        canvas.drawString(begin + room + 1, y, ":")
        return begin + room + self.size * 0.6


def _draw_dots(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas.setDash(0.8, 2)
    canvas.line(left, y, right, y)
    canvas.setDash()


@dataclass(frozen=True, kw_only=True)
class Beside(Part):
    """Two parts side by side, each in the middle of the higher one; the right one begins `aside`."""

    left: Part
    right: Part
    aside: float

    @property
    def height(self) -> float:
        return max(self.left.height, self.right.height)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        for part, begin in ((self.left, x), (self.right, x + self.aside)):
            part.draw(canvas, begin, top - (self.height - part.height) / 2)


@dataclass(frozen=True, kw_only=True)
class Framed(Part):
    """Parts in a thick frame."""

    parts: tuple[Part, ...]
    width: float
    pad: float

    @property
    def height(self) -> float:
        return sum(part.height for part in self.parts) + 2 * self.pad

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(THICK)
        canvas.rect(x, top - self.height, self.width, self.height)
        top -= self.pad
        for part in self.parts:
            part.draw(canvas, x + self.pad, top)
            top -= part.height
