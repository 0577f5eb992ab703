"""Loading the shipped register into the database: it adds and updates, and never deletes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from survey.domain.area import is_rural
from survey.domain.names import fold
from survey.domain.register import load_register
from survey.domain.units import Level, Register, UnitKey, UnitRecord
from survey.services.audit import record
from survey.store.units import Unit, UnitSuccession

Ids = dict[UnitKey, int]


@dataclass(frozen=True)
class LoadReport:
    """Units and successions that were added or changed, and units that already stood as they should."""

    added: int
    updated: int
    unchanged: int
    successions: int


def load_units(session: Session, register: Register | None = None, *, by: int | None = None) -> LoadReport:
    """Bring the kept units to the state of the register, the shipped one by default.

    Whether a unit is rural follows from its type when it is added; after that it is the commune's to say,
    as its area class is.
    """
    register = register or load_register()
    kept = {
        UnitKey(u.code, u.valid_from): u for u in session.scalars(select(Unit)) if u.level != Level.VILLAGE
    }
    ids: Ids = {key: unit.id for key, unit in kept.items()}
    added = changed = 0
    for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
        records = [unit for unit in register.units if unit.level is level]
        added += _add(session, [unit for unit in records if unit.key not in kept], ids)
        changed += _update(session, [unit for unit in records if unit.key in kept], kept, ids)
    successions = _load_successions(session, register, ids)
    report = LoadReport(added, changed, len(register.units) - added - changed, successions)
    if added or changed or successions:
        record(session, by, "units.load", added=added, updated=changed, successions=successions)
    return report


def _describe(unit: UnitRecord, ids: Ids) -> dict[str, Any]:
    parent = UnitKey(unit.parent_code, unit.valid_from) if unit.parent_code else None
    return {
        "name": unit.name,
        "level": unit.level.value,
        "type": unit.type,
        "parent_id": ids[parent] if parent else None,
        "valid_to": unit.valid_to,
        "search_name": fold(unit.name),
    }


def _add(session: Session, records: list[UnitRecord], ids: Ids) -> int:
    """Insert the units in one statement and note their ids."""
    if not records:
        return 0
    rows = [
        _describe(unit, ids)
        | {"code": unit.code, "valid_from": unit.valid_from, "rural": is_rural(unit.type), "synthetic": False}
        for unit in records
    ]
    made = session.execute(insert(Unit).returning(Unit.id, Unit.code, Unit.valid_from), rows)
    ids.update({UnitKey(code, valid_from): unit_id for unit_id, code, valid_from in made})
    return len(rows)


def _update(session: Session, records: list[UnitRecord], kept: Mapping[UnitKey, Unit], ids: Ids) -> int:
    changes: list[dict[str, Any]] = []
    for unit in records:
        wanted = _describe(unit, ids)
        if any(getattr(kept[unit.key], field) != value for field, value in wanted.items()):
            changes.append({"id": ids[unit.key], **wanted})
    if changes:
        session.execute(update(Unit), changes)
    return len(changes)


def _load_successions(session: Session, register: Register, ids: Ids) -> int:
    """Add missing successions; a successor that has become known takes the place of the unknown one."""
    kept: dict[int, set[int | None]] = defaultdict(set)
    unknown: dict[int, UnitSuccession] = {}
    for row in session.scalars(select(UnitSuccession)):
        kept[row.predecessor_id].add(row.successor_id)
        if row.successor_id is None:
            unknown[row.predecessor_id] = row
    new: list[dict[str, int | None]] = []
    settled = 0
    still_unknown = {ids[s.predecessor] for s in register.successions if s.successor is None}
    for succession in register.successions:
        before = ids[succession.predecessor]
        after = ids[succession.successor] if succession.successor else None
        if after in kept[before]:
            continue
        kept[before].add(after)
        if before in unknown and before not in still_unknown:
            unknown.pop(before).successor_id = after
            settled += 1
        else:
            new.append({"predecessor_id": before, "successor_id": after})
    if new:
        session.execute(insert(UnitSuccession), new)
    return len(new) + settled
