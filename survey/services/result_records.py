"""Result records: what a round's result stands on, in one canonical text that its SHA-256 commits to.

A record holds the frozen papers, every count and a secret nonce. Its hash can be published at once: the
nonce keeps anybody from trying small counts until the hash fits. Who is entitled to the record can prove
the published figures from it (analytics.verification), and so can whoever doubts them, with their help.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.questionnaire import Questionnaire
from survey.domain.paper_counts import SheetCounts
from survey.domain.rule_sets import RuleSet
from survey.services.mixing import Cell
from survey.store.results import Result
from survey.store.tallies import ANY_NOT_SATISFIED, ANY_UNSURE, BALLOT, INVALID, VALID

FORMAT = "long-dan-result/1"
PAPER = "paper"


@dataclass(frozen=True)
class RecordedSheet:
    """A village's confirmed paper sheet, with the two people who agreed on it."""

    unit_id: int
    version: int
    counts: SheetCounts
    entered_by: str
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True)
class RecordedVillage:
    """`issued` are the slips handed out and not void, or where there were none the forms handed out."""

    unit_id: int
    code: str
    name: str
    households: int
    issued: int
    commune_code: str
    commune: str


@dataclass(frozen=True)
class RecordedRound:
    """The round as it was named and dated when the result was made."""

    id: int
    tag: str
    kind: str
    title: str
    unit_code: str
    unit: str
    starts_on: date
    last_on: date | None
    opened_at: datetime
    closed_at: datetime


@dataclass(frozen=True)
class Record:
    """A result record, read. `cells` are counts by unit, channel, question and option.

    `uncounted` are villages whose paper came back and is in no confirmed sheet, with how many slips say so,
    None where none does; it is None itself in records that were written before this was kept.
    """

    number: int
    because: str | None
    round: RecordedRound
    questionnaire: Questionnaire
    rules: RuleSet | None
    villages: tuple[RecordedVillage, ...]
    cells: Mapping[Cell, int]
    sheets: Mapping[int, RecordedSheet]
    uncounted: Mapping[int, int | None] | None
    open_points: tuple[str, ...]
    despite: str | None
    snapshot_sha256: str
    sha256: str


def fold_sheet(counts: SheetCounts) -> dict[tuple[str, str], int]:
    """A sheet's cells by question and option, as tallies keep them; zeros left out."""
    least, most = counts.any_bounds
    cells = {
        (BALLOT, VALID): counts.valid,
        (BALLOT, INVALID): sum(counts.invalid.values()),
        (BALLOT, ANY_NOT_SATISFIED): least,
        (BALLOT, ANY_UNSURE): most - least,
    }
    for code, options in counts.contents.items():
        cells |= {(code, option): count for option, count in options.items() if option != "no_answer"}
    return {cell: count for cell, count in cells.items() if count}


def find_latest(session: Session, round_id: int) -> Result | None:
    """The result that stands."""
    statement = select(Result).where(Result.round_id == round_id).order_by(Result.number.desc()).limit(1)
    return session.scalar(statement)


def list_results(session: Session, round_id: int) -> list[Result]:
    """All results of a round, the first one first."""
    return list(session.scalars(select(Result).where(Result.round_id == round_id).order_by(Result.number)))


def find_record(session: Session, round_id: int, number: int | None = None) -> Record | None:
    """The record of a round's result of this number, or of the one that stands."""
    statement = select(Result.round_id, Result.number, Result.sha256).where(Result.round_id == round_id)
    if number is not None:
        statement = statement.where(Result.number == number)
    row = session.execute(statement.order_by(Result.number.desc()).limit(1)).one_or_none()
    return _read_kept(session, *row) if row else None


def _read_kept(session: Session, round_id: int, number: int, digest: str) -> Record:
    """Read and parsed once per digest, as long as it is asked for."""
    if digest not in _KEPT:
        wanted = select(Result.record).where(Result.round_id == round_id, Result.number == number)
        _KEPT[digest] = read_record(session.scalar(wanted) or "")
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
    return _KEPT[digest]


_KEPT: dict[str, Record] = {}
_MOST_KEPT = 64


def read_record(text: str) -> Record:
    """What `result_writing` wrote; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
    plain: dict[str, Any] = json.loads(text)
    if plain["format"] != FORMAT:
        raise ValueError(f"{plain['format']} is not {FORMAT}")
    return Record(
        number=plain["number"],
        because=plain["because"],
        round=_read_round(plain["round"]),
        questionnaire=Questionnaire.from_json(json.dumps(plain["questionnaire"])),
        rules=RuleSet.from_dict(plain["rules"]) if plain["rules"] else None,
        villages=tuple(RecordedVillage(*one) for one in plain["villages"]),
        cells={(unit, channel, code, option): n for unit, channel, code, option, n in plain["counts"]},
        sheets={one["unit_id"]: _read_sheet(one) for one in plain["sheets"]},
        uncounted=dict(plain["uncounted"]) if "uncounted" in plain else None,
        open_points=tuple(plain["open_points"]),
        despite=plain["despite"],
        snapshot_sha256=plain["snapshot_sha256"],
        sha256=sha256(text.encode()).hexdigest(),
    )


def _read_round(plain: Mapping[str, Any]) -> RecordedRound:
    code, name = plain["unit"]
    return RecordedRound(
        id=plain["id"],
        tag=plain["tag"],
        kind=plain["kind"],
        title=plain["title"],
        unit_code=code,
        unit=name,
        starts_on=date.fromisoformat(plain["starts_on"]),
        last_on=date.fromisoformat(plain["last_on"]) if plain["last_on"] else None,
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        closed_at=datetime.fromisoformat(plain["closed_at"]),
    )


def _read_sheet(plain: Mapping[str, Any]) -> RecordedSheet:
    return RecordedSheet(
        unit_id=plain["unit_id"],
        version=plain["version"],
        counts=SheetCounts(**plain["counts"]),
        entered_by=plain["entered_by"],
        confirmed_by=plain["confirmed_by"],
        confirmed_at=datetime.fromisoformat(plain["confirmed_at"]),
    )
