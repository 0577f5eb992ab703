"""Each flag: where it begins, what keeps it silent, and that it tells no figure of answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from survey.domain.flag_evidence import Ballots, DayEvidence, Evidence, VillageEvidence, count_contrasts
from survey.domain.flag_words import EXPLANATIONS
from survey.domain.flags import FlagKind, find_flags
from survey.services.flags import read_thresholds

SET = read_thresholds()
K = 10
QUIET = VillageEvidence("Thôn Đông", 100, 60, {"online": Ballots(60, 12)})
CALM = Evidence(
    counts_households=True,
    tells_answers=True,
    starts_on=date(2026, 11, 1),
    ends_on=date(2026, 11, 20),
    villages=[QUIET],
    days=[DayEvidence(date(2026, 11, day), 12) for day in (1, 2, 3, 4, 5)],
    marked=0,
    late=0,
)


def kinds(evidence: Evidence, k: int = K) -> list[FlagKind]:
    return [flag.kind for flag in find_flags(evidence, SET, k)]


def village(**changes: object) -> Evidence:
    return replace(CALM, villages=[replace(QUIET, **changes)])  # type: ignore[arg-type]


def test_a_calm_round_shows_nothing() -> None:
    assert find_flags(CALM, SET, K) == []


def test_every_kind_is_explained_and_the_thresholds_are_a_draft() -> None:
    assert set(EXPLANATIONS) == set(FlagKind)
    assert SET.is_draft
    assert SET.source


@pytest.mark.parametrize(
    ("row", "contrasts"),
    [
        (["satisfied"] * 19, 0),
        (["not_satisfied"] * 19, 0),
        (["satisfied"] * 17 + ["not_satisfied"] * 2, 2),
        (["satisfied"] * 3 + ["not_satisfied"] * 16, 3),
        (["5", "5", "4", "4", "3"], 3),
        (["1", "2"], 1),
        ([], 0),
    ],
)
def test_contrasts_are_the_answers_that_differ_from_the_commonest(row, contrasts) -> None:
    assert count_contrasts(row) == contrasts


@pytest.mark.parametrize(
    ("repeated", "ballots", "k", "flagged"),
    [
        ({3: 9}, 60, 10, False),
        ({3: 10}, 60, 10, True),
        ({3: 10}, 200, 10, True),
        ({3: 10}, 201, 10, False),
        ({3: 14}, 60, 15, False),
        ({3: 15}, 60, 15, True),
        ({0: 40, 2: 20}, 60, 10, False),  # how honest rows look
        ({0: 40, 3: 9, 5: 11}, 60, 10, True),
    ],
)
def test_equal_unusual_rows(repeated, ballots, k, flagged) -> None:
    seen = village(repeated=repeated, mixed={"online": Ballots(ballots, 20)})
    assert kinds(seen, k) == [FlagKind.IDENTICAL_ROWS] * flagged


def test_a_village_where_every_household_took_part() -> None:
    assert kinds(village(households=60)) == [FlagKind.FULL_PARTICIPATION]
    assert kinds(village(households=61)) == []
    small = {"households": 19, "received": 19, "mixed": {"online": Ballots(19, 3)}}
    assert kinds(village(**small)) == []


def test_more_ballots_than_households() -> None:
    assert kinds(village(households=59)) == [FlagKind.MORE_THAN_HOUSEHOLDS]
    assert kinds(replace(village(households=59), counts_households=False)) == []


@pytest.mark.parametrize(
    ("ballots", "against", "k", "flagged"),
    [(30, 0, 10, True), (29, 0, 10, False), (30, 1, 10, False), (30, 0, 31, False)],
)
def test_a_village_where_every_ballot_is_satisfied_with_all(ballots, against, k, flagged) -> None:
    seen = village(mixed={"online": Ballots(ballots, against)})
    assert kinds(seen, k) == [FlagKind.FULL_SATISFACTION] * flagged


@pytest.mark.parametrize(
    ("online", "paper", "k", "flagged"),
    [
        (Ballots(100, 50), Ballots(100, 20), 10, True),
        (Ballots(100, 39), Ballots(100, 20), 10, False),  # under the gap
        (Ballots(30, 14), Ballots(30, 8), 10, False),  # the gap, but chance may do it
        (Ballots(29, 29), Ballots(100, 0), 10, False),  # too few online
        (Ballots(40, 40), Ballots(40, 2), 41, False),  # under k
        (Ballots(40, 2), Ballots(40, 40), 10, True),  # whichever side
        (Ballots(100, 50), Ballots(100, 20, unsure=30), 10, False),  # sheets of totals may say the same
        (Ballots(100, 50), Ballots(100, 20, unsure=5), 10, True),
        (Ballots(100, 10), Ballots(100, 50, unsure=9), 10, True),
    ],
)
def test_online_and_paper_far_apart(online, paper, k, flagged) -> None:
    seen = village(received=90, mixed={"online": online, "paper": paper})
    flags = [flag for flag in find_flags(seen, SET, k) if flag.kind is FlagKind.CHANNELS_APART]
    assert [flag.village for flag in flags] == ["Thôn Đông", None] * flagged


def test_villages_under_the_base_are_compared_only_together() -> None:
    mixed = {"online": Ballots(20, 18), "paper": Ballots(20, 2)}
    villages = [replace(QUIET, name=name, mixed=mixed) for name in ("A", "B")]
    flags = find_flags(replace(CALM, villages=villages), SET, K)
    assert [(flag.kind, flag.village) for flag in flags] == [(FlagKind.CHANNELS_APART, None)]


def test_a_flag_from_answers_tells_no_figure_of_them() -> None:
    first = village(repeated={3: 23}, mixed={"online": Ballots(61, 47), "paper": Ballots(53, 3)})
    other = village(repeated={3: 37}, mixed={"online": Ballots(60, 46), "paper": Ballots(54, 5)})
    assert find_flags(first, SET, K) == find_flags(other, SET, K) != []


def test_what_an_open_rounds_ballots_say_is_not_looked_at() -> None:
    telling = village(repeated={3: 40}, mixed={"online": Ballots(60, 50), "paper": Ballots(60, 0)})
    assert kinds(telling)
    assert kinds(replace(telling, tells_answers=False)) == []


def test_a_pulse_is_asked_nothing_about_households_or_satisfaction() -> None:
    seen = village(households=10, repeated={3: 20}, mixed={"online": Ballots(60, 0)})
    assert kinds(replace(seen, counts_households=False)) == [FlagKind.IDENTICAL_ROWS]


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 11, 21)])
def test_a_day_outside_the_round(day) -> None:
    assert kinds(replace(CALM, days=[*CALM.days, DayEvidence(day, 1)])) == [FlagKind.DAY_OUTSIDE]


def test_a_pulse_without_a_last_day_has_no_day_after_it() -> None:
    late = replace(CALM, ends_on=None, days=[*CALM.days, DayEvidence(date(2027, 5, 1), 1)])
    assert kinds(late) == []


def test_a_day_with_more_ballots_than_households() -> None:
    assert kinds(replace(CALM, days=[DayEvidence(date(2026, 11, 2), 100)])) == []
    assert kinds(replace(CALM, days=[DayEvidence(date(2026, 11, 2), 101)])) == [FlagKind.DAY_ABOVE_HOUSEHOLDS]


@pytest.mark.parametrize(
    ("others", "jump", "on_paper", "flagged"),
    [
        ((10, 10, 10), 80, 0, True),
        ((10, 10, 10), 79, 0, False),
        ((10, 10), 80, 0, False),  # too few days to compare with
        ((2, 2, 2), 49, 0, False),  # too few ballots
        ((10, 10, 10), 90, 20, False),  # paper is entered in one go
    ],
)
def test_a_days_jump(others, jump, on_paper, flagged) -> None:
    days = [DayEvidence(date(2026, 11, number), count) for number, count in enumerate(others, start=1)]
    days.append(DayEvidence(date(2026, 11, 9), jump, on_paper))
    assert kinds(replace(CALM, days=days)) == [FlagKind.DAY_JUMP] * flagged


def test_marks_and_late_arrivals() -> None:
    assert kinds(replace(CALM, marked=2, late=9)) == []
    assert kinds(replace(CALM, marked=3, late=10)) == [FlagKind.MARKED, FlagKind.LATE]
    many = replace(village(households=2_000, received=1_000), late=19)
    assert kinds(many) == []
    assert kinds(replace(many, late=20)) == [FlagKind.LATE]
