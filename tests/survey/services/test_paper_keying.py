"""Two people key a village's paper: blind, once each, confirmed where they agree, and never overwritten."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from survey.domain.clock import now
from survey.domain.errors import Conflict, DomainError
from survey.services.paper_keying import Keyed
from survey.services.paper_sheets import SheetState
from survey.services.progress import village_progress
from survey.store.engine import Database
from survey.store.paper import PaperKeying, PaperSheet
from tests.survey.open_rounds import open_round
from tests.survey.paper import SATISFIED, against
from tests.survey.services.paper_keyers import GOOD, OTHER, Keyer, add_keyers, read_log, tick_off


def test_two_people_who_agree_confirm_a_sheet(database: Database, keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    assert first.finish(GOOD) == Keyed(1, state=SheetState.TO_CONFIRM)
    assert second.finish(GOOD) == Keyed(1, state=SheetState.CONFIRMED)
    counts = first.found.counts
    assert counts is not None
    assert (counts.valid, counts.counted, counts.set_aside, counts.any_not_satisfied) == (3, 4, 1, 1)
    [(by, detail)] = read_log(database, "paper.confirm")
    assert (by, detail["entered_by"], detail["version"]) == (second.staff_id, "lan", 1)
    assert detail["counts"] == json.loads(counts.to_json())


def test_a_confirmed_sheet_counts_at_once_as_progress(database: Database, keyers: list[Keyer]) -> None:
    for keyer in keyers[:2]:
        keyer.finish(GOOD)
    with database.read() as session:
        first, second = village_progress(session, keyers[0].round_id)
    assert (first.by_channel, second.by_channel) == ({"paper": 4}, {})


def test_what_differs_is_named_and_either_may_correct(database: Database, keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.finish(GOOD)
    keyed = second.finish(OTHER)
    assert keyed.state is SheetState.DIFFERS
    assert keyed.differences == ("q03_satisfied", "q03_not_satisfied", "any_not_satisfied")
    assert first.found.counts is None
    assert read_log(database, "paper.differ") == [(second.staff_id, {"fields": 3, "version": 1})]
    assert first.finish(OTHER).state is SheetState.CONFIRMED


def test_a_correction_that_does_not_close_is_kept_and_not_compared(keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.finish(GOOD)
    second.finish(OTHER)
    keyed = first.finish(OTHER | {"returned": "9"})
    assert [problem.field for problem in keyed.problems] == ["returned", "issued"]
    assert keyed.differences == ()
    assert first.found.state is SheetState.TO_CONFIRM
    assert first.finish(OTHER).state is SheetState.CONFIRMED


def test_nonsense_is_kept_and_cannot_be_finished(keyers: list[Keyer]) -> None:
    first = keyers[0]
    keyed = first.finish({"issued": "mười", "q01_satisfied": "3?", "rumour": "1", "valid": " "})
    assert [one.field for one in keyed.problems] == [
        "issued", "returned", "set_aside", "valid", "q01_satisfied"
    ]  # fmt: skip
    keying = first.found.keying_of(first.staff_id)
    assert keying is not None
    assert json.loads(keying.typed) == {"issued": "mười", "q01_satisfied": "3?"}
    assert keying.finished_at is None


@pytest.mark.parametrize("field", ["issued", "returned", "valid", "q07_satisfied", "any_not_satisfied"])
def test_a_sheet_that_does_not_close_is_not_finished(keyers: list[Keyer], field: str) -> None:
    first, second, _third = keyers
    typed = GOOD | {field: "0" if field == "issued" else "40"}
    assert first.finish(typed).problems
    assert first.found.state is SheetState.KEYING
    with pytest.raises(Conflict, match="Bà Lan đang nhập"):
        second.save(GOOD)


def test_ballots_keyed_one_by_one_agree_with_the_totals_of_the_paper(
    database: Database, keyers: list[Keyer]
) -> None:
    first, second, _third = keyers
    head = {"issued": "7", "returned": "5", "set_aside": "1"}
    ballots = [SATISFIED, SATISFIED, "x:blank", against(2)]
    first.save(head, ballots[:1])
    assert first.finish(head, ballots).state is SheetState.TO_CONFIRM
    typed = dict(GOOD)
    del typed["any_not_satisfied"]
    assert second.finish(typed).state is SheetState.CONFIRMED, "who keys totals need not count it"
    with database.read() as session:
        keyings = session.scalars(select(PaperKeying)).all()
    assert [one.ballots for one in keyings] == [None, None], "ballots are forgotten"
    assert first.found.counts == second.found.counts
    assert first.found.counts is not None
    assert first.found.counts.any_not_satisfied == 1


def test_what_is_no_ballot_is_refused(keyers: list[Keyer]) -> None:
    with pytest.raises(DomainError, match="đủ 19"):
        keyers[0].save({}, [SATISFIED, "1"])
    assert keyers[0].found.sheet is None, "nothing was written"


def test_what_ballots_fill_cannot_be_typed_over(keyers: list[Keyer]) -> None:
    first = keyers[0]
    first.save({"issued": "3", "valid": "9", "q01_satisfied": "9"}, [SATISFIED])
    keying = first.found.keying_of(first.staff_id)
    assert keying is not None
    typed = json.loads(keying.typed)
    assert (typed["issued"], typed["valid"], typed["q01_satisfied"]) == ("3", "1", "1")


def test_an_older_page_is_refused_and_changes_nothing(keyers: list[Keyer]) -> None:
    first = keyers[0]
    first.save({"issued": "1"})
    first.save({"issued": "2"}, seen=1)
    with pytest.raises(Conflict, match="cửa sổ hay máy khác"):
        first.save({"issued": "3"}, seen=1)
    with pytest.raises(Conflict, match="cửa sổ hay máy khác"):
        first.save({"issued": "3"}, seen=0)
    keying = first.found.keying_of(first.staff_id)
    assert keying is not None
    assert (json.loads(keying.typed), keying.revision) == ({"issued": "2"}, 2)


def test_the_same_sent_again_is_the_same(keyers: list[Keyer]) -> None:
    """The answer to it may have got lost on its way."""
    first, second, _third = keyers
    for _ in range(2):
        assert first.save({"issued": "1"}, seen=0).revision == 1
    for _ in range(2):
        assert first.save(GOOD, seen=1, finish=True) == Keyed(2, state=SheetState.TO_CONFIRM)
    assert first.save(GOOD, seen=2).state is SheetState.TO_CONFIRM, "to save what is finished leaves it so"
    assert second.finish(GOOD).state is SheetState.CONFIRMED


def test_whoever_changes_what_was_finished_has_to_finish_again(keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.finish(GOOD)
    assert first.save(OTHER).state is SheetState.KEYING
    with pytest.raises(Conflict, match="chưa xong"):
        second.save(GOOD)


def test_nobody_else_is_let_in(keyers: list[Keyer]) -> None:
    first, second, third = keyers
    first.save({})
    with pytest.raises(Conflict, match="Bà Lan đang nhập"):
        second.save(GOOD)
    first.finish(GOOD)
    second.save({})
    with pytest.raises(Conflict, match="đã có hai người"):
        third.save(GOOD)


def test_one_person_never_confirms_alone(database: Database, keyers: list[Keyer]) -> None:
    first = keyers[0]
    for _ in range(3):
        assert first.finish(GOOD).state is SheetState.TO_CONFIRM
    with database.read() as session:
        assert len(session.scalars(select(PaperKeying)).all()) == 1


def test_stubs_are_ticked_off_before_ballots_are_counted(database: Database) -> None:
    opened = open_round(database, villages=2, households=40, slips=5)
    first, second, _third = add_keyers(database, opened)
    [problem] = first.finish(GOOD).problems
    assert "mới nhận 0 thẻ" in str(problem.message)
    tick_off(database, opened, 5)
    for keyer in (first, second):
        keyer.finish(GOOD)
    found = first.found
    assert found.state is SheetState.CONFIRMED
    assert found.around.stubs == 5
    assert found.counts is not None
    assert found.around.stubs - found.counts.counted == 1, "a stub without a ballot"


def test_paper_is_keyed_in_rounds_of_households_that_have_begun(database: Database) -> None:
    opened = open_round(database, kind="pulse")
    with pytest.raises(Conflict, match="không có phiếu giấy"):
        add_keyers(database, opened)[0].save({})


@pytest.mark.parametrize(
    ("person", "changes"), [(0, {}), (1, {"place": 3}), (1, {"place": 1}), (1, {"revision": 0})]
)
def test_the_database_keeps_a_sheet_to_two_different_people(
    database: Database, keyers: list[Keyer], person: int, changes: dict[str, int]
) -> None:
    first = keyers[0]
    first.save({})
    row = {
        "round_id": first.round_id, "unit_id": first.unit_id, "version": 1, "place": 2,
        "staff_id": keyers[person].staff_id, "revision": 1, "typed": "{}", **changes,
    }  # fmt: skip
    with pytest.raises(Conflict), database.write() as session:
        session.add(PaperKeying(**row))


@pytest.mark.parametrize(
    "changes", [{"state": "confirmed"}, {"counts": "{}"}, {"state": "agreed"}, {"ended_at": now()}]
)
def test_the_database_knows_no_confirmed_sheet_without_counts(
    database: Database, keyers: list[Keyer], changes: dict[str, object]
) -> None:
    first = keyers[0]
    first.save({})
    with pytest.raises(Conflict), database.write() as session:
        session.execute(update(PaperSheet).values(changes))
