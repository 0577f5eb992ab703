"""A round whose rules count the forms handed out: 135 for 150 households, of which 92 came back."""

from __future__ import annotations

from dataclasses import replace

from survey.domain.clock import now
from survey.domain.rule_sets import shipped_rule_sets
from survey.services.closing import close_round
from survey.store.engine import Database
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.paper import LAYOUT
from tests.survey.paper_files import count_sheet
from tests.survey.publishing import publish
from tests.survey.services.paper_keyers import add_keyers

RULES = shipped_rule_sets()["hd90-xa-nang-cao-2021"]
FORMS, RETURNED = (45, 45, 45), (32, 30, 30)


def hold_issued(
    database: Database, *, forms: tuple[int, ...] = FORMS, returned: tuple[int, ...] = RETURNED
) -> OpenRound:
    """Three villages of fifty households, all on paper, closed and published."""
    opened = open_round(database, villages=3, households=50, rules=RULES)
    people = add_keyers(database, opened)[:2]
    for village, issued, valid in zip(opened.village_ids, forms, returned, strict=True):
        typed = count_sheet(LAYOUT, valid=valid, against={"q02": 1}, lost=issued - valid)
        for person in people:
            keyed = replace(person, unit_id=village).finish({name: str(n) for name, n in typed.items()})
            assert not keyed.problems
    close_round(database, opened.round_id, by=None, at=now(), despite="Thử nghiệm")
    publish(database, opened.round_id)
    return opened
