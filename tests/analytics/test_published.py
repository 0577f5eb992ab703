"""Everything that is published at once, read by somebody who wants to know what a few households said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.measures import measure_official
from analytics.results import RoundResult
from survey.domain.rule_sets import RuleSet
from tests.analytics.counted import COLOUR, OVERALL, ROAD, RULES, compute, write_facts
from tests.analytics.reader import Batch, Reader, add_up

OPTIONS = {
    "road": ("satisfied", "not_satisfied"), "all": ("satisfied", "not_satisfied"), "colour": ("red", "blue"),
}  # fmt: skip


@st.composite
def batches_of(draw: st.DrawFn, *, first: int = 0, k: int = 10) -> Batch:
    channel = draw(st.sampled_from(["online", "paper"]))
    valid = draw(st.one_of(st.integers(0, k), st.integers(0, 3 * k)))
    invalid = draw(st.sampled_from([0, 0, 1, 4, k])) if channel == "paper" else 0
    answers: dict[str, dict[str, int]] = {}
    for question, (one, other) in OPTIONS.items():
        blank = draw(st.sampled_from([0, 0, valid, valid // 2]))
        chosen = draw(st.integers(0, valid - blank))
        answers[question] = {one: chosen, other: valid - blank - chosen, "no_answer": blank}
    against = max(answers[code]["not_satisfied"] for code in ("road", "all"))
    return Batch(draw(st.integers(1, 3)), channel, valid, invalid, against, answers, first)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Batch], int]:
    """What came in, and in which of up to three versions it is counted."""
    batches = draw(st.lists(batches_of(), min_size=1, max_size=6))
    versions = draw(st.integers(1, 3))
    for version in range(1, versions):
        change = draw(st.sampled_from(["more", "fewer", "both"]))
        if change != "fewer":
            batches += draw(st.lists(batches_of(first=version), min_size=1, max_size=2))
        if change != "more":
            gone = draw(st.integers(0, len(batches) - 1))
            if batches[gone].first < version <= batches[gone].last:
                batches[gone] = replace(batches[gone], last=version - 1)
    return batches, versions


def publish(
    batches: Sequence[Batch], versions: int, k: int, rules: RuleSet = RULES, *, forget: bool = False
) -> list[RoundResult]:
    """Every version as it is told after those before it, or as if there were none before."""
    facts = write_facts([200, 150, 100], ROAD, OVERALL, COLOUR, rules=rules)
    tallies = [add_up(batches, version) for version in range(versions)]
    return [
        compute(facts, tally, k, earlier=() if forget else tallies[:version])
        for version, tally in enumerate(tallies)
    ]


@settings(max_examples=120, deadline=None)
@given(histories(), st.sampled_from([5, 10]), st.sampled_from(["valid", "answered"]))
def test_no_answer_of_a_small_group_follows_from_all_that_is_published(history, k, denominator):
    batches, versions = history
    results = publish(batches, versions, k, replace(RULES, denominator=denominator))
    assert Reader(batches, results).find_leaks(k) == []


def say(
    village: int,
    channel: str,
    satisfied: int,
    against: int,
    *,
    invalid: int = 0,
    colourless: int = 0,
    first: int = 0,
) -> Batch:
    rated = {"satisfied": satisfied, "not_satisfied": against, "no_answer": 0}
    colour = {"red": satisfied - colourless, "blue": against, "no_answer": colourless}
    answers = {"road": rated, "all": rated, "colour": colour}
    return Batch(village, channel, satisfied + against, invalid, against, answers, first)


def test_a_weighted_rate_would_give_two_hidden_villages_away():
    """Beside the total it is a second equation, and two villages are two unknowns."""
    batches = [say(1, "online", 60, 9), say(2, "online", 4, 2), say(3, "online", 9, 3)]
    (result,) = publish(batches, 1, 10)
    table = result.tables["all"]
    assert [table.suppression.shown(village) for village in (1, 2, 3)] == [True, False, False]
    assert Reader(batches, [result]).find_leaks(10) == []
    assert result.official is not None
    naive = measure_official(result.official, "all", RULES)
    leaks = Reader(batches, [result], {0: {"all": naive["all"]}}).find_leaks(10)
    assert any("village=2" in leak and "all.satisfied" in leak for leak in leaks)


def test_a_correction_that_forgets_what_was_published_gives_its_few_ballots_away():
    batches = [say(1, "online", 60, 9), say(2, "paper", 30, 12), say(2, "paper", 1, 2, first=1)]
    assert Reader(batches, publish(batches, 2, 10)).find_leaks(10) == []
    leaks = Reader(batches, publish(batches, 2, 10, forget=True)).find_leaks(10)
    assert any("first=1" in leak and "road.not_satisfied" in leak for leak in leaks)


def test_a_correction_by_many_ballots_is_told_in_full():
    batches = [say(1, "online", 60, 9), say(2, "paper", 30, 12), say(2, "paper", 10, 2, first=1)]
    results = publish(batches, 2, 10)
    assert Reader(batches, results).find_leaks(10) == []
    assert all(not table.suppression.hidden for table in results[1].tables.values())


@pytest.mark.parametrize("denominator", ["valid", "answered"])
def test_a_village_of_few_ballots_that_are_all_invalid_is_hidden_in_every_table(denominator):
    batches = [say(1, "online", 60, 9), say(2, "paper", 0, 0, invalid=4), say(3, "paper", 30, 12)]
    (result,) = publish(batches, 1, 10, replace(RULES, denominator=denominator))
    assert Reader(batches, [result]).find_leaks(10) == []
    for table in result.tables.values():
        assert table.figure(village=2).hidden == "base"
    assert result.tables["*"].figure("invalid").count == 4


def test_two_tables_with_bases_of_their_own_give_no_group_away_together():
    """Each hides six more ballots well; if they hid them beside different ones, both would tell of them."""
    batches = [
        say(2, "online", 22, 0),
        say(2, "online", 29, 0, colourless=14, first=1),
        say(3, "online", 23, 0, colourless=19),
        say(3, "paper", 6, 0, colourless=6, first=1),
    ]
    results = publish(batches, 2, 10)
    assert results[1].tables["colour"].suppression.hidden != results[1].tables["road"].suppression.hidden
    assert Reader(batches, results).find_leaks(10) == []
