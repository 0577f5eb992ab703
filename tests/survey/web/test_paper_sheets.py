"""Keying a village's paper over HTTP: two people, blind, nothing lost and nothing overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from survey.domain.permissions import Role
from survey.services.rounds import get_round
from survey.store.units import Unit
from tests.survey.services.paper_keyers import GOOD, OTHER
from tests.survey.web.paper_browser import Office, PaperBrowser, confirm, set_up
from tests.survey.web.staff_browser import Browser, add_staff, run_app


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def office(app: Flask) -> Office:
    return set_up(app)


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


# --- reopening, no paper ---


def test_a_reason_is_asked_for_to_reopen(office: Office) -> None:
    confirm(office)
    for because in ("", " "):
        refused = office.mttq.send({"because": because}, to="/mo-lai")
        assert refused.status_code == 422
        assert re.search(r'role="alert"><strong>Phiếu kiểm chưa mở lại.*href="#because"', refused.text)
        assert re.search(r"<input[^>]* autofocus", refused.text), "and the field is before the eyes"
    assert "Mở lại để sửa" in office.lan.look()
    reopened = office.mttq.post(f"{office.mttq.sheet}/mo-lai", {"because": "Sót một phiếu"})
    assert reopened.location == office.mttq.sheet
    assert "đã mở lại (bản 2)" in office.lan.look(office.lan.list_page)
    assert not office.lan.read()["issued"], "both begin from the paper"


def test_a_reload_of_an_answer_leads_back_to_the_form(office: Office) -> None:
    round_page = f"/dot/{office.opened.round_id}"
    for address, form in {
        f"{office.lan.sheet}/mo-lai": office.lan.sheet,
        f"{office.lan.sheet}/khong-co": office.lan.sheet,
        f"{round_page}/ban-chup": f"{round_page}/cong-bo",
        f"{round_page}/the/huy": f"{round_page}/the",
        f"{round_page}/the/nop-giay/go": f"{round_page}/the/nop-giay",
    }.items():
        answer = office.mttq.browser.get(address)
        assert (answer.status_code, answer.location) == (303, form)


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


def test_villages_without_paper_are_said_to_be_so_in_the_list(office: Office) -> None:
    listed = office.lan.look(office.lan.list_page)
    buttons = re.findall(r'form="no-paper" formaction="([^"]+)"', listed)
    assert buttons == [f"{office.lan.list_page}/{one}/khong-co" for one in office.opened.village_ids]
    office.minh.send({"issued": "1"})
    assert office.lan.browser.post(buttons[1], {}, page=office.lan.list_page).status_code == 303
    listed = office.lan.look(office.lan.list_page)
    assert "Thôn 2 không có phiếu giấy" in listed
    assert "formaction" not in listed, "the other one is being keyed"


def test_the_checklist_leads_to_the_sheets_that_are_missing(office: Office) -> None:
    assert "Mở phiếu kiểm" not in office.mttq.look(f"/dot/{office.opened.round_id}/dong"), (
        "no paper is known of"
    )
    office.lan.send(GOOD, "finish")
    shown = office.mttq.look(f"/dot/{office.opened.round_id}/dong")
    led = re.findall(r'href="([^"]+)">Mở phiếu kiểm', shown)
    assert led == [f"{office.lan.list_page}/{one}" for one in office.opened.village_ids]
    assert f'href="{office.lan.list_page}"' in shown
    assert "Thôn chưa có phiếu kiểm: 1" in office.mttq.look("/viec-can-lam")
    assert "Thôn chờ nhập lại để chốt: 1" in office.mttq.look("/viec-can-lam")


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
    for address in (office.lan.list_page, office.lan.sheet, f"{office.lan.sheet}?cach=tung-phieu"):
        office.lan.look(address + ("&" if "?" in address else "?") + "lang=en")
