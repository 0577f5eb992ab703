"""What planting stands on: the database and the people, and a round while it is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.demo.season import PlantedRound
from survey.domain.codes import Code
from survey.services.publishing import PublicFiles
from survey.services.slips import PlainSlip
from survey.store.engine import Database


@dataclass
class HeldRound:
    """A planted round, and what nobody has used: slips and posters' codes by village code."""

    round_id: int
    planted: PlantedRound
    slips: dict[str, list[PlainSlip]] = field(default_factory=dict)
    posters: dict[str, Code] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """Where and on whose behalf to plant; `by` holds the staff ids to name, by commune code: who runs its
    rounds, and who counts with them. `files` writes what is published."""

    database: Database
    secret: bytes
    min_base: int
    public_url: str
    by: Mapping[str, tuple[int, int]]
    files: PublicFiles

    def officer_of(self, commune: str) -> int | None:
        return self.by[commune][0] if commune in self.by else None
