"""Several people at one sheet at the same moment, and keying that meets the close."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from survey.domain.errors import Conflict, DomainError
from survey.services.paper_keying import Keyed
from survey.services.paper_sheets import SheetState, list_sheets
from survey.services.progress import village_progress
from survey.services.rounds import get_round
from survey.store.engine import Database
from survey.store.rounds import Round
from tests.survey.services.paper_keyers import GOOD, OTHER, Keyer, read_log


def race(*acts: Callable[[], object]) -> list[object]:
    """What each returned or raised, all begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except DomainError as problem:
            return problem

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_of_two_sessions_that_save_one_sheet_one_is_told(keyers: list[Keyer]) -> None:
    first = keyers[0]
    first.save({"issued": "0"})
    told = race(
        *(lambda number=number: first.save({"issued": str(number)}, seen=1) for number in range(1, 7))
    )
    saved = [number for number, one in enumerate(told, start=1) if isinstance(one, Keyed)]
    assert len(saved) == 1
    assert all(isinstance(one, Conflict) for one in told if not isinstance(one, Keyed))
    keying = first.found.keying_of(first.staff_id)
    assert keying is not None
    assert (json.loads(keying.typed), keying.revision) == ({"issued": str(saved[0])}, 2)


def test_of_two_who_begin_at_once_one_does(keyers: list[Keyer]) -> None:
    told = race(*(lambda keyer=keyer: keyer.save({"issued": "1"}, seen=0) for keyer in keyers))
    assert sum(isinstance(one, Keyed) for one in told) == 1
    sheet = keyers[0].found.sheet
    assert sheet is not None
    assert len(sheet.keyings) == 1


def test_of_two_who_take_the_second_place_at_once_one_does(keyers: list[Keyer]) -> None:
    first, second, third = keyers
    first.finish(GOOD)
    told = race(*(lambda keyer=keyer: keyer.save(OTHER, seen=0, finish=True) for keyer in (second, third)))
    assert sum(isinstance(one, Keyed) for one in told) == 1
    [refused] = [one for one in told if not isinstance(one, Keyed)]
    assert "đã có hai người" in str(refused)
    assert first.found.state is SheetState.DIFFERS


def test_two_who_finish_at_once_confirm_it(database: Database, keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.finish(GOOD)
    second.save(OTHER)
    first.save(OTHER)
    race(lambda: first.finish(GOOD), lambda: second.finish(GOOD))
    assert first.found.state is SheetState.CONFIRMED
    assert len(read_log(database, "paper.confirm")) == 1


def test_keying_that_meets_the_close_is_counted_or_refused(database: Database, keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.finish(GOOD)
    keyed, _closed = race(lambda: second.finish(GOOD), lambda: first.close_round())
    found = first.found
    with database.read() as session:
        line = village_progress(session, first.round_id)[0]
        assert all(one.sheet is None or one.sheet.state != "open" for one in list_sheets_of(session, first))
    if isinstance(keyed, Keyed):
        assert (found.state, line.by_channel) == (SheetState.CONFIRMED, {"paper": 4})
    else:
        assert (found.state, line.by_channel) == (SheetState.ABANDONED, {})


def list_sheets_of(session, keyer: Keyer):
    return list_sheets(session, get_round(session, keyer.round_id))


def test_the_close_waits_for_a_sheet_that_is_being_saved(database: Database, keyers: list[Keyer]) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    first, second, _third = keyers
    first.finish(GOOD)
    with database.write() as session, ThreadPoolExecutor(1) as threads:
        round_ = get_round(session, first.round_id)
        session.refresh(round_, with_for_update={"key_share": True, "of": Round})
        closing = threads.submit(first.close_round)
        with pytest.raises(TimeoutError):
            closing.result(timeout=0.5)
        session.commit()
        closing.result(timeout=20)
    assert second.found.state is SheetState.ABANDONED
