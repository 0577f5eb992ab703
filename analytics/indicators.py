"""Official indicators: exact shares, tests on counts, the verdict. Pure; sources in domain.md §3–4."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import Protocol


class CountsDisagree(ValueError):
    """Counts contradict each other; the message names the village and the sum that is off."""


@dataclass(frozen=True, slots=True)
class Share:
    """`numerator` of `denominator`, both kept, so that a figure can always be shown with its counts.

    `threshold` is what the rules ask of such a rate, tested or not: it is never written against it.
    """

    numerator: int
    denominator: int
    threshold: Fraction | None = field(default=None, compare=False)

    def __add__(self, other: Share) -> Share:
        """The rate of two groups together, of which the same is asked."""
        return Share(self.numerator + other.numerator, self.denominator + other.denominator, self.threshold)

    @property
    def value(self) -> Fraction | None:
        """The exact share of 1; None of nothing."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    def reaches(self, threshold: Fraction, operator: str = ">=") -> bool:
        """Tested on counts, never on a rounded share; nothing of nothing reaches nothing."""
        if not self.denominator:
            return False
        have, want = self.numerator * threshold.denominator, threshold.numerator * self.denominator
        return have > want if operator == ">" else have >= want


@dataclass(frozen=True, slots=True)
class ContentCounts:
    """Valid ballots by their answer to one content."""

    satisfied: int
    not_satisfied: int
    no_opinion: int = 0
    no_answer: int = 0

    @property
    def answered(self) -> int:
        return self.satisfied + self.not_satisfied + self.no_opinion

    @property
    def valid(self) -> int:
        return self.answered + self.no_answer

    def __add__(self, other: ContentCounts) -> ContentCounts:
        return ContentCounts(
            self.satisfied + other.satisfied,
            self.not_satisfied + other.not_satisfied,
            self.no_opinion + other.no_opinion,
            self.no_answer + other.no_answer,
        )


NOTHING = ContentCounts(0, 0)


@dataclass(frozen=True, slots=True)
class VillageCounts:
    """What one village returned, over all channels.

    `contents` is by question code and may be empty where nothing valid came back. `any_not_satisfied`
    counts ballots with at least one *chưa hài lòng*, and `any_unsure` how many more it may be, where only
    totals of paper are known. `issued` counts the forms handed out; left out, the returned ones stand in,
    which are never more. `commune` groups villages where the rules look at each commune of a larger area.
    """

    village: str | int
    households: int
    returned: int
    valid: int
    invalid: int
    any_not_satisfied: int
    contents: Mapping[str, ContentCounts]
    issued: int | None = None
    commune: str | int = ""
    any_unsure: int = 0

    @property
    def any_at_most(self) -> int:
        return self.any_not_satisfied + self.any_unsure


class Rules(Protocol):
    """What the indicators read of a rule set (survey.domain.rule_sets.RuleSet)."""

    @property
    def coverage_share(self) -> Fraction | None: ...
    @property
    def counts_issued(self) -> bool: ...
    @property
    def returned_share(self) -> Fraction | None: ...
    @property
    def overall_threshold(self) -> Fraction: ...
    @property
    def overall_operator(self) -> str: ...
    @property
    def content_threshold(self) -> Fraction | None: ...
    @property
    def content_operator(self) -> str: ...
    @property
    def content_scope(self) -> str: ...
    @property
    def denominator(self) -> str: ...
    @property
    def blank(self) -> str: ...
    def count_covered(self, households: int, returned: int, issued: int) -> int: ...


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_ENOUGH_COVERAGE = "not_enough_coverage"
    NO_BALLOT = "no_ballot"
    NO_RULE = "no_rule"


@dataclass(frozen=True, slots=True)
class Test:
    """One test of the verdict. `what` is 'coverage' (of ballots that came back), 'issued' (coverage of forms
    handed out), 'overall' or 'content' (then `question` is set, and `commune` where each commune is tested);
    `passed` is None where there was nothing to test, and where too few households took part for anything
    to be said about satisfaction."""

    __test__ = False  # or pytest takes it for one of its own

    what: str
    share: Share
    threshold: Fraction
    operator: str
    passed: bool | None
    question: str = ""
    commune: str | int = ""

    @property
    def is_of_coverage(self) -> bool:
        return self.what in ("coverage", "issued")


@dataclass(frozen=True, slots=True)
class VillageResult:
    """A village's own figures; without a valid ballot it has no rate. `issued` as in `OfficialResult`."""

    village: str | int
    coverage: Share
    issued: Share | None
    overall: Share
    contents: Mapping[str, Share]
    any_not_satisfied: Share
    any_at_most: Share


