"""The verdict of a summary, judged again from the figures and thresholds that the files themselves tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add

from analytics.codebook import ISSUED, RETURNED
from analytics.exports import ALL
from analytics.indicators import Share, Test, Verdict, judge, make_test, withhold
from analytics.summary import Summary, ToldTest
from analytics.verification.given import Row
from survey.frames import BALLOT, INVALID

_SATISFIED = "satisfied"
_OUTCOMES: Mapping[bool | None, str] = {True: "passed", False: "failed", None: "not judged"}


def find_wrong_verdict(told: Summary, rows: Sequence[Row] = ()) -> Iterator[str]:
    """What of the tests and the verdict does not follow from the figures.

    `rows` are those of the data set of the same result, from which a test of one commune can be judged.
    """
    yield from _find_wrong_tests(told, rows)
    shares = [_find_share(told, test, rows) for test in told.tests]
    made = withhold([_make(*pair) for pair in zip(told.tests, shares, strict=True)])
    for test, share, again in zip(told.tests, shares, made, strict=True):
        if share and test.passed is not again.passed:
            figure = f"{share.numerator}/{share.denominator} against {test.operator} {test.threshold}"
            made_it = f"{figure} makes it {_OUTCOMES[again.passed]}"
            yield f"{_name(test)} is told as {_OUTCOMES[test.passed]}, {made_it}"
    yield from _find_wrong_verdict(told, made, rows)


def _name(test: ToldTest) -> str:
    return " ".join(["the test of", test.what, *filter(None, (test.question, test.commune))])


def _make(test: ToldTest, share: Share | None) -> Test:
    """The test again; where its figure is not told its outcome is believed."""
    asked = test.threshold, test.operator, test.question, test.commune
    made = make_test(test.what, share or Share(0, 0), *asked)
    return made if share else replace(made, passed=test.passed)


def _find_share(told: Summary, test: ToldTest, rows: Sequence[Row]) -> Share | None:
    """What a test looked at; None where the files do not tell it."""
    if test.commune:
        return _add_up(
            [row for row in _list_villages(rows, test.question) if row["commune_code"] == test.commune]
        )
    places = {
        "coverage": (BALLOT, RETURNED),
        "issued": (BALLOT, ISSUED),
        "overall": (told.overall or "", _SATISFIED),
        "content": (test.question, _SATISFIED),
    }
    question, option = places.get(test.what, ("", ""))
    found = told.figures.get((ALL, ALL, question, option))
    return found.share if found else None


def _list_villages(rows: Sequence[Row], question: str) -> list[Row]:
    """The rates of a content in each village."""
    wanted = (ALL, question, _SATISFIED)
    return [
        row
        for row in rows
        if row["village_code"] != ALL and (row["channel"], row["question"], row["option"]) == wanted
    ]


def _add_up(rows: Sequence[Row]) -> Share | None:
    if not rows or not all(row["count"] for row in rows):
        return None
    return reduce(add, (Share(int(row["count"]), int(row["base"])) for row in rows))


def _find_wrong_tests(told: Summary, rows: Sequence[Row]) -> Iterator[str]:
    """Tests that are missing, or made on another threshold than stands beside their figure."""
    for (village, channel, question, option), figure in told.figures.items():
        if (village, channel) != (ALL, ALL) or figure.hidden or figure.threshold is None:
            continue
        what = {RETURNED: "coverage", ISSUED: "issued"}.get(option) or (
            "overall" if question == told.overall else "content"
        )
        named = question if what == "content" else ""
        tests = [one for one in told.tests if (one.what, one.question) == (what, named)]
        if not tests and (
            what != "content" or _is_area_wide(told) or _add_up(_list_villages(rows, question))
        ):
            yield f"{' '.join(['the test of', what, named]).rstrip()} is missing"
        for test in tests:
            if test.threshold != figure.threshold:
                yield f"{_name(test)} is made against {test.threshold}, its figure against {figure.threshold}"


def _is_area_wide(told: Summary) -> bool:
    """Whether contents are tested over the whole area: then a test is told wherever its figure is."""
    return any(one.what == "content" and not one.commune for one in told.tests)


def _find_wrong_verdict(told: Summary, made: Sequence[Test], rows: Sequence[Row]) -> Iterator[str]:
    returned, invalid = told.figure(BALLOT, RETURNED), told.figure(BALLOT, INVALID)
    if not made or returned.count is None or invalid.count is None:
        return
    verdict = judge(made, returned.count - invalid.count)
    unknown = verdict is Verdict.MET and told.verdict is Verdict.NOT_MET and _may_lack_a_test(told, rows)
    if verdict is not told.verdict and not unknown:
        yield f"the verdict is {told.verdict}, its tests make {verdict}"


def _may_lack_a_test(told: Summary, rows: Sequence[Row]) -> bool:
    """Whether a commune may have failed a content of which a village is hidden, and the test with it."""
    contents = {
        question
        for (village, channel, question, option), figure in told.figures.items()
        if (village, channel, option) == (ALL, ALL, _SATISFIED) and figure.threshold is not None
    } - {told.overall}
    if not contents or _is_area_wide(told):
        return False
    tests = {(one.question, one.commune) for one in told.tests if one.commune}
    communes = {row["commune_code"] for row in rows if row["village_code"] != ALL}
    return not communes or len(tests) < len(contents) * len(communes)
