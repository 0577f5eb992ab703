"""All tables in one place, for the migrations and the demonstration's emptiness check."""

from __future__ import annotations

from survey.store import (  # noqa: F401 (each makes its tables known to the metadata)
    actions,
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
    themes,
    units,
)
from survey.store.base import Base

METADATA = Base.metadata
