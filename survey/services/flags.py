"""Reading what the flags of a round stand on: counters, whatever the number of its ballots.

What the ballots of an open round say is not looked at: nothing of it is told before the close.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from survey.domain.clock import ZONE
from survey.domain.errors import Conflict
from survey.domain.flag_evidence import Ballots, DayEvidence, Evidence, VillageEvidence
from survey.domain.flags import Flag, Thresholds, find_flags
from survey.services.progress import list_day_counts, village_progress
from survey.services.repeated_rows import read_repeated_rows
from survey.services.submit import count_late
from survey.services.units import list_below
from survey.store.ballots import MarkCount
from survey.store.rounds import Round, RoundState
from survey.store.tallies import ANY_NOT_SATISFIED, ANY_UNSURE, BALLOT, VALID, Tally
from translations.catalogue import lazy

THRESHOLDS_FILE = Path(__file__).parents[1] / "data" / "flags.toml"
PAGE = 30
"""Rounds whose flags are read at once."""
_BALLOTS = {VALID: "valid", ANY_NOT_SATISFIED: "against", ANY_UNSURE: "unsure"}


@dataclass(frozen=True)
class RoundFlags:
    """A round and its flags."""

    round: Round
    flags: tuple[Flag, ...]


@cache
def read_thresholds(path: Path = THRESHOLDS_FILE) -> Thresholds:
    """The thresholds as they are set; shares are written as `"1/20"`."""
    with path.open("rb") as file:
        typed = tomllib.load(file)
    shares = {name: Fraction(typed[name]) for name in ("identical_share", "channel_gap", "late_share")}
    return Thresholds(**{**typed, **shares})


def list_flags(session: Session, round_: Round, min_base: int, *, answers: bool = True) -> list[Flag]:
    """The flags of an opened round; without `answers` those alone that can be seen while it runs.

    Raises:
        Conflict: the round has never been opened.
    """
    if round_.opened_at is None:
        raise Conflict(lazy("Đợt lấy ý kiến này chưa mở."))
    told = answers and tells_answers(round_)
    return find_flags(_read_evidence(session, round_, told), read_thresholds(), min_base)


def list_flagged_rounds(
    session: Session, unit_ids: Sequence[int], min_base: int, *, before_id: int | None = None
) -> tuple[list[RoundFlags], int | None]:
    """A page of the opened rounds of the units and all below, the newest first, and where the next begins."""
    statement = select(Round).where(
        Round.unit_id.in_(list_below(session, unit_ids)), Round.opened_at.is_not(None)
    )
    if before_id is not None:
        statement = statement.where(Round.id < before_id)
    statement = statement.options(joinedload(Round.unit)).order_by(Round.id.desc()).limit(PAGE + 1)
    found = list(session.scalars(statement))
    lines = [RoundFlags(one, tuple(list_flags(session, one, min_base))) for one in found[:PAGE]]
    return lines, found[PAGE - 1].id if len(found) > PAGE else None


def tells_answers(round_: Round) -> bool:
    """Whether what ballots say may be looked at: after the close."""
    return round_.state not in (RoundState.DRAFT, RoundState.OPEN)


def _read_evidence(session: Session, round_: Round, told: bool) -> Evidence:
    mixed = _read_mixed(session, round_.id) if told else {}
    repeated = read_repeated_rows(session, round_.id) if told else {}
    return Evidence(
        counts_households=round_.counts_households,
        tells_answers=told,
        starts_on=round_.starts_on,
        ends_on=_last_day(round_),
        villages=[
            VillageEvidence(
                name=village.name,
                households=village.households,
                received=village.received,
                mixed=mixed.get(village.unit_id, {}),
                repeated=repeated.get(village.unit_id, {}),
            )
            for village in village_progress(session, round_.id)
        ],
        days=[
            DayEvidence(day, sum(channels.values()), channels.get("paper", 0))
            for day, channels in list_day_counts(session, round_.id)
        ],
        marked=_count_marked(session, round_.id),
        late=count_late(session, round_.id),
    )


def _last_day(round_: Round) -> date | None:
    """The last day on which a ballot could count: by the announced end or, if earlier, the close."""
    ends = [
        end - timedelta(microseconds=1) if end == round_.ends_at else end
        for end in (round_.ends_at, round_.closed_at)
        if end
    ]
    return min(ends).astimezone(ZONE).date() if ends else None


def _read_mixed(session: Session, round_id: int) -> dict[int, dict[str, Ballots]]:
    rows = session.execute(
        select(Tally.unit_id, Tally.channel, Tally.option, Tally.count).where(
            Tally.round_id == round_id, Tally.question == BALLOT, Tally.option.in_(_BALLOTS)
        )
    )
    mixed: dict[int, dict[str, Ballots]] = defaultdict(lambda: defaultdict(Ballots))
    for unit_id, channel, option, count in rows:
        mixed[unit_id][channel] += Ballots(**{_BALLOTS[option]: count})
    return mixed


def _count_marked(session: Session, round_id: int) -> int:
    return session.scalar(select(func.sum(MarkCount.ballots)).where(MarkCount.round_id == round_id)) or 0
