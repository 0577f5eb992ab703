from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.indicators import (
    ContentCounts,
    CountsDisagree,
    Share,
    Verdict,
    VillageCounts,
    compute_result,
)
from survey.domain.rule_sets import shipped_rule_sets

RULES = replace(
    shipped_rule_sets()["qd51-xa-2026"],
    coverage_share=Fraction(7, 10),
    coverage_basis="returned",
    overall_threshold=Fraction(9, 10),
    overall_operator=">=",
    content_threshold=None,
    denominator="valid",
    blank="no_answer",
)


def village(name="A", households=100, valid=80, road=(70, 10), overall=(75, 5), any_not=12, **more):
    contents = {"road": ContentCounts(*road), "all": ContentCounts(*overall)}
    invalid = more.pop("invalid", 0)
    return VillageCounts(name, households, valid + invalid, valid, invalid, any_not, contents, **more)


def silent(name="B", households=20):
    return VillageCounts(name, households, 0, 0, 0, 0, {})


def test_hoa_dinh_2019_reaches_its_coverage_on_counts():
    one = VillageCounts("Hòa Định", 2552, 1893, 1893, 0, 0, {"all": ContentCounts(1893, 0)})
    result = compute_result(["all"], "all", [one], RULES)
    assert result.coverage == Share(1893, 2552)
    assert f"{float(result.coverage.value or 0):.4f}" == "0.7418"
    assert result.verdict is Verdict.MET
    stricter = replace(RULES, coverage_share=Fraction(7418, 10000))
    assert compute_result(["all"], "all", [one], stricter).verdict is Verdict.NOT_ENOUGH_COVERAGE


def test_below_coverage_no_verdict_on_satisfaction_is_announced():
    rules = replace(RULES, content_threshold=Fraction(8, 10))
    result = compute_result(["road", "all"], "all", [village(), silent()], rules)
    assert [(test.what, test.passed) for test in result.tests if test.passed is not None] == [
        ("coverage", False)
    ]
    assert {test.what for test in result.tests} == {"coverage", "overall", "content"}


def test_a_threshold_is_tested_on_counts_not_on_a_rounded_share():
    assert not Share(22499, 25000).reaches(Fraction(9, 10))
    assert Share(9, 10).reaches(Fraction(9, 10))
    assert not Share(9, 10).reaches(Fraction(9, 10), ">")
    assert not Share(0, 0).reaches(Fraction(0))
    assert Share(0, 0).value is None


def test_the_overall_rate_is_the_last_question_and_not_a_mean():
    result = compute_result(["road", "all"], "all", [village()], RULES)
    assert result.overall == Share(75, 80)
    assert result.contents == {"road": Share(70, 80)}
    assert result.any_not_satisfied == Share(12, 80)
    assert [(test.what, test.passed) for test in result.tests] == [("coverage", True), ("overall", True)]


def test_a_silent_village_is_named_weighs_nothing_and_counts_towards_coverage():
    result = compute_result(["road", "all"], "all", [village(), silent()], RULES)
    assert [one.village for one in result.villages if not one.coverage.numerator] == ["B"]
    assert result.overall == Share(75, 80)
    assert result.coverage == Share(80, 120)
    assert result.verdict is Verdict.NOT_ENOUGH_COVERAGE
    assert result.villages[1].overall.value is None


def test_verdicts_without_rule_without_ballot_and_below_the_threshold():
    assert compute_result(["road"], "all", [village()], None).verdict is Verdict.NO_RULE
    assert compute_result(["road"], "all", [silent()], RULES).verdict is Verdict.NO_BALLOT
    low = village(overall=(71, 9))
    assert compute_result(["road"], "all", [low], RULES).verdict is Verdict.NOT_MET
    exact = village(overall=(72, 8))
    assert compute_result(["road"], "all", [exact], RULES).verdict is Verdict.MET
    above = replace(RULES, overall_operator=">")
    assert compute_result(["road"], "all", [exact], above).verdict is Verdict.NOT_MET


def test_each_content_must_reach_its_threshold_where_the_rules_say_so():
    rules = replace(RULES, content_threshold=Fraction(88, 100))
    result = compute_result(["road"], "all", [village()], rules)
    assert result.verdict is Verdict.NOT_MET
    assert (result.tests[-1].question, result.tests[-1].share) == ("road", Share(70, 80))


def test_one_commune_below_fails_a_district_only_where_each_commune_counts():
    good = village("A", road=(80, 0), overall=(80, 0), any_not=0, commune="x")
    bad = village("B", road=(60, 20), overall=(75, 5), any_not=20, commune="y")
    rules = replace(RULES, content_threshold=Fraction(8, 10))
    assert compute_result(["road"], "all", [good, bad], rules).verdict is Verdict.MET
    each = compute_result(["road"], "all", [good, bad], replace(rules, content_scope="each_commune"))
    assert each.verdict is Verdict.NOT_MET
    assert [test.commune for test in each.tests if test.passed is False] == ["y"]


