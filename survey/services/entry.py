"""What a code opens: the round, the village, and whether its household may still answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from survey.domain.codes import Code, CodeKind, hash_slip_code
from survey.store.rounds import Round, RoundUnit
from survey.store.slips import Link, Slip


class SlipState(StrEnum):
    ISSUED = "issued"
    USED = "used"
    VOID = "void"


@dataclass(frozen=True)
class Entry:
    """A known code. A link has no slip; an official round's link asks for a slip's code."""

    code: Code
    round: Round
    village: RoundUnit
    slip_hash: bytes | None
    slip_state: SlipState | None
    revoked: bool = False

    @property
    def asks_for_slip(self) -> bool:
        return self.slip_hash is None and self.round.counts_households


def find_entry(session: Session, secret: bytes, code: Code) -> Entry | None:
    """What `code` opens, or None for a code that was never issued."""
    return _find_slip(session, secret, code) if code.kind is CodeKind.SLIP else _find_link(session, code)


def _find_slip(session: Session, secret: bytes, code: Code) -> Entry | None:
    code_hash = hash_slip_code(secret, code)
    row = session.execute(
        select(Round, RoundUnit, Slip.state)
        .join(Slip, Slip.round_id == Round.id)
        .join(RoundUnit, (RoundUnit.round_id == Slip.round_id) & (RoundUnit.unit_id == Slip.unit_id))
        .where(Round.tag == code.tag, Slip.code_hash == code_hash)
        .options(joinedload(Round.unit))
    ).one_or_none()
    return row and Entry(code, row[0], row[1], code_hash, SlipState(row[2]))


def _find_link(session: Session, code: Code) -> Entry | None:
    row = session.execute(
        select(Round, RoundUnit, Link.revoked_at)
        .join(Link, Link.round_id == Round.id)
        .join(RoundUnit, (RoundUnit.round_id == Link.round_id) & (RoundUnit.unit_id == Link.unit_id))
        .where(Round.tag == code.tag, Link.code == code.text)
        .options(joinedload(Round.unit))
    ).one_or_none()
    return row and Entry(code, row[0], row[1], None, None, revoked=row[2] is not None)
