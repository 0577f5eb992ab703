"""The data door: what has been counted, for those who compute and tell it.

`analytics` knows nothing else of survey but this and `survey.access`. Everything is read from counters
and registers, never from stored ballots, so no reading costs more as ballots grow. The answers of an
open official round or drill cannot be had here; a running pulse moves by whole mixings of k ballots.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.application import database, settings
from survey.domain.actions import ACTION_STATE_NAMES, ActionState
from survey.domain.clock import today
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.names import fold, is_residential_group, name_within
from survey.domain.permissions import Permission
from survey.domain.plan import DeclarationField, Plan, Target, get_plan
from survey.services.actions import ActionLine, list_actions
from survey.services.audit import record
from survey.services.collected import CollectedRound, UnitRow, list_collected_rounds, units_at
from survey.services.declarations import (
    Declared,
    InvalidDeclaration,
    declare,
    list_current_declarations,
    list_declarations,
    list_targets,
)
from survey.services.evidence import (
    LoggedEvent,
    ScanLine,
    list_round_events,
    list_scan_lines,
    list_slip_manifests,
    read_record_text,
    read_scan,
    write_poster_manifest,
)
from survey.services.facts import (
    ResultNotReady,
    RoundFacts,
    RoundLine,
    VillageFacts,
    list_result_rounds,
    round_facts,
)
from survey.services.paper_facts import HandedOut, PaperFacts, read_paper_facts
from survey.services.published import (
    PublishedLine,
    Version,
    find_predecessor,
    find_published_file,
    find_result,
    find_successor,
    keeps_results,
    list_downloaded,
    list_published,
    list_versions,
)
from survey.services.publishing import (
    FileLine,
    list_published_files,
    read_published_file,
    read_published_files,
)
from survey.services.reasons import count_unread, list_shown_reasons
from survey.services.recorded_facts import facts_of_record
from survey.services.result_records import Record, RecordedSheet, find_record, read_record
from survey.services.rounds import STATE_NAMES, get_round
from survey.services.theme_counts import CountedTheme, count_texts, count_themes
from survey.services.units import get_unit, list_below, list_lineage
from survey.store.ballots import CHANNELS, Box, Reason
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.store.tallies import ANY_NOT_SATISFIED, ANY_UNSURE, BALLOT, INVALID, VALID, Tally
from survey.store.units import Unit
from survey.web.audit_words import describe_action
from survey.web.context import actor
from translations.catalogue import lazy

__all__ = [
    "ACTION_STATE_NAMES",
    "ANY_NOT_SATISFIED",
    "ANY_UNSURE",
    "BALLOT",
    "CHANNELS",
    "INVALID",
    "STATE_NAMES",
    "VALID",
    "ActionLine",
    "ActionState",
    "CollectedRound",
    "Conflict",
    "CountedTheme",
    "DeclarationField",
    "Declared",
    "DomainError",
    "FileLine",
    "HandedOut",
    "InvalidDeclaration",
    "LoggedEvent",
    "NotFound",
    "PaperFacts",
    "Permission",
    "Plan",
    "PublishedLine",
    "Record",
    "RecordedSheet",
    "ResultNotReady",
    "RoundFacts",
    "RoundLine",
    "RoundState",
    "ScanLine",
    "Target",
    "UnitRow",
    "Version",
    "VillageFacts",
    "actor",
    "count_texts",
    "count_themes",
    "count_unread",
    "count_untold",
    "database",
    "declare",
    "describe_action",
    "facts_of_record",
    "find_predecessor",
    "find_published_file",
    "find_record",
    "find_result",
    "find_successor",
    "fold",
    "frame_of",
    "get_plan",
    "get_round",
    "get_unit",
    "is_residential_group",
    "keeps_results",
    "list_actions",
    "list_below",
    "list_collected_rounds",
    "list_current_declarations",
    "list_declarations",
    "list_downloaded",
    "list_lineage",
    "list_published",
    "list_published_files",
    "list_result_rounds",
    "list_round_events",
    "list_scan_lines",
    "list_shown_reasons",
    "list_slip_manifests",
    "list_targets",
    "list_versions",
    "min_base",
    "name_within",
    "read_paper_facts",
    "read_published_file",
    "read_published_files",
    "read_record",
    "read_record_text",
    "read_scan",
    "record_download",
    "round_facts",
    "settings",
    "tally_frame",
    "tell_reasons",
    "today",
    "units_at",
    "write_poster_manifest",
]

_COLUMNS = ("unit_id", "village_code", "village", "channel", "question", "option", "count")


def min_base() -> int:
    """The k of the disclosure rule."""
    return settings().min_base


def tally_frame(session: Session, round_id: int, number: int | None = None) -> pd.DataFrame:
    """Counts of mixed ballots: unit_id, village_code, village, channel, question, option, count.

    In the order of the villages as the round has them. Of a closed round they are those of its recorded
    result of this number, or of the one that stands. Raises `NotFound` or `ResultNotReady`.
    """
    _check_readable(session, round_id)
    recorded = find_record(session, round_id, number)
    if recorded:
        return frame_of(recorded)
    _check_needs_no_record(session.get_one(Round, round_id))
    statement = (
        select(
            *(Tally.unit_id, Unit.code, RoundUnit.name),
            *(Tally.channel, Tally.question, Tally.option, Tally.count),
        )
        .join(RoundUnit, (RoundUnit.round_id == Tally.round_id) & (RoundUnit.unit_id == Tally.unit_id))
        .join(Unit, Unit.id == Tally.unit_id)
        .where(Tally.round_id == round_id)
        .order_by(RoundUnit.position, Tally.unit_id, Tally.channel, Tally.question, Tally.option)
    )
    return pd.DataFrame([tuple(row) for row in session.execute(statement)], columns=list(_COLUMNS))


def frame_of(recorded: Record) -> pd.DataFrame:
    """A record's counts in the columns of `tally_frame`."""
    places = {one.unit_id: (place, one.code, one.name) for place, one in enumerate(recorded.villages)}
    rows = sorted(
        (places[unit_id][0], unit_id, *places[unit_id][1:], channel, question, option, count)
        for (unit_id, channel, question, option), count in recorded.cells.items()
    )
    return pd.DataFrame([row[1:] for row in rows], columns=list(_COLUMNS))


