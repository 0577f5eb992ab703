"""Closing a round whose ballots came on paper too: one result, on record, even if the power goes."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import event, func, select, update

from survey.domain.errors import Conflict, DomainError
from survey.frames import ResultNotReady, tally_frame
from survey.services.progress import village_progress
from survey.services.recount import recount_round
from survey.services.result_records import PAPER, read_record
from survey.services.submit import Outcome
from survey.store.ballots import Box, Response
from survey.store.engine import Database
from survey.store.tallies import ANY_NOT_SATISFIED, ANY_UNSURE, BALLOT, INVALID, VALID, Tally
from tests.survey.publishing import publish
from tests.survey.services.paper_keyers import tick_off
from tests.survey.services.paper_stories import DESPITE, LARGE, SMALL, Story, begin
from tests.survey.services.slip_stories import answer

# --- folding ---


def test_confirmed_sheets_are_folded_at_the_close_and_no_earlier(story: Story) -> None:
    story.count(0, LARGE)
    story.count(1, SMALL)
    assert story.paper() == {}
    story.close(DESPITE)
    first, second = story.opened.village_ids
    paper = story.paper()
    assert paper[first, PAPER, BALLOT, VALID] == 30
    assert paper[first, PAPER, BALLOT, INVALID] == 2
    assert (paper[first, PAPER, BALLOT, ANY_NOT_SATISFIED], paper[first, PAPER, BALLOT, ANY_UNSURE]) == (4, 1)
    assert (paper[first, PAPER, "q05", "satisfied"], paper[first, PAPER, "q19", "not_satisfied"]) == (28, 1)
    assert paper[second, PAPER, BALLOT, ANY_NOT_SATISFIED] == 2
    assert (second, PAPER, BALLOT, ANY_UNSURE) not in paper, "ballot by ballot nothing is unsure"
    assert (second, PAPER, "q03", "satisfied") in paper
    assert all(paper.values()), "no cell without a ballot"
    assert not any(option == "no_answer" for _unit, _channel, _question, option in paper)
    assert recount_round(story.database, story.round_id).agrees


def test_what_nobody_confirmed_is_not_counted(story: Story) -> None:
    story.count(0, LARGE)
    replace(story.people[0], unit_id=story.opened.village_ids[1]).finish(SMALL)
    story.close(DESPITE)
    assert {cell[0] for cell in story.paper()} == {story.opened.village_ids[0]}
    assert list(story.record().sheets) == [story.opened.village_ids[0]]


def test_paper_joins_what_came_another_way(database: Database) -> None:
    story = begin(database, slips=40)
    first = story.opened.village_ids[0]
    codes = story.opened.slips[first]
    tick_off(database, story.opened, 3)
    for code in codes[3:8]:
        assert answer(database, code) is Outcome.RECORDED
    story.count(0, SMALL)
    story.close(DESPITE)
    with database.read() as session:
        line = village_progress(session, story.round_id)[0]
    assert line.by_channel == {"online": 5, "paper": 3}
    record = story.record()
    assert record.cells[first, "online", BALLOT, VALID] == 5
    assert record.cells[first, PAPER, BALLOT, VALID] == 3
    assert recount_round(database, story.round_id).responses == 5, "paper has no responses"
    assert recount_round(database, story.round_id).agrees


def test_a_recount_finds_paper_that_no_sheet_holds(story: Story) -> None:
    story.count(0, LARGE)
    story.close(DESPITE)
    with story.database.write() as session:
        cell = (Tally.channel == PAPER, Tally.question == "q02", Tally.option == "satisfied")
        session.execute(update(Tally).where(*cell).values(count=27))
    [difference] = recount_round(story.database, story.round_id).differences
    assert (difference.channel, difference.question, difference.tallied, difference.counted) == (
        "paper", "q02", 27, 26,
    )  # fmt: skip
    with pytest.raises(DomainError, match="không khớp"):
        story.close()
    story.reopen(0)
    story.count(0, SMALL)
    with pytest.raises(DomainError, match="không khớp"):
        story.correct()
    with pytest.raises(Conflict, match="không khớp"):
        publish(story.database, story.round_id)


# --- the record ---


def test_the_record_holds_all_that_the_result_stands_on(story: Story) -> None:
    story.count(0, LARGE)
    points = story.points()
    story.close(DESPITE)
    [(_number, _made_at, _because, told, digest)] = story.rows()
    assert sha256(str(told).encode()).hexdigest() == digest
    plain = json.loads(str(told))
    assert told == json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")), "canonical"
    assert plain["questionnaire"]["key"] == "xa-ntm"
    assert plain["rules"]["key"].startswith("qd51")
    assert [one[1:5] for one in plain["villages"]] == [
        ["19867.01", "Thôn 1", 40, 32],
        ["19867.02", "Thôn 2", 40, 0],
    ]
    assert plain["recount"] == {"responses": 0, "ledger": 0, "boxed": 0}
    assert (plain["number"], plain["because"], plain["after_sha256"]) == (1, None, None)
    assert (plain["despite"], plain["open_points"]) == (DESPITE, points)
    [sheet] = plain["sheets"]
    assert (sheet["entered_by"], sheet["confirmed_by"], sheet["version"]) == ("Bà Lan", "Bà Minh", 1)
    assert sheet["counts"]["invalid"] == {"blank": 2, "not-issued": 0, "two-options": 0}
    assert len(bytes.fromhex(plain["nonce"])) == 32
    read = read_record(str(told))
    assert read.sha256 == digest
    assert {cell: n for cell, n in read.cells.items() if cell[1] == PAPER} == story.paper()


def test_equal_counts_do_not_give_equal_hashes(story: Story) -> None:
    """Or small counts could be tried until the published hash fits."""
    story.count(0, LARGE)
    story.close(DESPITE)
    story.reopen(0)
    story.count(0, LARGE)
    story.correct("Đếm lại, số như cũ")
    first, second = (json.loads(str(row[3])) for row in story.rows())
    assert first["counts"] == second["counts"]
    assert first["nonce"] != second["nonce"]


# --- a close that is interrupted ---


def test_a_sheet_that_was_reopened_before_the_interrupted_close_is_finished_can_be_corrected(
    story: Story,
) -> None:
    story.count(0, LARGE)
    with power_cut(story.database, "INSERT INTO result"):
        story.close(DESPITE)
    story.reopen(0)
    story.close()
    assert story.record().sheets == {}, "what is reopened counts for nothing until two people agree again"
    with pytest.raises(Conflict, match="Thôn 1 đang mở lại"):
        story.correct()
    story.count(0, SMALL)
    story.correct()
    assert story.record().sheets[story.opened.village_ids[0]].counts.valid == 3


class PowerCut(Exception):
    """The power goes."""


@contextmanager
def power_cut(database: Database, statement: str):
    """The first statement that begins so never reaches the database, nor does anything after it."""

    def cut(_connection, _cursor, sql: str, *_rest: object) -> None:
        if sql.lstrip().startswith(statement):
            raise PowerCut

    event.listen(database.engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(PowerCut):
            yield
    finally:
        event.remove(database.engine, "before_cursor_execute", cut)


@pytest.mark.parametrize(
    ("statement", "is_closed", "mixed"),
    [
        ("UPDATE round SET", False, 0),
        ("INSERT INTO response", True, 0),
        ("INSERT INTO tally", True, 0),
        ("INSERT INTO result", True, 2),
    ],
)
def test_closing_again_finishes_what_was_interrupted(
    database: Database, statement: str, is_closed: bool, mixed: int
) -> None:
    story = begin(database, slips=40)
    codes = story.opened.slips[story.opened.village_ids[1]]
    for code in codes[:2]:
        assert answer(database, code) is Outcome.RECORDED
    tick_off(database, story.opened, 3)
    story.count(0, SMALL)
    points = story.points()
    with power_cut(database, statement):
        story.close(DESPITE)
    assert (story.closed_at is not None, len(story.rows())) == (is_closed, 0)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == mixed
        assert session.scalar(select(func.count()).select_from(Box)) == 2 - mixed
    assert story.paper() == {}, "paper is folded with the result or not at all"
    with database.read() as session, pytest.raises(ResultNotReady):
        tally_frame(session, story.round_id)
    for _ in range(3):
        story.close(None if is_closed else DESPITE)
    assert [row[0] for row in story.rows()] == [1]
    record = story.record()
    with pytest.raises(Conflict, match="Chưa có phiếu kiểm nào"):
        story.correct()
    assert record.cells[story.opened.village_ids[1], "online", BALLOT, VALID] == 2
    assert record.cells[story.opened.village_ids[0], PAPER, BALLOT, VALID] == 3
    assert (record.open_points, record.despite) == (tuple(points), DESPITE)
    assert recount_round(database, story.round_id).agrees
