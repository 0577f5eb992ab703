"""Closing a round whose ballots came on paper too: one result, on record, that nothing changes afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import DatabaseError

from survey.domain.clock import now, today
from survey.domain.errors import Conflict, DomainError
from survey.frames import ResultNotReady, tally_frame
from survey.services.checklist import list_open_points
from survey.services.closing import close_round, correct_result
from survey.services.facts import round_facts
from survey.services.mixing import Cell
from survey.services.paper_keying import declare_no_paper, reopen_sheet
from survey.services.progress import village_progress
from survey.services.recount import recount_round
from survey.services.result_records import PAPER, Record, find_record, list_results, read_record
from survey.services.rounds import get_round
from survey.services.slip_returns import undo_return
from survey.services.submit import Outcome
from survey.store.ballots import Box, Response
from survey.store.engine import Database
from survey.store.results import Result
from survey.store.rounds import Round, RoundState
from survey.store.slips import Slip
from survey.store.tallies import ANY_NOT_SATISFIED, ANY_UNSURE, BALLOT, INVALID, VALID, Tally
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.paper import LAYOUT, against, fill_in
from tests.survey.paper_files import count_sheet
from tests.survey.publishing import publish
from tests.survey.services.paper_keyers import Keyer, add_keyers, tick_off
from tests.survey.services.slip_stories import answer

DESPITE = "Bão lũ, không đi thu được"


def words(typed: Mapping[str, int]) -> dict[str, str]:
    return {field: str(count) for field, count in typed.items()}


LARGE = words(
    count_sheet(LAYOUT, valid=30, against={"q02": 4, "q19": 1}, blank={"q05": 2}, invalid={"blank": 2})
)
"""30 valid and 2 invalid ballots, totals only: from 4 to 5 of them hold a *chưa hài lòng*."""
SMALL = fill_in(against(), against(3), against(3, 19))
"""Three ballots, two of them against content 3."""


@dataclass
class Story:
    """A round of two villages with forty households each, and three people who count its paper."""

    database: Database
    opened: OpenRound
    people: list[Keyer]

    @property
    def round_id(self) -> int:
        return self.opened.round_id

    def count(self, village: int, typed: Mapping[str, str], people: Sequence[int] = (0, 1)) -> None:
        """Two people key a village's sheet alike."""
        for place in people:
            keyer = replace(self.people[place], unit_id=self.opened.village_ids[village])
            assert not keyer.finish(typed).problems

    def reopen(self, village: int, because: str = "Hộ khiếu nại") -> None:
        with self.database.write() as session:
            reopen_sheet(session, self.round_id, self.opened.village_ids[village], because=because, by=None)

    def end(self) -> None:
        """The last day is over, so that closing is not early."""
        with self.database.write() as session:
            session.execute(
                update(Round).values(starts_on=today() - timedelta(5), last_on=today() - timedelta(1))
            )

    def close(self, despite: str | None = None) -> None:
        close_round(self.database, self.round_id, by=None, at=now(), despite=despite)

    def correct(self, because: str = "Đếm sót") -> Result:
        return correct_result(self.database, self.round_id, because=because, by=None, at=now())

    def points(self) -> list[str]:
        with self.database.read() as session:
            round_ = get_round(session, self.round_id)
            return [str(point) for point in list_open_points(session, round_, now(), 10)]

    def paper(self) -> dict[Cell, int]:
        with self.database.read() as session:
            rows = session.scalars(select(Tally).where(Tally.channel == PAPER))
            return {(row.unit_id, row.channel, row.question, row.option): row.count for row in rows}

    def record(self, number: int | None = None) -> Record:
        with self.database.read() as session:
            found = find_record(session, self.round_id, number)
        assert found is not None
        return found

    def rows(self) -> list[tuple[object, ...]]:
        """Results, byte for byte."""
        with self.database.read() as session:
            columns = (Result.number, Result.made_at, Result.because, Result.record, Result.sha256)
            return [tuple(row) for row in session.execute(select(*columns).order_by(Result.number))]

    @property
    def closed_at(self) -> datetime | None:
        with self.database.read() as session:
            return get_round(session, self.round_id).closed_at


def begin(database: Database, *, slips: int = 0) -> Story:
    opened = open_round(database, villages=2, households=40, slips=slips)
    return Story(database, opened, add_keyers(database, opened))


@pytest.fixture
def story(database: Database) -> Story:
    return begin(database)


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


# --- corrections ---


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
    publish(story.database, story.round_id)
    with story.database.read() as session:
        assert get_round(session, story.round_id).state is RoundState.PUBLISHED
        assert [one.number for one in list_results(session, story.round_id)] == [1, 2]


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


# --- what blocks a close, and what needs a reason ---


