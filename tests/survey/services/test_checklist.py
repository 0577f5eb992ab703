"""What blocks a close whatever the reason, and what needs one that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import select, text

from survey.domain.errors import Conflict, DomainError
from survey.domain.rule_sets import shipped_rule_sets
from survey.services.paper_keying import declare_no_paper
from survey.services.result_records import PAPER
from survey.services.slip_returns import undo_return
from survey.services.submit import Outcome
from survey.store.engine import Database
from survey.store.slips import Slip
from survey.store.tallies import BALLOT, VALID
from tests.survey.paper import LAYOUT, against, fill_in
from tests.survey.paper_files import count_sheet
from tests.survey.services.paper_keyers import tick_off
from tests.survey.services.paper_stories import DESPITE, LARGE, SMALL, Story, begin, words
from tests.survey.services.slip_stories import answer


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
    for village in (0, 1):
        tick_off(story.database, story.opened, 30, village)
    everybody(story)
    story.end()
    code = story.opened.slips[story.opened.village_ids[0]][-1]
    assert answer(story.database, code) is Outcome.LATE


def unsettled(story: Story) -> None:
    everybody(story)
    story.reopen(1)
    story.count(1, LARGE, people=(0,))
    story.end()


def uncounted(story: Story) -> None:
    """A household's slip came back, and no ballot of it is in the count."""
    for village, slips in enumerate((31, 30)):
        tick_off(story.database, story.opened, slips, village)
    everybody(story)
    story.end()


def sparse(story: Story) -> None:
    story.count(0, words(count_sheet(LAYOUT, valid=30, against=1)))
    with story.database.write() as session:
        declare_no_paper(session, story.round_id, story.opened.village_ids[1], by=None)
    story.end()


def generous(story: Story) -> None:
    """More forms than households: printed to spare, or a zero too many."""
    story.count(0, words(count_sheet(LAYOUT, valid=30, against=1, lost=4_970)))
    story.count(1, words(count_sheet(LAYOUT, valid=30, against=1, lost=10)))
    story.end()


def flagged(story: Story) -> None:
    story.count(0, words(count_sheet(LAYOUT, valid=40, against=1)))
    story.count(1, LARGE)
    story.end()


POINTS: Mapping[Callable[[Story], None], str] = {
    early: "Đợt còn nhận phiếu đến",
    late: "1 phiếu đến sau hạn, không tính.",
    unsettled: "Thôn 2: phiếu kiểm phiếu giấy chưa được hai người chốt.",
    uncounted: "Thôn 1: nhận lại 31 thẻ mã hộ kèm phiếu giấy, phiếu kiểm chỉ có 30 phiếu.",
    generous: "Thôn 1: phiếu kiểm ghi phát ra 5.000 phiếu, nhiều hơn 40 hộ của thôn.",
    sparse: "Tỷ lệ hộ tham gia mới đạt 37,50",
    flagged: "Dấu hiệu cần xem ở Thôn 1: Đủ cả 40 hộ đều đã gửi phiếu.",
}


@pytest.mark.parametrize(("prepare", "told"), POINTS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_each_open_point_needs_a_reason_and_both_are_on_record(
    database: Database, prepare: Callable[[Story], None], told: str
) -> None:
    story = begin(database, slips=40 if prepare in (late, uncounted) else 0)
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


FEW_FORMS = "Phiếu mới phát đến 58/80 hộ (72,50 %), dưới mức 80 %."


@pytest.mark.parametrize(
    ("forms", "told"),
    [
        ((32, 32), []),
        ((40, 18), [FEW_FORMS]),
        ((75, 18), ["Thôn 1: phiếu kiểm ghi phát ra 75 phiếu, nhiều hơn 40 hộ của thôn.", FEW_FORMS]),
    ],
)
def test_where_the_rules_count_forms_the_coverage_is_of_those_handed_out(
    database: Database, forms: tuple[int, int], told: list[str]
) -> None:
    """Few of them have to come back, and spare ones of a village do not stand for another's households."""
    story = begin(database, rules=shipped_rule_sets()["hd90-xa-nang-cao-2021"])
    for village, issued in enumerate(forms):
        story.count(village, words(count_sheet(LAYOUT, valid=18, against=1, lost=issued - 18)))
    story.end()
    assert [point.replace("\N{NO-BREAK SPACE}", " ") for point in story.points()] == told


def test_slips_are_what_was_handed_out_where_a_village_has_some(database: Database) -> None:
    story = begin(database, slips=35, rules=shipped_rule_sets()["hd90-xa-nang-cao-2021"])
    story.end()
    assert story.points() == []
    story.close()
    assert [village.issued for village in story.record().villages] == [35, 35]


def test_what_ballots_say_is_no_point_that_was_open(story: Story) -> None:
    """It could not be seen before the close, so no reason was asked for it."""
    for village in (0, 1):
        story.count(village, words(count_sheet(LAYOUT, valid=35)))
    story.end()
    story.close()
    record = story.record()
    assert (record.open_points, record.despite) == ((), None)
