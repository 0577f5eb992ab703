"""Measures beside a rate: published rounds, exact tests, and print that never contradicts itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.indicators import ContentCounts, Share, VillageCounts, compute_result
from analytics.intervals import Interval, exact_interval
from analytics.measure_words import (
    FAILS,
    HOLDS,
    say_bounds,
    say_holds,
    say_interval,
    say_weighted,
    write_range,
    write_weighted,
)
from analytics.measures import measure, measure_official, measure_village, tell_measures
from tests.analytics.counted import OVERALL, ROAD, RULES, compute, count_ballots, write_facts
from translations.catalogue import use_locale
from translations.numbers import format_rate

NINETY = Fraction(9, 10)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def read_percent(text: str) -> Decimal:
    return Decimal(plain(text).removesuffix(" %").replace(".", "").replace(",", "."))


def test_hoa_dinh_2019_as_published() -> None:
    """1.893 of 2.552 households, 1.880 of them satisfied with one content."""
    content = {"road": ContentCounts(1880, 13), "all": ContentCounts(1893, 0)}
    official = compute_result(
        ["road", "all"], "all", [VillageCounts("xã", 2552, 1893, 1893, 0, 13, content)], RULES
    )
    found = measure_official(official, "all", RULES)
    assert plain(format_rate(official.coverage.numerator, official.coverage.denominator)) == "74,18 %"
    road = found["road"]
    assert plain(format_rate(road.rate.numerator, road.rate.denominator)) == "99,31 %"
    assert road.interval == exact_interval(1880, 1893, 2552)
    assert road.bounds == Interval(Share(1880, 2552), Share(2539, 2552))
    assert plain(write_range(road.bounds)) == "73,67 % – 99,49 %"
    assert road.holds is None
    assert found["all"].threshold == NINETY
    assert found["all"].holds is None


def test_a_village_pilot_as_published() -> None:
    """72 of 76 households, 71 of 72 satisfied: no interval may pass 75 of 76."""
    found = measure(Share(71, 72), 1, 76, NINETY)
    assert plain(format_rate(71, 72)) == "98,61 %"
    assert found.bounds is not None
    assert found.interval is not None
    assert found.bounds.upper == Share(75, 76)
    assert plain(write_range(found.bounds)) == "93,42 % – 98,68 %"
    assert found.interval.upper == Share(75, 76)
    assert plain(write_range(found.interval)).endswith("98,68 %")
    assert found.holds is True
    assert say_holds(found) == "đạt dù mọi hộ chưa trả lời đều chưa hài lòng"


@pytest.mark.parametrize(
    ("satisfied", "against", "households", "operator", "holds"),
    [
        (90, 0, 100, ">=", True),
        (90, 0, 100, ">", None),
        (89, 0, 100, ">=", None),
        (50, 10, 100, ">=", None),
        (50, 10, 100, ">", False),
        (50, 11, 100, ">=", False),
        (0, 0, 0, ">=", None),
    ],
)
def test_a_verdict_that_no_silent_household_can_change(satisfied, against, households, operator, holds):
    found = measure(Share(satisfied, satisfied + against), against, households, NINETY, operator)
    assert found.holds is holds
    words = {True: str(HOLDS), False: str(FAILS), None: ""}
    assert say_holds(found) == words[holds]


def test_invalid_ballots_and_blanks_are_silent() -> None:
    contents = {"all": ContentCounts(60, 5, 0, 10)}
    one = VillageCounts("A", 100, 80, 75, 5, 5, contents)
    official = compute_result(["all"], "all", [one], RULES)
    found = measure_official(official, "all", RULES)["all"]
    assert found.rate == Share(60, 75)
    assert found.bounds == Interval(Share(60, 100), Share(95, 100))
    assert found.interval == exact_interval(60, 75, 100)
    of_answers = replace(RULES, denominator="answered")
    official = compute_result(["all"], "all", [one], of_answers)
    found = measure_official(official, "all", of_answers)["all"]
    assert found.rate == Share(60, 65)
    assert found.bounds == Interval(Share(60, 100), Share(95, 100))
    assert found.interval == exact_interval(60, 65, 100)


def test_nothing_is_measured_without_ballots_or_against_too_few_households() -> None:
    assert measure(Share(0, 0), 0, 50).interval is None
    assert measure(Share(60, 61), 1, 60).bounds is None
    full = VillageCounts("A", 10, 12, 12, 0, 0, {"all": ContentCounts(12, 0)})
    large = VillageCounts("B", 100, 12, 12, 0, 0, {"all": ContentCounts(12, 0)})
    found = measure_official(compute_result(["all"], "all", [full, large], RULES), "all", RULES)["all"]
    assert (found.interval, found.bounds, found.weighted, found.holds) == (None, None, None, None)
    assert say_interval(found) == say_bounds(found) == say_holds(found) == say_weighted(found) == ""
    assert write_range(found.interval) == write_weighted(found) == "–"


def test_below_the_required_coverage_nothing_is_said_of_the_threshold() -> None:
    rules = replace(RULES, coverage_share=Fraction(95, 100))
    one = VillageCounts("A", 100, 94, 94, 0, 0, {"all": ContentCounts(94, 0)})
    found = measure_official(compute_result(["all"], "all", [one], rules), "all", rules)["all"]
    assert found.threshold is None
    assert found.holds is None
    rules = replace(rules, coverage_share=Fraction(94, 100))
    assert measure_official(compute_result(["all"], "all", [one], rules), "all", rules)["all"].holds is True


def test_a_content_that_each_commune_must_reach_is_not_judged_as_a_whole() -> None:
    rules = replace(RULES, content_threshold=Fraction(8, 10), content_scope="each_commune")
    contents = {"road": ContentCounts(100, 0), "all": ContentCounts(100, 0)}
    villages = [
        VillageCounts(name, 100, 100, 100, 0, 0, contents, commune=commune)
        for name, commune in (("A", "x"), ("B", "y"))
    ]
    found = measure_official(compute_result(["road", "all"], "all", villages, rules), "all", rules)
    assert (found["road"].holds, found["all"].holds) == (None, True)
    found = measure_official(compute_result(["road", "all"], "all", villages[:1], rules), "all", rules)
    assert found["road"].holds is True


@st.composite
def samples(draw: st.DrawFn) -> tuple[int, int, int, int]:
    households = draw(st.integers(1, 3000))
    valid = draw(st.integers(1, households))
    satisfied = draw(st.one_of(st.integers(0, valid), st.integers(max(0, valid - 3), valid)))
    return satisfied, draw(st.integers(0, valid - satisfied)), valid, households


@given(samples(), st.sampled_from([None, NINETY, Fraction(95, 100), Fraction(8, 10)]))
def test_what_is_printed_never_contradicts_itself(sample, threshold) -> None:
    satisfied, against, valid, households = sample
    found = measure(Share(satisfied, valid), against, households, threshold)
    assert found.interval is not None
    assert found.bounds is not None
    ends = [
        [read_percent(format_rate(end.numerator, end.denominator, threshold=threshold)) for end in pair]
        for pair in ((found.interval.lower, found.interval.upper), (found.bounds.lower, found.bounds.upper))
    ]
    assert ends[1][0] <= ends[0][0] <= ends[0][1] <= ends[1][1]
    rate = read_percent(format_rate(satisfied, valid, threshold=threshold))
    assert ends[1][0] <= rate <= ends[1][1] or against < valid - satisfied
    if found.holds is not None and threshold is not None:
        assert found.rate.reaches(threshold) is found.holds


def test_the_sentences_say_on_what_they_stand() -> None:
    found = measure(Share(71, 72), 1, 76, NINETY)
    said = plain(say_interval(found))
    assert "76 hộ" in said
    assert "98,68 %" in said
    assert "95 %" in said
    assert "Chỉ đúng nếu những hộ chưa trả lời cũng nghĩ như những hộ đã trả lời" in said
    said = plain(say_bounds(found))
    assert said.index("chưa hài lòng thì") < said.index("93,42 %") < said.index("98,68 %")
    everyone = measure(Share(70, 76), 6, 76)
    assert "không phải ước tính" in say_interval(everyone)
    assert say_bounds(everyone) == ""
    with use_locale("en"):
        assert "98.68%" in say_bounds(found)


def test_two_ends_that_print_alike_are_one_figure() -> None:
    """59,900 of 60,000 ballots, and one household that did not answer."""
    found = measure(Share(59_900, 60_000), 100, 60_001)
    assert found.bounds is not None
    assert found.bounds.lower != found.bounds.upper
    for said in map(plain, (say_interval(found), say_bounds(found))):
        assert said.count("99,83 %") == 1
        assert "từ 99,83 %" not in said


def test_a_weighted_rate_is_told_only_where_no_village_is_hidden() -> None:
    facts = write_facts([100, 50])
    shown = compute(facts, count_ballots(1, "online", 40, 10) | count_ballots(2, "online", 12, 0))
    found = tell_measures(shown)["all"]
    assert found.weighted is not None
    assert found.weighted.value == Fraction(2, 3) * Fraction(4, 5) + Fraction(1, 3)
    assert plain(write_weighted(found)) == "86,67 %"
    assert "86,67 %" in plain(say_weighted(found))
    assert "83,87 %" in plain(say_weighted(found))
    hidden = compute(facts, count_ballots(1, "online", 40, 10) | count_ballots(2, "online", 9, 0))
    found = tell_measures(hidden)["all"]
    assert found.weighted is None
    assert found.interval is not None
    assert hidden.official is not None
    assert measure_official(hidden.official, "all", RULES)["all"].weighted is not None


def test_a_hidden_rate_has_no_measures() -> None:
    result = compute(write_facts([100]), count_ballots(1, "online", 8, 1))
    assert tell_measures(result) == {}
    assert measure_village(result.tables["all"], 1, 100) is None


def test_a_village_has_measures_of_its_own() -> None:
    result = compute(write_facts([100, 80], ROAD, OVERALL), count_ballots(1, "paper", 71, 1, invalid=2))
    found = measure_village(result.tables["all"], 1, 76)
    assert found is not None
    assert (found.rate, found.interval) == (Share(71, 72), exact_interval(71, 72, 76))
    assert measure_village(result.tables["all"], 2, 80) is None
