"""How many ballots came in, by village and channel. Never what they say.

Reads tallies and the few boxed ballots, so it costs the same however many ballots are stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.domain.paper_counts import SheetCounts
from survey.services.rounds import list_rounds
from survey.services.snapshots import read_snapshot
from survey.store.ballots import Box, DayCount
from survey.store.paper import CONFIRMED, PaperSheet
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.store.slips import RETURNED, Slip
from survey.store.tallies import BALLOT, INVALID, VALID, Tally
from survey.store.units import Unit


@dataclass(frozen=True)
class VillageProgress:
    """A village's ballots against its frozen households.

    `needed` is how many ballots of so many households have to come back, None where no rule asks.
    `slips` are those issued and not void, `returned` those of them that came back with a paper ballot.
    """

    unit_id: int
    code: str
    name: str
    households: int
    received: int
    by_channel: dict[str, int]
    needed: int | None
    slips: int
    returned: int


@dataclass(frozen=True)
class CommuneProgress:
    """A round's ballots over its whole commune; `silent` villages have sent none."""

    round: Round
    households: int
    received: int
    needed: int | None
    villages: int
    silent: int


def find_coverage(session: Session, round_: Round) -> Fraction | None:
    """The share of households whose ballots the frozen rules ask for; None also where they count forms."""
    if round_.snapshot_sha256 is None:
        return None
    rules = read_snapshot(session, round_).rules
    return rules.returned_share if rules else None


def _needed(share: Fraction | None, households: int) -> int | None:
    return None if share is None else ceil(share * households)


def village_progress(session: Session, round_id: int) -> list[VillageProgress]:
    """Every village of an opened round, in the round's order; empty for a draft."""
    round_ = session.get_one(Round, round_id)
    share = find_coverage(session, round_)
    received = _count_received(session, [round_id])
    slips = _count_slips(session, round_id)
    rows = session.execute(
        select(RoundUnit, Unit.code)
        .join(Unit, Unit.id == RoundUnit.unit_id)
        .where(RoundUnit.round_id == round_id)
        .order_by(RoundUnit.position)
    )
    return [
        VillageProgress(
            unit_id=village.unit_id,
            code=code,
            name=village.name,
            households=village.households,
            received=received[round_id, village.unit_id].total(),
            by_channel=dict(received[round_id, village.unit_id]),
            needed=_needed(share, village.households),
            slips=slips[village.unit_id][0],
            returned=slips[village.unit_id][1],
        )
        for village, code in rows
    ]


def _count_slips(session: Session, round_id: int) -> Mapping[int, tuple[int, int]]:
    """By village: those that are not void, and those of them that came back with paper."""
    returned = func.count().filter(Slip.channel == RETURNED)
    statement = select(Slip.unit_id, func.count(), returned).where(
        Slip.round_id == round_id, Slip.state != "void"
    )
    counts: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for unit_id, issued, back in session.execute(statement.group_by(Slip.unit_id)):
        counts[unit_id] = issued, back
    return counts


def commune_progress(session: Session, unit_ids: Sequence[int] | None) -> list[CommuneProgress]:
    """Every round of the units and of all below them, the latest first, with its counts."""
    rounds = list_rounds(session, unit_ids)
    opened = [round_.id for round_ in rounds if round_.state is not RoundState.DRAFT]
    received = _count_received(session, opened)
    villages: dict[int, list[tuple[int, int]]] = defaultdict(list)
    frozen = select(RoundUnit.round_id, RoundUnit.unit_id, RoundUnit.households).where(
        RoundUnit.round_id.in_(opened)
    )
    for round_id, unit_id, households in session.execute(frozen):
        villages[round_id].append((households, received[round_id, unit_id].total()))
    return [_sum_up(session, round_, villages[round_.id]) for round_ in rounds]


def _sum_up(session: Session, round_: Round, villages: Sequence[tuple[int, int]]) -> CommuneProgress:
    households = sum(count for count, _received in villages)
    return CommuneProgress(
        round=round_,
        households=households,
        received=sum(received for _households, received in villages),
        needed=_needed(find_coverage(session, round_), households),
        villages=len(villages),
        silent=sum(not received for _households, received in villages),
    )


def count_sent(session: Session, round_id: int) -> dict[int, int]:
    """Ballots of a round that came otherwise than on paper, by village."""
    received = _count_received(session, [round_id])
    return {unit_id: by.total() - by["paper"] for (_round, unit_id), by in received.items()}


def _count_received(session: Session, round_ids: Collection[int]) -> dict[tuple[int, int], Counter[str]]:
    """Ballots by (round, village) and channel: from the tallies, from the boxes, and from paper sheets.

    A round's sheets are folded into its tallies when it closes; until then the confirmed ones count here.
    """
    counts: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    mixed = select(Tally.round_id, Tally.unit_id, Tally.channel, Tally.count).where(
        Tally.round_id.in_(round_ids), Tally.question == BALLOT, Tally.option.in_((VALID, INVALID))
    )
    boxed = (
        select(Box.round_id, Box.unit_id, Box.channel, func.count())
        .where(Box.round_id.in_(round_ids))
        .group_by(Box.round_id, Box.unit_id, Box.channel)
    )
    for statement in (mixed, boxed):
        for round_id, unit_id, channel, count in session.execute(statement):
            counts[round_id, unit_id][channel] += count
    for sheet in _list_unfolded(session, round_ids):
        counts[sheet.round_id, sheet.unit_id]["paper"] += SheetCounts.from_json(sheet.counts or "").counted
    return counts


def _list_unfolded(session: Session, round_ids: Collection[int]) -> list[PaperSheet]:
    """The confirmed sheets of open rounds, of each village the latest version."""
    statement = select(PaperSheet).join(Round, Round.id == PaperSheet.round_id)
    wanted = statement.where(PaperSheet.round_id.in_(round_ids), Round.closed_at.is_(None))
    latest = {
        (one.round_id, one.unit_id): one for one in session.scalars(wanted.order_by(PaperSheet.version))
    }
    return [sheet for sheet in latest.values() if sheet.state == CONFIRMED]


def list_day_counts(session: Session, round_id: int) -> list[tuple[date, dict[str, int]]]:
    """Ballots received on each day by channel, over the whole round."""
    days: dict[date, dict[str, int]] = defaultdict(dict)
    statement = select(DayCount).where(DayCount.round_id == round_id).order_by(DayCount.day, DayCount.channel)
    for row in session.scalars(statement):
        days[row.day][row.channel] = row.ballots
    return list(days.items())
