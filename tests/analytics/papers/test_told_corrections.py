"""The notice and the announcement where no figure may be told, or there is none: what is said instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from analytics.papers.announcement import write_announcement
from analytics.papers.material import Material, read_material
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from analytics.papers.summary import write_summary
from survey.domain.clock import now
from survey.services.closing import close_round
from survey.store.engine import Database, create_database_engine
from tests.analytics.papers.conftest import MIN_BASE
from tests.analytics.papers.reading import read_tables, read_text
from tests.analytics.published_rounds import PublishedRound, sheet
from tests.analytics.season import hold_round
from tests.survey.open_rounds import open_round
from tests.survey.services.paper_keyers import add_keyers

DIFFERS = "Bản này chỉ khác bản trước ở một số ít phiếu; nêu số liệu thì ai đem so hai bản cũng biết"


@pytest.fixture(scope="module")
def pilot(sqlite_databases) -> Iterator[PublishedRound]:
    """A village of 76 households: 72 ballots were published, then a 73rd was found and published too."""
    database = Database(create_database_engine(sqlite_databases.create()))
    opened = open_round(database, villages=1, households=76)
    round_ = PublishedRound(database, opened, add_keyers(database, opened))
    round_.key(sheet(72, against=3, invalid=0))
    close_round(database, round_.id, by=None, at=now(), despite="Thí điểm")
    round_.publish()
    round_.correct(sheet(73, against=3, invalid=0))
    round_.publish()
    yield round_
    database.engine.dispose()


def read(database: Database, round_id: int, number: int | None = None) -> Material:
    with database.read() as session:
        return read_material(session, round_id, MIN_BASE, number)


def test_a_correction_by_a_few_ballots_is_told_as_such_with_the_verdict(pilot) -> None:
    material = read(pilot.database, pilot.id)
    notice, said = read_text(write_notice(material)), write_announcement(material)
    for text in (notice, said):
        assert f"Không nêu số liệu chung. {DIFFERS}" in text
        assert "Biên bản đã ký có đủ số liệu và được giữ tại xã." in text
        assert "quá ít" not in text
        assert "chưa đến" not in text
    assert "Kết luận: ĐẠT." in notice
    assert "Như vậy, kết quả đạt mức quy định." in said


def test_where_no_figure_is_told_no_table_stands_and_none_is_promised(pilot) -> None:
    before, after = (read(pilot.database, pilot.id, number) for number in (1, 2))
    assert len(read_tables(write_notice(before))) == 1
    assert "Kết quả từng nội dung được niêm yết" in write_announcement(before)
    assert read_tables(write_notice(after)) == []
    notice = read_text(write_notice(after))
    assert "ẩn" not in notice
    assert not re.search(r"\b7[0-9]\b|/76", notice)
    assert "Kết quả từng nội dung được niêm yết" not in write_announcement(after)


def test_the_page_the_notice_and_the_announcement_give_the_same_lowest_contents(pilot) -> None:
    first = read(pilot.database, pilot.id, 1)
    assert "Hài lòng thấp nhất: nội dung 2 (95,83 %)." in read_text(write_notice(first))
    lowest = next(line for line in write_announcement(first).split("\n") if "ít phiếu hài lòng nhất" in line)
    assert lowest.count("phần trăm") == 1


def test_where_all_are_satisfied_nothing_is_the_lowest(sqlite_databases) -> None:
    database = Database(create_database_engine(sqlite_databases.create()))
    opened = hold_round(database, plot={(0, "online"): (40, 0)})
    material = read(database, opened.round_id)
    report = read_text(write_report(material))
    for text in (read_text(write_notice(material)), write_announcement(material), report):
        assert "Ở mọi nội dung, tất cả các phiếu đều hài lòng." in text
        assert "nhất:" not in text
        assert "hài lòng nhất" not in text
    database.engine.dispose()


def test_contents_that_share_the_third_place_are_counted(material) -> None:
    """Of eighteen contents four miss the same number of ballots."""
    official = material.official
    codes = [question.code for question in material.contents[:-1]]
    rates = {
        code: replace(official.contents[code], numerator=official.valid - (5 if code in codes[2:6] else 0))
        for code in codes
    }
    changed = replace(material, official=replace(official, contents=rates, lowest=(), highest=tuple(codes)))
    lines = read_text(write_report(changed)).split("\n")
    told = next(line for line in lines if line.startswith("Nội dung hài lòng thấp nhất"))
    assert told.endswith("; và 1 nội dung khác cùng tỷ lệ.")


def test_contents_that_all_have_one_rate_are_not_told_twice(material) -> None:
    official = material.official
    share = replace(official.overall, numerator=official.valid - 1)
    codes = tuple(official.contents)
    same = replace(official, contents=dict.fromkeys(codes, share), lowest=codes, highest=codes)
    text = read_text(write_report(replace(material, official=same)))
    assert "và 15 nội dung khác cùng tỷ lệ" in text
    assert "cao nhất" not in text


def test_without_a_valid_ballot_nothing_is_said_of_rates(sqlite_databases) -> None:
    database = Database(create_database_engine(sqlite_databases.create()))
    material = read(database, hold_round(database, plot={}).round_id)
    database.engine.dispose()
    notice, said = read_text(write_notice(material)), write_announcement(material)
    for text in (notice, said, read_text(write_report(material)), read_text(write_summary(material))):
        assert "Không có phiếu hợp lệ, nên không có tỷ lệ hài lòng và không có kết luận." in text
        assert "0/0" not in text
    assert read_tables(write_notice(material)) == []
    assert "Kết luận:" not in notice
    assert "không hộ nào trong một trăm tám mươi hộ có phiếu được tính" in said
    assert not re.search("trả lời hài lòng|tức|–|không phiếu", said)
    assert "Kết quả từng nội dung được niêm yết" not in said
