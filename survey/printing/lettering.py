"""Text that stays inside its box, whatever its length: it shrinks, wraps and is cut last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from survey.printing.fonts import make_printable, measure

Align = Literal["left", "centre", "right"]
_SHRINK = 0.96
_BREAKS = re.compile(r"(?:(?<!\d) | (?!\d))(?![-–] )")
_ASCENT = 0.94  # of the size, from the top of a line to its baseline, with two marks on a capital
_BALANCE_STEPS = 12


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, in points; `top` is its upper edge."""

    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Fitted:
    """Paragraphs broken into lines that fit a box at `size` points."""

    paragraphs: tuple[tuple[str, ...], ...]
    font: str
    size: float
    leading: float
    gap: float

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for paragraph in self.paragraphs for line in paragraph)

    @property
    def height(self) -> float:
        return _height(self.paragraphs, self.size, self.leading, self.gap)


def _height(paragraphs: tuple[tuple[str, ...], ...], size: float, leading: float, gap: float) -> float:
    lines = sum(len(paragraph) for paragraph in paragraphs)
    return size * (lines * leading + gap * max(0, len(paragraphs) - 1))


@lru_cache(maxsize=2048)
def fit(
    texts: str | tuple[str, ...],
    font: str,
    width: float,
    height: float,
    *,
    largest: float,
    smallest: float,
    leading: float = 1.26,
    gap: float = 0.5,
    most_lines: int | None = None,
    balanced: bool = False,
) -> Fitted:
    """Break `texts` into lines of at most `width` points, as large as `height` allows.

    The size falls from `largest` to `smallest`, the same for all paragraphs; what does not fit even
    then is cut off with an ellipsis. `gap` stands between paragraphs, in sizes; `most_lines` is per
    paragraph; `balanced` makes the lines of a paragraph about equally long. Never raises.
    """
    paragraphs = (texts,) if isinstance(texts, str) else texts
    printable = [make_printable(text, font) for text in paragraphs]
    size = largest
    while True:
        broken = tuple(tuple(wrap(text, font, size, width)) for text in printable)
        fits = _height(broken, size, leading, gap) <= height + 0.01 and all(
            len(lines) <= (most_lines or len(lines)) for lines in broken
        )
        if fits or size <= smallest:
            break
        size = max(smallest, size * _SHRINK)
    if not fits:
        broken = _cut(broken, font, size, width, _room(height, size, leading, gap, broken, most_lines))
    elif balanced:
        broken = tuple(tuple(_balance(text, font, size, width)) for text in printable)
    return Fitted(broken, font, size, leading, gap)


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break at spaces, but not inside a telephone number and not before a dash.

    A word longer than a line is broken inside.
    """
    lines: list[str] = []
    line = ""
    for word in _BREAKS.split(text):
        candidate = f"{line} {word}" if line else word
        if measure(candidate, font, size) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        *pieces, line = _break_word(word, font, size, width)
        lines.extend(pieces)
    return [*lines, line] if line else lines


def _break_word(word: str, font: str, size: float, width: float) -> list[str]:
    pieces, piece = [], ""
    for character in word:
        if piece and measure(piece + character, font, size) > width:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]


def _balance(text: str, font: str, size: float, width: float) -> list[str]:
    best = wrap(text, font, size, width)
    low, high = width / 2, width
    for _ in range(_BALANCE_STEPS if len(best) > 1 else 0):
        middle = (low + high) / 2
        tried = wrap(text, font, size, middle)
        if len(tried) == len(best) and " ".join(tried) == text:
            best, high = tried, middle
        else:
            low = middle
    return best


def _room(
    height: float,
    size: float,
    leading: float,
    gap: float,
    paragraphs: tuple[tuple[str, ...], ...],
    most_lines: int | None,
) -> list[int]:
    """How many lines each paragraph may keep, given out in turn from the first."""
    kept = [0] * len(paragraphs)
    left = height / size + gap + 0.01
    for index, lines in enumerate(paragraphs):
        for _ in range(min(len(lines), most_lines or len(lines))):
            cost = leading + (gap if kept[index] == 0 else 0)
            if cost <= left or not any(kept):
                kept[index] += 1
                left -= cost
    return kept


def _cut(
    paragraphs: tuple[tuple[str, ...], ...], font: str, size: float, width: float, kept: list[int]
) -> tuple[tuple[str, ...], ...]:
    result = []
    for lines, count in zip(paragraphs, kept, strict=True):
        if count == 0:
            continue
        last = lines[count - 1]
        if count < len(lines):
            while last and measure(last + "…", font, size) > width:
                last = last[:-1]
            last = last.rstrip() + "…"
        result.append((*lines[: count - 1], last))
    return tuple(result)


def draw(canvas: Canvas, fitted: Fitted, box: Box, align: Align = "left") -> float:
    """Draw from the top of the box down, in the current colour; returns where the text ends (y)."""
    canvas.setFont(fitted.font, fitted.size)
    top = box.top
    for number, paragraph in enumerate(fitted.paragraphs):
        top -= fitted.gap * fitted.size if number else 0
        for line in paragraph:
            _draw_line(canvas, line, box, top - _ASCENT * fitted.size, align)
            top -= fitted.leading * fitted.size
    return top


def write(
    canvas: Canvas,
    text: str | tuple[str, ...],
    box: Box,
    font: str,
    sizes: tuple[float, float],
    align: Align = "left",
    most_lines: int | None = None,
) -> float:
    """Fit and draw from the top of the box, from the larger to the smaller of `sizes`; where it ends (y)."""
    largest, smallest = sizes
    fitted = fit(text, font, box.width, box.height, largest=largest, smallest=smallest, most_lines=most_lines)
    return draw(canvas, fitted, box, align)


def draw_middle(canvas: Canvas, fitted: Fitted, box: Box, align: Align = "left") -> None:
    """Draw with as much space above as below."""
    space = (box.height - fitted.height) / 2
    draw(canvas, fitted, Box(box.x, box.top - space, box.width, box.height - space), align)


def _draw_line(canvas: Canvas, line: str, box: Box, baseline: float, align: Align) -> None:
    if align == "left":
        canvas.drawString(box.x, baseline, line)
    elif align == "right":
        canvas.drawRightString(box.x + box.width, baseline, line)
    else:
        canvas.drawCentredString(box.x + box.width / 2, baseline, line)