def test_the_denominator_and_the_basis_of_coverage_follow_the_rules():
    one = village(overall=(60, 10, 4, 6), issued=90)
    assert compute_result(["road"], "all", [one], RULES).overall == Share(60, 80)
    answered = compute_result(["road"], "all", [one], replace(RULES, denominator="answered"))
    assert answered.overall == Share(60, 74)
    issued = compute_result(["road"], "all", [one], replace(RULES, coverage_basis="issued"))
    assert (issued.tests[0].what, issued.tests[0].share) == ("issued", Share(90, 100))
    assert (issued.coverage, issued.issued) == (Share(80, 100), Share(90, 100))
    assert compute_result(["road"], "all", [one], RULES).issued is None


def test_spare_forms_of_one_village_do_not_cover_the_households_of_another():
    given = {"valid": 10, "road": (10, 0), "overall": (10, 0), "any_not": 0, "issued": 200}
    villages = [village("A", **given), replace(silent("B", 100), issued=0)]
    result = compute_result(["road"], "all", villages, replace(RULES, coverage_basis="issued"))
    assert result.issued == Share(100, 200)
    assert result.verdict is Verdict.NOT_ENOUGH_COVERAGE
    assert [one.issued for one in result.villages] == [Share(100, 100), Share(0, 100)]


def test_ties_for_the_lowest_and_the_highest_content_are_all_listed():
    satisfied = {"a": 7, "b": 9, "c": 7, "all": 1}
    contents = {code: ContentCounts(good, 10 - good) for code, good in satisfied.items()}
    one = VillageCounts("A", 10, 10, 10, 0, 10, contents)
    result = compute_result(["a", "b", "c", "all"], "all", [one], RULES)
    assert (result.lowest, result.highest) == (("a", "c"), ("b",))


def test_totals_of_paper_leave_a_range_of_ballots_with_a_not_satisfied():
    villages = [village("A", any_not=10, any_unsure=5), village("B", any_not=12)]
    result = compute_result(["road"], "all", villages, RULES)
    assert (result.any_not_satisfied, result.any_at_most) == (Share(22, 160), Share(27, 160))
    assert [one.any_at_most for one in result.villages] == [Share(15, 80), Share(12, 80)]


def test_more_ballots_than_households_are_named_not_hidden():
    assert compute_result(["road"], "all", [village(households=70)], RULES).overfull == ("A",)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (village(road=(70, 9)), "A, road: 70 satisfied"),
        (replace(village(), returned=79), "returned 79"),
        (village(any_not=9), "9 ballots with a not satisfied"),
        (village(any_not=16), "16 ballots with a not satisfied"),
        (village(any_not=12, any_unsure=4), "16 ballots with a not satisfied"),
        (village(any_unsure=-1), "negative"),
        (village(invalid=-1), "negative"),
        (village(road=(81, -1)), "negative"),
        (village(issued=79), "issued 79"),
        (replace(village(), contents={**village().contents, "x": ContentCounts(80, 0)}), "unknown questions"),
        (replace(village(), contents={"all": ContentCounts(75, 5)}), "A, road: 0 satisfied"),
    ],
)
def test_counts_that_contradict_each_other_are_refused_by_name(wrong, words):
    with pytest.raises(CountsDisagree, match=words):
        compute_result(["road"], "all", [wrong], RULES)


def test_a_blank_among_valid_ballots_is_refused_where_it_makes_them_invalid():
    one = village(road=(70, 9, 0, 1))
    assert compute_result(["road"], "all", [one], RULES).counts["road"].no_answer == 1
    with pytest.raises(CountsDisagree, match="1 blanks"):
        compute_result(["road"], "all", [one], replace(RULES, blank="invalid"))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 5)), min_size=1, max_size=6))
def test_totals_are_the_sums_of_the_villages_however_they_are_split(parts):
    villages = [
        VillageCounts(at, 120, yes + no + bad, yes + no, bad, no, {"all": ContentCounts(yes, no)})
        for at, (yes, no, bad) in enumerate(parts)
    ]
    result = compute_result(["all"], "all", villages, RULES)
    assert result.overall.numerator == sum(village.overall.numerator for village in result.villages)
    assert result.returned == result.valid + result.invalid
    backwards = compute_result(["all"], "all", villages[::-1], RULES)
    assert (backwards.overall, backwards.verdict) == (result.overall, result.verdict)
