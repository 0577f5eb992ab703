"""A round that was published, with a village counted on paper, and corrected as officers correct it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from survey.domain.clock import now
from survey.services.closing import close_round, correct_result
from survey.services.paper_keying import reopen_sheet
from survey.store.engine import Database
from tests.analytics.season import Plot, plant
from tests.survey.open_rounds import OpenRound
from tests.survey.paper import LAYOUT
from tests.survey.paper_files import count_sheet
from tests.survey.publishing import publish
from tests.survey.services.paper_keyers import Keyer, add_keyers

PLOT: Plot = {
    (0, "online"): (40, 2),
    (1, "online"): (30, 4),
    (1, "assisted"): (12, 1),
    (2, "online"): (25, 0),
}
"""107 ballots of three villages, 7 of them not satisfied overall and with q02; the fourth counts paper."""
PAPER_VILLAGE = 3
VALID, AGAINST, HOUSEHOLDS = 107 + 30, 7 + 4, 4 * 45


def sheet(valid: int = 30, *, against: int = 4, invalid: int = 2) -> dict[str, str]:
    """The totals of the village's paper, `against` of them not satisfied overall and with q02."""
    counted = count_sheet(
        LAYOUT, valid=valid, against={"q02": against, "q19": against}, invalid={"blank": invalid}
    )
    return {field: str(count) for field, count in counted.items()}


@dataclass(frozen=True)
class PublishedRound:
    """`people` key the paper of one village; a correction is written when `correct` was called."""

    database: Database
    opened: OpenRound
    people: list[Keyer]

    @property
    def id(self) -> int:
        return self.opened.round_id

    def key(self, typed: Mapping[str, str]) -> None:
        for keyer in self.people[:2]:
            assert not keyer.finish(typed).problems

    def correct(self, typed: Mapping[str, str], because: str = "Đếm nhầm một chồng phiếu") -> None:
        """Count the paper again and record the result that follows, unpublished."""
        with self.database.write() as session:
            reopen_sheet(session, self.id, self.people[0].unit_id, because=because, by=None)
        self.key(typed)
        correct_result(self.database, self.id, because=because, by=None, at=now())

    def publish(self) -> None:
        publish(self.database, self.id)


def collect(database: Database, opened: OpenRound, typed: Mapping[str, str] | None = None) -> PublishedRound:
    """Ballots of all channels in a round of four villages that has been opened, closed and not published."""
    village = opened.village_ids[PAPER_VILLAGE]
    people = [replace(keyer, unit_id=village) for keyer in add_keyers(database, opened)]
    round_ = PublishedRound(database, opened, people)
    plant(database, opened, PLOT)
    round_.key(typed or sheet())
    close_round(database, opened.round_id, by=None, at=now(), despite="Thử nghiệm")
    return round_
