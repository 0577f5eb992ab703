"""Counting again from the raw rows and the recorded paper sheets: proof that the tallies tell the truth."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.services.mixing import Cell, fold
from survey.services.result_records import PAPER, find_record, fold_sheet
from survey.services.snapshots import questionnaire_of
from survey.store.ballots import Box, Ledger, Response
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.tallies import BALLOT, VALID, Tally

_AT_A_TIME = 2_000


@dataclass(frozen=True)
class Difference:
    """A cell whose tally is not what the responses say."""

    unit_id: int
    channel: str
    question: str
    option: str
    tallied: int
    counted: int


@dataclass(frozen=True)
class Recount:
    """What counting a round again found; `ledger` must be `boxed` + `responses`."""

    round_id: int
    responses: int
    boxed: int
    ledger: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        return not self.differences and self.ledger == self.boxed + self.responses


def recount_round(database: Database, round_id: int) -> Recount:
    """Count the responses of an opened round anew, streaming, in one snapshot of the database."""
    with database.read() as session:
        responses = _count_responses(session, round_id)
        counted = responses + _count_sheets(session, round_id)
        tallied = _read_tallies(session, round_id)
        return Recount(
            round_id=round_id,
            responses=sum(count for cell, count in responses.items() if cell[2:] == (BALLOT, VALID)),
            boxed=session.scalar(select(func.count()).where(Box.round_id == round_id)) or 0,
            ledger=session.scalar(select(func.count()).where(Ledger.round_id == round_id)) or 0,
            differences=tuple(
                Difference(*cell, tallied[cell], counted[cell])
                for cell in sorted(tallied.keys() | counted.keys())
                if tallied[cell] != counted[cell]
            ),
        )


def list_opened(session: Session) -> list[int]:
    """The ids of all rounds that were ever opened."""
    return list(session.scalars(select(Round.id).where(Round.opened_at.is_not(None)).order_by(Round.id)))


def _count_responses(session: Session, round_id: int) -> Counter[Cell]:
    rows = session.execute(
        select(Response.unit_id, Response.channel, Response.answers).where(Response.round_id == round_id),
        execution_options={"yield_per": _AT_A_TIME},
    )
    ballots = ((unit_id, channel, json.loads(answers)) for unit_id, channel, answers in rows)
    return fold(questionnaire_of(session, round_id), ballots)


def _count_sheets(session: Session, round_id: int) -> Counter[Cell]:
    """The paper ballots that the standing result counts; none before the round has one."""
    record = find_record(session, round_id)
    counted: Counter[Cell] = Counter()
    for sheet in record.sheets.values() if record else ():
        cells = fold_sheet(sheet.counts).items()
        counted.update({(sheet.unit_id, PAPER, *cell): count for cell, count in cells})
    return counted


def _read_tallies(session: Session, round_id: int) -> Counter[Cell]:
    rows = session.execute(
        select(Tally.unit_id, Tally.channel, Tally.question, Tally.option, Tally.count).where(
            Tally.round_id == round_id
        )
    )
    return Counter({(row[0], row[1], row[2], row[3]): row[4] for row in rows})
