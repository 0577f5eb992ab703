"""A closed round without a database: its facts and its counts, written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd

from analytics.results import RoundResult, Told, compute_round
from forms.questionnaire import Option, Question, Questionnaire, Section
from forms.wording import NO_TEXT, Text
from survey.domain.rule_sets import RuleSet, list_rule_sets
from survey.frames import RoundFacts, RoundState, VillageFacts

Tallied = Mapping[tuple[int, str, str, str], int]
"""Counts by village, channel, question and option."""

RULES = replace(list_rule_sets(date(2026, 11, 1), "xa")[0], coverage_share=None, content_threshold=None)
LEVELS = (Option("satisfied", Text.of({"vi": "Hài lòng"})), Option("not_satisfied", Text.of({"vi": "Chưa"})))
COLOURS = (Option("red", Text.of({"vi": "Đỏ"})), Option("blue", Text.of({"vi": "Xanh"})))
ROAD = Question("road", "satisfaction2", Text.of({"vi": "Đường"}), options=LEVELS)
OVERALL = Question("all", "satisfaction2", Text.of({"vi": "Chung"}), options=LEVELS, overall=True)
COLOUR = Question("colour", "single", Text.of({"vi": "Màu"}), options=COLOURS)


def write_questionnaire(*questions: Question) -> Questionnaire:
    text = Text.of({"vi": "Mẫu"})
    sections = (Section("a", NO_TEXT, questions),)
    return Questionnaire("q", "1", "satisfaction", "xa", "draft", text, text, text, text, sections)


def write_facts(
    households: Sequence[int], *questions: Question, rules: RuleSet | None = RULES, number: int = 1
) -> RoundFacts:
    """A closed round of villages 1, 2, … in one commune."""
    villages = tuple(
        VillageFacts(place, f"19867.{place:02d}", f"Thôn {place}", count, "19867", "Xã Quảng Điền", None)
        for place, count in enumerate(households, start=1)
    )
    return RoundFacts(
        id=1,
        tag="ABC",
        kind="official",
        state=RoundState.CLOSED,
        title="Lấy ý kiến",
        unit_id=99,
        unit_code="19867",
        unit="Xã Quảng Điền",
        unit_level="commune",
        starts_on=date(2026, 11, 1),
        last_on=date(2026, 11, 20),
        opened_at=datetime(2026, 11, 1, tzinfo=UTC),
        closed_at=datetime(2026, 11, 21, tzinfo=UTC),
        closed_despite=None,
        published_at=None,
        superseded_because=None,
        successor_id=None,
        authorisation=None,
        questionnaire=write_questionnaire(*(questions or (ROAD, OVERALL))),
        rules=rules,
        contact="Ban công tác Mặt trận thôn",
        villages=villages,
        sha256="0" * 64,
        draft_parts=(),
        record=None,
        sheets={},
        uncounted={},
        open_points=(),
    )


def frame_of(tallied: Tallied) -> pd.DataFrame:
    rows = [(*cell, count) for cell, count in tallied.items() if count]
    return pd.DataFrame(rows, columns=["unit_id", "channel", "question", "option", "count"])


def compute(
    facts: RoundFacts, tallied: Tallied, k: int = 10, *, earlier: Sequence[Tallied] = ()
) -> RoundResult:
    told = [Told(number, "", frame_of(one)) for number, one in enumerate(earlier, start=1)]
    return compute_round(facts, frame_of(tallied), k, earlier=told)


def count_ballots(
    village: int, channel: str, satisfied: int, against: int = 0, *, invalid: int = 0, blank: int = 0
) -> dict[tuple[int, str, str, str], int]:
    """A cell whose ballots say the same of the road and overall; `blank` ones say nothing of either."""
    rated = {
        (village, channel, code, option): count
        for code in ("road", "all")
        for option, count in (("satisfied", satisfied), ("not_satisfied", against))
    }
    return rated | {
        (village, channel, "*", "valid"): satisfied + against + blank,
        (village, channel, "*", "invalid"): invalid,
        (village, channel, "*", "any_not_satisfied"): against,
    }