def test_a_sheet_that_no_longer_fits_blocks_the_close_whatever_the_reason(database: Database) -> None:
    story = begin(database, slips=40)
    tick_off(database, story.opened, 3)
    story.count(0, SMALL)
    with database.write() as session:
        numbers = session.scalars(select(Slip.number).where(Slip.state == "used")).all()
        undo_return(session, story.round_id, numbers[:1], because="Nhầm thẻ", by=None)
    with pytest.raises(Conflict, match=r"Phiếu kiểm của Thôn 1 không còn khớp: Đếm 3 phiếu.* 2 thẻ"):
        story.close(DESPITE)
    assert story.closed_at is None
    story.reopen(0, "Thừa một phiếu")
    story.count(0, fill_in(against(), against(3), set_aside=1))
    story.close(DESPITE)
    assert story.paper()[story.opened.village_ids[0], PAPER, BALLOT, VALID] == 2


def test_a_sheet_that_no_longer_fits_blocks_a_correction(story: Story) -> None:
    for village in (0, 1):
        story.count(village, LARGE)
    story.close(DESPITE)
    story.reopen(0)
    story.count(0, SMALL)
    with story.database.write() as session:  # as if households of the other village were found to be fewer
        session.execute(
            text("UPDATE round_unit SET households = 31 WHERE unit_id = :unit"),
            {"unit": story.opened.village_ids[1]},
        )
    with pytest.raises(Conflict, match="Thôn 2 không còn khớp"):
        story.correct()
    assert [row[0] for row in story.rows()] == [1]


def early(story: Story) -> None:
    everybody(story)


def everybody(story: Story) -> None:
    """Both villages have sent so much paper that nothing is left to ask."""
    for village in (0, 1):
        story.count(village, words(count_sheet(LAYOUT, valid=30, against=1)))


def late(story: Story) -> None:
    everybody(story)
    story.end()
    code = story.opened.slips[story.opened.village_ids[0]][-1]
    assert answer(story.database, code) is Outcome.LATE


def unsettled(story: Story) -> None:
    everybody(story)
    story.reopen(1)
    story.count(1, LARGE, people=(0,))
    story.end()


def sparse(story: Story) -> None:
    story.count(0, words(count_sheet(LAYOUT, valid=30, against=1)))
    with story.database.write() as session:
        declare_no_paper(session, story.round_id, story.opened.village_ids[1], by=None)
    story.end()


def flagged(story: Story) -> None:
    story.count(0, words(count_sheet(LAYOUT, valid=40, against=1)))
    story.count(1, LARGE)
    story.end()


POINTS: Mapping[Callable[[Story], None], str] = {
    early: "Đợt còn nhận phiếu đến",
    late: "1 phiếu đến sau hạn, không tính.",
    unsettled: "Thôn 2: phiếu kiểm phiếu giấy chưa được hai người chốt.",
    sparse: "Tỷ lệ hộ tham gia mới đạt 37,50",
    flagged: "Dấu hiệu cần xem ở Thôn 1: Đủ cả 40 hộ đều đã gửi phiếu.",
}


@pytest.mark.parametrize(("prepare", "told"), POINTS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_each_open_point_needs_a_reason_and_both_are_on_record(
    database: Database, prepare: Callable[[Story], None], told: str
) -> None:
    story = begin(database, slips=0 if prepare is not late else 40)
    if prepare is late:
        for village in (0, 1):
            tick_off(database, story.opened, 30, village)
    prepare(story)
    points = story.points()
    assert told in points[0] or told in points[-1]
    assert len(points) == (2 if prepare is unsettled else 1), points
    for despite in (None, "", "  "):
        with pytest.raises(DomainError, match="hãy ghi rõ lý do") as refused:
            story.close(despite)
        assert told in str(refused.value)
        assert story.closed_at is None
    story.close(f" {DESPITE}\n")
    assert story.record().open_points == tuple(points)
    assert story.record().despite == DESPITE


def test_a_round_without_an_open_point_closes_without_a_reason(story: Story) -> None:
    everybody(story)
    story.end()
    assert story.points() == []
    story.close("không cần lý do")
    record = story.record()
    assert (record.open_points, record.despite) == ((), None)


def test_paper_counts_towards_the_coverage_that_is_recorded(story: Story) -> None:
    everybody(story)
    story.close(DESPITE)
    [point] = story.record().open_points
    assert point.startswith("Đợt còn nhận phiếu")


def test_what_ballots_say_is_no_point_that_was_open(story: Story) -> None:
    """It could not be seen before the close, so no reason was asked for it."""
    for village in (0, 1):
        story.count(village, words(count_sheet(LAYOUT, valid=35)))
    story.end()
    story.close()
    record = story.record()
    assert (record.open_points, record.despite) == ((), None)


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
