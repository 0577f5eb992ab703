"""The options of a question that stands alone on a printed ballot, each behind its box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from reportlab.pdfgen.canvas import Canvas

from survey.printing.ballot_parts import Measures, Part, divide, draw_tick_box, typeset
from survey.printing.fonts import REGULAR, make_printable, measure
from survey.printing.lettering import Box, Fitted, draw_middle
from survey.printing.paper import INK

_MOST_IN_LINE, _MOST_ABREAST = 5, 4
"""More than the first stand in lines of the second."""


@dataclass(frozen=True, kw_only=True)
class Options(Part):
    """Options side by side, each behind its box; without boxes where their words go on."""

    labels: tuple[Fitted, ...]
    cells: tuple[float, ...]
    indent: float
    box: float
    pad: float
    has_boxes: bool = True

    @property
    def height(self) -> float:
        words = max(label.height for label in self.labels)
        return max(words, self.box if self.has_boxes else 0) + self.pad

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        left = x + self.indent
        for label, cell in zip(self.labels, self.cells, strict=True):
            if self.has_boxes:
                draw_tick_box(canvas, left, top - (self.height - self.box) / 2, self.box)
            words = self.box + self.pad
            canvas.setFillColor(INK)
            draw_middle(canvas, label, Box(left + words, top, cell - words, self.height))
            left += cell


def put_in_line(labels: tuple[str, ...], measures: Measures) -> Options:
    """All options in one line, each as wide as its words."""
    fitted = tuple(typeset(label, REGULAR, measures.body, inf) for label in labels)
    widths = (measure(" ".join(one.lines), REGULAR, measures.body) for one in fitted)
    cells = tuple(measures.box + 3.5 * measures.pad + width for width in widths)
    return Options(labels=fitted, cells=cells, indent=0, box=measures.box, pad=measures.pad)


def list_options(labels: tuple[str, ...], measures: Measures) -> Iterator[Part]:
    """As many side by side as keep their words whole and to two lines."""
    across, fitted = _fit_across(labels, measures)
    for start in range(0, len(fitted), across):
        line = fitted[start : start + across]
        pieces = [(piece,) for piece in divide(line[0], measures.tallest)] if across == 1 else [tuple(line)]
        for place, piece in enumerate(pieces):
            yield Options(
                labels=piece,
                cells=((measures.width - measures.indent) / across,) * len(piece),
                indent=measures.indent,
                box=measures.box,
                pad=measures.pad,
                has_boxes=place == 0,
                sticks=start + across < len(fitted),
            )


def _fit_across(labels: tuple[str, ...], measures: Measures) -> tuple[int, list[Fitted]]:
    most = len(labels) if len(labels) <= _MOST_IN_LINE else _MOST_ABREAST
    for across in range(most, 0, -1):
        width = (measures.width - measures.indent) / across - measures.box - 2.5 * measures.pad
        fitted = [typeset(label, REGULAR, measures.body, width, balanced=True) for label in labels]
        whole = all(
            " ".join(one.lines) == make_printable(label, REGULAR)
            for one, label in zip(fitted, labels, strict=True)
        )
        if whole and max(len(one.lines) for one in fitted) <= 2:
            break
    return across, fitted
