"""The lines of the public list, each with the verdict and the rates that were published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from analytics.codebook import RETURNED
from analytics.indicators import Verdict
from analytics.public_files import SUMMARY
from analytics.summary import Summary, read_summary
from analytics.tables import Figure
from survey.frames import BALLOT, PublishedLine, list_published, read_published_files


@dataclass(frozen=True, slots=True)
class Headline:
    """A published round; the figures are None where nothing of the kind was published of it."""

    line: PublishedLine
    verdict: Verdict | None
    overall: Figure | None
    returned: Figure | None
    min_base: int


@dataclass(frozen=True, slots=True)
class Headlines:
    """A page of the list, the number of all lines, and the years to choose from."""

    headlines: tuple[Headline, ...]
    total: int
    years: tuple[int, ...]


def list_headlines(session: Session, query: str, year: int | None, *, limit: int, offset: int) -> Headlines:
    """As `list_published`, with what the summaries say; no figure is computed."""
    page = list_published(session, query, year, limit=limit, offset=offset)
    kept = read_published_files(
        session, SUMMARY, [(line.round_id, line.number) for line in page.lines if line.number]
    )
    headlines = tuple(
        _tell(line, read_summary(kept[line.round_id]) if line.round_id in kept else None)
        for line in page.lines
    )
    return Headlines(headlines, page.total, page.years)


def _tell(line: PublishedLine, summary: Summary | None) -> Headline:
    if summary is None:
        return Headline(line, None, None, None, 0)
    overall = summary.figure(summary.overall, "satisfied") if summary.overall else None
    returned = summary.figure(BALLOT, RETURNED)
    return Headline(line, summary.verdict, overall, returned, summary.min_base)
