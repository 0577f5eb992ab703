"""Tables of a question: what their figures are of, and what they hide."""

from __future__ import annotations

from dataclasses import replace

from analytics.exports import list_rows
from analytics.tables import ANY_AT_MOST
from forms.questionnaire import Question
from forms.wording import Text
from survey.frames import ANY_NOT_SATISFIED, BALLOT, INVALID
from tests.analytics.counted import LEVELS, OVERALL, ROAD, RULES, compute, count_ballots, write_facts

OF_ANSWERS = replace(RULES, denominator="answered")


def test_paper_totals_leave_a_range_of_ballots_that_are_not_satisfied() -> None:
    counts = count_ballots(1, "online", 20, 3) | count_ballots(1, "paper", 30, 5)
    counts[1, "paper", "*", "any_unsure"] = 4
    result = compute(write_facts([100]), counts)
    assert result.official is not None
    table = result.tables[BALLOT]
    assert (table.figure(ANY_NOT_SATISFIED).count, table.figure(ANY_AT_MOST).count) == (8, 12)
    assert table.figure(ANY_AT_MOST, channel="online").count == 3
    assert result.official.any_not_satisfied.numerator == 8
    assert result.official.any_at_most.numerator == 12
    assert result.official.villages[0].any_at_most.numerator == 12
    told = {
        row["option"]: row["count"]
        for row in list_rows(result)
        if row["shape"] == "commune_question" and row["question"] == BALLOT
    }
    assert told == {"returned": 58, ANY_NOT_SATISFIED: 8, ANY_AT_MOST: 12, INVALID: 0}


def test_invalid_ballots_are_of_all_that_came_back() -> None:
    counts = count_ballots(1, "paper", 30, 5, invalid=3) | count_ballots(1, "online", 10, 0)
    result = compute(write_facts([100]), counts)
    table = result.tables[BALLOT]
    for place, count, returned in ((None, 3, 48), ("paper", 3, 38), ("online", 0, 10)):
        figure = table.figure(INVALID, channel=place)
        assert (figure.count, figure.base) == (count, returned)
    assert result.returned == {1: 48}
    assert result.official is not None
    assert result.official.coverage.numerator == 48
    assert result.tables["all"].figure().base == 45


def test_the_rate_of_answers_leaves_blanks_out_and_hides_where_few_answered() -> None:
    counts = count_ballots(1, "online", 4, 0, blank=20) | count_ballots(2, "online", 30, 3, blank=2)
    result = compute(write_facts([100, 100, 100], rules=OF_ANSWERS), counts)
    table = result.tables["road"]
    assert (table.figure().count, table.figure().base) == (34, 37)
    assert table.figure(village=1).hidden == "base"
    assert table.figure(village=2).hidden == "complement"
    of_valid = compute(write_facts([100, 100, 100]), counts).tables["road"]
    assert of_valid.suppression.hidden == {}


def test_what_a_content_hides_the_ballots_as_a_whole_hide_too() -> None:
    """Where nobody is against anything but the road, the ballots with something against are the road's."""
    counts = count_ballots(1, "online", 20, 0) | count_ballots(2, "online", 30, 3)
    counts[1, "online", "road", "satisfied"] = 2
    counts[1, "online", "road", "not_satisfied"] = 3
    counts[1, "online", "*", "any_not_satisfied"] = 3
    result = compute(write_facts([100, 100], rules=OF_ANSWERS), counts)
    assert result.tables["all"].suppression.hidden == {}
    assert result.tables["road"].figure(village=1).hidden == "base"
    assert result.tables[BALLOT].figure(ANY_NOT_SATISFIED, village=1).hidden
    assert result.tables[BALLOT].figure(ANY_NOT_SATISFIED).count == 6


def test_a_figure_that_would_tell_of_a_correction_is_hidden_as_a_difference() -> None:
    before = count_ballots(1, "paper", 30, 5) | count_ballots(2, "paper", 40, 0)
    after = before | count_ballots(1, "paper", 32, 5)
    facts = write_facts([100, 100])
    result = compute(facts, after, earlier=[before])
    assert result.tables["all"].figure().hidden == "difference"
    assert result.tables["all"].figure(village=2).count == 40
    assert compute(facts, after, earlier=[after]).tables["all"].figure().count == 72
    assert compute(facts, after, 1, earlier=[before]).tables["all"].figure(village=1).count == 32


def test_a_village_whose_paper_was_taken_back_is_still_in_the_tables() -> None:
    before = count_ballots(1, "paper", 30, 5) | count_ballots(2, "paper", 40, 0)
    result = compute(write_facts([100, 100]), count_ballots(2, "paper", 40, 0), earlier=[before])
    figure = result.tables["all"].figure(village=1)
    assert (figure.count, figure.base) == (0, 0)
    assert result.tables["all"].figure().count == 40


def test_the_lowest_contents_come_in_their_order_and_only_if_they_may_be_told() -> None:
    contents = [Question(code, "satisfaction2", Text.of({"vi": code}), options=LEVELS) for code in "abcd"]
    counts = {(1, "online", "*", "valid"): 20, (1, "online", "all", "satisfied"): 20}
    for code, satisfied in zip("abcd", (15, 19, 12, 15), strict=True):
        counts[1, "online", code, "satisfied"] = satisfied
    result = compute(write_facts([100], *contents, OVERALL), counts)
    assert [table.code for table in result.lowest_contents.named] == ["c", "a", "d"]
    few = {cell: count // 3 for cell, count in counts.items()}
    assert compute(write_facts([100], *contents, OVERALL), few).lowest_contents.named == ()


def test_a_content_without_an_answer_is_not_among_the_lowest() -> None:
    counts = count_ballots(1, "online", 20, 3)
    for option in ("satisfied", "not_satisfied"):
        counts[1, "online", "road", option] = 0
    result = compute(
        write_facts([100], ROAD, OVERALL, rules=OF_ANSWERS),
        counts | {(1, "online", "*", "any_not_satisfied"): 3},
    )
    assert result.lowest_contents.named == ()
