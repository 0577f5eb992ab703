"""What becomes of a sheet: reopened, left out, closed over – and what each person does next."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from survey.domain.errors import Conflict, DomainError
from survey.services.paper_sheets import SheetState
from survey.services.paper_steps import PaperStep, count_waiting, may_read_counts, next_step
from survey.services.rounds import get_round
from survey.store.engine import Database
from survey.store.paper import PaperKeying
from tests.survey.open_rounds import open_round
from tests.survey.paper import SATISFIED, against
from tests.survey.services.paper_keyers import GOOD, OTHER, Keyer, add_keyers, read_log, tick_off


def test_a_reason_reopens_a_sheet_and_both_versions_are_on_the_log(
    database: Database, keyers: list[Keyer]
) -> None:
    first, second, third = keyers
    for keyer in (first, second):
        keyer.finish(GOOD)
    for because in ("", "  \n"):
        with pytest.raises(DomainError, match="lý do"):
            third.reopen(because)
    with pytest.raises(Conflict, match="đã chốt"):
        first.save(OTHER)
    third.reopen()
    assert third.found.state is SheetState.NOT_BEGUN
    with pytest.raises(Conflict, match="vừa được mở lại"):
        first.save(OTHER, seen=0, version=1)
    for keyer in (third, first):
        keyer.save(OTHER, seen=0, finish=True, version=2)
    [(_by, reopened)] = read_log(database, "paper.reopen")
    confirmed = [detail for _by, detail in read_log(database, "paper.confirm")]
    assert (reopened["because"], reopened["version"]) == ("Đếm sót một phiếu", 1)
    assert reopened["counts"] == confirmed[0]["counts"] != confirmed[1]["counts"]
    assert [detail["version"] for detail in confirmed] == [1, 2]


def test_a_sheet_left_lying_is_begun_anew_by_others(keyers: list[Keyer]) -> None:
    first, second, third = keyers
    first.save({"issued": "4"})
    second.reopen("Bà Lan nghỉ ốm")
    second.finish(GOOD)
    assert third.finish(GOOD).state is SheetState.CONFIRMED


@pytest.mark.parametrize("end", [Keyer.reopen, Keyer.declare_no_paper, Keyer.close_round])
def test_single_ballots_are_forgotten_where_a_sheet_ends(keyers: list[Keyer], end) -> None:
    first = keyers[0]
    first.save({}, [SATISFIED, against(2)])
    end(first)
    with first.database.read() as session:
        [keying] = session.scalars(select(PaperKeying))
    assert keying.ballots is None
    assert json.loads(keying.typed)["q02_not_satisfied"] == "1"


def test_there_is_nothing_to_reopen_before_anybody_began(keyers: list[Keyer]) -> None:
    with pytest.raises(Conflict, match="chưa có phiếu kiểm"):
        keyers[0].reopen()


def test_a_village_without_paper_says_so(database: Database, keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.declare_no_paper()
    assert first.found.state is SheetState.NO_PAPER
    assert not first.found.has_paper
    with pytest.raises(Conflict, match="đã chốt"):
        second.save(GOOD)
    second.reopen("Có hai hộ nộp muộn")
    second.finish(GOOD)
    assert first.finish(GOOD).state is SheetState.CONFIRMED
    assert [by for by, _detail in read_log(database, "paper.none")] == [first.staff_id]


def test_no_paper_is_not_said_over_others_work_or_stubs(database: Database) -> None:
    opened = open_round(database, villages=2, households=40, slips=5)
    first, second, _third = add_keyers(database, opened)
    first.save({"issued": "4"})
    with pytest.raises(Conflict, match="Bà Lan đang nhập"):
        second.declare_no_paper()
    first.save({})
    first.declare_no_paper()
    first.reopen()
    tick_off(database, opened, 2)
    with pytest.raises(Conflict, match="đã có thẻ"):
        first.declare_no_paper()


def test_what_is_not_agreed_at_the_close_counts_for_nothing(keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.finish(GOOD)
    first.close_round()
    assert first.found.state is SheetState.ABANDONED
    for keyer in (first, second):
        with pytest.raises(Conflict, match="đã chốt"):
            keyer.finish(GOOD)
    first.reopen()
    first.save(GOOD, seen=0, finish=True)
    assert second.finish(GOOD).state is SheetState.CONFIRMED


def test_a_sheet_that_was_forgotten_is_begun_after_the_close_with_a_reason(keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    first.close_round()
    with pytest.raises(Conflict, match="đã chốt"):
        first.save(GOOD)
    with pytest.raises(Conflict):
        first.declare_no_paper()
    first.reopen("Quên phiếu của thôn")
    first.finish(GOOD)
    assert second.finish(GOOD).state is SheetState.CONFIRMED


def steps(*keyers: Keyer) -> list[str]:
    return [next_step(keyer.found, keyer.staff_id).value for keyer in keyers]


def test_everybody_is_told_the_next_step(keyers: list[Keyer]) -> None:
    first, second, _third = keyers
    told = [steps(*keyers)]
    for act in (
        lambda: first.save({}),
        lambda: first.finish(GOOD),
        lambda: second.save({}),
        lambda: second.finish(OTHER),
        lambda: second.save(GOOD),
        lambda: second.finish(GOOD),
        lambda: first.reopen(),
    ):
        act()
        told.append(steps(*keyers))
    assert told == [
        ["begin", "begin", "begin"],
        ["continue", "leave", "leave"],
        ["wait", "confirm", "confirm"],
        ["wait", "continue", "leave"],
        ["compare", "compare", "leave"],
        ["wait", "continue", "leave"],
        ["read", "read", "read"],
        ["begin", "begin", "begin"],
    ]
    first.close_round()
    assert steps(*keyers) == ["read"] * 3


def waiting(keyer: Keyer) -> dict[PaperStep, int]:
    with keyer.database.read() as session:
        return dict(count_waiting(session, get_round(session, keyer.round_id), keyer.staff_id))


def test_sheets_that_wait_are_counted_for_each(database: Database) -> None:
    opened = open_round(database, villages=2, households=40, slips=5)
    first, second, third = add_keyers(database, opened)
    assert waiting(first) == {}, "nothing says that there is paper"
    tick_off(database, opened, 5)
    assert waiting(first) == {PaperStep.BEGIN: 2}, "the close asks for every village's sheet"
    first.finish(GOOD)
    assert waiting(first) == {PaperStep.BEGIN: 1}
    assert waiting(second) == {PaperStep.BEGIN: 1, PaperStep.CONFIRM: 1}
    second.finish(OTHER)
    assert waiting(first) == {PaperStep.BEGIN: 1, PaperStep.COMPARE: 1}
    assert waiting(third) == {PaperStep.BEGIN: 1}


def test_confirmed_totals_are_for_who_keyed_them_until_the_close(keyers: list[Keyer]) -> None:
    first, second, third = keyers
    for keyer in (first, second):
        keyer.finish(GOOD)

    def list_readers(*, reads_result: bool) -> list[Keyer]:
        return [one for one in keyers if may_read_counts(one.found, one.staff_id, reads_result=reads_result)]

    assert list_readers(reads_result=True) == [first, second]
    first.close_round()
    assert list_readers(reads_result=False) == [first, second]
    assert list_readers(reads_result=True) == keyers
    assert steps(third) == ["read"]
