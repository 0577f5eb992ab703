"""A whole round on paper before it is held: twelve villages, who answers how, and what must come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.loader import shipped_questionnaires
from survey.domain.codes import Code
from survey.domain.paper_counts import content_field, invalid_field
from tests.survey.open_rounds import OpenRound
from tests.survey.web.live_rounds import ALL_SATISFIED

VILLAGES, HOUSEHOLDS = 12, 167
ONLINE, ASSISTED = 75, 5
CONTENTS = [question.code for question in shipped_questionnaires()["xa-ntm"].rated]
ROAD, OVERALL = "q02", "q19"
SPOILT = invalid_field("two-options")


@dataclass(frozen=True)
class PaperPlan:
    """A village's paper: valid ballots, those not satisfied with the road and overall, spoilt, set aside."""

    valid: int
    road: int
    overall: int
    spoilt: int = 0
    aside: int = 0

    @property
    def stubs(self) -> int:
        return self.valid + self.spoilt

    def fields(self) -> dict[str, str]:
        """What stands in the fields of the sheet: whoever minds the result overall minds the road as well."""
        against = {ROAD: self.road, OVERALL: self.overall}
        fields = {
            "issued": self.stubs + self.aside + 4,
            "returned": self.stubs + self.aside,
            "set_aside": self.aside,
            "valid": self.valid,
            SPOILT: self.spoilt,
            "any_not_satisfied": self.road,
        }
        for code in CONTENTS:
            fields[content_field(code, "not_satisfied")] = against.get(code, 0)
            fields[content_field(code, "satisfied")] = self.valid - against.get(code, 0)
        return {name: str(number) for name, number in fields.items()}


def plan_paper(village: int) -> PaperPlan | None:
    """The first village is keyed ballot by ballot, the eleventh has no paper, the last nothing else."""
    if village == 0:
        return PaperPlan(valid=6, road=2, overall=1)
    if village == VILLAGES - 2:
        return None
    if village == VILLAGES - 1:
        return PaperPlan(valid=100, road=20, overall=9)
    return PaperPlan(valid=60, road=6, overall=3, spoilt=2 * (village <= 3), aside=3 * (village <= 5))


PAPER = {village: plan for village in range(VILLAGES) if (plan := plan_paper(village))}
BY_KEYBOARD = ("1" * 19, "12" + "1" * 16 + "2", "12" + "1" * 17, "1" * 18 + "0", "1" * 19, "1" * 19)
"""The first village's ballots: two mind the road, one of them the result, and one leaves it out."""


def online_form(number: int) -> dict[str, str]:
    against = {ROAD: number % 10 == 0, OVERALL: number % 50 == 0}
    return {**ALL_SATISFIED, **{code: "not_satisfied" for code, minds in against.items() if minds}}


ONLINE_BALLOTS = ONLINE * (VILLAGES - 1)
ASSISTED_BALLOTS = ASSISTED * 4


@dataclass(frozen=True)
class Expected:
    """Totals over all channels, from the plan alone."""

    valid: int = ONLINE_BALLOTS + ASSISTED_BALLOTS + sum(plan.valid for plan in PAPER.values())
    invalid: int = sum(plan.spoilt for plan in PAPER.values())
    road_against: int = len(range(0, ONLINE_BALLOTS, 10)) + sum(plan.road for plan in PAPER.values())
    overall_against: int = len(range(0, ONLINE_BALLOTS, 50)) + sum(plan.overall for plan in PAPER.values())
    overall_blank: int = 1

    @property
    def returned(self) -> int:
        return self.valid + self.invalid

    @property
    def overall_satisfied(self) -> int:
        return self.valid - self.overall_against - self.overall_blank

    @property
    def road_satisfied(self) -> int:
        return self.valid - self.road_against


@dataclass(frozen=True)
class Hands:
    """Which slips go which way, by village: answered on phones, at the door, handed in with paper."""

    online: Mapping[int, list[Code]]
    assisted: Mapping[int, list[Code]]
    numbers: Mapping[int, list[int]]
    """Of stubs that come with paper, those of households that had answered online among them."""


def deal(opened: OpenRound) -> Hands:
    """Slips are numbered through the villages, in the order of their codes."""
    online, assisted, numbers = {}, {}, {}
    for village, unit_id in enumerate(opened.village_ids):
        codes, first = opened.slips[unit_id], village * HOUSEHOLDS + 1
        sends = ONLINE if village < VILLAGES - 1 else 0
        helped = ASSISTED if village < 4 else 0
        online[village] = codes[:sends]
        assisted[village] = codes[sends : sends + helped]
        plan = PAPER.get(village)
        start = first + sends + helped
        stubs = list(range(start, start + plan.stubs)) if plan else []
        numbers[village] = stubs + list(range(first, first + plan.aside)) if plan else []
    return Hands(online, assisted, numbers)
