"""Flags: a round's counts are worth a second look. They accuse nobody, and no ballot is ever dropped.

Computed only from what secrecy allows to be kept: counters, and groups of equal mixed ballots. A flag from
answers needs a base of at least k and tells that a threshold was passed, never the figure behind it.
Stuffing with "satisfied with everything" can't be told from honest rows by looking at rows: there the flags
on participation, on days and between channels look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median_low

from survey.domain.flag_evidence import Ballots, DayEvidence, Evidence, VillageEvidence
from translations.catalogue import LazyText, lazy
from translations.dates import format_date
from translations.numbers import format_count


class FlagKind(StrEnum):
    IDENTICAL_ROWS = "identical_rows"
    FULL_PARTICIPATION = "full_participation"
    FULL_SATISFACTION = "full_satisfaction"
    CHANNELS_APART = "channels_apart"
    MORE_THAN_HOUSEHOLDS = "more_than_households"
    DAY_OUTSIDE = "day_outside"
    DAY_ABOVE_HOUSEHOLDS = "day_above_households"
    DAY_JUMP = "day_jump"
    MARKED = "marked"
    LATE = "late"


@dataclass(frozen=True)
class Thresholds:
    """From where something is flagged; each is explained beside its value in survey/data/flags.toml."""

    status: str
    source: str
    identical_contrasts: int
    identical_least: int
    identical_share: Fraction
    participation_least: int
    satisfaction_least: int
    channel_least: int
    channel_gap: Fraction
    channel_deviations: int
    jump_least: int
    jump_times: int
    jump_days: int
    marks_least: int
    late_least: int
    late_share: Fraction

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"


@dataclass(frozen=True)
class Flag:
    """What was seen, and in which village (None: in the round)."""

    kind: FlagKind
    seen: LazyText
    village: str | None = None


def find_flags(evidence: Evidence, thresholds: Thresholds, k: int) -> list[Flag]:
    """Every flag, villages first, in the order of the round."""
    flags = [
        flag for village in evidence.villages for flag in _flag_village(evidence, village, thresholds, k)
    ]
    if evidence.tells_answers and evidence.counts_households:
        flags += _flag_channels(_join(evidence.villages), None, thresholds, k)
    flags += [flag for day in evidence.days for flag in _flag_day(evidence, day)]
    flags += _flag_jumps(evidence, thresholds)
    return flags + list(_flag_round(evidence, thresholds))


def _flag_village(
    evidence: Evidence, village: VillageEvidence, thresholds: Thresholds, k: int
) -> Iterator[Flag]:
    if evidence.counts_households:
        yield from _flag_participation(village, thresholds)
    if evidence.tells_answers:
        yield from _flag_rows(village, thresholds, k)
    if evidence.tells_answers and evidence.counts_households:
        yield from _flag_satisfaction(village, thresholds, k)
        yield from _flag_channels(village.mixed, village.name, thresholds, k)


def _flag_participation(village: VillageEvidence, thresholds: Thresholds) -> Iterator[Flag]:
    counts = {"ballots": format_count(village.received), "households": format_count(village.households)}
    if village.received > village.households:
        seen = lazy("Có %(ballots)s phiếu trong khi thôn có %(households)s hộ.", **counts)
        yield Flag(FlagKind.MORE_THAN_HOUSEHOLDS, seen, village.name)
    elif village.received == village.households >= thresholds.participation_least:
        seen = lazy("Đủ cả %(households)s hộ đều đã gửi phiếu.", households=counts["households"])
        yield Flag(FlagKind.FULL_PARTICIPATION, seen, village.name)


def _flag_rows(village: VillageEvidence, thresholds: Thresholds, k: int) -> Iterator[Flag]:
    unusual = [
        ballots
        for contrasts, ballots in village.repeated.items()
        if contrasts >= thresholds.identical_contrasts
    ]
    largest, least = max(unusual, default=0), max(thresholds.identical_least, k)
    if largest >= least and largest >= thresholds.identical_share * _total(village.mixed).valid:
        seen = lazy("Có từ %(n)s phiếu trở lên giống hệt nhau ở mọi câu.", n=format_count(least))
        yield Flag(FlagKind.IDENTICAL_ROWS, seen, village.name)


def _flag_satisfaction(village: VillageEvidence, thresholds: Thresholds, k: int) -> Iterator[Flag]:
    total = _total(village.mixed)
    if total.valid >= max(k, thresholds.satisfaction_least) and not total.against:
        seen = lazy("Mọi phiếu của thôn đều hài lòng với mọi nội dung.")
        yield Flag(FlagKind.FULL_SATISFACTION, seen, village.name)


def _flag_channels(
    mixed: Mapping[str, Ballots], village: str | None, thresholds: Thresholds, k: int
) -> Iterator[Flag]:
    online, paper = mixed.get("online", Ballots()), mixed.get("paper", Ballots())
    if min(online.valid, paper.valid) >= max(k, thresholds.channel_least) and _apart(
        online, paper.most_like(online), thresholds
    ):
        points = format_count(int(thresholds.channel_gap * 100))
        seen = lazy(
            "Tỷ lệ phiếu hài lòng toàn bộ trên mạng và trên giấy cách nhau từ %(points)s điểm phần trăm.",
            points=points,
        )
        yield Flag(FlagKind.CHANNELS_APART, seen, village)


def _apart(one: Ballots, other: Ballots, thresholds: Thresholds) -> bool:
    """Two shares far apart: by the gap, and by the standard error of their pooled share; exact."""
    gap = abs(Fraction(one.against, one.valid) - Fraction(other.against, other.valid))
    both = one + other
    share = Fraction(both.against, both.valid)
    variance = share * (1 - share) * (Fraction(1, one.valid) + Fraction(1, other.valid))
    return gap >= thresholds.channel_gap and gap**2 >= thresholds.channel_deviations**2 * variance


def _flag_day(evidence: Evidence, day: DayEvidence) -> Iterator[Flag]:
    facts = {"day": format_date(day.day), "ballots": format_count(day.ballots)}
    if day.day < evidence.starts_on or (evidence.ends_on is not None and day.day > evidence.ends_on):
        seen = lazy("Ngày %(day)s nằm ngoài thời gian nhận phiếu mà có %(ballots)s phiếu.", **facts)
        yield Flag(FlagKind.DAY_OUTSIDE, seen)
    if evidence.counts_households and day.ballots > evidence.households:
        seen = lazy("Riêng ngày %(day)s có %(ballots)s phiếu, nhiều hơn số hộ của cả xã.", **facts)
        yield Flag(FlagKind.DAY_ABOVE_HOUSEHOLDS, seen)


def _flag_jumps(evidence: Evidence, thresholds: Thresholds) -> Iterator[Flag]:
    sent = [(one.day, one.ballots - one.on_paper) for one in evidence.days if one.ballots > one.on_paper]
    for day, ballots in sent:
        others = [count for other, count in sent if other != day]
        if ballots < thresholds.jump_least or len(others) < thresholds.jump_days:
            continue
        if ballots >= thresholds.jump_times * median_low(others):
            seen = lazy(
                "Ngày %(day)s có %(ballots)s phiếu, gấp từ %(times)s lần một ngày thường của đợt.",
                day=format_date(day),
                ballots=format_count(ballots),
                times=format_count(thresholds.jump_times),
            )
            yield Flag(FlagKind.DAY_JUMP, seen)


def _flag_round(evidence: Evidence, thresholds: Thresholds) -> Iterator[Flag]:
    if evidence.marked >= thresholds.marks_least:
        seen = lazy("%(n)s phiếu điền cả ô mà mắt thường không thấy.", n=format_count(evidence.marked))
        yield Flag(FlagKind.MARKED, seen)
    late = evidence.late
    if late >= thresholds.late_least and late >= thresholds.late_share * evidence.received:
        seen = lazy("%(n)s phiếu đến sau khi đã hết hạn.", n=format_count(evidence.late))
        yield Flag(FlagKind.LATE, seen)


def _total(mixed: Mapping[str, Ballots]) -> Ballots:
    return sum(mixed.values(), Ballots())


def _join(villages: Sequence[VillageEvidence]) -> dict[str, Ballots]:
    joined: dict[str, Ballots] = {}
    for village in villages:
        for channel, ballots in village.mixed.items():
            joined[channel] = joined.get(channel, Ballots()) + ballots
    return joined
