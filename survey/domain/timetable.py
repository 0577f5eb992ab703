"""When a round asks, and until when a ballot counts: what follows from its dates and the steps taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from survey.domain.clock import end_of_day, start_of_day


class RoundState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Dated(Protocol):
    """The facts that a timetable follows from."""

    @property
    def kind(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def last_on(self) -> date | None: ...
    @property
    def grace_hours(self) -> int: ...
    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def superseded_at(self) -> datetime | None: ...


class Timetable:
    """To be mixed into what has a round's dates: the stored row, and what a code opens."""

    @property
    def state(self: Dated) -> RoundState:
        if self.superseded_at:
            return RoundState.SUPERSEDED
        if self.published_at:
            return RoundState.PUBLISHED
        if self.closed_at:
            return RoundState.CLOSED
        return RoundState.OPEN if self.opened_at else RoundState.DRAFT

    @property
    def counts_households(self: Dated) -> bool:
        """Whether a household answers once, by slip (official and drill), or anyone may (pulse)."""
        return self.kind != "pulse"

    def has_begun_at(self: Dated, instant: datetime) -> bool:
        """Whether it was opened and its first day has come."""
        return self.opened_at is not None and instant >= start_of_day(self.starts_on)

    def asks_at(self: Dated, instant: datetime) -> bool:
        """Whether a page may be opened: from opening to the end of the last day."""
        return _is_open(self) and (self.last_on is None or instant < end_of_day(self.last_on))

    @property
    def ends_at(self: Dated) -> datetime | None:
        """The first instant at which no ballot counts any more: the last day and the grace are over."""
        return _end(self)

    def takes_at(self: Dated, instant: datetime) -> bool:
        """Whether a ballot that arrives now still counts: as `asks_at`, and through the grace."""
        end = _end(self)
        return _is_open(self) and (end is None or instant < end)


def _is_open(dated: Dated) -> bool:
    return dated.opened_at is not None and dated.closed_at is None


def _end(dated: Dated) -> datetime | None:
    if dated.last_on is None:
        return None
    return end_of_day(dated.last_on) + timedelta(hours=dated.grace_hours)


@dataclass(frozen=True)
class Dates(Timetable):
    """A round's dates and steps by themselves."""

    kind: str
    starts_on: date
    last_on: date | None
    grace_hours: int
    opened_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None
    superseded_at: datetime | None
