"""Keying a village's paper over HTTP: two people, blind, nothing lost and nothing overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.services.closing import close_round
from survey.services.rounds import get_round
from survey.store.engine import Database
from survey.store.slips import SlipBatch
from survey.store.units import Unit
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.paper import LENGTH, SATISFIED, against
from tests.survey.services.paper_keyers import GOOD, OTHER, tick_off
from tests.survey.web.paper_browser import PaperBrowser, sit_down
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app


@dataclass(frozen=True)
class Office:
    """A round whose paper is counted: two of the collecting team, and the Front of the commune."""

    app: Flask
    database: Database
    opened: OpenRound
    lan: PaperBrowser
    minh: PaperBrowser
    mttq: PaperBrowser

    def close(self) -> None:
        close_round(self.database, self.opened.round_id, by=None, at=now(), despite="Thử")


def set_up(app: Flask, **options) -> Office:
    database = database_of(app)
    opened = open_round(database, villages=2, households=40, **options)
    for name, role in (("lan", Role.COLLECTOR), ("minh", Role.COLLECTOR), ("mttq", Role.FRONT_COMMUNE)):
        add_staff(database, name, (role, opened.commune_id))
    return Office(app, database, opened, *(sit_down(app, opened, name) for name in ("lan", "minh", "mttq")))


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def office(app: Flask) -> Office:
    return set_up(app)


def confirm(office: Office) -> None:
    assert office.lan.send(GOOD, "finish").status_code == 303
    assert office.minh.send(GOOD, "finish").status_code == 303


def test_two_people_confirm_a_village(office: Office) -> None:
    assert "Nhập phiếu kiểm" in office.lan.look(office.lan.list_page)
    first = office.lan.send(GOOD, "finish")
    assert first.location == office.lan.sheet
    assert "Phần của ông/bà đã xong" in office.lan.look()
    assert "Nhập lại để chốt" in office.minh.look(office.minh.list_page)
    second = office.minh.send(GOOD, "finish")
    assert second.location == office.minh.list_page
    listed = office.minh.look(office.minh.list_page)
    for words in ("phiếu kiểm đã chốt", "Đã chốt", "1/2", "Cán bộ lan", "Cán bộ minh"):
        assert words in listed


def test_the_second_person_sees_nothing_of_the_first(office: Office) -> None:
    marked = GOOD | {"issued": "4321"}
    office.lan.send(marked, "finish")
    page = office.minh.look()
    assert "Một người đã nhập xong" in page
    assert "4321" not in page.replace(".", "")
    assert not any(office.minh.read().get(name) for name in GOOD)
    assert "4321" not in office.minh.look(office.minh.list_page).replace(".", "")


def test_a_sum_that_is_off_is_named_and_nothing_is_lost(office: Office) -> None:
    wrong = GOOD | {"q03_satisfied": "9", "returned": "6"}
    answer = office.lan.send(wrong, "finish")
    assert answer.status_code == 422
    for words in ('href="#q03_satisfied"', 'id="q03_satisfied-problem"', 'href="#returned"', "phải bằng 3"):
        assert words in answer.text
    for name, value in wrong.items():
        assert re.search(rf'id="{name}" name="{name}" value="{value}"', answer.text), name
    assert {name: office.lan.read()[name] for name in wrong} == wrong, "and it is kept"
    assert office.lan.send(GOOD, "finish").status_code == 303


def test_nonsense_stays_as_it_was_typed(office: Office) -> None:
    answer = office.lan.send({"issued": "mười <b>", "valid": "12,5"}, "finish")
    assert answer.status_code == 422
    assert "mười &lt;b&gt;" in answer.text
    assert office.lan.read()["valid"] == "12,5"


def test_to_save_is_not_to_finish(office: Office) -> None:
    assert office.lan.send({"issued": "10"}).status_code == 303
    assert "Đã lưu" in office.lan.look()
    assert office.lan.read()["issued"] == "10"
    assert "Cán bộ lan" in office.minh.look(), "who is at it is told"
    assert 'name="issued"' not in office.minh.look()


def test_differences_are_shown_to_both_and_to_nobody_else(office: Office) -> None:
    third = office.mttq.read()
    office.lan.send(GOOD, "finish")
    office.minh.send(OTHER, "finish")
    for keyer in (office.lan, office.minh):
        page = keyer.look()
        assert "Hai người nhập lệch nhau ở 3 chỗ" in page
        assert "Cán bộ lan: 3 · Cán bộ minh: 2" in page
        assert "Nội dung 3, Hài lòng" in page
    assert "Xem chỗ lệch" in office.lan.look(office.lan.list_page)
    others = office.mttq.look()
    assert "Hai người nhập lệch nhau" in others
    assert "Nội dung 3" not in others
    pushed_in = office.mttq.post(office.mttq.sheet, {**third, "issued": "7", "step": "save"})
    assert pushed_in.status_code == 409
    assert "Cán bộ lan:" not in pushed_in.text
    assert office.lan.send(OTHER, "finish").location == office.lan.list_page


def test_who_has_finished_may_correct_and_finishes_again(office: Office) -> None:
    office.lan.send(GOOD, "finish")
    page = office.lan.look()
    assert 'name="issued"' not in page
    address = f"{office.lan.sheet}?sua-lai"
    assert address in page
    assert office.lan.read(address)["issued"] == GOOD["issued"]
    assert office.lan.send(OTHER, "finish", way="?sua-lai").status_code == 303
    assert office.minh.send(OTHER, "finish").location == office.minh.list_page


def test_confirmed_totals_are_told_to_who_keyed_them_until_the_close(office: Office) -> None:
    confirm(office)
    told = {name: 'scope="row">1. ' in keyer.look() for name, keyer in keyers(office)}
    assert told == {"lan": True, "minh": True, "mttq": False}
    assert "chỉ hai người nhập được xem" in office.mttq.look()
    office.close()
    assert 'scope="row">1. ' in office.mttq.look()


def keyers(office: Office) -> list[tuple[str, PaperBrowser]]:
    return [("lan", office.lan), ("minh", office.minh), ("mttq", office.mttq)]


# --- two windows ---


def test_another_windows_numbers_are_not_overwritten_unseen(office: Office) -> None:
    lan, older = office.lan, office.lan.read()
    lan.send({"issued": "10", "valid": "7"})
    answer = lan.post(lan.sheet, {**older, "issued": "12", "returned": "9", "step": "save"})
    assert answer.status_code == 409
    told = re.findall(
        r'href="#(\w+)">[^<]+</a></th><td class="number">([^<]+)</td><td class="number">([^<]+)', answer.text
    )
    assert told == [("issued", "12", "10"), ("returned", "9", "–"), ("valid", "–", "7")]
    assert lan.read()["issued"] == "10", "nothing was written"
    sent = re.search(r'name="seen" value="(\d+)"', answer.text)
    assert sent
    again = lan.post(lan.sheet, {**older, "issued": "12", "returned": "9", "step": "save", "seen": sent[1]})
    assert again.status_code == 303, "having seen both, one may choose"
    assert (lan.read()["issued"], lan.read()["valid"]) == ("12", "")


def test_pressing_twice_is_no_conflict(office: Office) -> None:
    fields = {**office.lan.read(), **GOOD, "step": "finish"}
    assert [office.lan.post(office.lan.sheet, fields).status_code for _ in range(2)] == [303, 303]


def test_what_was_typed_survives_a_sheet_that_was_settled_meanwhile(office: Office) -> None:
    older = office.lan.read()
    office.minh.post(f"{office.minh.sheet}/khong-co", {})
    answer = office.lan.post(office.lan.sheet, {**older, **GOOD, "step": "finish"})
    assert answer.status_code == 409
    assert "đã chốt" in answer.text
    assert f'name="issued" value="{GOOD["issued"]}"' in answer.text


def test_a_page_of_the_version_before_is_refused(office: Office) -> None:
    confirm(office)
    office.lan.post(f"{office.lan.sheet}/mo-lai", {"because": "Sót phiếu"})
    stale = {"seen": "0", "version": "1", "way": "totals", **GOOD, "step": "finish"}
    answer = office.lan.post(office.lan.sheet, stale)
    assert answer.status_code == 409
    assert "vừa được mở lại" in answer.text
    assert 'name="version" value="1"' in answer.text, "it is keyed anew from the paper"


def test_what_is_typed_is_saved_in_passing(office: Office) -> None:
    lan, fields = office.lan, office.lan.read()
    first = lan.send({**fields, "issued": "10"}, to="/luu")
    assert (first.status_code, first.json) == (200, {"seen": 1})
    assert lan.send({**fields, "issued": "10"}, to="/luu").json == {"seen": 1}, "the answer had got lost"
    older = lan.send({**fields, "issued": "11"}, to="/luu")
    assert older.status_code == 409
    assert older.json
    assert "cửa sổ" in older.json["problem"]
    assert lan.send({**fields, "issued": "11", "seen": "1"}, to="/luu").json == {"seen": 2}
    assert lan.read()["issued"] == "11"
    assert office.minh.send({**fields, "issued": "1"}, to="/luu").status_code == 409


def test_nothing_is_saved_without_the_pages_token(office: Office) -> None:
    for address in ("", "/luu", "/mo-lai", "/khong-co"):
        assert office.lan.browser.client.post(office.lan.sheet + address, data=GOOD).status_code == 400


# --- ballot by ballot ---

BALLOTS = "?cach=tung-phieu"


def test_ballots_are_keyed_one_by_one(office: Office) -> None:
    lan = office.lan
    lan.send({"ballot": f"{SATISFIED[:5]} {SATISFIED[5:]}"}, "add", way=BALLOTS)
    lan.send({"ballot": against(2), "issued": "7"}, "add")
    lan.send({"ballot": "x1"}, "add")
    lan.send({}, "x:two-options")
    fields = lan.read()
    assert fields["ballots"].split() == [SATISFIED, against(2), "x:blank", "x:two-options"]
    assert (fields["issued"], fields["ballot"]) == ("7", "")
    page = lan.look()
    assert "Phiếu thứ 5" in page
    assert dict(re.findall(r'data-count="(\w+)">(\d+)', page))["valid"] == "2"


def test_a_keyed_ballot_is_corrected_or_taken_out(office: Office) -> None:
    lan = office.lan
    for ballot in (SATISFIED, against(2), "x1"):
        lan.send({"ballot": ballot}, "add", way=BALLOTS)
    assert lan.read(f"{lan.sheet}?phieu=2")["ballot"] == against(2)
    lan.send({"ballot": against(3)}, "add", way="?phieu=2")
    assert lan.read(f"{lan.sheet}?phieu=3")["ballot"] == "x1"
    lan.send({}, "drop", way="?phieu=1")
    assert lan.read()["ballots"].split() == [against(3), "x:blank"]


@pytest.mark.parametrize("typed", ["11", SATISFIED + "1", "3" + SATISFIED[1:], "0" * LENGTH, "x9", "một"])
def test_what_is_no_ballot_stays_in_its_field(office: Office, typed: str) -> None:
    answer = office.lan.send({"ballot": typed, "issued": "7"}, "add", way=BALLOTS)
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert 'name="issued" value="7"' in answer.text
    assert "problem" in answer.text


def test_ballots_close_against_the_totals_of_the_second_person(office: Office) -> None:
    lan, head = office.lan, {"issued": "7", "returned": "5", "set_aside": "1"}
    for ballot in (SATISFIED, against(2), "x1", SATISFIED):
        lan.send({"ballot": ballot}, "add", way=BALLOTS)
    wrong = lan.send(head | {"returned": "6"}, "finish")
    assert wrong.status_code == 422
    assert 'href="#returned"' in wrong.text
    assert lan.read()["ballots"].count(" ") == 3
    assert lan.send(head, "finish").status_code == 303
    assert office.minh.send(GOOD, "finish").location == office.minh.list_page


def test_the_way_of_counting_is_changed_on_purpose(office: Office) -> None:
    lan = office.lan
    lan.send({"ballot": against(2)}, "add", way=BALLOTS)
    lan.send({}, "turn")
    totals = lan.read()
    assert (totals["way"], totals["valid"], totals["q02_not_satisfied"]) == ("totals", "1", "1")
    assert lan.read(f"{lan.sheet}{BALLOTS}")["way"] == "totals", "an address alone drops nothing"
    lan.send({}, "turn")
    assert (lan.read()["way"], lan.read()["ballots"]) == ("ballots", "")


def test_a_forged_list_of_ballots_is_refused(office: Office) -> None:
    fields = {**office.lan.read(f"{office.lan.sheet}{BALLOTS}"), "ballots": "12 x:rumour"}
    assert office.lan.post(f"{office.lan.sheet}/luu", fields).status_code == 422
    assert office.lan.post(office.lan.sheet, {**fields, "step": "save"}).status_code == 400


# --- reopening, no paper ---


def test_a_reason_is_asked_for_to_reopen(office: Office) -> None:
    confirm(office)
    refused = office.mttq.post(f"{office.mttq.sheet}/mo-lai", {"because": " "})
    assert refused.status_code in (400, 422)
    assert "Mở lại để sửa" in office.lan.look()
    reopened = office.mttq.post(f"{office.mttq.sheet}/mo-lai", {"because": "Sót một phiếu"})
    assert reopened.location == office.mttq.sheet
    assert "lần 2" in office.lan.look(office.lan.list_page)
    assert not office.lan.read()["issued"], "both begin from the paper"


def test_after_the_close_only_who_manages_the_round_reopens(office: Office) -> None:
    office.lan.send(GOOD, "finish")
    office.close()
    assert "Chưa chốt khi đóng đợt" in office.lan.look(office.lan.list_page)
    assert "Mở lại" not in office.lan.look()
    assert office.lan.browser.client.post(
        f"{office.lan.sheet}/mo-lai",
        data={"because": "Sửa", "csrf_token": office.lan.browser.token(office.lan.sheet)},
    ).status_code == 403  # fmt: skip
    assert office.mttq.post(f"{office.mttq.sheet}/mo-lai", {"because": "Sửa"}).status_code == 303
    confirm(office)


def test_a_village_without_paper(office: Office) -> None:
    assert "Thôn không có phiếu giấy" in office.lan.look()
    assert office.lan.post(f"{office.lan.sheet}/khong-co", {}).location == office.lan.list_page
    assert "Thôn 1 không có phiếu giấy" in office.lan.look(office.lan.list_page)
    assert "Không có phiếu giấy" in office.lan.look()


# --- stubs ---


def test_stubs_come_first(app: Flask) -> None:
    office = set_up(app, slips=6)
    assert "Nhận thẻ trước" in office.lan.look()
    answer = office.lan.send(GOOD, "finish")
    assert answer.status_code == 422
    assert "mới nhận 0 thẻ" in answer.text
    tick_off(office.database, office.opened, 6)
    assert office.lan.post(f"{office.lan.sheet}/khong-co", {}).status_code == 409
    confirm(office)
    assert "2 thẻ đã nhận mà không có phiếu" in office.mttq.look()


def test_the_page_of_stubs_leads_on_to_the_sheets(app: Flask) -> None:
    office = set_up(app, slips=3)
    with office.database.write() as session:
        session.execute(update(SlipBatch).values(printed_at=now()))
    page = f"/dot/{office.opened.round_id}/the/nop-giay"
    told = office.lan.browser.post(page, {"numbers": "1-4", "step": "write"}, page=page).text
    for unit_id in office.opened.village_ids:
        assert f'href="{office.lan.list_page}/{unit_id}"' in told
    shown = office.lan.look(f"/dot/{office.opened.round_id}")
    assert f'href="{office.lan.list_page}"' in shown
    assert "Thẻ nộp kèm phiếu giấy" in shown


def test_what_waits_is_a_task(app: Flask) -> None:
    office = set_up(app, slips=6)
    assert "Kiểm phiếu giấy" not in office.lan.look("/viec-can-lam")
    tick_off(office.database, office.opened, 6)
    assert "Thôn chưa có phiếu kiểm: 1" in office.lan.look("/viec-can-lam")
    office.lan.send(GOOD, "finish")
    assert "Thôn chờ nhập lại để chốt: 1" in office.minh.look("/viec-can-lam")
    assert "Kiểm phiếu giấy" not in office.lan.look("/viec-can-lam")


# --- who, where, and what the log tells ---


def test_a_round_without_households_has_no_paper(app: Flask) -> None:
    office = set_up(app, kind="pulse")
    assert office.mttq.browser.get(office.mttq.list_page).status_code == 409
    assert office.mttq.list_page not in office.mttq.browser.get(f"/dot/{office.opened.round_id}").text


def test_a_draft_has_no_paper_yet(office: Office) -> None:
    with office.database.write() as session:
        round_ = get_round(session, office.opened.round_id)
        round_.opened_at = round_.snapshot = round_.snapshot_sha256 = None
    for address in (office.lan.list_page, office.lan.sheet):
        assert office.lan.browser.get(address).status_code == 409


def test_a_village_of_nowhere_is_not_found(office: Office) -> None:
    assert office.lan.browser.get(f"{office.lan.list_page}/{office.opened.commune_id}").status_code == 404


def test_the_log_tells_no_answer_before_the_close(office: Office) -> None:
    with office.database.write() as session:
        city = Unit(
            code="46", name="Thành phố Huế", level="province", type="Thành phố", search_name="hue",
            valid_from=date(2025, 7, 1),
        )  # fmt: skip
        session.add(city)
    add_staff(office.database, "quantri", (Role.ADMINISTRATOR, city.id))
    reader = Browser(office.app)
    reader.sign_in("quantri")
    confirm(office)
    log = reader.get("/nhat-ky?viec=paper.confirm").text
    assert "Người nhập thứ nhất: lan" in log
    assert "Số đếm: chưa cho xem khi đợt còn mở" in log
    assert "q02" not in log
    office.close()
    assert "contents.q02.not_satisfied 1" in reader.get("/nhat-ky?viec=paper.confirm").text


def test_the_pages_speak_english(office: Office) -> None:
    for address in (office.lan.list_page, office.lan.sheet, f"{office.lan.sheet}{BALLOTS}"):
        office.lan.look(address + ("&" if "?" in address else "?") + "lang=en")
