"""What a code opens: the round, the village, and whether its household may still answer.

Every page view and every ballot begins here, so it is one statement, and what it finds are plain
facts: they outlive their transaction, and pages can be kept by them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from survey.domain.codes import Code, CodeKind, hash_slip_code
from survey.domain.timetable import Dates
from survey.store.audio import AudioClip
from survey.store.rounds import Round, RoundUnit
from survey.store.slips import Link, Slip
from survey.store.units import Unit


class SlipState(StrEnum):
    ISSUED = "issued"
    USED = "used"
    VOID = "void"


@dataclass(frozen=True)
class AskedUnit:
    """The commune that asks."""

    id: int
    name: str
    reads_aloud: bool


@dataclass(frozen=True)
class AskedRound(Dates):
    """A round as it stood when it was looked up."""

    unit: AskedUnit = field(kw_only=True)
    id: int
    tag: str
    title: str
    contact: str
    snapshot_sha256: str | None


@dataclass(frozen=True)
class AskedVillage:
    unit_id: int
    name: str
    households: int


@dataclass(frozen=True)
class Entry:
    """A known code. A link has no slip; an official round's link asks for a slip's code."""

    code: Code
    round: AskedRound
    village: AskedVillage
    slip_hash: bytes | None
    slip_state: SlipState | None
    revoked: bool = False

    @property
    def asks_for_slip(self) -> bool:
        return self.slip_hash is None and self.round.counts_households


# Tables, not mapped classes: what is found are facts, and no object has to be built or watched.
_round, _village, _unit = Round.__table__.c, RoundUnit.__table__.c, Unit.__table__.c
_FACTS: tuple[ColumnElement[Any], ...] = (
    *(_village.unit_id, _village.name, _village.households),
    *(_unit.id, _unit.name, exists().where(AudioClip.unit_id == _unit.id)),
    *(_round[each.name] for each in fields(AskedRound) if not each.kw_only),
)


def _asked(holder: FromClause, last: str, code: str) -> Select[*tuple[Any, ...]]:
    """All facts about the round and village of a slip or link, and one column of its own."""
    return (
        select(*_FACTS, holder.c[last])
        .join_from(holder, Round.__table__, _round.id == holder.c.round_id)
        .join(
            RoundUnit.__table__,
            (_village.round_id == holder.c.round_id) & (_village.unit_id == holder.c.unit_id),
        )
        .join(Unit.__table__, _unit.id == _round.unit_id)
        .where(_round.tag == bindparam("tag"), holder.c[code] == bindparam("code"))
    )


_BY_SLIP = _asked(Slip.__table__, "state", "code_hash")
_BY_LINK = _asked(Link.__table__, "revoked_at", "code")


def find_entry(session: Session | Connection, secret: bytes, code: Code) -> Entry | None:
    """What `code` opens, or None for a code that was never issued."""
    if code.kind is CodeKind.SLIP:
        code_hash = hash_slip_code(secret, code)
        found = _find(session, _BY_SLIP, code.tag, code_hash)
        return Entry(code, *found[:2], code_hash, SlipState(found[2])) if found else None
    found = _find(session, _BY_LINK, code.tag, code.text)
    return Entry(code, *found[:2], None, None, revoked=found[2] is not None) if found else None


def _find(
    session: Session | Connection, statement: Select[*tuple[Any, ...]], tag: str, code: str | bytes
) -> tuple[AskedRound, AskedVillage, Any] | None:
    row = session.execute(statement, {"tag": tag, "code": code}).one_or_none()
    if row is None:
        return None
    values: list[Any] = list(row)
    village, unit, round_ = values[:3], values[3:6], values[6:-1]
    return AskedRound(*round_, unit=AskedUnit(*unit)), AskedVillage(*village), values[-1]
