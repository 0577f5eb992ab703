"""Small drawings for a page: bars as SVG, with no script and no style, beside the table that they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup, escape

_WIDTH, _SCALE, _BAR, _STEP = 400, 260, 12, 40
"""Drawing units: the whole, a bar of 1, a bar's height, and from bar to bar. Read on a phone 360 wide."""
_LABEL = 60
"""Characters of a label that fit above its bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of 0 to 1; None is a figure that is hidden or does not exist, and `note` says which."""

    label: str
    value: Fraction | None
    note: str


def draw_bars(identity: str, title: str, bars: Sequence[Bar], mark: Fraction | None = None) -> Markup:
    """Horizontal bars with a line at `mark` (a threshold); `identity` makes the ids of the page unique."""
    height = _STEP * len(bars)
    line = Markup("")
    if mark is not None:
        line = Markup(
            '<line x1="{0}" x2="{0}" y1="0" y2="{1}" stroke="currentColor" stroke-dasharray="4 4"/>'
        ).format(_place(mark), height)
    return Markup(
        '<svg class="bars" viewBox="0 0 {} {}" width="100%" role="img" aria-labelledby="{}" font-size="12" '
        'font-family="inherit" fill="currentColor"><title id="{}">{}</title>{}{}</svg>'
    ).format(
        *(_WIDTH, height, identity, identity, title),
        Markup("").join(_draw(index, bar) for index, bar in enumerate(bars)),
        line,
    )


def _draw(index: int, bar: Bar) -> Markup:
    top = index * _STEP
    label = bar.label if len(bar.label) <= _LABEL else bar.label[: _LABEL - 1].rstrip() + "…"
    return Markup(
        '<text x="0" y="{}">{}</text><text x="{}" y="{}">{}</text>'
        '<rect x="0" y="{}" width="{}" height="{}" opacity="0.15"/>'
        '<rect x="0" y="{}" width="{}" height="{}" opacity="0.75"/>'
    ).format(
        *(top + 14, escape(label), _SCALE + 6, top + 31, escape(bar.note)),
        *(top + 20, _SCALE, _BAR, top + 20, _place(bar.value or Fraction(0)), _BAR),
    )


def _place(share: Fraction) -> str:
    return f"{float(min(share, Fraction(1)) * _SCALE):.1f}"
