"""The blank ballot: no number, no code, and the same for every household of a commune."""

from __future__ import annotations

from typing import BinaryIO, Literal

from survey.printing.ballot_layout import Ballot, Sheet, lay_out
from survey.printing.lettering import Box
from survey.printing.paper import MM, SIZES, open_canvas, save
from translations.catalogue import DEFAULT_LOCALE, use_locale

Size = Literal["A4", "A5", "A4-lon"]
"""`A4-lon` is in large type."""


def _step_down(largest: float, smallest: float) -> tuple[float, ...]:
    return tuple(largest - step * 0.25 for step in range(int((largest - smallest) * 4) + 1))


def _make_sheet(size: str, side: float, bodies: tuple[float, ...], least: float) -> Sheet:
    width, height = SIZES[size]
    frame = Box(side, height - 11 * MM, width - 2 * side, height - 20 * MM)
    return Sheet((width, height), frame, bodies, least, lines=2)


_SHEETS: dict[Size, Sheet] = {
    "A4": _make_sheet("A4", 14 * MM, _step_down(13, 10), 9),
    "A5": _make_sheet("A5", 10 * MM, _step_down(12, 9.5), 9),
    "A4-lon": _make_sheet("A4", 14 * MM, _step_down(20, 16), 15),
}


@use_locale(DEFAULT_LOCALE)
def print_ballot(ballot: Ballot, size: Size, out: BinaryIO) -> int:
    """Write the ballot once, to be printed as often as it is needed; returns the number of pages.

    The same ballot gives the same bytes.
    """
    layout = lay_out(ballot, _SHEETS[size])
    canvas = open_canvas(out, layout.sheet.paper, ballot.about)
    for page in range(len(layout.pages)):
        layout.draw(canvas, page)
        canvas.showPage()
    return save(canvas, len(layout.pages))
