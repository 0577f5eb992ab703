"""A round of two villages whose ballots came on paper: counted, closed, corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from survey.domain.clock import now, today
from survey.domain.rule_sets import RuleSet
from survey.services.checklist import list_open_points
from survey.services.closing import close_round, correct_result
from survey.services.mixing import Cell
from survey.services.paper_keying import reopen_sheet
from survey.services.result_records import PAPER, Record, find_record
from survey.services.rounds import get_round
from survey.store.engine import Database
from survey.store.results import Result
from survey.store.rounds import Round
from survey.store.tallies import Tally
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.paper import LAYOUT, against, fill_in
from tests.survey.paper_files import count_sheet
from tests.survey.services.paper_keyers import Keyer, add_keyers

DESPITE = "Bão lũ, không đi thu được"


def words(typed: Mapping[str, int]) -> dict[str, str]:
    return {field: str(count) for field, count in typed.items()}


LARGE = words(
    count_sheet(LAYOUT, valid=30, against={"q02": 4, "q19": 1}, blank={"q05": 2}, invalid={"blank": 2})
)
"""30 valid and 2 invalid ballots, totals only: from 4 to 5 of them hold a *chưa hài lòng*."""
SMALL = fill_in(against(), against(3), against(3, 19))
"""Three ballots, two of them against content 3."""


@dataclass
class Story:
    """A round of two villages with forty households each, and three people who count its paper."""

    database: Database
    opened: OpenRound
    people: list[Keyer]

    @property
    def round_id(self) -> int:
        return self.opened.round_id

    def count(self, village: int, typed: Mapping[str, str], people: Sequence[int] = (0, 1)) -> None:
        """Two people key a village's sheet alike."""
        for place in people:
            keyer = replace(self.people[place], unit_id=self.opened.village_ids[village])
            assert not keyer.finish(typed).problems

    def reopen(self, village: int, because: str = "Hộ khiếu nại") -> None:
        with self.database.write() as session:
            reopen_sheet(session, self.round_id, self.opened.village_ids[village], because=because, by=None)

    def end(self) -> None:
        """The last day is over, so that closing is not early."""
        with self.database.write() as session:
            session.execute(
                update(Round).values(starts_on=today() - timedelta(5), last_on=today() - timedelta(1))
            )

    def close(self, despite: str | None = None) -> None:
        close_round(self.database, self.round_id, by=None, at=now(), despite=despite)

    def correct(self, because: str = "Đếm sót") -> Result:
        return correct_result(self.database, self.round_id, because=because, by=None, at=now())

    def points(self) -> list[str]:
        with self.database.read() as session:
            round_ = get_round(session, self.round_id)
            return [str(point) for point in list_open_points(session, round_, now(), 10)]

    def paper(self) -> dict[Cell, int]:
        with self.database.read() as session:
            rows = session.scalars(select(Tally).where(Tally.channel == PAPER))
            return {(row.unit_id, row.channel, row.question, row.option): row.count for row in rows}

    def record(self, number: int | None = None) -> Record:
        with self.database.read() as session:
            found = find_record(session, self.round_id, number)
        assert found is not None
        return found

    def rows(self) -> list[tuple[object, ...]]:
        """Results, byte for byte."""
        with self.database.read() as session:
            columns = (Result.number, Result.made_at, Result.because, Result.record, Result.sha256)
            return [tuple(row) for row in session.execute(select(*columns).order_by(Result.number))]

    @property
    def closed_at(self) -> datetime | None:
        with self.database.read() as session:
            return get_round(session, self.round_id).closed_at


def begin(database: Database, *, slips: int = 0, rules: RuleSet | None = None) -> Story:
    opened = open_round(database, villages=2, households=40, slips=slips, rules=rules)
    return Story(database, opened, add_keyers(database, opened))
