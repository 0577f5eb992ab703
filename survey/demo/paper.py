"""Planting paper ballots: stubs ticked off first, then every village's ballots keyed by two people.

Beside the planted ballots the first village returns one that is invalid, and one whose household had
answered online before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from survey.demo.ground import Ground, HeldRound
from survey.demo.season import PlantedBallot, at_hour
from survey.domain.paper_ballots import INVALID_MARK, add_up
from survey.domain.paper_counts import SheetLayout
from survey.services.paper_keying import save_keying
from survey.services.paper_sheets import SheetState, layout_of
from survey.services.rounds import get_round
from survey.services.slip_returns import return_slips
from survey.services.slips import get_village

_EVENING = 20
_SPOILT, _SET_ASIDE = 1, 1


def count_paper(ground: Ground, held: HeldRound, ballots: Sequence[PlantedBallot]) -> None:
    """Tick off a slip for each ballot, and confirm a sheet for every village that has some."""
    by_village: dict[str, list[PlantedBallot]] = defaultdict(list)
    for ballot in ballots:
        by_village[ballot.village].append(ballot)
    for place, village in enumerate(sorted(by_village)):
        extra = 1 if place == 0 else 0
        _count_village(ground, held, village, by_village[village], extra * _SPOILT, extra * _SET_ASIDE)


def _count_village(
    ground: Ground, held: HeldRound, village: str, ballots: Sequence[PlantedBallot], spoilt: int, aside: int
) -> None:
    stubs = [held.slips[village].pop().number for _ in range(len(ballots) + spoilt)]
    officer, helper = ground.by[held.planted.commune]
    at = at_hour(held.planted.last_on or held.planted.starts_on, _EVENING)
    with ground.database.write() as session:
        return_slips(session, held.round_id, stubs, by=helper, at=at)
        round_ = get_round(session, held.round_id)
        layout, unit_id = layout_of(session, round_), get_village(session, round_, village).unit_id
    keyed = [_key(layout, ballot.fields) for ballot in ballots]
    keyed += [INVALID_MARK + layout.reasons[0].code] * spoilt
    returned = len(keyed) + aside
    head = {"issued": str(returned), "returned": str(returned), "set_aside": str(aside)}
    totals = {**add_up(layout, keyed), **head}
    with ground.database.write() as session:
        save_keying(session, held.round_id, unit_id, head, keyed, seen=0, by=helper, finish=True)
        done = save_keying(session, held.round_id, unit_id, totals, seen=0, by=officer, finish=True)
    assert done.state is SheetState.CONFIRMED, done.problems or done.differences


def _key(layout: SheetLayout, fields: Mapping[str, str]) -> str:
    """The keys of a ballot; its words stay on the paper."""
    return "".join(
        str(question.option_codes.index(fields[question.code]) + 1) for question in layout.contents
    )
