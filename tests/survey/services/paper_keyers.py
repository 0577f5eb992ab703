"""Two people at the paper of a village, as tests of keying know them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from survey.domain.clock import now
from survey.services.closing import close_round
from survey.services.paper_keying import Keyed, declare_no_paper, reopen_sheet, save_keying
from survey.services.paper_sheets import VillageSheet, get_sheet
from survey.services.rounds import get_round
from survey.services.slip_returns import return_slips
from survey.store.engine import Database
from survey.store.slips import Slip
from survey.store.staff import AuditEvent, Staff
from tests.survey.open_rounds import OpenRound
from tests.survey.paper import SATISFIED, against, fill_in

GOOD = fill_in(SATISFIED, SATISFIED, against(2), "x:blank", set_aside=1, lost=2)
OTHER = fill_in(SATISFIED, against(3), against(2), "x:blank", set_aside=1, lost=2)


@dataclass(frozen=True)
class Keyer:
    """A person at one village's sheet, who saves what the last answer allows."""

    database: Database
    round_id: int
    unit_id: int
    staff_id: int

    def save(
        self,
        typed: Mapping[str, str],
        ballots: Sequence[str] | None = None,
        *,
        seen: int | None = None,
        finish: bool = False,
        version: int | None = None,
    ) -> Keyed:
        seen = self.revision if seen is None else seen
        with self.database.write() as session:
            return save_keying(
                session, self.round_id, self.unit_id, typed, ballots,
                seen=seen, by=self.staff_id, finish=finish, version=version,
            )  # fmt: skip

    def finish(self, typed: Mapping[str, str], ballots: Sequence[str] | None = None) -> Keyed:
        return self.save(typed, ballots, finish=True)

    @property
    def found(self) -> VillageSheet:
        with self.database.read() as session:
            return get_sheet(session, get_round(session, self.round_id), self.unit_id)

    @property
    def revision(self) -> int:
        keying = self.found.keying_of(self.staff_id)
        return keying.revision if keying else 0

    def reopen(self, because: str = "Đếm sót một phiếu") -> None:
        with self.database.write() as session:
            reopen_sheet(session, self.round_id, self.unit_id, because=because, by=self.staff_id)

    def declare_no_paper(self) -> None:
        with self.database.write() as session:
            declare_no_paper(session, self.round_id, self.unit_id, by=self.staff_id)

    def close_round(self) -> None:
        close_round(self.database, self.round_id, by=None, at=now(), despite="Thử")


def add_keyers(database: Database, opened: OpenRound) -> list[Keyer]:
    """Three people who key the first village's sheet."""
    with database.write() as session:
        staff = [
            Staff(username=name, display_name=f"Bà {name.title()}", password_hash="", created_at=now())
            for name in ("lan", "minh", "hoa")
        ]
        session.add_all(staff)
        session.flush()
        return [Keyer(database, opened.round_id, opened.village_ids[0], one.id) for one in staff]


def tick_off(database: Database, opened: OpenRound, count: int, village: int = 0) -> None:
    """The first slips of a village came back with paper."""
    with database.write() as session:
        place = select(Slip.number).where(Slip.unit_id == opened.village_ids[village])
        numbers = session.scalars(place.order_by(Slip.number).limit(count)).all()
        return_slips(session, opened.round_id, numbers, by=None, at=now())


def read_log(database: Database, action: str) -> list[tuple[int | None, dict]]:
    """Who did it, and the details, from the first time on."""
    with database.read() as session:
        found = session.scalars(select(AuditEvent).filter_by(action=action).order_by(AuditEvent.id)).all()
    return [(event.staff_id, json.loads(event.detail)) for event in found]
