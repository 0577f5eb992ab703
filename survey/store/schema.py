"""All tables in one place, for the migrations and the demonstration's emptiness check."""

from __future__ import annotations

from survey.store import (
    audio,
    ballots,
    collection,
    declarations,
    documents,
    paper,
    results,
    rounds,
    slips,
    staff,
    tallies,
    units,
)
from survey.store.base import Base

METADATA = Base.metadata
AGGREGATES = (
    audio,
    ballots,
    collection,
    declarations,
    documents,
    paper,
    results,
    rounds,
    slips,
    staff,
    tallies,
    units,
)
