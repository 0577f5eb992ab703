"""The data door: what may be read, when, and in which order."""

from __future__ import annotations

from datetime import date

import pytest

from survey.frames import (
    NotFound,
    ResultNotReady,
    list_published,
    list_result_rounds,
    round_facts,
    tally_frame,
    tell_reasons,
    units_at,
)
from survey.services.register import load_units
from survey.store.ballots import Box
from survey.store.units import Unit, UnitSuccession
from tests.analytics.season import drop_ballot, hold_round, plant, write_reason
from tests.survey.open_rounds import open_round


@pytest.mark.parametrize("kind", ["official", "drill"])
def test_counts_and_reasons_of_an_open_round_stay_shut(database, kind) -> None:
    opened = open_round(database, kind=kind, villages=3)
    plant(database, opened)
    write_reason(database, opened.round_id, q02="x")
    with database.read() as session:
        for read in (tally_frame, tell_reasons):
            with pytest.raises(ResultNotReady):
                read(session, opened.round_id)
        assert not round_facts(session, opened.round_id).is_readable
        assert list_result_rounds(session, [opened.commune_id]) == []


def test_a_closed_round_with_ballots_still_in_a_box_is_not_ready(database) -> None:
    opened = hold_round(database)
    drop_ballot(database, opened.round_id, opened.village_ids[0], "online", {"q01": "satisfied"})
    with database.read() as session:
        assert session.query(Box).count() == 1
        with pytest.raises(ResultNotReady):
            tally_frame(session, opened.round_id)


def test_the_frame_has_its_columns_also_without_a_ballot(database) -> None:
    opened = hold_round(database, plot={})
    with database.read() as session:
        frame = tally_frame(session, opened.round_id)
    assert list(frame.columns) == [
        "unit_id", "village_code", "village", "channel", "question", "option", "count",
    ]  # fmt: skip
    assert frame.empty


def test_an_unknown_round_is_not_found(database) -> None:
    with database.read() as session, pytest.raises(NotFound):
        tally_frame(session, 4711)


def test_the_public_lists_published_rounds_and_never_a_drill(database) -> None:
    hold_round(database, kind="drill")
    with database.read() as session:
        assert list_published(session).lines == ()


def test_a_unit_that_went_on_alone_keeps_its_past_and_a_merged_one_does_not(database) -> None:
    with database.write() as session:
        load_units(session)
    with database.read() as session:
        half = units_at(session, date(2025, 6, 30))
        after = units_at(session, date(2025, 12, 31))
        assert len([unit for unit in after if unit.level == "commune"]) == 40
        assert not [unit for unit in after if unit.level == "district"]
        survivor = next(unit for unit in half if unit.same_as)
        assert session.get_one(Unit, survivor.same_as[0]).valid_to == date(2024, 12, 31)
        for unit in after:
            origins = session.query(UnitSuccession).filter_by(successor_id=unit.unit_id).count()
            assert not (unit.same_as and origins > 1)