@dataclass(frozen=True, slots=True)
class OfficialResult:
    """The official result of an area; every total is derived from its villages.

    `coverage` is returned ballots of households, whatever the rules test; `issued` is households that were
    handed a form, where they test these, else None. `contents` leaves out `overall`, which is the last
    question on its own and never a mean. `lowest` and `highest` list the contents of least and greatest
    rate, several in a tie. A village without a ballot counts with its households towards coverage, and that
    is all. `overfull` names villages that returned more than they have households.
    Ballots with a *chưa hài lòng* number from `any_not_satisfied` to `any_at_most`.
    """

    coverage: Share
    issued: Share | None
    returned: int
    valid: int
    invalid: int
    counts: Mapping[str, ContentCounts]
    contents: Mapping[str, Share]
    overall: Share
    any_not_satisfied: Share
    any_at_most: Share
    lowest: tuple[str, ...]
    highest: tuple[str, ...]
    verdict: Verdict
    tests: tuple[Test, ...]
    villages: tuple[VillageResult, ...]
    overfull: tuple[str | int, ...]


def compute_result(
    question_codes: Sequence[str], overall_code: str, villages: Sequence[VillageCounts], rules: Rules | None
) -> OfficialResult:
    """Count an official round.

    `question_codes` are the two- or three-level contents in their order, with or without the overall
    one. Without rules the rates are of valid ballots and the verdict is NO_RULE. Raises `CountsDisagree`.
    """
    codes = [code for code in question_codes if code != overall_code]
    for village in villages:
        _check_village(village, [*codes, overall_code], rules)
    counts = _sum_contents(villages, [*codes, overall_code])
    rates = {code: _rate(counts[code], rules) for code in codes}
    overall = _rate(counts[overall_code], rules, overall=True)
    valid = sum(one.valid for one in villages)
    tests = withhold(_make_tests(codes, overall, villages, rules)) if rules else ()
    return OfficialResult(
        coverage=_cover(villages, rules),
        issued=_cover_issued(villages, rules),
        returned=sum(one.returned for one in villages),
        valid=valid,
        invalid=sum(one.invalid for one in villages),
        counts=counts,
        contents=rates,
        overall=overall,
        any_not_satisfied=Share(sum(village.any_not_satisfied for village in villages), valid),
        any_at_most=Share(sum(village.any_at_most for village in villages), valid),
        lowest=_list_extremes(rates, min),
        highest=_list_extremes(rates, max),
        verdict=judge(tests, valid) if rules else Verdict.NO_RULE,
        tests=tests,
        villages=tuple(_tell_village(village, codes, overall_code, rules) for village in villages),
        overfull=tuple(village.village for village in villages if village.returned > village.households),
    )


def _check_village(village: VillageCounts, codes: Sequence[str], rules: Rules | None) -> None:
    where = f"village {village.village}"
    totals = (village.households, village.returned, village.valid, village.invalid)
    if min(*totals, village.any_not_satisfied, village.any_unsure) < 0:
        raise CountsDisagree(f"{where}: a count is negative")
    if village.returned != village.valid + village.invalid:
        parts = f"{village.valid} valid + {village.invalid} invalid"
        raise CountsDisagree(f"{where}: returned {village.returned} ≠ {parts}")
    if village.issued is not None and village.issued < village.returned:
        raise CountsDisagree(f"{where}: issued {village.issued} < returned {village.returned}")
    if set(village.contents) - set(codes):
        raise CountsDisagree(f"{where}: unknown questions {sorted(set(village.contents) - set(codes))}")
    for code in codes:
        _check_content(f"{where}, {code}", village.contents.get(code, NOTHING), village.valid, rules)
    _check_any(where, village, [village.contents.get(code, NOTHING).not_satisfied for code in codes])


def _check_any(where: str, village: VillageCounts, against: Sequence[int]) -> None:
    least, most = max(against), min(sum(against), village.valid)
    for found in (village.any_not_satisfied, village.any_at_most):
        if not least <= found <= most:
            raise CountsDisagree(f"{where}: {found} ballots with a not satisfied lie outside {least}…{most}")


def _check_content(where: str, found: ContentCounts, valid: int, rules: Rules | None) -> None:
    if min(found.satisfied, found.not_satisfied, found.no_opinion, found.no_answer) < 0:
        raise CountsDisagree(f"{where}: a count is negative")
    if found.valid != valid:
        raise CountsDisagree(
            f"{where}: {found.satisfied} satisfied + {found.not_satisfied} not satisfied + "
            f"{found.no_opinion} no opinion + {found.no_answer} no answer ≠ {valid} valid"
        )
    if rules and rules.blank == "invalid" and found.no_answer:
        raise CountsDisagree(f"{where}: {found.no_answer} blanks in valid ballots, where a blank is invalid")


