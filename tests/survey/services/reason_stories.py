"""A round whose residents wrote something, closed or still open, for the tests of reasons and actions."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

from sqlalchemy import select

from survey.domain.clock import now
from survey.services.closing import close_round
from survey.store.ballots import Reason, ReasonBox
from survey.store.engine import Database
from survey.store.rounds import Round
from tests.survey.open_rounds import OpenRound

WRITTEN = (
    ("q02", "Đường lầy, gọi tôi 0912 345 678"),
    ("q02", "duong hu hong, nuoc dong"),
    ("q02", "Mong xã quan tâm"),
    ("q16", "Rác không ai gom, nước giếng nhiễm phèn"),
    ("y_kien", "Anh Hùng cán bộ xã hách dịch"),
)


def write(database: Database, round_id: int, *written: tuple[str, str]) -> None:
    """What residents sent, not yet mixed."""
    with database.write() as session:
        for question, text in written:
            texts = json.dumps({question: text}, ensure_ascii=False)
            session.add(ReasonBox(round_id=round_id, id=uuid4(), texts=texts))


def close(database: Database, opened: OpenRound) -> None:
    close_round(database, opened.round_id, by=None, at=now(), despite="Thử nghiệm")


def get(database: Database, round_id: int) -> Round:
    with database.read() as session:
        return session.get_one(Round, round_id)


def find_id(database: Database, round_id: int, beginning: str) -> UUID:
    """The id of the text that begins so."""
    with database.read() as session:
        found = select(Reason.id).where(Reason.round_id == round_id, Reason.text.startswith(beginning))
        return session.scalars(found).one()


def read_rows(database: Database, round_id: int) -> dict[str, tuple[str, str | None]]:
    """Moderation and shown text, by text."""
    with database.read() as session:
        rows = session.scalars(select(Reason).where(Reason.round_id == round_id))
        return {row.text: (row.moderation, row.shown_text) for row in rows}
