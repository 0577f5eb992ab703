"""Where the rules count forms: one coverage in verdict, papers and files, told beside what came back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from analytics.exports import list_rows
from analytics.indicators import Share, Verdict
from analytics.papers.announcement import write_announcement
from analytics.papers.material import Material, read_material
from analytics.papers.minutes import write_minutes
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from analytics.papers.summary import write_summary
from analytics.public_files import CODEBOOK, DATA, METHOD, SUMMARY, TABLE
from analytics.verification.given import read_given
from analytics.verification.verify import verify_files
from survey.services.evidence import read_record_text
from survey.services.publishing import list_published_files, read_published_file
from survey.store.engine import Database, create_database_engine
from tests.analytics.issued_rounds import hold_issued
from tests.analytics.papers.reading import find_row, read_tables, read_text

MIN_BASE = 10


@pytest.fixture(scope="module")
def held(sqlite_databases) -> Iterator[tuple[Database, int]]:
    database = Database(create_database_engine(sqlite_databases.create()))
    yield database, hold_issued(database).round_id
    database.engine.dispose()


@pytest.fixture(scope="module")
def material(held) -> Material:
    database, round_id = held
    with database.read() as session:
        return read_material(session, round_id, MIN_BASE)


def test_the_verdict_is_on_the_forms_handed_out(material) -> None:
    official = material.official
    assert official.verdict is Verdict.MET
    assert (official.issued, official.coverage) == (Share(135, 150), Share(92, 150))
    assert [(one.what, one.share) for one in official.tests] == [
        ("issued", Share(135, 150)), ("overall", Share(92, 92)),
    ]  # fmt: skip
    assert not any("dưới mức" in point for point in material.more.open_points)


def test_the_open_data_tell_the_forms_once_and_say_which_rate_has_the_threshold(material) -> None:
    rows = [row for row in list_rows(material.result) if row["option"] in ("returned", "issued")]
    told = [(row["village_code"], row["option"], row["count"], row["base"], row["threshold"]) for row in rows]
    assert told == [
        ("all", "returned", 92, 150, None),
        ("all", "issued", 135, 150, 0.8),
        *((f"19867.0{place}", "returned", n, 50, None) for place, n in ((1, 32), (2, 30), (3, 30))),
    ]  # fmt: skip


def test_the_forms_are_hidden_where_what_came_back_is(sqlite_databases) -> None:
    database = Database(create_database_engine(sqlite_databases.create()))
    opened = hold_issued(database, returned=(3, 2, 2))
    with database.read() as session:
        result = read_material(session, opened.round_id, MIN_BASE).result
    database.engine.dispose()
    (row,) = [row for row in list_rows(result) if row["option"] == "issued"]
    assert (row["count"], row["base"], row["suppressed_because"]) == (None, None, "base")


def test_the_papers_tell_both_and_test_the_forms(material) -> None:
    notice = read_text(write_notice(material))
    assert "Hộ được phát phiếu: 90,00 % (135/150); yêu cầu ≥ 80 %." in notice
    assert "Hộ có phiếu được tính: 61,33 % (92/150)." in notice
    assert "Hộ tham gia:" not in notice
    report = write_report(material)
    assert "135/150 (90,00 %) hộ được phát phiếu" in read_text(report)
    assert "92/150 (61,33 %) hộ có phiếu được tính" in read_text(report)
    row = find_row(read_tables(report), "Tỷ lệ hộ tham gia, tính theo phiếu phát ra")
    assert row[1:] == ["135/150 (90,00 %)", "≥ 80 %", "đạt"]
    assert "dưới mức" not in read_text(report)
    spoken = write_announcement(material)
    households = "một trăm năm mươi hộ"
    assert f"phiếu đã phát đến một trăm ba mươi lăm trong {households}, tức chín mươi phần trăm" in spoken
    assert f"và có chín mươi hai trong {households}" in spoken


def test_the_signed_tables_name_the_two_rates_apart(material) -> None:
    summary = read_tables(write_summary(material))
    head = summary[0][0]
    places = [head.index(name) for name in ("Tỷ lệ hộ được phát phiếu", "Tỷ lệ hộ có phiếu được tính")]
    total = find_row(summary, "", "Toàn xã Quảng Điền")
    assert [total[place] for place in places] == ["90,00 %", "61,33 %"]
    minutes = read_text(write_minutes(material))
    assert "Hộ được phát phiếu: 45/50 (90,00 %) số hộ của thôn. Hộ có phiếu được tính: 32/50" in minutes


def test_the_files_and_the_record_hold_together_and_give_the_verdict(held) -> None:
    database, round_id = held
    with database.read() as session:
        files = {
            one.name: read_published_file(session, round_id, 1, one.name)
            for one in list_published_files(session, round_id, 1)
        }
        record = read_record_text(session, round_id, 1).encode()
    given = [read_given(name, files[name]) for name in (DATA, TABLE, CODEBOOK, SUMMARY, METHOD)]
    reports = verify_files([*given, read_given("record.json", record)])
    assert [problem for one in reports for problem in one.differs + one.notes] == []
    assert "*.issued" in files[CODEBOOK].decode()
    assert json.loads(files[SUMMARY])["tests"][0]["what"] == "issued"
    fewer = files[SUMMARY].replace(b'"issued", 135, 150', b'"issued", 113, 150')
    (report,) = verify_files([read_given(SUMMARY, fewer)])
    assert report.differs == [
        "the test of issued is told as passed, 113/150 against >= 4/5 makes it failed",
        "the test of overall is told as passed, 92/92 against >= 19/20 makes it not judged",
        "the verdict is met, its tests make not_enough_coverage",
    ]