def count_untold(session: Session, round_id: int) -> int:
    """Ballots that were received and are in no figure, since they are not mixed."""
    return session.scalar(select(func.count()).where(Box.round_id == round_id)) or 0


def _check_readable(session: Session, round_id: int) -> None:
    found = session.get(Round, round_id)
    if found is None:
        raise NotFound(lazy("Không có đợt lấy ý kiến này."))
    if found.state is RoundState.DRAFT or (found.state is RoundState.OPEN and found.kind != "pulse"):
        raise ResultNotReady(lazy("Đợt lấy ý kiến chưa kết thúc nên chưa có kết quả."))
    if found.counts_households and found.state is not RoundState.OPEN and count_untold(session, round_id):
        raise ResultNotReady(lazy("Phiếu đang được trộn; xin xem lại sau ít phút."))


def _check_needs_no_record(found: Round) -> None:
    """Until its result is on record, the tallies of a closed round lack its paper."""
    if found.counts_households and found.state is RoundState.CLOSED:
        raise ResultNotReady(lazy("Kết quả chưa được ghi lại. Xin đóng đợt lần nữa."))


def tell_reasons(
    session: Session, round_id: int, *, question: str | None = None, limit: int = 50
) -> dict[str, tuple[int, list[str]]]:
    """What was written, by question: how many texts, and the first `limit` of them in no order of time."""
    _check_readable(session, round_id)
    shown = (Reason.round_id == round_id, Reason.moderation != "hidden")
    counts = select(Reason.question, func.count()).where(*shown).group_by(Reason.question)
    told: dict[str, tuple[int, list[str]]] = {}
    for code, count in session.execute(counts).all():
        if question in (None, code):
            texts = select(Reason.text).where(*shown, Reason.question == code).order_by(Reason.id)
            told[code] = (count, list(session.scalars(texts.limit(limit))))
    return told


def record_download(session: Session, facts: RoundFacts, form: str, *, by: int | None) -> None:
    """Put a download on the log of what staff did."""
    number = facts.record.number if facts.record else None
    record(
        session, by, "results.download", unit_id=facts.unit_id, round_id=facts.id, form=form, result=number
    )  # fmt: skip
