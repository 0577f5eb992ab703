"""A round with planted ballots, mixed and closed by the real services."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from secrets import token_bytes
from uuid import uuid4

from forms.loader import shipped_questionnaires
from survey.domain.clock import now
from survey.domain.names import fold
from survey.services.closing import close_round
from survey.store.ballots import Box, Ledger, ReasonBox
from survey.store.engine import Database
from survey.store.units import Unit
from tests.survey import publishing
from tests.survey.open_rounds import OpenRound, open_round

CONTENTS = [question.code for question in shipped_questionnaires()["xa-ntm"].contents]
OVERALL = "q19"

Plot = Mapping[tuple[int, str], tuple[int, int]]
"""By village number (from 0) and channel: ballots, and how many are not satisfied overall and with q02."""

PLOT: Plot = {
    (0, "online"): (60, 6),
    (0, "assisted"): (20, 1),
    (1, "online"): (40, 8),
    (1, "assisted"): (4, 3),
    (2, "online"): (6, 2),
}
"""Village 0 is large, village 1 has 4 assisted ballots, village 2 six in all, village 3 none."""
BALLOTS, AGAINST, HOUSEHOLDS = 130, 20, 4 * 45


def answer_all(*, against: Sequence[str] = ()) -> dict[str, str]:
    return {code: "not_satisfied" if code in against else "satisfied" for code in [*CONTENTS, OVERALL]}


def drop_ballot(
    database: Database, round_id: int, unit_id: int, channel: str, answers: Mapping[str, object]
) -> None:
    drop_ballots(database, round_id, [(unit_id, channel, answers)])


def drop_ballots(
    database: Database, round_id: int, ballots: Sequence[tuple[int, str, Mapping[str, object]]]
) -> None:
    """Ballots in the box with their rows in the ledger, as `submit` leaves them."""
    with database.write() as session:
        for unit_id, channel, answers in ballots:
            text = json.dumps(answers, sort_keys=True)
            session.add(Box(round_id=round_id, id=uuid4(), unit_id=unit_id, channel=channel, answers=text))
            hashes = {name: token_bytes(32) for name in ("key_hash", "answers_mac", "receipt_hash")}
            session.add(Ledger(round_id=round_id, **hashes))


def plant(database: Database, opened: OpenRound, plot: Plot = PLOT) -> None:
    ballots: list[tuple[int, str, Mapping[str, object]]] = []
    for (village, channel), (count, against) in plot.items():
        for number in range(count):
            answers = answer_all(against=("q02", OVERALL) if number < against else ())
            ballots.append((opened.village_ids[village], channel, answers))
    drop_ballots(database, opened.round_id, ballots)


def write_reason(database: Database, round_id: int, **texts: str) -> None:
    with database.write() as session:
        session.add(ReasonBox(round_id=round_id, id=uuid4(), texts=json.dumps(texts)))


def close(database: Database, opened: OpenRound, *, publish: bool = False) -> None:
    close_round(database, opened.round_id, by=None, at=now(), despite="Thử nghiệm")
    if publish:
        publishing.publish(database, opened.round_id)


def hold_round(
    database: Database, *, kind: str = "official", plot: Plot = PLOT, publish: bool = False
) -> OpenRound:
    """Open, collect, close and perhaps publish."""
    opened = open_round(database, kind=kind, villages=4, households=45)
    plant(database, opened, plot)
    close(database, opened, publish=publish)
    return opened


def add_commune(database: Database, code: str, name: str) -> int:
    with database.write() as session:
        unit = Unit(
            code=code,
            name=name,
            level="commune",
            type="Xã",
            valid_from=date(2025, 7, 1),
            search_name=fold(name),
        )
        session.add(unit)
        session.flush()
        return unit.id
