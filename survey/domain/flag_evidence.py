"""What the flags of a round stand on: counters, and how large its groups of equal rows are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Ballots:
    """Ballots, and how many of them are not satisfied with something; it may be `unsure` more of them, where
    only totals of paper are known."""

    valid: int = 0
    against: int = 0
    unsure: int = 0

    def __add__(self, other: Ballots) -> Ballots:
        return Ballots(self.valid + other.valid, self.against + other.against, self.unsure + other.unsure)

    def most_like(self, other: Ballots) -> Ballots:
        """The same ballots, with that of the possible numbers against which comes closest to `other`."""
        alike = other.against * self.valid // other.valid
        return Ballots(self.valid, max(self.against, min(alike, self.against + self.unsure)))


@dataclass(frozen=True)
class VillageEvidence:
    """A village: ballots received, mixed ones by channel, and equal rows.

    `repeated` tells by a row's contrasts how many ballots its largest group of equal rows holds.
    """

    name: str
    households: int
    received: int
    mixed: Mapping[str, Ballots]
    repeated: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DayEvidence:
    """Ballots of the whole round on a day; `on_paper` are among them, by the day they were entered."""

    day: date
    ballots: int
    on_paper: int = 0


@dataclass(frozen=True)
class Evidence:
    """What is known of an opened round. Without `tells_answers` its ballots' contents are not looked at.

    `ends_on` is the last day on which a ballot could count, None while there is no end.
    """

    counts_households: bool
    tells_answers: bool
    starts_on: date
    ends_on: date | None
    villages: Sequence[VillageEvidence]
    days: Sequence[DayEvidence]
    marked: int
    late: int

    @property
    def households(self) -> int:
        return sum(village.households for village in self.villages)

    @property
    def received(self) -> int:
        return sum(village.received for village in self.villages)


def count_contrasts(answers: Sequence[str]) -> int:
    """How many answers of a row differ from its own commonest one."""
    return len(answers) - max(Counter(answers).values(), default=0)
