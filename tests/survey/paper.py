"""Paper ballots as tests count them: the layout of a commune's sheet, ballots, and sheets that close."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies

from forms.loader import shipped_questionnaires
from survey.domain.paper_ballots import INVALID_MARK, add_up
from survey.domain.paper_counts import SheetCounts, SheetLayout
from survey.domain.rule_sets import shipped_rule_sets

QUESTIONNAIRE = shipped_questionnaires()["xa-ntm"]
RULES = shipped_rule_sets()["qd51-xa-2026"]
LAYOUT = SheetLayout(QUESTIONNAIRE, RULES)
STRICT = SheetLayout(QUESTIONNAIRE, replace(RULES, blank="invalid"))
"""Where a blank makes the ballot invalid."""
LENGTH = len(LAYOUT.contents)
REASONS = tuple(reason.code for reason in RULES.invalid_reasons)
SATISFIED = "1" * LENGTH


def against(*places: int) -> str:
    """A ballot that is satisfied with all contents but those at these places, counted from one."""
    return "".join("2" if place in places else "1" for place in range(1, LENGTH + 1))


def valid_ballots(keys: str = "012") -> strategies.SearchStrategy[str]:
    return strategies.text(keys, min_size=LENGTH, max_size=LENGTH).filter(lambda one: one.strip("0"))


ballots = strategies.lists(
    valid_ballots() | strategies.sampled_from([INVALID_MARK + code for code in REASONS]), max_size=30
)


def fill_in(*keyed: str, set_aside: int = 0, lost: int = 0, layout: SheetLayout = LAYOUT) -> dict[str, str]:
    """The fields of a sheet on which these ballots are counted; `lost` forms did not come back."""
    returned = len(keyed) + set_aside
    head = {"issued": returned + lost, "returned": returned, "set_aside": set_aside}
    return {name: str(count) for name, count in head.items()} | add_up(layout, keyed)


def count(*keyed: str, set_aside: int = 0, lost: int = 0, layout: SheetLayout = LAYOUT) -> SheetCounts:
    counts = layout.read(fill_in(*keyed, set_aside=set_aside, lost=lost, layout=layout))
    assert isinstance(counts, SheetCounts)
    return counts
