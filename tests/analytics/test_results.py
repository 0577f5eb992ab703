"""Planted ballots come out as exactly the planted figures, and small bases do not come out."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from analytics.disclosure import find_disclosures
from analytics.indicators import Share, Verdict
from analytics.results import build_result
from survey.frames import BALLOT, ResultNotReady, RoundState
from tests.analytics.season import (
    AGAINST,
    BALLOTS,
    CONTENTS,
    HOUSEHOLDS,
    PLOT,
    answer_all,
    close,
    drop_ballot,
    hold_round,
    plant,
)
from tests.survey.open_rounds import open_round


def test_planted_figures_come_out_exactly(database) -> None:
    opened = hold_round(database)
    with database.read() as session:
        result = build_result(session, opened.round_id, 10)
    official = result.official
    assert official is not None
    assert result.pulse is None
    assert official.coverage == Share(BALLOTS, HOUSEHOLDS)
    assert official.overall == Share(BALLOTS - AGAINST, BALLOTS)
    assert official.contents["q02"] == Share(BALLOTS - AGAINST, BALLOTS)
    assert official.contents["q01"] == Share(BALLOTS, BALLOTS)
    assert official.any_not_satisfied == Share(AGAINST, BALLOTS)
    assert official.lowest == ("q02",)
    assert official.verdict is Verdict.NOT_MET
    assert result.silent == [result.facts.villages[3].name]
    assert result.facts.villages[3].unit_id == opened.village_ids[3]
    assert result.facts.state is RoundState.CLOSED


def test_small_bases_are_hidden_with_their_complements_and_nothing_can_be_derived(database) -> None:
    opened = hold_round(database)
    with database.read() as session:
        result = build_result(session, opened.round_id, 10)
    table = result.tables["q02"]
    assert table.figure(village=opened.village_ids[2]).hidden == "base"
    assert table.figure(village=opened.village_ids[1], channel="assisted").hidden == "base"
    assert table.figure(village=opened.village_ids[0], channel="assisted").count is None
    assert table.figure().count == BALLOTS - AGAINST
    for one in result.tables.values():
        assert not find_disclosures(one.bases, one.suppression, 10)


def test_a_small_count_in_a_large_base_is_not_hidden(database) -> None:
    opened = hold_round(database, plot={(0, "online"): (40, 2), (1, "online"): (40, 0)})
    with database.read() as session:
        result = build_result(session, opened.round_id, 10)
    figure = result.tables["q02"].figure("not_satisfied", village=opened.village_ids[0])
    assert (figure.count, figure.base, figure.hidden) == (2, 40, None)


@pytest.mark.parametrize("kind", ["official", "drill"])
def test_answers_of_an_open_round_cannot_be_read(database, kind) -> None:
    opened = open_round(database, kind=kind, villages=4, households=45)
    plant(database, opened)
    with database.read() as session, pytest.raises(ResultNotReady):
        build_result(session, opened.round_id, 10)


def test_an_open_pulse_round_tells_only_what_has_been_mixed(database) -> None:
    opened = open_round(database, kind="pulse", villages=1)
    for _ in range(9):
        drop_ballot(database, opened.round_id, opened.village_ids[0], "online", {"p1": "5"})
    with database.read() as session:
        result = build_result(session, opened.round_id, 10)
    assert result.official is None
    assert result.pulse is not None
    assert result.pulse.ballots == 0
    assert result.is_provisional


def test_the_index_of_a_pulse_is_levels_four_and_five(database) -> None:
    opened = open_round(database, kind="pulse", villages=1)
    with database.read() as session:
        codes = [table.code for table in build_result(session, opened.round_id, 10).contents]
    for level in "1234" * 4 + "5555":
        drop_ballot(database, opened.round_id, opened.village_ids[0], "online", {codes[0]: level})
    close(database, opened)
    with database.read() as session:
        result = build_result(session, opened.round_id, 10)
    assert result.pulse is not None
    assert result.pulse.questions[codes[0]] == Share(8, 20)
    figure = result.tables[codes[0]].figure()
    assert (figure.count, figure.base) == (8, 20)


def test_blanks_stay_in_the_base_of_valid_ballots(database) -> None:
    opened = open_round(database, villages=4, households=45)
    for number in range(12):
        answers = answer_all() if number else {CONTENTS[0]: "satisfied"}
        drop_ballot(database, opened.round_id, opened.village_ids[0], "online", answers)
    close(database, opened)
    with database.read() as session:
        result = build_result(session, opened.round_id, 10)
    assert result.official is not None
    assert result.official.overall == Share(11, 12)
    assert result.tables["q19"].figure("no_answer").count == 1


def test_a_result_asks_as_many_questions_of_the_database_for_ten_ballots_as_for_a_thousand(database) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    small = hold_round(database, plot={(0, "online"): (10, 1)})
    with database.read() as session:
        asked.clear()
        build_result(session, small.round_id, 10)
    statements = " ".join(asked)
    assert " response" not in statements
    assert len(asked) < 15


def test_village_figures_add_up_to_the_total_where_nothing_is_hidden(database) -> None:
    opened = hold_round(database)
    with database.read() as session:
        result = build_result(session, opened.round_id, 1)
    for table in result.tables.values():
        for option, _label in table.options:
            parts = [table.figure(option, village=village).count or 0 for village in opened.village_ids]
            by_channel = [table.figure(option, channel=channel).count or 0 for channel in result.channels]
            assert sum(parts) == sum(by_channel) == table.figure(option).count
    assert sum(result.returned.values()) == sum(count for count, _ in PLOT.values())
    assert result.tables[BALLOT].figure("any_not_satisfied").count == AGAINST
