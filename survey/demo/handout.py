"""The demonstration's handout, `instance/demo.json`: addresses, accounts and slips to try.

It holds codes and passwords in plain, which nothing else in the product ever does. That is possible
because every household and every figure behind them is made up.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.demo.people import Person
from survey.demo.season import UNUSED_SLIPS
from survey.domain.clock import now
from survey.domain.codes import parse_code
from survey.domain.errors import DomainError
from survey.services.entry import Entry, SlipState, find_entry
from survey.services.slips import PlainSlip, count_live, issue_slips
from survey.store.engine import Database


@dataclass(frozen=True)
class Account:
    role: str
    unit: str
    username: str
    password: str


@dataclass(frozen=True)
class Handout:
    """What someone needs to try the product; `slips` are unused codes of the village `official_unit`."""

    base: str
    pulse_round: int
    pulse_code: str
    official_round: int
    official_unit: str
    slips: tuple[str, ...]
    finished_round: int
    staff: tuple[Account, ...]

    def to_json(self) -> str:
        plain = {
            "base": self.base,
            "pulse": {"round": self.pulse_round, "code": self.pulse_code},
            "official": {
                "round": self.official_round,
                "unit": self.official_unit,
                "slips": list(self.slips),
            },
            "finished": {"round": self.finished_round},
            "staff": [asdict(account) for account in self.staff],
        }
        return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Handout:
        plain: dict[str, Any] = json.loads(text)
        return cls(
            base=plain["base"],
            pulse_round=plain["pulse"]["round"],
            pulse_code=plain["pulse"]["code"],
            official_round=plain["official"]["round"],
            official_unit=plain["official"]["unit"],
            slips=tuple(plain["official"]["slips"]),
            finished_round=plain["finished"]["round"],
            staff=tuple(Account(**account) for account in plain["staff"]),
        )


def to_account(person: Person) -> Account:
    return Account(person.role, person.unit, person.username, person.password)


def choose_slips(slips: Sequence[PlainSlip]) -> tuple[str, ...]:
    return tuple(slip.code.grouped for slip in slips[:UNUSED_SLIPS])


def write_handout(path: Path, handout: Handout) -> None:
    """Replace the file whole; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(handout.to_json())
    unfinished.replace(path)


def find_handout(path: Path, database: Database, secret: bytes) -> Handout | None:
    """The handout in the file, if it is one of this database's demonstration."""
    try:
        handout = Handout.from_json(path.read_text(encoding="utf-8"))
        poster = parse_code(handout.pulse_code)
    except (OSError, ValueError, KeyError, TypeError, DomainError):
        return None
    with database.read() as session:
        entry = find_entry(session, secret, poster)
    return handout if entry and entry.round.id == handout.pulse_round else None


def renew_handout(database: Database, secret: bytes, handout: Handout, base: str) -> Handout:
    """The handout with today's address and twenty unused slips again, as far as households are left."""
    with database.write() as session:
        entries = [(text, find_entry(session, secret, parse_code(text))) for text in handout.slips]
        known = [entry for _text, entry in entries if entry is not None]
        unused = [text for text, entry in entries if entry and entry.slip_state is SlipState.ISSUED]
        if known and len(unused) < UNUSED_SLIPS:
            unused += _issue_more(session, secret, known[0], UNUSED_SLIPS - len(unused))
    return replace(handout, base=base, slips=tuple(unused))


def _issue_more(session: Session, secret: bytes, entry: Entry, wanted: int) -> list[str]:
    if not entry.round.takes_at(now()):
        return []
    round_id, unit_id = entry.round.id, entry.village.unit_id
    count = min(wanted, entry.village.households - count_live(session, round_id, unit_id))
    if count <= 0:
        return []
    issued = issue_slips(session, secret, round_id, unit_id, count, by=None)
    return [slip.code.grouped for slip in issued.slips]
