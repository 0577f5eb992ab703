from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from forms.problems import DataError
from survey.domain.plan import FOLDER, get_plan, load_plan

PLAN = get_plan()


def target(key):
    found = PLAN.find_target(key)
    assert found is not None
    return found


def test_the_eight_targets_stand_with_their_operator_and_share():
    assert [(one.key, one.operator, one.share, one.kind) for one in PLAN.targets] == [
        ("8.4", ">=", Fraction(1), "declared"),
        ("8.4-NC", ">", Fraction(1, 2), "mixed"),
        ("15.2-NC", ">=", Fraction(1, 2), "declared"),
        ("KTS-HTX-X", ">=", Fraction(7, 10), "declared"),
        ("KTS-HTX-H", ">=", Fraction(7, 10), "declared"),
        ("KTS-LK", ">=", Fraction(1, 2), "declared"),
        ("XHS-40", ">=", Fraction(2, 5), "mixed"),
        ("NTM-TM", ">=", Fraction(1), "declared"),
    ]
    assert PLAN.find_target("9.9") is None


def test_the_scoreboard_never_speaks_of_a_day_past_the_plan():
    assert PLAN.default_date(date(2026, 11, 23)) == date(2025, 12, 31)
    assert PLAN.default_date(date(2024, 5, 1)) == date(2024, 5, 1)


def test_what_counts_as_collected_is_said_in_both_languages():
    assert PLAN.collected_rule.sentence.languages == {"vi", "en"}


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({}, True),
        ({"kind": "drill"}, False),
        ({"kind": "pulse"}, False),
        ({"state": "closed"}, False),
        ({"online_ballots": 0}, False),
        ({"ended_on": date(2025, 7, 2)}, False),
        ({"ended_on": date(2020, 12, 31)}, False),
    ],
)
def test_a_round_counts_when_official_published_online_and_in_time(changes, accepted):
    facts = {"kind": "official", "state": "published", "online_ballots": 1, "ended_on": date(2025, 7, 1)}
    assert PLAN.accepts_round(**{**facts, **changes}, on=date(2025, 7, 1)) is accepted


def test_the_reference_period_is_data():
    def period(on, **rule):
        return replace(PLAN, collected_rule=replace(PLAN.collected_rule, **rule)).reference_period(on)

    assert period(date(2025, 5, 9), period="plan") == (date(2021, 1, 1), date(2025, 5, 9))
    assert period(date(2025, 5, 9), period="calendar_year") == (date(2025, 1, 1), date(2025, 5, 9))
    assert period(date(2025, 12, 31), period="months", months=12) == (date(2025, 1, 1), date(2025, 12, 31))
    assert period(date(2025, 3, 31), period="months", months=1) == (date(2025, 3, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("key", "value", "outcome"),
    [
        ("8.4", None, None),
        ("8.4", {}, None),
        ("8.4", {"meets": True}, True),
        ("8.4", {"meets": False}, False),
        ("KTS-HTX-X", {"cooperatives": 0}, False),
        ("KTS-HTX-X", {"cooperatives": 1}, True),
        ("XHS-40", {"services": ["health"]}, None),
        ("XHS-40", {"services": []}, False),
        ("XHS-40", {"services": ["health"], "link": "https://a.vn"}, True),
        ("NTM-TM", {"pilot_communes": 1}, True),
    ],
)
def test_a_declaration_is_judged_in_three_values(key, value, outcome):
    assert target(key).judge(value) is outcome


@pytest.mark.parametrize(
    ("key", "value", "places"),
    [
        ("8.4", {"meets": "có", "x": 1}, {"meets", "x"}),
        ("KTS-HTX-X", {"cooperatives": -1}, {"cooperatives"}),
        ("KTS-HTX-X", {"cooperatives": True}, {"cooperatives"}),
        ("XHS-40", {"services": ["health", "health"], "link": "javascript:1"}, {"services", "link"}),
        ("XHS-40", {"services": [["health"]]}, {"services"}),
        ("KTS-LK", {"models": 1, "digital_models": 2}, {"digital_models"}),
        ("KTS-LK", {"models": 2, "digital_models": 2}, set()),
        ("8.4", {}, set()),
    ],
)
def test_every_mistake_of_a_declaration_is_named_by_its_field(key, value, places):
    assert set(target(key).find_problems(value)) == places


def test_models_are_counted_only_when_both_numbers_are_there():
    assert target("KTS-LK").count_declared({"models": 3, "digital_models": 1}) == (1, 3)
    assert target("KTS-LK").count_declared({"models": 3}) is None


def test_a_plan_with_mistakes_reports_all_of_them_with_their_place(tmp_path):
    text = (FOLDER / "132-kh-ubnd.toml").read_text(encoding="utf-8")
    for right, wrong in (
        ("issued_on = 2024-03-25", 'issued_on = "25/3/2024"'),
        ('period = "plan"', 'period = "months"'),
        ('operator = ">"\n', 'operator = "="\n'),
        ('key = "15.2-NC"', 'key = "8.4-NC"'),
        ('role = "numerator"', 'role = "note"'),
        ('kinds = ["official"]', 'kinds = ["drill"]'),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_plan(path)
    assert sorted(problem.place for problem in caught.value.problems) == [
        "[targets 8.4-NC] key",
        "[targets 8.4-NC] operator",
        "[targets KTS-LK] fields",
        "collected_rule.kinds",
        "collected_rule.months",
        "issued_on",
    ]
