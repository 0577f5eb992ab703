"""Paper that came back uncounted is named as such, and its village never as one without a ballot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from analytics.papers.announcement import write_announcement
from analytics.papers.material import Material, read_material
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from analytics.papers.summary import write_summary as write_summary_paper
from analytics.public_files import SUMMARY, write_public_files
from analytics.summary import Summary, read_summary, write_summary
from analytics.verification.given import read_given
from analytics.verification.verify import verify_files
from survey.frames import find_record
from survey.services.evidence import read_record_text
from survey.services.result_records import read_record
from survey.store.engine import Database, create_database_engine
from survey.store.rounds import RoundUnit
from tests.analytics.papers.conftest import MIN_BASE
from tests.analytics.papers.reading import read_text
from tests.analytics.season import plant
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.services.paper_keyers import GOOD, Keyer, add_keyers, tick_off

NAMES = ("Thôn Kiểm Xong", "Thôn Có Phiếu", "Thôn Ít Phiếu", "Định Phong")
COUNTED, TICKED, FEW = 28, 36, 4


@dataclass(frozen=True)
class Uncounted:
    """A closed round: one village counted, two whose paper was not, and one that sent nothing."""

    database: Database
    opened: OpenRound

    def read(self) -> Material:
        with self.database.read() as session:
            return read_material(session, self.opened.round_id, MIN_BASE)

    def read_files(self) -> dict[str, bytes]:
        with self.database.read() as session:
            return dict(write_public_files(session, self.opened.round_id, MIN_BASE))

    def read_record(self) -> str:
        with self.database.read() as session:
            return read_record_text(session, self.opened.round_id, 1)


@pytest.fixture(scope="module")
def uncounted(sqlite_databases) -> Iterator[Uncounted]:
    database = Database(create_database_engine(sqlite_databases.create()))
    opened = open_round(database, villages=4, households=70, slips=50)
    with database.write() as session:
        for name, village in zip(NAMES, opened.village_ids, strict=True):
            session.get_one(RoundUnit, (opened.round_id, village)).name = name
    plant(database, opened, {(0, "online"): (COUNTED, 2)})
    tick_off(database, opened, TICKED, village=1)
    tick_off(database, opened, FEW, village=2)
    lan = add_keyers(database, opened)[0]
    replace(lan, unit_id=opened.village_ids[1]).save(GOOD)
    lan.close_round()
    yield Uncounted(database, opened)
    database.engine.dispose()


@pytest.fixture(scope="module")
def material(uncounted: Uncounted) -> Material:
    return uncounted.read()


def test_the_record_keeps_how_many_slips_came_back_with_paper_that_nobody_confirmed(uncounted) -> None:
    with uncounted.database.read() as session:
        recorded = find_record(session, uncounted.opened.round_id)
    assert recorded is not None
    _, many, few, _ = uncounted.opened.village_ids
    assert recorded.uncounted == {many: TICKED, few: FEW}


def test_a_sheet_that_was_left_without_a_slip_counts_as_paper_of_unknown_number(database) -> None:
    opened = open_round(database, villages=2)
    lan: Keyer = add_keyers(database, opened)[0]
    lan.finish(GOOD)
    lan.close_round()
    with database.read() as session:
        recorded = find_record(session, opened.round_id)
    assert recorded is not None
    assert recorded.uncounted == {opened.village_ids[0]: None}


def test_a_confirmed_sheet_leaves_nothing_uncounted(commune) -> None:
    with commune.database.read() as session:
        recorded = find_record(session, commune.round_id)
    assert recorded is not None
    assert recorded.uncounted == {}


def test_signed_papers_name_both_groups_and_every_number(material) -> None:
    for content in (write_report(material), write_summary_paper(material)):
        text = read_text(content)
        assert (
            "Có phiếu giấy thu về nhưng chưa kiểm xong, không tính: "
            f"Thôn Có Phiếu ({TICKED} phiếu), Thôn Ít Phiếu ({FEW} phiếu)." in text
        )
        assert "không được suy đoán thay: Định Phong." in text
    text = read_text(write_report(material))
    assert "Thôn không có phiếu: Định Phong." in text
    assert f"{COUNTED}/280 (10,00 %) hộ có phiếu được tính" in text
    assert "phiếu thu về, gồm" not in text


def test_the_notice_and_the_announcement_tell_no_number_under_k(material) -> None:
    notice = read_text(write_notice(material))
    assert f"chưa kiểm xong, không tính: Thôn Có Phiếu ({TICKED} phiếu), Thôn Ít Phiếu." in notice
    assert "Thôn không có phiếu: Định Phong." in notice
    said = write_announcement(material)
    assert "Chưa có phiếu nào từ Định Phong." in said
    assert (
        "Còn thôn Có Phiếu có ba mươi sáu phiếu giấy thu về chưa kiểm xong, không tính; "
        "thôn Ít Phiếu có phiếu giấy thu về chưa kiểm xong, không tính." in said
    )
    assert "hộ, tức mười phần trăm, có phiếu được tính" in said


def test_what_is_published_tells_it_and_holds_against_the_record(uncounted) -> None:
    files = uncounted.read_files()
    summary = read_summary(files[SUMMARY])
    assert summary.uncounted == {"19867.02": TICKED, "19867.03": None}
    given = [read_given(SUMMARY, files[SUMMARY]), read_given("record.json", uncounted.read_record().encode())]
    assert [report.differs for report in verify_files(given)] == [[], []]
    plain = json.loads(files[SUMMARY])
    plain["uncounted"] = [["19867.02", TICKED - 1]]
    given[0] = read_given(SUMMARY, json.dumps(plain).encode())
    assert verify_files(given)[0].differs


def test_files_and_records_from_before_it_was_kept_are_read_as_they_were(uncounted, material) -> None:
    plain = json.loads(uncounted.read_record())
    del plain["uncounted"]
    old = read_record(json.dumps(plain))
    assert old.uncounted is None
    facts = replace(material.facts, uncounted=old.uncounted)
    written = write_summary(replace(material.result, facts=facts))
    assert "uncounted" not in json.loads(written)
    read: Summary = read_summary(written)
    assert read.uncounted == {}
