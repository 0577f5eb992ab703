"""The table of a printed ballot: a question to a row, an option to a column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from survey.printing.ballot_parts import THIN, Measures, Part, draw_tick_box, typeset
from survey.printing.fonts import BOLD, REGULAR, make_printable, measure
from survey.printing.lettering import Box, Fitted, draw, draw_middle
from survey.printing.paper import INK
from translations.catalogue import gettext as _

_TINT = HexColor("#E6EBE8")
_WIDEST = 0.2  # of the ballot, for one option
_MOST_OPTIONS, _MOST_LINES = 3, 3


@dataclass(frozen=True)
class Columns:
    """A table's columns: the number, the content, and one per option, named by `labels`."""

    number: float
    content: float
    option: float
    labels: tuple[Fitted, ...]
    pad: float

    @property
    def width(self) -> float:
        return self.number + self.content + self.option * len(self.labels)

    def list_edges(self, x: float) -> list[float]:
        first = x + self.number + self.content
        return [x, x + self.number, *(first + self.option * place for place in range(len(self.labels) + 1))]


def find_columns(labels: tuple[str, ...], measures: Measures) -> Columns | None:
    """The columns for these options; None where they are too many or their words too long."""
    widest = measures.width * _WIDEST - 2 * measures.pad
    words = [make_printable(label, BOLD) for label in labels]
    width = max(measures.box, *(measure(word, BOLD, measures.small) for word in words))
    if len(labels) > _MOST_OPTIONS or width > widest * _MOST_LINES:
        return None
    width = min(width, widest)
    fitted = tuple(typeset(word, BOLD, measures.small, width, balanced=True) for word in words)
    whole = all(" ".join(one.lines) == word for one, word in zip(fitted, words, strict=True))
    if not whole or max(len(one.lines) for one in fitted) > _MOST_LINES:
        return None
    option, number = width + 2 * measures.pad, measures.body * 2.6
    return Columns(number, measures.width - number - option * len(labels), option, fitted, measures.pad)


def _draw_cells(canvas: Canvas, columns: Columns, x: float, top: float, height: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(THIN)
    canvas.rect(x, top - height, columns.width, height)
    for edge in columns.list_edges(x)[1:-1]:
        canvas.line(edge, top, edge, top - height)


@dataclass(frozen=True, kw_only=True)
class Head(Part):
    """A table's first line."""

    columns: Columns
    size: float

    @property
    def texts(self) -> tuple[Fitted, ...]:
        words = (_("STT"), _("Nội dung lấy ý kiến"))
        return (*(typeset(word, BOLD, self.size, inf) for word in words), *self.columns.labels)

    @property
    def height(self) -> float:
        return max(text.height for text in self.texts) + 2 * self.columns.pad

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setFillColor(_TINT)
        canvas.rect(x, top - self.height, self.columns.width, self.height, stroke=0, fill=1)
        _draw_cells(canvas, self.columns, x, top, self.height)
        canvas.setFillColor(INK)
        for text, (left, right) in zip(self.texts, pairwise(self.columns.list_edges(x)), strict=True):
            draw_middle(canvas, text, Box(left, top, right - left, self.height), "centre")


@dataclass(frozen=True, kw_only=True)
class Band(Part):
    """The title of a section, across its table."""

    text: Fitted
    width: float
    pad: float

    @property
    def height(self) -> float:
        return self.text.height + self.pad

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(THIN)
        canvas.rect(x, top - self.height, self.width, self.height)
        canvas.setFillColor(INK)
        draw_middle(canvas, self.text, Box(x + self.pad, top, self.width - 2 * self.pad, self.height))


@dataclass(frozen=True, kw_only=True)
class Row(Part):
    """A question, with a box under each option; without boxes where its text goes on."""

    columns: Columns
    number: str
    text: Fitted
    notes: Fitted
    box: float
    has_boxes: bool = True

    @property
    def height(self) -> float:
        words = self.text.height + self.notes.height + self.columns.pad
        return max(words, self.box + 1.25 * self.columns.pad) if self.has_boxes else words

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        columns = self.columns
        _draw_cells(canvas, columns, x, top, self.height)
        canvas.setFillColor(INK)
        number = typeset(self.number, REGULAR, self.text.size, inf)
        draw_middle(canvas, number, Box(x, top, columns.number, self.height), "centre")
        edges, words = columns.list_edges(x), self.text.height + self.notes.height
        left, above = edges[1] + columns.pad, (self.height - words) / 2
        box = Box(left, top - above, columns.content - 2 * columns.pad, words)
        end = draw(canvas, self.text, box)
        draw(canvas, self.notes, replace(box, top=end))
        for edge in edges[2:-1] if self.has_boxes else ():
            aside, above = (columns.option - self.box) / 2, (self.height - self.box) / 2
            draw_tick_box(canvas, edge + aside, top - above, self.box)
