"""A blank ballot divided into pages, in the largest type that its paper allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reportlab.pdfgen.canvas import Canvas

from forms.questionnaire import Questionnaire
from survey.printing.ballot_content import list_lines, list_questions
from survey.printing.ballot_heads import (
    Instruction,
    Letterhead,
    draw_foot,
    draw_running_head,
    draw_turning,
    measure_foot,
    measure_running_head,
)
from survey.printing.ballot_parts import Gap, Measures, Part, Ruled
from survey.printing.fonts import BOLD, REGULAR
from survey.printing.lettering import Box
from translations.catalogue import gettext as _
from translations.dates import format_date

_MOST_LINES = 8
_TALLEST = 0.3  # of the ballot, for what is not divided


@dataclass(frozen=True)
class Ballot:
    """What stands on a round's blank ballot: the same for every household of the commune.

    `about` is the round's title; `mark` says on every page that the paper is a draft or the round a
    drill, '' for neither. `last_on` is the last day on which ballots are taken.
    """

    commune: str
    about: str
    questionnaire: Questionnaire
    mark: str
    last_on: date | None
    contact: str


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper in points, what of it the ballot takes, and the sizes of its text, largest first.

    No letter is smaller than `least`; at least `lines` are left for reasons, and for an opinion.
    """

    paper: tuple[float, float]
    frame: Box
    bodies: tuple[float, ...]
    least: float
    lines: int

    def measure(self, body: float) -> Measures:
        tallest = self.frame.height * _TALLEST
        return Measures(self.frame.width, tallest, body, self.least, self.lines)


@dataclass(frozen=True)
class Layout:
    """A ballot on the pages of a sheet."""

    ballot: Ballot
    sheet: Sheet
    measures: Measures
    pages: tuple[tuple[Part, ...], ...]

    def draw(self, canvas: Canvas, page: int) -> None:
        """Draw a page, the first being 0."""
        frame, measures, ballot = self.sheet.frame, self.measures, self.ballot
        top = frame.top
        if page:
            head = replace(frame, height=measure_running_head(measures))
            draw_running_head(canvas, self._write_running_head(page), ballot.mark, head, measures)
            top -= head.height
        for part in self.pages[page]:
            part.draw(canvas, frame.x, top)
            top -= part.height
        height = measure_foot(_write_foot(ballot), measures)
        foot = replace(frame, top=frame.top - frame.height + height, height=height)
        if page == len(self.pages) - 1:
            draw_foot(canvas, _write_foot(ballot), foot, measures)
        else:
            draw_turning(canvas, foot, measures)

    def _write_running_head(self, page: int) -> str:
        return _(
            "%(commune)s – phiếu lấy ý kiến, trang %(page)s/%(pages)s",
            commune=self.ballot.commune,
            page=page + 1,
            pages=len(self.pages),
        )


def _write_foot(ballot: Ballot) -> str:
    call = _("Cần hỏi, xin gọi: %(contact)s", contact=ballot.contact)
    if ballot.last_on is None:
        return call
    return _("Nộp phiếu chậm nhất ngày %(day)s.", day=format_date(ballot.last_on)) + " " + call


def lay_out(ballot: Ballot, sheet: Sheet) -> Layout:
    """On as few pages as the smallest text needs, and in the largest that needs no more."""
    found = _lay_out(ballot, sheet, sheet.bodies[-1])
    least, low, high = len(found.pages), 0, len(sheet.bodies) - 1
    while low < high:
        middle = (low + high) // 2
        layout = _lay_out(ballot, sheet, sheet.bodies[middle])
        if len(layout.pages) <= least:
            found, high = layout, middle
        else:
            low = middle + 1
    return found


def _lay_out(ballot: Ballot, sheet: Sheet, body: float) -> Layout:
    measures = sheet.measure(body)
    parts = [*_list_head(ballot, measures), *list_questions(ballot.questionnaire, measures)]
    room = sheet.frame.height - measure_foot(_write_foot(ballot), measures)
    pages = _divide(parts, room, room - measure_running_head(measures))
    return Layout(ballot, sheet, measures, pages)


def _list_head(ballot: Ballot, measures: Measures) -> Iterator[Part]:
    title, introduction = str(ballot.questionnaire.title), str(ballot.questionnaire.introduction)
    yield Letterhead(commune=ballot.commune, mark=ballot.mark, measures=measures)
    yield Gap(size=measures.body * 0.6)
    yield from list_lines(title, BOLD, measures.body * 1.25, measures, align="centre")
    yield from list_lines(ballot.about, REGULAR, measures.body, measures, align="centre")
    yield Gap(size=measures.body * 0.6)
    yield from list_lines(introduction, REGULAR, measures.small, measures)
    yield Gap(size=measures.body * 0.4)
    yield Instruction(measures=measures)
    yield Gap(size=measures.body * 0.6)


def _divide(parts: Sequence[Part], first: float, later: float) -> tuple[tuple[Part, ...], ...]:
    """Parts on pages with this room; what sticks together is parted only where no page would hold it."""
    pages: list[list[Part]] = [[]]
    room = first
    for chain in _list_chains(parts):
        head = [chain[0].head] if chain[0].head else []
        whole = _measure([*head, *chain]) <= later
        for piece in [chain] if whole else [[part] for part in chain]:
            if _measure(piece) > room and pages[-1]:
                head = [piece[0].head] if piece[0].head else []
                pages.append(list(head))
                room = later - _measure(head)
            if pages[-1] or not isinstance(piece[-1], Gap):
                pages[-1] += piece
                room -= _measure(piece)
    pages[-1] = _add_lines(pages[-1], room)
    return tuple(tuple(page) for page in pages if page)


def _measure(parts: Sequence[Part]) -> float:
    return sum(part.height for part in parts)


def _list_chains(parts: Sequence[Part]) -> Iterator[list[Part]]:
    chain: list[Part] = []
    for part in parts:
        chain.append(part)
        if not part.sticks:
            yield chain
            chain = []
    if chain:
        yield chain


def _add_lines(page: list[Part], room: float) -> list[Part]:
    """What is left of the last page becomes lines to write on, in turn, the last first."""
    page = list(page)
    growing = [place for place, part in enumerate(page) if isinstance(part, Ruled) and part.count > 1]
    for _line in range(_MOST_LINES):
        for place in reversed(growing):
            part = page[place]
            if isinstance(part, Ruled) and part.count < _MOST_LINES and part.pitch <= room:
                page[place] = replace(part, count=part.count + 1)
                room -= part.pitch
    return page
