"""What a rate is worth: beside it an interval, its hard bounds, and itself weighted by village households.

`measure_official` is complete, for papers that are signed; `tell_measures` gives what everyone may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from analytics.indicators import OfficialResult, Rules, Share
from analytics.intervals import Interval, exact_interval, hard_bounds
from analytics.results import RoundResult
from analytics.tables import QuestionTable
from analytics.weighting import WeightedRate, weigh


@dataclass(frozen=True, slots=True)
class Measures:
    """What stands beside a rate, `households` being all of the area.

    A household is silent unless it said that it is satisfied or not: it sent no ballot, an invalid one, a
    blank or no opinion. `interval` and `bounds` are None where there is no ballot, or more than households.
    `holds` is True where the rate reaches its threshold even if every silent household were not satisfied,
    False where it misses it even if all of them were; None where neither is so, or nothing is tested.
    """

    rate: Share
    households: int
    threshold: Fraction | None = None
    interval: Interval | None = None
    bounds: Interval | None = None
    holds: bool | None = None
    weighted: WeightedRate | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every household is among those that the rate is of."""
        return self.rate.denominator == self.households


def measure(
    rate: Share,
    not_satisfied: int,
    households: int,
    threshold: Fraction | None = None,
    operator: str = ">=",
    weighted: WeightedRate | None = None,
) -> Measures:
    """Measure a rate of valid ballots, or of those that answered, against all households."""
    if not 0 < rate.denominator <= households:
        return Measures(rate, households, threshold)
    bounds = hard_bounds(rate.numerator, not_satisfied, households)
    return Measures(
        rate=rate,
        households=households,
        threshold=threshold,
        interval=_ask(exact_interval(rate.numerator, rate.denominator, households), rate.threshold),
        bounds=_ask(bounds, rate.threshold),
        holds=None if threshold is None else _holds(bounds, threshold, operator),
        weighted=weighted,
    )


def _ask(interval: Interval, threshold: Fraction | None) -> Interval:
    """With ends of which the same is asked as of the rate."""
    lower, upper = (replace(end, threshold=threshold) for end in (interval.lower, interval.upper))
    return Interval(lower, upper)


def _holds(bounds: Interval, threshold: Fraction, operator: str) -> bool | None:
    if bounds.lower.reaches(threshold, operator):
        return True
    return None if bounds.upper.reaches(threshold, operator) else False


def measure_official(official: OfficialResult, overall_code: str, rules: Rules | None) -> dict[str, Measures]:
    """The measures of every content and of the overall rate, by question code.

    Where a village returned more ballots than it has households, the households are not what was asked,
    and no rate is measured against them.
    """
    rates = {**official.contents, overall_code: official.overall}
    households = official.coverage.denominator
    if official.overfull:
        return {code: Measures(rate, households) for code, rate in rates.items()}
    return {
        code: measure(
            rate,
            official.counts[code].not_satisfied,
            households,
            *_find_test(official, "" if code == overall_code else code, rules),
            weighted=_weigh(official, "" if code == overall_code else code),
        )
        for code, rate in rates.items()
    }


def _find_test(official: OfficialResult, content: str, rules: Rules | None) -> tuple[Fraction | None, str]:
    """The threshold that the whole area's rate was tested on, the overall one without `content`; None where
    it was tested commune by commune, or not at all since too few households took part."""
    what = "content" if content else "overall"
    tests = [one for one in official.tests if one.what == what and one.question == content]
    if rules is None or len(tests) != 1 or tests[0].passed is None:
        return None, ">="
    return tests[0].threshold, tests[0].operator


def _weigh(official: OfficialResult, content: str) -> WeightedRate | None:
    return weigh(
        (one.village, one.coverage.denominator, one.contents[content] if content else one.overall)
        for one in official.villages
    )


def tell_measures(result: RoundResult) -> Mapping[str, Measures]:
    """The measures of the rates that may be told, by question code.

    A weighted rate is a second equation over the villages: beside the total it would give two hidden ones
    away. So it is told only where no village is hidden, and there whoever likes can compute it.
    """
    if result.official is None or result.overall is None:
        return {}
    found = measure_official(result.official, result.overall.code, result.facts.rules)
    return {
        code: measures if _shows_villages(result, code) else replace(measures, weighted=None)
        for code, measures in found.items()
        if result.tables[code].suppression.shown()
    }


def _shows_villages(result: RoundResult, code: str) -> bool:
    shown = result.tables[code].suppression.shown
    return all(shown(village.unit_id) for village in result.facts.villages)


def measure_village(table: QuestionTable, village: int, households: int) -> Measures | None:
    """The measures of a village's own rate; None where it is hidden or there is none."""
    rate, against = table.figure(village=village).share, table.figure("not_satisfied", village=village)
    if rate is None or not rate.denominator:
        return None
    return measure(rate, against.count or 0, households)
