"""A result that was wrong: sheets are counted anew, and the earlier result stays as it was."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from analytics.public_files import write_public_files
from survey.domain.clock import now
from survey.domain.errors import Conflict, DomainError
from survey.services.closing import close_round
from survey.services.facts import round_facts
from survey.services.paper_keying import declare_no_paper, reopen_sheet
from survey.services.paper_sheets import get_sheet
from survey.services.publishing import list_scans, publish_round
from survey.services.recount import recount_round
from survey.services.result_records import PAPER, list_results
from survey.services.rounds import get_round
from survey.services.slip_returns import ReturnedSlips, return_slips
from survey.store.documents import Document
from survey.store.engine import Database
from survey.store.rounds import RoundState
from survey.store.tallies import BALLOT, INVALID, VALID
from tests.survey.open_rounds import open_round
from tests.survey.publishing import attach_minutes, publish
from tests.survey.services.paper_stories import DESPITE, LARGE, SMALL, Story


def test_a_correction_makes_another_result_and_leaves_the_first_as_it_was(story: Story) -> None:
    story.count(0, LARGE)
    story.close(DESPITE)
    before, [first_row] = story.record(1), story.rows()
    story.reopen(0, "Hộ khiếu nại: đếm sót")
    assert story.paper()[story.opened.village_ids[0], PAPER, BALLOT, VALID] == 30, (
        "the result stands meanwhile"
    )
    assert recount_round(story.database, story.round_id).agrees
    story.count(0, SMALL, people=(2, 0))
    assert recount_round(story.database, story.round_id).agrees
    result = story.correct(" Đếm  sót ")
    assert (result.number, result.because) == (2, "Đếm sót")
    assert story.rows()[0] == first_row
    assert story.record(1) == before
    after = json.loads(str(story.rows()[1][3]))
    assert (after["because"], after["after_sha256"]) == ("Đếm sót", first_row[4])
    assert [(one["version"], one["entered_by"]) for one in after["sheets"]] == [(2, "Bà Hoa")]
    assert story.record().cells == story.paper()
    assert story.paper()[story.opened.village_ids[0], PAPER, BALLOT, VALID] == 3
    assert not [cell for cell in story.paper() if cell[3] == INVALID]
    assert recount_round(story.database, story.round_id).agrees
    with story.database.read() as session:
        facts = [round_facts(session, story.round_id, number) for number in (1, 2, None)]
    told = [one.record for one in facts]
    assert [(one.number, one.superseded_by) for one in told if one] == [(1, 2), (2, None), (2, None)]
    assert [one.sheets[story.opened.village_ids[0]].counts.valid for one in facts] == [30, 3, 3]


def test_a_village_that_was_forgotten_or_had_no_paper_after_all(story: Story) -> None:
    story.count(0, LARGE)
    story.close(DESPITE)
    story.reopen(0, "Phiếu của thôn khác")
    story.reopen(1, "Quên phiếu của thôn")
    with pytest.raises(Conflict, match="Thôn 1 đang mở lại"):
        story.correct()
    with story.database.write() as session:
        declare_no_paper(session, story.round_id, story.opened.village_ids[0], by=None)
    with pytest.raises(Conflict, match="Thôn 2 đang mở lại"):
        story.correct()
    story.count(1, SMALL)
    story.correct()
    assert {cell[0] for cell in story.paper()} == {story.opened.village_ids[1]}
    assert recount_round(story.database, story.round_id).agrees


def test_stubs_that_turn_up_after_the_close_are_taken_where_a_sheet_is_reopened(database: Database) -> None:
    opened = open_round(database, villages=2, households=40, slips=3)
    close_round(database, opened.round_id, by=None, at=now(), despite=DESPITE)

    def hand_in(*numbers: int) -> ReturnedSlips:
        with database.write() as session:
            return return_slips(session, opened.round_id, numbers, by=None, at=now())

    with pytest.raises(Conflict, match="Đợt đã đóng"):
        hand_in(1)
    with database.write() as session:
        reopen_sheet(session, opened.round_id, opened.village_ids[0], because="Sót một túi phiếu", by=None)
    with pytest.raises(Conflict, match="Đợt đã đóng"):
        hand_in(1, 4)  # slip 4 is the other village's
    assert hand_in(1, 2).counted == (1, 2)
    with database.read() as session:
        found = get_sheet(session, get_round(session, opened.round_id), opened.village_ids[0])
    assert found.around.stubs == 2


def test_what_was_open_at_the_close_stays_on_record_beside_its_reason(story: Story) -> None:
    story.count(0, LARGE)
    story.close(DESPITE)
    first = story.record()
    assert any("Thôn 2" in point for point in first.open_points)
    assert any("40,00" in point for point in first.open_points), "paper is part of the coverage"
    story.reopen(1, "Quên phiếu của thôn")
    story.count(1, SMALL)
    story.correct()
    second = story.record()
    assert (second.open_points, second.despite) == (first.open_points, DESPITE)


def test_nothing_is_corrected_without_a_change_a_reason_and_two_people(story: Story) -> None:
    story.count(0, LARGE)
    with pytest.raises(DomainError, match="đang nhận phiếu"):
        story.correct()
    story.close(DESPITE)
    with pytest.raises(Conflict, match="Chưa có phiếu kiểm nào"):
        story.correct()
    story.reopen(0)
    story.count(0, SMALL, people=(0,))
    with pytest.raises(Conflict, match="chưa được hai người chốt"):
        story.correct()
    story.count(0, SMALL, people=(1,))
    with pytest.raises(DomainError, match="lý do"):
        story.correct(" ")
    story.correct()
    with pytest.raises(Conflict, match="Chưa có phiếu kiểm nào"):
        story.correct("Lần nữa")
    assert [row[0] for row in story.rows()] == [1, 2]


def test_a_published_result_is_corrected_and_published_anew(story: Story) -> None:
    story.count(0, LARGE)
    story.close(DESPITE)
    publish(story.database, story.round_id)
    story.reopen(0)
    story.count(0, SMALL)
    story.correct()
    with pytest.raises(Conflict, match="biên bản đã ký của bản kết quả 2"):
        publish_round(story.database, story.round_id, by=None, at=now(), files=write_public_files)
    publish(story.database, story.round_id)
    with story.database.read() as session:
        assert [one.result for one in list_scans(session, story.round_id)] == [1, 2]
        assert get_round(session, story.round_id).state is RoundState.PUBLISHED
        assert [one.number for one in list_results(session, story.round_id)] == [1, 2]


def test_a_scan_is_of_the_result_that_stands_and_never_of_one_that_was_replaced(story: Story) -> None:
    """Who signed the first result and uploads it once a second one stands is told."""
    story.count(0, LARGE)
    story.close(DESPITE)
    story.reopen(0)
    attach_minutes(story.database, story.round_id)
    story.count(0, SMALL)
    story.correct()
    with pytest.raises(Conflict, match="ký cho bản kết quả 1, nay bản kết quả hiện hành là bản 2"):
        attach_minutes(story.database, story.round_id, result=1)
    attach_minutes(story.database, story.round_id, result=2)
    with story.database.read() as session:
        assert [one.result for one in list_scans(session, story.round_id)] == [1, 2]
        assert len(session.scalars(select(Document.id)).all()) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE result SET record = record || ' '",
        "UPDATE result SET sha256 = 'x' WHERE number = 1",
        "DELETE FROM result WHERE number = 1",
        "UPDATE publication SET published_by = NULL",
        "DELETE FROM publication",
        "UPDATE published_file SET content = content",
        "DELETE FROM published_file",
        "UPDATE round_scan SET result = NULL",
        "DELETE FROM round_scan",
    ],
)
def test_the_database_changes_no_result_and_no_publication(story: Story, statement: str) -> None:
    story.count(0, LARGE)
    story.close(DESPITE)
    publish(story.database, story.round_id)
    rows = story.rows()
    with pytest.raises(DatabaseError, match="append-only"), story.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert story.rows() == rows