def _sum_contents(villages: Sequence[VillageCounts], codes: Sequence[str]) -> dict[str, ContentCounts]:
    return {code: sum((one.contents.get(code, NOTHING) for one in villages), NOTHING) for code in codes}


def _rate(found: ContentCounts, rules: Rules | None, *, overall: bool = False) -> Share:
    if rules is None:
        return Share(found.satisfied, found.valid)
    base = found.answered if rules.denominator == "answered" else found.valid
    return Share(found.satisfied, base, rules.overall_threshold if overall else rules.content_threshold)


def _cover(villages: Sequence[VillageCounts], rules: Rules | None) -> Share:
    """Ballots that came back, of the households."""
    threshold = rules.returned_share if rules else None
    return Share(sum(one.returned for one in villages), sum(one.households for one in villages), threshold)


def _cover_issued(villages: Sequence[VillageCounts], rules: Rules | None) -> Share | None:
    """Households that were handed a form, of all; None where the rules do not test these."""
    if rules is None or not rules.counts_issued:
        return None
    covered = sum(
        rules.count_covered(one.households, one.returned, one.returned if one.issued is None else one.issued)
        for one in villages
    )
    return Share(covered, sum(one.households for one in villages), rules.coverage_share)


def _make_tests(
    codes: Sequence[str], overall: Share, villages: Sequence[VillageCounts], rules: Rules
) -> tuple[Test, ...]:
    tests: list[Test] = []
    if rules.coverage_share is not None:
        issued = _cover_issued(villages, rules)
        what, covered = ("issued", issued) if issued else ("coverage", _cover(villages, rules))
        tests.append(make_test(what, covered, rules.coverage_share, ">="))
    tests.append(make_test("overall", overall, rules.overall_threshold, rules.overall_operator))
    if rules.content_threshold is None:
        return tuple(tests)
    groups: list[tuple[str | int, list[VillageCounts]]] = [("", list(villages))]
    if rules.content_scope == "each_commune":
        ordered = sorted(villages, key=lambda village: str(village.commune))
        groups = [(commune, list(members)) for commune, members in groupby(ordered, attrgetter("commune"))]
    for commune, members in groups:
        counts = _sum_contents(members, codes)
        for code in codes:
            share = _rate(counts[code], rules)
            threshold, operator = rules.content_threshold, rules.content_operator
            tests.append(make_test("content", share, threshold, operator, code, commune))
    return tuple(tests)


def withhold(tests: Sequence[Test]) -> tuple[Test, ...]:
    """Below the required coverage no verdict on satisfaction is announced, not even of one content."""
    if all(test.passed for test in tests if test.is_of_coverage):
        return tuple(tests)
    return tuple(test if test.is_of_coverage else replace(test, passed=None) for test in tests)


def make_test(
    what: str, share: Share, threshold: Fraction, operator: str, question: str = "", commune: str | int = ""
) -> Test:
    passed = share.reaches(threshold, operator) if share.denominator else None
    return Test(what, replace(share, threshold=threshold), threshold, operator, passed, question, commune)


def judge(tests: Sequence[Test], valid: int) -> Verdict:
    """The verdict of the tests, on so many valid ballots. Coverage comes first: below it nothing is said
    about satisfaction."""
    if not valid:
        return Verdict.NO_BALLOT
    if any(test.is_of_coverage and not test.passed for test in tests):
        return Verdict.NOT_ENOUGH_COVERAGE
    if any(test.passed is False for test in tests):
        return Verdict.NOT_MET
    return Verdict.MET if all(test.passed for test in tests) else Verdict.NO_BALLOT


def _list_extremes(
    rates: Mapping[str, Share], choose: Callable[[Iterable[Fraction]], Fraction]
) -> tuple[str, ...]:
    known = {code: share.value for code, share in rates.items() if share.value is not None}
    if not known:
        return ()
    best = choose(known.values())
    return tuple(code for code, value in known.items() if value == best)


def _tell_village(
    village: VillageCounts, codes: Sequence[str], overall_code: str, rules: Rules | None
) -> VillageResult:
    return VillageResult(
        village=village.village,
        coverage=_cover([village], rules),
        issued=_cover_issued([village], rules),
        overall=_rate(village.contents.get(overall_code, NOTHING), rules, overall=True),
        contents={code: _rate(village.contents.get(code, NOTHING), rules) for code in codes},
        any_not_satisfied=Share(village.any_not_satisfied, village.valid),
        any_at_most=Share(village.any_at_most, village.valid),
    )
