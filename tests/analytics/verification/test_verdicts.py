"""A summary's verdict follows from its own figures; who changes one is found without a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from analytics.exports import write_json
from analytics.public_files import DATA, SUMMARY, SUMS, TABLE, write_sums
from analytics.summary import write_summary
from analytics.verification.given import Unreadable, read_given
from analytics.verification.verify import Report, verify_files
from survey.domain.rule_sets import RuleSet
from tests.analytics.counted import RULES, Tallied, compute, count_ballots, write_facts
from tests.analytics.verification.shelf import Shelf

JUDGED = "its verdict, judged again from its figures"
Change = Callable[[dict[str, Any]], object]


def verify_changed(shelf: Shelf, change: Change) -> Report:
    """The report on the first result's summary, changed and with its hash put right."""
    plain = json.loads(shelf.files[1][SUMMARY])
    change(plain)
    files = {**shelf.files[1], SUMMARY: json.dumps(plain, ensure_ascii=False).encode()}
    files[SUMS] = write_sums({name: content for name, content in files.items() if name != SUMS})
    given = [read_given(name, content, files[SUMS]) for name, content in files.items()]
    reports = {one.given.name: one for one in verify_files(given)}
    assert not any(one.differs for name, one in reports.items() if name != SUMMARY)
    return reports[SUMMARY]


def set_test(what: str, **values: object) -> Change:
    return lambda plain: next(one for one in plain["tests"] if one["what"] == what).update(values)


def drop_test(what: str) -> Change:
    return lambda plain: plain.update(tests=[one for one in plain["tests"] if one["what"] != what])


def test_what_was_published_follows(shelf: Shelf) -> None:
    report = verify_changed(shelf, lambda plain: None)
    assert report.differs == []
    assert JUDGED in report.held


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda plain: plain.update(verdict="not_met"), "the verdict is not_met, its tests make met"),
        (lambda plain: plain.update(verdict=None), "the verdict is None, its tests make met"),
        (
            set_test("overall", passed=False),
            "the test of overall is told as failed, 126/137 against >= 9/10 makes it passed",
        ),
        (
            set_test("coverage", passed=None),
            "the test of coverage is told as not judged, 139/180 against >= 7/10 makes it passed",
        ),
        (
            set_test("coverage", threshold="4/5"),
            "the test of coverage is made against 4/5, its figure against 7/10",
        ),
        (
            set_test("overall", operator=">", threshold="126/137"),
            "the test of overall is told as passed, 126/137 against > 126/137 makes it failed",
        ),
        (drop_test("coverage"), "the test of coverage is missing"),
        (lambda plain: plain.update(tests=[]), "the test of overall is missing"),
    ],
)
def test_a_verdict_or_a_test_that_was_changed_is_named(shelf: Shelf, change: Change, named: str) -> None:
    report = verify_changed(shelf, change)
    assert named in report.differs
    assert JUDGED not in report.held


def test_figures_and_tests_changed_together_give_another_verdict(shelf: Shelf) -> None:
    """Below its coverage nothing is judged, so a summary that says that it is contradicts itself."""

    def change(plain: dict[str, Any]) -> None:
        for row in plain["rows"]:
            if row[:4] == ["all", "all", "*", "returned"]:
                row[4] = 92
        set_test("coverage", passed=False)(plain)

    report = verify_changed(shelf, change)
    assert "the verdict is met, its tests make not_enough_coverage" in report.differs


def test_a_file_of_another_result_is_not_held_against_this_one(shelf: Shelf) -> None:
    """Neither the data set nor the record of result 1 says anything of result 2."""
    first, table = shelf.given(1, DATA), shelf.given(2, TABLE)
    report = verify_files([table, first, shelf.record(1)])[0]
    assert report.differs == []
    assert report.held == ["its own sums", "SHA256SUMS beside it"]
    assert report.notes == [
        "it tells result 2, ket-qua.json tells result 1: they were not compared",
        "it tells result 2, record-1.json tells result 1: they were not compared",
    ]
    report = verify_files([table, first, shelf.record(2)])[0]
    assert (report.differs, report.held[-1]) == ([], "the record's counts")
    renamed = table.content.replace(b"\r\n1,2,", b"\r\n1,1,")
    assert verify_files([read_given(TABLE, renamed), first])[0].differs


@pytest.mark.parametrize("threshold", ["x", "1e999999", "-0.5", "1/2"])
def test_a_threshold_that_is_no_share_is_unreadable(shelf: Shelf, threshold: str) -> None:
    content = shelf.files[1][DATA].replace(b'"threshold": 0.9', f'"threshold": "{threshold}"'.encode())
    with pytest.raises(Unreadable):
        read_given(DATA, content)


def write_files(rules: RuleSet, tallied: Tallied) -> dict[str, bytes]:
    """Summary and data set of two villages of one commune."""
    result = compute(write_facts([40, 40], rules=rules), tallied)
    return {SUMMARY: write_summary(result), DATA: write_json(result)}


def verify_all(files: Mapping[str, bytes]) -> Report:
    return verify_files([read_given(name, content) for name, content in files.items()])[0]


def test_the_test_of_a_commune_is_made_again_from_its_villages() -> None:
    """Which the summary alone does not tell content by content: then its outcome is believed."""
    rules = replace(RULES, content_threshold=Fraction(4, 5), content_scope="each_commune")
    files = write_files(rules, {**count_ballots(1, "online", 30), **count_ballots(2, "online", 30)})
    assert verify_all(files).differs == []
    plain = json.loads(files[SUMMARY])
    set_test("content", passed=False)(plain)
    turned = {**files, SUMMARY: json.dumps(plain | {"verdict": "not_met"}).encode()}
    assert verify_all({SUMMARY: turned[SUMMARY]}).differs == []
    assert verify_all(turned).differs == [
        "the test of content road 19867 is told as failed, 60/60 against >= 4/5 makes it passed",
        "the verdict is not_met, its tests make met",
    ]
    plain["tests"] = [one for one in plain["tests"] if one["what"] != "content"]
    turned[SUMMARY] = json.dumps(plain | {"verdict": "met"}).encode()
    assert verify_all(turned).differs == ["the test of content road is missing"]


def test_a_content_that_is_hidden_in_a_village_may_have_failed() -> None:
    """Nine ballots of a village are hidden, and the test of the commune's road with them."""
    rules = replace(RULES, content_threshold=Fraction(4, 5), content_scope="each_commune")
    few = {(2, "online", "*", "valid"): 9, (2, "online", "*", "any_not_satisfied"): 9}
    few |= {(2, "online", "road", "not_satisfied"): 9, (2, "online", "all", "satisfied"): 9}
    files = write_files(rules, {**count_ballots(1, "online", 30), **few})
    told = json.loads(files[SUMMARY])
    assert (told["verdict"], [one["what"] for one in told["tests"]]) == ("not_met", ["overall"])
    assert verify_all(files).differs == []
    assert verify_all({SUMMARY: files[SUMMARY]}).differs == []
