"""Writing a round's result: paper sheets folded into its tallies, then everything put on record."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from survey.domain.paper_counts import SheetCounts
from survey.services.handed_out import count_issued
from survey.services.mixing import Cell
from survey.services.paper_sheets import VillageSheet, list_sheets
from survey.services.recount import Recount
from survey.services.result_records import FORMAT, PAPER, find_latest, find_record, fold_sheet
from survey.store.results import Result
from survey.store.rounds import Round, RoundUnit
from survey.store.tallies import Tally
from survey.store.units import Unit

_NONCE_BYTES = 32


def fold_sheets(session: Session, round_: Round) -> list[VillageSheet]:
    """Put the confirmed sheets of a closed round into its tallies, in place of those its result counts."""
    confirmed = [found for found in list_sheets(session, round_) if found.counts is not None]
    changes: Counter[Cell] = Counter()
    for found in confirmed:
        changes.update(_list_cells(found.village.unit_id, found.counts))
    standing = find_record(session, round_.id)
    for sheet in standing.sheets.values() if standing else ():
        changes.subtract(_list_cells(sheet.unit_id, sheet.counts))
    for cell, change in changes.items():
        _add_to_tally(session, round_.id, cell, change)
    session.flush()
    return confirmed


def _list_cells(unit_id: int, counts: SheetCounts | None) -> dict[Cell, int]:
    return {(unit_id, PAPER, *cell): count for cell, count in fold_sheet(counts).items()} if counts else {}


def _add_to_tally(session: Session, round_id: int, cell: Cell, change: int) -> None:
    row = session.get(Tally, (round_id, *cell))
    if row is None and change:
        unit_id, channel, question, option = cell
        key = {"round_id": round_id, "unit_id": unit_id, "channel": channel}
        session.add(Tally(**key, question=question, option=option, count=change))
    elif row is not None and row.count + change:
        row.count += change
    elif row is not None:
        session.delete(row)


def write_result(
    session: Session,
    round_: Round,
    recount: Recount,
    sheets: Sequence[VillageSheet],
    *,
    open_points: Sequence[str],
    because: str | None,
    by: int | None,
    at: datetime,
) -> Result:
    """Append the round's next result from its tallies and `sheets`, in the caller's transaction."""
    latest = find_latest(session, round_.id)
    frozen: dict[str, Any] = json.loads(_read_snapshot_text(session, round_.id))
    text = _canonical(
        {
            "format": FORMAT,
            "number": latest.number + 1 if latest else 1,
            "because": because,
            "after_sha256": latest.sha256 if latest else None,
            "round": _describe_round(round_),
            "questionnaire": frozen["questionnaire"],
            "rules": frozen["rules"],
            "snapshot_sha256": round_.snapshot_sha256,
            "villages": _list_villages(session, round_, sheets),
            "counts": _list_counts(session, round_.id),
            "sheets": [_write_sheet(found) for found in sheets],
            "uncounted": _list_uncounted(session, round_),
            "recount": {"responses": recount.responses, "ledger": recount.ledger, "boxed": recount.boxed},
            "open_points": list(open_points),
            "despite": round_.closed_despite,
            "nonce": secrets.token_hex(_NONCE_BYTES),
        }
    )
    result = Result(
        round_id=round_.id, number=latest.number + 1 if latest else 1, made_at=at, made_by=by,
        because=because, record=text, sha256=sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    session.add(result)
    session.flush()
    return result


def _canonical(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _read_snapshot_text(session: Session, round_id: int) -> str:
    return session.scalar(select(Round.snapshot).where(Round.id == round_id)) or "{}"


def _describe_round(round_: Round) -> dict[str, Any]:
    def write(instant: datetime | None) -> str | None:
        return instant.isoformat() if instant else None

    return {
        "id": round_.id,
        "tag": round_.tag,
        "kind": round_.kind,
        "title": round_.title,
        "unit": [round_.unit.code, round_.unit.name],
        "starts_on": round_.starts_on.isoformat(),
        "last_on": round_.last_on.isoformat() if round_.last_on else None,
        "opened_at": write(round_.opened_at),
        "closed_at": write(round_.closed_at),
    }


def _list_villages(session: Session, round_: Round, sheets: Sequence[VillageSheet]) -> list[list[Any]]:
    issued = count_issued(session, round_.id, sheets)
    parent = aliased(Unit)
    rows = session.execute(
        select(RoundUnit.unit_id, Unit.code, RoundUnit.name, RoundUnit.households, parent.code, parent.name)
        .join(Unit, Unit.id == RoundUnit.unit_id)
        .join(parent, parent.id == Unit.parent_id)
        .where(RoundUnit.round_id == round_.id)
        .order_by(RoundUnit.position, RoundUnit.unit_id)
    )
    return [
        [unit_id, code, name, households, issued.get(unit_id, 0), *commune]
        for unit_id, code, name, households, *commune in rows
    ]


def _list_counts(session: Session, round_id: int) -> list[list[Any]]:
    columns = (Tally.unit_id, Tally.channel, Tally.question, Tally.option, Tally.count)
    rows = session.execute(select(*columns).where(Tally.round_id == round_id).order_by(*columns[:4]))
    return [list(row) for row in rows]


def _list_uncounted(session: Session, round_: Round) -> list[list[int | None]]:
    return [
        [found.village.unit_id, found.around.stubs or None]
        for found in list_sheets(session, round_)
        if found.is_uncounted
    ]


def _write_sheet(found: VillageSheet) -> dict[str, Any]:
    sheet = found.sheet
    assert sheet is not None  # only confirmed ones are written
    assert sheet.counts is not None
    assert sheet.ended_at is not None
    entered, confirmed = sheet.keyings
    return {
        "unit_id": sheet.unit_id,
        "version": sheet.version,
        "counts": json.loads(sheet.counts),
        "entered_by": entered.staff.display_name,
        "confirmed_by": confirmed.staff.display_name,
        "confirmed_at": sheet.ended_at.isoformat(),
    }
