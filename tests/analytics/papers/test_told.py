"""What is posted and read out: nothing hidden in it, on one page, in words that a reader can say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from analytics.papers.announcement import write_announcement
from analytics.papers.letterheads import Letterhead
from analytics.papers.material import Material, Voices, read_material
from analytics.papers.notice import write_notice
from survey.domain.clock import today
from survey.store.engine import Database, create_database_engine
from tests.analytics.papers.conftest import MIN_BASE, read
from tests.analytics.papers.reading import find_row, needs_office, read_tables, read_text, render
from tests.analytics.papers.stories import ACTION, HIDDEN_REASON, NAMES, PLANNED_ACTION, REASON, SILENT
from tests.analytics.season import hold_round
from translations.catalogue import use_locale
from translations.dates import ZONE, format_date
from translations.numbers import format_count
from translations.spoken import list_abbreviations, spell_date

SYLLABLES_A_MINUTE = 180


@pytest.fixture
def few(sqlite_databases) -> Iterator[Material]:
    """A commune of which nine ballots came back."""
    database = Database(create_database_engine(sqlite_databases.create()))
    opened = hold_round(database, plot={(0, "online"): (9, 2)})
    with database.read() as session:
        yield read_material(session, opened.round_id, MIN_BASE)
    database.engine.dispose()


def test_the_notice_tells_the_figures_that_everybody_may_read(material) -> None:
    content = write_notice(material)
    for number, question in enumerate(material.contents, start=1):
        figure = material.result.tables[question.code].figure()
        row = find_row(read_tables(content), str(number), str(question.text))
        assert row[2] == f"{format_count(figure.count)}/{format_count(figure.base)}"
    text = read_text(content)
    assert "Hộ tham gia: 68,19 % (1.391/2.040); yêu cầu ≥ 70 %." in text
    assert "Hài lòng chung: 95,62 % (1.311/1.371); yêu cầu ≥ 90 %." in text
    assert "Hài lòng thấp nhất: nội dung 2 (91,98 %), 16 (96,35 %) và 7 (96,50 %)." in text
    assert f"Thôn không có phiếu: {NAMES[SILENT]}." in text
    assert "Ban công tác Mặt trận thôn" in text


def test_the_notice_tells_no_village_and_no_channel(material) -> None:
    text = read_text(write_notice(material))
    assert not any(village.facts.name in text for village in material.villages if village.returned)
    assert "Trực tuyến" not in text
    assert len(read_tables(write_notice(material))) == 1


def test_nothing_is_told_of_fewer_than_k_ballots(few) -> None:
    for text in (read_text(write_notice(few)), write_announcement(few)):
        assert not re.search(r"/9\b|\b9/|77,78|chín phiếu|bảy phiếu|hai phiếu", text), text
        assert "Kết luận" not in text
    assert "Cả xã có chưa đến 10 phiếu; nêu số liệu thì dễ đoán ra từng hộ" in read_text(write_notice(few))
    assert "Cả xã có chưa đến mười phiếu" in write_announcement(few)


def test_both_tell_what_was_named_most_and_what_will_be_done_but_quote_nobody(material) -> None:
    for text in (read_text(write_notice(material)), write_announcement(material)):
        assert "ường giao thông" in text
        assert ACTION[1:].rstrip(".") in text
        for kept in (PLANNED_ACTION, REASON, HIDDEN_REASON, "0905"):
            assert kept not in text


@pytest.mark.parametrize("letterhead", list(Letterhead))
def test_the_notice_carries_either_letterhead_and_the_record_s_hash(material, letterhead) -> None:
    text = read_text(write_notice(material, letterhead))
    assert ("ỦY BAN NHÂN DÂN" in text) == (letterhead is Letterhead.UBND)
    assert material.facts.record.sha256 in text


def test_the_notice_of_a_corrected_result_hides_what_the_difference_would_tell(corrected) -> None:
    now = read(corrected)
    assert now.result.earlier
    text = read_text(write_notice(now))
    assert "Kết quả này thay kết quả số 1." in text
    for question in now.contents:
        figure = now.result.tables[question.code].figure()
        row = find_row(read_tables(write_notice(now)), str(now.contents.index(question) + 1))
        assert (figure.count is None) == row[2].startswith("ẩn")


def test_a_reader_of_the_announcement_meets_no_figure_and_no_abbreviation(material, corrected) -> None:
    for one in (material, read(corrected)):
        text = write_announcement(one)
        assert not re.search(r"[\d%/\[\]()–]", text), text
        assert list_abbreviations(text) == []
        assert len(text.split()) < 4 * SYLLABLES_A_MINUTE
        assert "một nghìn ba trăm chín mươi mốt trong hai nghìn không trăm bốn mươi hộ" in text


def test_the_announcement_says_verdict_draft_and_correction(material, corrected) -> None:
    assert "nên không kết luận về sự hài lòng" in write_announcement(material)
    assert "Đây là bản dự thảo" in write_announcement(material)
    assert "thay kết quả đã báo trước đây" in write_announcement(read(corrected))
    assert "thay kết quả" not in write_announcement(material)


def test_a_round_that_closed_early_ended_on_that_day(material) -> None:
    assert material.facts.last_on > today()
    day = format_date(today())
    assert f"Ngày {day}; mỗi hộ một phiếu" in read_text(write_notice(material))
    assert f"Trong {spell_date(today())}, có" in write_announcement(material)
    closed_on = material.facts.last_on + timedelta(days=1)
    closed_at = datetime.combine(closed_on, datetime.min.time(), ZONE)
    facts = replace(material.facts, closed_at=closed_at)
    late = replace(material, result=replace(material.result, facts=facts))
    last = material.facts.last_on
    assert f"Từ ngày {day} đến ngày {format_date(last)};" in read_text(write_notice(late))
    assert f"đến {spell_date(last)}, có" in write_announcement(late)


def test_papers_are_vietnamese_whoever_asks_for_them(material) -> None:
    with use_locale("en"):
        english = (write_announcement(material), write_notice(material))
    assert english == (write_announcement(material), write_notice(material))


@needs_office
def test_the_notice_is_one_page_for_the_board(material, tmp_path) -> None:
    quiet = replace(material, voices=Voices({}, (), {}, ()))
    assert len(render(write_notice(quiet), tmp_path)) == 1
