from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from forms.loader import shipped_questionnaires
from survey.demo.season import (
    LEAST_HOUSEHOLDS,
    MAIN,
    MOST_HOUSEHOLDS,
    PLANTINGS,
    PULSE_RATES,
    UNUSED_SLIPS,
    count_dissatisfied,
    draw_ballots,
    plan_season,
)
from survey.demo.words import REASONS
from survey.domain.clock import ZONE
from survey.domain.flag_evidence import DayEvidence, Evidence, VillageEvidence
from survey.domain.flags import FlagKind, find_flags
from survey.services.flags import read_thresholds

TODAY = date(2026, 11, 23)
FIRST = datetime(2025, 10, 6, 8, tzinfo=ZONE)
LAST = FIRST + timedelta(days=10)


def test_a_rate_leaves_the_rest_dissatisfied_rounded_half_up():
    assert [count_dissatisfied(263, rate) for rate in (100, 94, 0)] == [0, 16, 263]
    assert count_dissatisfied(50, 95) == 3


@pytest.mark.parametrize("households", [1, LEAST_HOUSEHOLDS, 1_000, 12_345, MOST_HOUSEHOLDS])
def test_the_households_are_shared_out_whole_and_the_open_round_keeps_slips_to_try(households):
    season = plan_season(households, 1, TODAY)
    wanted = max(households, LEAST_HOUSEHOLDS)
    for planting in PLANTINGS:
        sizes = [village.households for village in season.villages[planting.code]]
        assert sum(sizes) == wanted * planting.share // 100
        assert 4 <= len(sizes) <= 400
        assert max(sizes) < 5_000
    opened = season.rounds[-1]
    village = season.villages[opened.commune][0]
    assert opened.count_slips(village) - opened.count_ballots(village) >= UNUSED_SLIPS
    for one in season.rounds:
        for village in season.villages[one.commune]:
            assert one.kind == "pulse" or one.count_ballots(village) <= one.count_slips(village)
            assert one.count_slips(village) <= village.households


def test_every_content_is_planted_exactly_whatever_the_seed():
    for seed in (1, 2):
        season = plan_season(700, seed, TODAY)
        for planted in season.rounds:
            ballots = draw_ballots(season, planted, FIRST, LAST)
            for question, rate in planted.rates.items():
                said = Counter(ballot.fields[question] for ballot in ballots)
                low = said["not_satisfied"] + said["1"] + said["2"] + said["3"]
                assert low == count_dissatisfied(len(ballots), rate)
                assert sum(said.values()) == len(ballots)


def test_the_same_seed_gives_the_same_ballots_and_another_gives_others():
    def draw(seed: int) -> list[object]:
        season = plan_season(400, seed, TODAY)
        return [
            (ballot.village, ballot.at, ballot.fields)
            for ballot in draw_ballots(season, season.rounds[0], FIRST, LAST)
        ]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_one_round_has_a_day_that_is_flagged() -> None:
    """Else whoever tries the demonstration finds an empty page where flags are shown."""
    season = plan_season(1_000, 1, TODAY)
    [rushed] = [planted for planted in season.rounds if planted.rush]
    first = datetime.combine(rushed.starts_on, time(8), ZONE)
    ballots = draw_ballots(season, rushed, first, first + timedelta(days=18))
    days = Counter(ballot.at.date() for ballot in ballots)
    evidence = Evidence(
        counts_households=True,
        tells_answers=False,
        starts_on=rushed.starts_on,
        ends_on=rushed.last_on,
        villages=[VillageEvidence("Cả xã", 240, len(ballots), {})],
        days=[DayEvidence(day, count) for day, count in days.items()],
        marked=0,
        late=0,
    )
    assert [flag.kind for flag in find_flags(evidence, read_thresholds(), 10)] == [FlagKind.DAY_JUMP]


def test_ballots_come_in_order_between_the_two_instants():
    season = plan_season(400, 1, TODAY)
    instants = [ballot.at for ballot in draw_ballots(season, season.rounds[0], FIRST, LAST)]
    assert instants == sorted(instants)
    assert FIRST <= instants[0] <= instants[-1] <= LAST


def test_the_rates_fit_the_questionnaires():
    rated = {key: questionnaire.rated_codes for key, questionnaire in shipped_questionnaires().items()}
    season = plan_season(400, 1, TODAY)
    for planted in season.rounds:
        assert set(planted.rates) == set(rated[planted.questionnaire])
    assert len(PULSE_RATES) == 8
    assert set(REASONS) < set(rated["xa-ntm"])


def test_the_season_shows_every_verdict():
    overall = {planting.code: planting.rates[-1] for planting in PLANTINGS}
    coverage = {planting.code: planting.coverage for planting in PLANTINGS}
    met = [code for code in overall if overall[code] >= 90 and coverage[code] >= 70]
    assert MAIN in met
    assert [code for code in overall if overall[code] < 90 and coverage[code] >= 70]
    assert [code for code in overall if coverage[code] < 70]


@pytest.mark.parametrize("today", [date(2025, 12, 1), TODAY, date(2027, 1, 2), date(2028, 2, 29)])
def test_finished_rounds_lie_behind_and_the_open_one_is_open(today):
    season = plan_season(400, 1, today)
    for planted in season.rounds:
        assert planted.starts_on < today
        if planted.publishes_on:
            assert planted.last_on is not None
            assert planted.closes_on is not None
            assert planted.last_on < planted.closes_on < planted.publishes_on < today
            assert planted.starts_on >= date(2025, 7, 1)
    opened = season.rounds[-1]
    assert opened.closes_on is None
    assert opened.last_on is not None
    assert opened.last_on > today
