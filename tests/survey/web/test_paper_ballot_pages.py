"""Paper ballot by ballot over HTTP, after the stubs are ticked off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from survey.domain.clock import now
from survey.domain.codes import new_slip_code
from survey.store.slips import Slip, SlipBatch
from tests.servers.pages import check_html
from tests.survey.paper import LENGTH, SATISFIED, against
from tests.survey.services.paper_keyers import GOOD, tick_off
from tests.survey.web.paper_browser import Office, confirm, set_up
from tests.survey.web.staff_browser import run_app


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def office(app: Flask) -> Office:
    return set_up(app)


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


# --- stubs ---


def test_stubs_come_first(app: Flask) -> None:
    office = set_up(app, slips=6)
    told = re.search(r'<div class="notice warn">.*?Nhận thẻ trước.*?</div>', office.lan.look(), re.DOTALL)
    assert told
    assert f'action="{office.lan.sheet}/khong-co"' in told[0], "or there is no paper at all"
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


def test_stubs_are_scanned_as_well_as_typed(app: Flask) -> None:
    office = set_up(app, slips=4)
    with office.database.write() as session:
        session.execute(update(SlipBatch).values(printed_at=now()))
    first, second = (office.opened.slips[unit_id] for unit_id in office.opened.village_ids)
    page = f"/dot/{office.opened.round_id}/the/nop-giay"
    scanned = f"1\nhttp://localhost/{first[1].grouped}\n{second[0].text.lower()}"
    looked = office.lan.browser.post(page, {"numbers": scanned}, page=page)
    assert "Ghi nhận 3 thẻ" in looked.text
    told = office.lan.browser.post(page, {"numbers": scanned, "step": "write"}, page=page)
    assert "Thẻ số: 1–2, 5" in told.text
    for strange in (new_slip_code(first[0].tag).grouped, new_slip_code("ZZZ").grouped):
        refused = office.lan.browser.post(page, {"numbers": f"3 {strange}", "step": "write"}, page=page)
        assert refused.status_code == 422
        assert f"không có thẻ mang mã {strange}" in refused.text
    mistyped = first[2].text[:-1] + ("0" if first[2].text[-1] != "0" else "1")
    refused = office.lan.browser.post(page, {"numbers": mistyped}, page=page)
    assert refused.status_code == 422
    assert mistyped in refused.text, "what was typed stays"


def test_numbers_are_told_before_and_after_they_are_written(app: Flask) -> None:
    office = set_up(app, slips=4)
    with office.database.write() as session:
        session.execute(update(SlipBatch).values(printed_at=now()))
        session.execute(update(Slip).where(Slip.number.in_([2, 3, 5])).values(state="used", channel="online"))
    page, typed = f"/dot/{office.opened.round_id}/the/nop-giay", {"numbers": "1-6, 500"}
    preview = office.lan.browser.post(page, typed, page=page).text
    check_html(preview)
    told = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", preview))
    assert told == {
        "Thôn 1": "2 thẻ sẽ ghi nhận", "Thôn 2": "1 thẻ sẽ ghi nhận", "Sẽ ghi nhận": "3 (thẻ số 1, 4, 6)",
        "Đã trả lời cách khác: để phiếu riêng, không đếm": "3 (thẻ số 2–3, 5)",
        "Đợt này không có thẻ mang số ấy": "1 (thẻ số 500)",
    }  # fmt: skip
    written = office.lan.browser.post(page, {**typed, "step": "write"}, page=page).text
    assert re.search(
        r"để riêng, không tính” của phiếu kiểm:\s*Thôn 1 <strong>2</strong> ·\s*Thôn 2 <strong>1<", written
    )


def test_what_waits_is_a_task(app: Flask) -> None:
    office = set_up(app, slips=6)
    assert "Kiểm phiếu giấy" not in office.lan.look("/viec-can-lam")
    tick_off(office.database, office.opened, 6)
    assert "Thôn chưa có phiếu kiểm: 2" in office.lan.look("/viec-can-lam"), "the close asks for both"
    office.lan.post(f"{office.lan.list_page}/{office.opened.village_ids[1]}/khong-co", {})
    assert "Thôn chưa có phiếu kiểm: 1" in office.lan.look("/viec-can-lam")
    office.lan.send(GOOD, "finish")
    assert "Thôn chờ nhập lại để chốt: 1" in office.minh.look("/viec-can-lam")
    assert "Kiểm phiếu giấy" not in office.lan.look("/viec-can-lam")
