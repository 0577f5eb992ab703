"""What a result record says of its round by itself, for whoever holds the file and no database."""

from __future__ import annotations

from survey.services.facts import RecordFacts, RoundFacts, villages_of_record
from survey.services.result_records import Record
from survey.store.rounds import RoundState


def facts_of_record(recorded: Record) -> RoundFacts:
    """The facts of a round as far as a record alone tells them, without a database.

    What is decided outside it (adopted papers, the authorisation, publication) is left out.
    """
    told, rules = recorded.round, recorded.rules
    return RoundFacts(
        id=told.id,
        tag=told.tag,
        kind=told.kind,
        state=RoundState.CLOSED,
        title=told.title,
        unit_id=0,
        unit_code=told.unit_code,
        unit=told.unit,
        unit_level="",
        starts_on=told.starts_on,
        last_on=told.last_on,
        opened_at=told.opened_at,
        closed_at=told.closed_at,
        closed_despite=recorded.despite,
        published_at=None,
        superseded_because=None,
        successor_id=None,
        authorisation=None,
        questionnaire=recorded.questionnaire,
        rules=rules,
        contact="",
        villages=villages_of_record(recorded, rules),
        sha256=recorded.snapshot_sha256,
        draft_parts=(),
        record=RecordFacts(recorded.number, recorded.sha256, recorded.because, None, None),
        sheets=recorded.sheets,
        uncounted=recorded.uncounted,
        open_points=recorded.open_points,
    )
