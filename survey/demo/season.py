"""What the demonstration plants: a synthetic season of rounds whose figures are known beforehand.

Every round of communes is planted exactly: of n ballots, `count_dissatisfied(n, rate)` say *chưa hài
lòng* to a content, no more and no fewer, whatever the seed. The seed decides only which households
they are, when they send, by which channel and what they write. Nothing here is a real opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from survey.demo.words import REASONS, SUGGESTIONS
from survey.domain.clock import ZONE
from survey.domain.working_days import last_working_day

LEAST_HOUSEHOLDS = 300
"""Below this a village of the open round could not keep twenty slips unused."""
MOST_HOUSEHOLDS = 200_000
DEFAULT_HOUSEHOLDS = 1_000
UNUSED_SLIPS = 20
_HOUSEHOLDS_A_VILLAGE = 300
_VILLAGE_SIZES = (40, 27, 20, 13)
_ASSISTED_SHARE = 0.2
_PAPER_SHARE = 0.3
_FINISHED_FROM = date(2025, 10, 6)
"""Inside the plan's period, in the era of today's communes."""


@dataclass(frozen=True)
class Planting:
    """A commune of the season.

    `share` of the season's households are its own, `coverage` percent of them send a ballot in its
    finished round, and `rates` percent of those are satisfied with q01 … q19 of `xa-ntm`, in order.
    `weeks_later` its round starts after the first one. `rush` is the share of its ballots that all come on
    one day: something for those to see who look for it.
    """

    code: str
    share: int
    coverage: int
    rates: tuple[int, ...]
    weeks_later: int
    rush: float = 0


MAIN = "19867"
"""Xã Quảng Điền: it has a round of every kind, and the accounts to try."""
PLANTINGS = (
    # Quảng Điền: đạt.
    Planting(MAIN, 32, 82, (93, 88, 90, 97, 95, 92, 91, 96, 95, 90, 94, 89, 91, 95, 96, 86, 94, 97, 94), 0),
    # Đan Điền: đạt, with more to spare.
    Planting(
        "19885", 24, 85, (95, 92, 93, 98, 96, 94, 93, 97, 96, 92, 95, 91, 93, 96, 97, 90, 96, 98, 96), 1
    ),
    # Phú Vinh: chưa đạt, and half of its ballots on one day.
    Planting(
        "19945", 24, 78, (88, 79, 81, 95, 91, 86, 84, 92, 90, 80, 88, 78, 82, 89, 91, 71, 85, 92, 84), 2, 0.5
    ),
    # A Lưới 1: chưa đủ tỷ lệ hộ tham gia.
    Planting(
        "20056", 20, 45, (91, 84, 86, 93, 92, 90, 82, 89, 88, 85, 92, 84, 86, 93, 95, 83, 93, 97, 92), 3
    ),
)
OPEN_COVERAGE = 30
PULSE_COVERAGE = 25
PULSE_RATES = (78, 85, 64, 90, 82, 76, 92, 84)
"""Percent of levels 4 and 5 for q01 … q08 of `phan-hoi`."""


@dataclass(frozen=True)
class PlantedVillage:
    code: str
    name: str
    households: int


@dataclass(frozen=True)
class PlantedRound:
    """A round to be held. `closes_on` and `publishes_on` are None for one that stays open; `on_paper` says
    whether some of its households answer on paper."""

    commune: str
    kind: str
    title: str
    questionnaire: str
    starts_on: date
    last_on: date | None
    coverage: int
    rates: Mapping[str, int]
    closes_on: date | None = None
    publishes_on: date | None = None
    on_paper: bool = False
    rush: float = 0

    def count_ballots(self, village: PlantedVillage) -> int:
        return (village.households * self.coverage + 50) // 100

    def count_slips(self, village: PlantedVillage) -> int:
        """Slips to issue: to all where the round is over, else what is used and some to try."""
        if self.kind == "pulse":
            return 0
        if self.closes_on:
            return village.households
        return min(village.households, self.count_ballots(village) + UNUSED_SLIPS)


@dataclass(frozen=True)
class PlantedBallot:
    """A page as a household sends it, or its paper ballot: `fields` are the inputs by name."""

    village: str
    channel: str
    at: datetime
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Season:
    """Villages by commune, and rounds in the order in which they were held."""

    villages: Mapping[str, tuple[PlantedVillage, ...]]
    rounds: tuple[PlantedRound, ...]
    seed: int

    def count_ballots(self) -> int:
        return sum(
            round_.count_ballots(village)
            for round_ in self.rounds
            for village in self.villages[round_.commune]
        )


def count_dissatisfied(ballots: int, rate: int) -> int:
    """How many of the ballots are not satisfied, where `rate` percent are; half up."""
    return (ballots * (100 - rate) + 50) // 100


def plan_season(households: int, seed: int, today: date) -> Season:
    """The season for about so many households, with finished rounds behind and open ones around `today`."""
    households = max(households, LEAST_HOUSEHOLDS)
    villages = {one.code: _plan_villages(one.code, households * one.share // 100) for one in PLANTINGS}
    return Season(villages, tuple(_plan_rounds(today)), seed)


def _plan_villages(commune: str, households: int) -> tuple[PlantedVillage, ...]:
    """Villages of uneven size that have all the commune's households between them."""
    count = max(len(_VILLAGE_SIZES), households // _HOUSEHOLDS_A_VILLAGE)
    weights = [_VILLAGE_SIZES[number % len(_VILLAGE_SIZES)] for number in range(count)]
    sizes = [households * weight // sum(weights) for weight in weights]
    sizes[0] += households - sum(sizes)
    return tuple(
        PlantedVillage(f"{commune}.{number:02d}", f"Thôn mẫu {number}", size)
        for number, size in enumerate(sizes, start=1)
    )


def _plan_rounds(today: date) -> Iterable[PlantedRound]:
    last_monday = today - timedelta(days=80 + today.weekday())
    first = min(_FINISHED_FROM, last_monday)
    for one in PLANTINGS:
        yield _plan_finished(one, first + timedelta(weeks=one.weeks_later))
    yield PlantedRound(
        MAIN,
        "pulse",
        "Phản hồi thường xuyên (số liệu mẫu)",
        "phan-hoi",
        starts_on=today - timedelta(days=30),
        last_on=None,
        coverage=PULSE_COVERAGE,
        rates=_by_question(PULSE_RATES),
    )
    opened = today - timedelta(days=3)
    finished = _plan_finished(PLANTINGS[0], opened)
    yield replace(
        finished,
        title=f"Lấy ý kiến hài lòng năm {opened.year} (số liệu mẫu)",
        last_on=last_working_day(opened, 17),
        coverage=OPEN_COVERAGE,
        closes_on=None,
        publishes_on=None,
        on_paper=False,
    )


def _plan_finished(planting: Planting, starts_on: date) -> PlantedRound:
    """Three weeks of collecting, closed on the Monday after, published that Wednesday."""
    return PlantedRound(
        planting.code,
        "official",
        f"Lấy ý kiến hài lòng năm {starts_on.year} (số liệu mẫu)",
        "xa-ntm",
        starts_on,
        last_on=starts_on + timedelta(days=18),
        coverage=planting.coverage,
        rates=_by_question(planting.rates),
        closes_on=starts_on + timedelta(days=21),
        publishes_on=starts_on + timedelta(days=23),
        on_paper=planting.code == MAIN,
        rush=planting.rush,
    )


def _by_question(rates: tuple[int, ...]) -> dict[str, int]:
    return {f"q{number:02d}": rate for number, rate in enumerate(rates, start=1)}


def at_hour(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def draw_ballots(
    season: Season, round_: PlantedRound, first_at: datetime, last_at: datetime
) -> list[PlantedBallot]:
    """The round's ballots in the order in which they come in, between the two instants."""
    random = Random(f"{season.seed}/{round_.commune}/{round_.kind}/{round_.starts_on}")
    homes = [
        village.code
        for village in season.villages[round_.commune]
        for _ in range(round_.count_ballots(village))
    ]
    # Whoever is displeased with one content is likelier to be with another, and so are neighbours.
    mood = {village: random.gauss(0, 0.4) for village in sorted(set(homes))}
    moods = [mood[village] + random.gauss(0, 1) for village in homes]
    pages: list[dict[str, str]] = [{} for _ in homes]
    for question, rate in round_.rates.items():
        by_mood = sorted(range(len(homes)), key=lambda home: moods[home] + random.gauss(0, 1))
        least = set(by_mood[: count_dissatisfied(len(homes), rate)])
        for home, page in enumerate(pages):
            page.update(_answer(round_, question, home in least, random))
    for page in pages:
        if random.random() < 0.05:
            page["y_kien"] = random.choice(SUGGESTIONS)
    ballots = [
        PlantedBallot(
            village=village,
            channel=_draw_channel(round_, random),
            at=_draw_moment(round_, first_at, last_at, random),
            fields=page,
        )
        for village, page in zip(homes, pages, strict=True)
    ]
    return sorted(ballots, key=lambda ballot: ballot.at)


def _draw_moment(round_: PlantedRound, first_at: datetime, last_at: datetime, random: Random) -> datetime:
    if round_.rush and random.random() < round_.rush:
        return at_hour(first_at.date() + timedelta(days=4), 8) + timedelta(hours=9) * random.random()
    return first_at + (last_at - first_at) * random.random()


def _draw_channel(round_: PlantedRound, random: Random) -> str:
    if round_.on_paper and random.random() < _PAPER_SHARE:
        return "paper"
    return "assisted" if random.random() < _ASSISTED_SHARE else "online"


def _answer(round_: PlantedRound, question: str, displeased: bool, random: Random) -> dict[str, str]:
    if round_.kind == "pulse":
        levels, weights = (("1", "2", "3"), (1, 3, 6)) if displeased else (("4", "5"), (3, 1))
        return {question: random.choices(levels, weights)[0]}
    if not displeased:
        return {question: "satisfied"}
    reasons = REASONS.get(question, ())
    if not reasons or random.random() < 0.5:
        return {question: "not_satisfied"}
    return {question: "not_satisfied", f"{question}_reason": random.choice(reasons)}
