"""Small drawings for a page: bars as SVG, with no script and no style, beside the table that they show.

A browser scales a drawing with its text, so each bar is drawn for the narrowest phone, and a page sets as
many side by side as it has room for. No text is cut: a label takes the lines that it needs, and its figure
ends at the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

_WIDTH, _BAR, _LINE, _GAP = 320, 10, 19, 12
"""Drawing units: the whole, which is a bar of 1; a bar's height; from line to line; from label to figure."""
_FONT_SIZE = 15
"""Twelve pixels and more where the drawing is 272 wide, as on a phone of 320."""
_ABOVE, _BELOW = 7, 5
"""Drawing units from the last line to the bar, and from the bar to the end, for the mark to stand out."""

_EM = {
    **dict.fromkeys("fijlrtIJ.,:;'!|()[]/- \N{NO-BREAK SPACE}", 0.42),
    **dict.fromkeys("mwMW%@…—", 1.0),
}
"""How wide characters are, in sizes of the font: those of DejaVu Sans, the widest that systems use."""
_EM_CAPITAL, _EM_OTHER = 0.8, 0.65


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of 0 to 1; None is a figure that is hidden or does not exist, and `note` says which."""

    label: str
    value: Fraction | None
    note: str


def draw_bars(identity: str, title: str, bars: Sequence[Bar], mark: Fraction | None = None) -> Markup:
    """Horizontal bars with a line at `mark` (a threshold); `identity` is their id on the page."""
    return Markup('<div class="bars" id="{}" role="img" aria-label="{}">{}</div>').format(
        identity, title, Markup("").join(_draw(bar, mark) for bar in bars)
    )


def _draw(bar: Bar, mark: Fraction | None) -> Markup:
    labels, notes = _wrap(bar.label), _wrap(bar.note)
    is_beside = len(notes) == 1 and _measure(labels[-1]) + _GAP + _measure(notes[0]) <= _WIDTH
    first_note = len(labels) - 1 if is_beside else len(labels)
    top = _LINE * (first_note + len(notes)) + _ABOVE
    pieces = [
        *(_write(line, 0, place, "start") for place, line in enumerate(labels)),
        *(_write(line, _WIDTH, place, "end") for place, line in enumerate(notes, start=first_note)),
        _fill(top, _WIDTH, "0.15"),
        _fill(top, _place(bar.value or Fraction(0)), "0.75"),
    ]
    if mark is not None:
        line = '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="currentColor" stroke-dasharray="3 2"/>'
        pieces.append(Markup(line).format(_place(mark), top - _BELOW, top + _BAR + _BELOW))
    return Markup(
        '<svg viewBox="0 0 {} {}" width="100%" font-size="{}" font-family="inherit" fill="currentColor">{}'
        "</svg>"
    ).format(_WIDTH, top + _BAR + _BELOW, _FONT_SIZE, Markup("").join(pieces))


def _write(line: str, x: int, place: int, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        x, _LINE * place + _FONT_SIZE, anchor, line
    )


def _fill(top: int, width: int | str, opacity: str) -> Markup:
    return Markup('<rect x="0" y="{}" width="{}" height="{}" opacity="{}"/>').format(
        top, width, _BAR, opacity
    )


def _wrap(text: str) -> list[str]:
    """Lines that fit, broken between words, and within one that is too long; at least one."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if _measure(joined) <= _WIDTH:
            lines[-1] = joined
        else:
            lines += _break(word)
    return [line for line in lines if line] or [""]


def _break(word: str) -> list[str]:
    pieces = [""]
    for char in word:
        if _measure(pieces[-1] + char) > _WIDTH:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _measure(text: str) -> float:
    """How wide a line of text is at most, in drawing units."""
    return _FONT_SIZE * sum(_EM.get(char, _EM_CAPITAL if char.isupper() else _EM_OTHER) for char in text)


def _place(share: Fraction) -> str:
    return f"{float(min(share, Fraction(1)) * _WIDTH):.1f}"
