"""The officer's way from the last ballot to the published result, and back where something was wrong."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from survey.domain.clock import now
from survey.services.closing import close_round, correct_result
from survey.services.paper_keying import reopen_sheet
from survey.services.publishing import list_publications, list_scans
from survey.services.result_records import list_results
from survey.store.staff import Staff
from tests.survey.publishing import SCAN
from tests.survey.scans import write_pdf
from tests.survey.services.paper_keyers import GOOD, Keyer
from tests.survey.web.office import Office, open_official, page
from tests.survey.web.staff_browser import Browser

NOT_YET = "Phiếu kiểm đã chốt lại sau khi ghi kết quả:"
UNSIGNED = "Chưa có bản chụp biên bản đã ký"


def close(browser: Browser, round_id: int, despite: str):
    address = f"/dot/{round_id}/dong"
    return browser.post(address, {"despite": despite}, page=address)


def send_scan(browser: Browser, round_id: int, content: bytes, *, number: str = "01/BB", result: str = "1"):
    scan = FileStorage(BytesIO(content), "b.pdf")
    fields = {"result": result, "number": number, "title": "Biên bản", "scan": scan}
    return browser.upload(f"/dot/{round_id}/ban-chup", fields, page=f"/dot/{round_id}/cong-bo")


@pytest.fixture
def closed(office: Office) -> tuple[Browser, int]:
    browser = office.signed_in("mttq")
    round_id = open_official(office, browser)
    close_round(office.database, round_id, by=None, at=now(), despite="Bão lũ")
    return browser, round_id


def test_the_checklist_names_what_is_open_and_asks_for_a_reason(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = open_official(office, browser)
    shown = page(browser, f"/dot/{round_id}/dong")
    assert "Đợt còn nhận phiếu đến" in shown
    assert "Tỷ lệ hộ tham gia mới đạt 0,00" in shown
    refused = close(browser, round_id, "  ")
    assert refused.status_code == 422
    assert "ghi rõ lý do" in refused.text
    assert close(browser, round_id, "Bão lũ").status_code == 303
    assert "Bão lũ" in page(browser, f"/dot/{round_id}")
    assert "Ký và công bố" in page(browser, "/viec-can-lam")


def test_a_result_is_published_once_the_minutes_are_there(
    office: Office, closed: tuple[Browser, int]
) -> None:
    browser, round_id = closed
    address = f"/dot/{round_id}/cong-bo"
    page(browser, address)
    assert "Tải bản chụp biên bản đã ký lên rồi mới công bố được." in page(browser, address)
    refused = browser.post(address, page=f"{address}/xac-nhan")
    assert (refused.status_code, UNSIGNED in refused.text) == (409, True)
    assert send_scan(browser, round_id, SCAN).status_code == 303
    assert f'href="{address}/xac-nhan"' in page(browser, address)
    assert browser.post(address, page=f"{address}/xac-nhan").status_code == 303
    assert "đã công bố" in page(browser, f"/dot/{round_id}")
    again = browser.post(address, page="/dot/moi")
    assert (again.status_code, "đã công bố rồi" in again.text) == (409, True)
    assert "Soạn đợt lấy ý kiến" in page(browser, "/viec-can-lam")


def test_publishing_asks_once_more_on_a_page_that_publishes_nothing(
    office: Office, closed: tuple[Browser, int]
) -> None:
    browser, round_id = closed
    address = f"/dot/{round_id}/cong-bo"
    send_scan(browser, round_id, SCAN)
    assert ">Công bố kết quả</button>" not in page(browser, address)
    page(browser, f"{address}/xac-nhan")
    with office.database.read() as session:
        assert list_publications(session, round_id) == []
    assert office.signed_in("lang-gieng").get(f"{address}/xac-nhan").status_code == 404
    assert browser.post(address, page=f"{address}/xac-nhan").status_code == 303
    again = browser.get(f"{address}/xac-nhan")
    assert (again.status_code, again.location) == (303, address)


def test_a_scan_that_is_none_is_refused_and_what_was_typed_stays(
    office: Office, closed: tuple[Browser, int]
) -> None:
    browser, round_id = closed
    for content in (b"", b"PK\x03\x04 a document", b"%PDF-1.4\nhello", write_pdf(padding=bytes(2**22))):
        refused = send_scan(browser, round_id, content, number="số đã gõ")
        assert refused.status_code == 422
        assert 'value="số đã gõ"' in refused.text
    with office.database.read() as session:
        assert list_scans(session, round_id) == []


def test_a_scan_comes_back_to_those_in_charge_alone(office: Office, closed: tuple[Browser, int]) -> None:
    browser, round_id = closed
    send_scan(browser, round_id, SCAN)
    with office.database.read() as session:
        (scan,) = list_scans(session, round_id)
    address = f"/dot/{round_id}/ban-chup/{scan.document_id}"
    answer = browser.get(address)
    assert (answer.data, answer.mimetype) == (SCAN, "application/pdf")
    assert browser.get(f"/dot/{round_id}/ban-chup/{scan.document_id + 1}").status_code == 404
    assert office.signed_in("lang-gieng").get(address).status_code == 404


def test_a_correction_needs_a_sheet_counted_anew(office: Office, closed: tuple[Browser, int]) -> None:
    browser, round_id = closed
    address = f"/dot/{round_id}/sua-ket-qua"
    assert "Chưa có phiếu kiểm nào được mở lại" in page(browser, address)
    with office.database.write() as session:
        reopen_sheet(session, round_id, office.units["19867.01"], because="Bỏ sót phiếu", by=None)
    assert "Thôn Một" in page(browser, address)
    refused = browser.post(address, {"because": "Bỏ sót phiếu"}, page=address)
    assert (refused.status_code, "chưa được hai người chốt" in refused.text) == (409, True)
    with office.database.read() as session:
        assert [one.number for one in list_results(session, round_id)] == [1]


def test_a_corrected_result_asks_for_minutes_of_its_own(office: Office, closed: tuple[Browser, int]) -> None:
    browser, round_id = closed
    address = f"/dot/{round_id}/cong-bo"
    send_scan(browser, round_id, SCAN)
    assert "Bản kết quả 1:" in page(browser, address)
    with office.database.write() as session:
        reopen_sheet(session, round_id, office.units["19867.01"], because="Bỏ sót phiếu", by=None)
        people = session.scalars(select(Staff.id).limit(2)).all()
    assert NOT_YET not in page(browser, f"/dot/{round_id}")
    for person in people:
        Keyer(office.database, round_id, office.units["19867.01"], person).finish(GOOD)
    for place in (f"/dot/{round_id}", f"/dot/{round_id}/kiem-phieu"):
        told = page(browser, place)
        assert f"{NOT_YET} Thôn Một." in told
        assert f'href="/dot/{round_id}/sua-ket-qua"' in told
    assert "đã chốt lại, kết quả thì chưa đổi" in page(browser, "/viec-can-lam")
    correct_result(office.database, round_id, because="Bỏ sót phiếu", by=None, at=now())
    assert NOT_YET not in page(browser, f"/dot/{round_id}")
    assert "Bản kết quả 2 chưa công bố." in page(browser, "/viec-can-lam")
    assert "không phải của bản kết quả 2" in page(browser, address)
    refused = browser.post(address, page=address)
    assert (refused.status_code, f"{UNSIGNED} của bản kết quả 2" in refused.text) == (409, True)
    late = send_scan(browser, round_id, SCAN, result="1")
    assert (late.status_code, "nay bản kết quả hiện hành là bản 2" in late.text) == (422, True)
    assert send_scan(browser, round_id, SCAN, result="2").status_code == 303
    assert "Bản kết quả 2:" in page(browser, address)
    assert browser.post(address, page=address).status_code == 303


def test_a_round_that_was_set_aside_says_so(office: Office, closed: tuple[Browser, int]) -> None:
    browser, round_id = closed
    address = f"/dot/{round_id}/lam-lai"
    assert browser.post(address, {"because": "Nhầm mẫu"}, page=address).status_code == 303
    assert "Nhầm mẫu" in page(browser, f"/dot/{round_id}/cong-bo")


def test_before_the_close_there_is_nothing_to_sign_or_correct(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = open_official(office, browser)
    assert "chưa có kết quả" in page(browser, f"/dot/{round_id}/cong-bo")
    assert "chưa có kết quả" in page(browser, f"/dot/{round_id}/sua-ket-qua")
