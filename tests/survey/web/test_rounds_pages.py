"""The officer's journey through rounds, slips, posters and papers, page by page."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import delete, select

from survey.domain.clock import now, today
from survey.domain.rule_sets import list_rule_sets
from survey.services.closing import close_round
from survey.store.documents import Document
from survey.store.rounds import Round
from survey.store.staff import AuditEvent
from survey.store.units import HouseholdCount
from tests.servers.pages import check_html
from tests.survey.scans import write_pdf
from tests.survey.web.office import DOCUMENT, Office, create, fields, open_official, page


def test_an_officer_goes_from_draft_to_open(office: Office) -> None:
    browser = office.signed_in("mttq")
    assert "Soạn đợt lấy ý kiến" in page(browser, "/viec-can-lam")
    page(browser, "/dot/moi")
    round_id = create(office, browser)
    assert "DỰ THẢO" in page(browser, f"/dot/{round_id}")
    assert "Ghi văn bản cho phép" in page(browser, "/viec-can-lam")
    assert "Chưa mở được vì" in page(browser, f"/dot/{round_id}/mo")
    answer = browser.post(f"/dot/{round_id}/van-ban", {**DOCUMENT}, page=f"/dot/{round_id}/mo")
    assert answer.status_code == 303
    assert "Đồng ý, mở đợt" in page(browser, f"/dot/{round_id}/mo")
    assert browser.post(f"/dot/{round_id}/mo", page=f"/dot/{round_id}/mo").status_code == 303
    dashboard = page(browser, f"/dot/{round_id}")
    assert re.search(r"[0-9a-f]{64}", dashboard)
    assert "0/12 hộ" in dashboard
    assert "Phát thẻ mã hộ" in page(browser, "/viec-can-lam")


def read_options(text: str, name: str) -> list[tuple[str, str]]:
    """The values and words of a select, in order."""
    (select_,) = re.findall(rf'<select [^>]*name="{name}"[^>]*>(.*?)</select>', text, re.DOTALL)
    return re.findall(r'<option[^>]*value="([^"]*)"[^>]*>([^<]*)', select_)


def test_a_new_draft_offers_what_fits_a_commune_the_current_first(office: Office) -> None:
    shown = page(office.signed_in("mttq"), "/dot/moi")
    questionnaires, rules = read_options(shown, "questionnaire"), read_options(shown, "rules")
    assert [key for key, _words in questionnaires] == ["xa-ntm", "xa-nang-cao", "phan-hoi"]
    assert len({words[:24] for _key, words in questionnaires}) == 3
    assert rules[0][0] == list_rule_sets(today(), "xa")[0].key
    assert rules[-1][0] == ""
    assert not [key for key, _words in rules if "huyen" in key]
    assert f'<option selected value="{rules[0][0]}">' in shown


def test_what_a_new_draft_begins_with_is_accepted(office: Office) -> None:
    browser = office.signed_in("mttq")
    shown = page(browser, "/dot/moi")
    first = {name: read_options(shown, name)[0][0] for name in ("questionnaire", "rules")}
    create(office, browser, **first)


def test_a_draft_on_what_is_no_longer_offered_can_still_be_edited(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = create(office, browser)
    with office.database.write() as session:
        draft = session.get_one(Round, round_id)
        draft.questionnaire_key, draft.rule_set_key = "huyen-2019", "hd90-huyen-2021"
    shown = page(browser, f"/dot/{round_id}/sua")
    assert '<option selected value="huyen-2019">' in shown
    assert '<option selected value="hd90-huyen-2021">' in shown


def test_a_draft_beside_an_open_official_round_says_so_at_once(office: Office) -> None:
    browser = office.signed_in("mttq")
    opened = open_official(office, browser)
    told = page(browser, f"/dot/{create(office, browser, title='Đợt sau')}")
    assert "Đợt chính thức cùng mẫu phiếu còn đang mở" in told
    assert f'<a href="/dot/{opened}">Lấy ý kiến năm nay</a>' in told
    for changes in ({"kind": "drill"}, {"questionnaire": "xa-nang-cao"}):
        assert "còn đang mở" not in page(browser, f"/dot/{create(office, browser, **changes)}")


def test_posters_come_as_pdf(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = open_official(office, browser)
    page(browser, f"/dot/{round_id}/ap-phich")
    for size in ("A3", "A4", "A5"):
        assert browser.get(f"/dot/{round_id}/ap-phich?kho={size}").data.startswith(b"%PDF-")
    with office.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "posters.print")).all()
    assert [(event.unit_id, event.round_id) for event in events] == [(office.units["19867"], round_id)] * 3
    assert all(event.staff_id for event in events)


def test_what_was_typed_is_never_lost(office: Office) -> None:
    browser = office.signed_in("mttq")
    for changes in ({"last_on": "2020-01-01"}, {"starts_on": "hôm nay"}, {"questionnaire": "khac"}):
        answer = browser.post("/dot/moi", fields(office, title="Tên đã gõ", **changes), page="/dot/moi")
        assert answer.status_code == 422
        assert 'value="Tên đã gõ"' in answer.text
        check_html(answer.text)


def test_a_draft_can_be_edited(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = create(office, browser)
    page(browser, f"/dot/{round_id}/sua")
    answer = browser.post(
        f"/dot/{round_id}/sua", fields(office, title="Tên mới"), page=f"/dot/{round_id}/sua"
    )
    assert answer.status_code == 303
    assert "Tên mới" in page(browser, f"/dot/{round_id}")


def test_a_neighbour_sees_nothing_and_cannot_create_here(office: Office) -> None:
    round_id = open_official(office, office.signed_in("mttq"))
    neighbour = office.signed_in("lang-gieng")
    for address in ("", "/mo", "/dong", "/sua", "/the", "/ap-phich", "/lam-lai", "/van-ban"):
        assert neighbour.get(f"/dot/{round_id}{address}").status_code == 404
    assert "Lấy ý kiến năm nay" not in page(neighbour, "/dot/")
    answer = neighbour.post("/dot/moi", fields(office), page="/dot/moi")
    assert answer.status_code == 422


def test_the_province_sees_counts_of_every_commune_and_manages_none(office: Office) -> None:
    round_id = open_official(office, office.signed_in("mttq"))
    province = office.signed_in("tinh")
    assert "Xã Quảng Điền" in page(province, "/dot/")
    assert "Đóng đợt" not in page(province, f"/dot/{round_id}")
    assert province.get(f"/dot/{round_id}/dong").status_code == 404
    assert "Các đợt lấy ý kiến" in page(province, "/viec-can-lam")
    assert "Quản lý tài khoản" in page(office.signed_in("quan-tri"), "/viec-can-lam")


def test_a_commune_without_villages_is_asked_to_import_them(office: Office) -> None:
    assert "Nhập danh sách thôn" in page(office.signed_in("lang-gieng"), "/viec-can-lam")
    with office.database.write() as session:
        session.execute(delete(HouseholdCount))
    browser = office.signed_in("mttq")
    round_id = create(office, browser)
    assert "Thôn Một" in page(browser, f"/dot/{round_id}/mo")


def test_a_round_is_superseded_with_a_reason(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = open_official(office, browser)
    close_round(office.database, round_id, by=None, at=now(), despite="Thử")
    page(browser, f"/dot/{round_id}/lam-lai")
    answer = browser.post(
        f"/dot/{round_id}/lam-lai", {"because": "Nhầm mẫu"}, page=f"/dot/{round_id}/lam-lai"
    )
    assert answer.status_code == 303
    assert "Nhầm mẫu" in page(browser, f"/dot/{round_id}")


def test_a_scan_comes_back_as_a_download(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = create(office, browser)
    document = {**DOCUMENT, "scan": (BytesIO(write_pdf()), "virus.exe")}
    browser.post(f"/dot/{round_id}/van-ban", document, page=f"/dot/{round_id}/mo")
    answer = browser.get(f"/dot/{round_id}/van-ban")
    assert (answer.data, answer.mimetype) == (write_pdf(), "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("paper", ["authorisation", "adoption"])
def test_a_scan_that_does_not_open_is_refused_and_nothing_of_its_paper_is_kept(
    office: Office, paper: str
) -> None:
    browser = office.signed_in("mttq")
    round_id = create(office, browser)
    address, form = {
        "authorisation": (f"/dot/{round_id}/van-ban", f"/dot/{round_id}/mo"),
        "adoption": ("/mau-phieu/xa-ntm/cong-nhan", "/mau-phieu/xa-ntm/cong-nhan"),
    }[paper]
    scan = (BytesIO(b"%PDF-1.4\nhello"), "scan.pdf")
    document = {**DOCUMENT, "scan": scan, "unit": office.units["19867"]}
    refused = browser.post(address, document, page=form)
    assert (refused.status_code, "Không mở được tệp PDF" in refused.text) == (422, True)
    assert f'value="{DOCUMENT["number"]}"' in refused.text
    with office.database.read() as session:
        assert session.scalars(select(Document.id)).all() == []


def test_questionnaires_and_rule_sets_are_shown_with_their_status(office: Office) -> None:
    browser = office.signed_in("mttq")
    rules = list_rule_sets(today(), "xa")[0].key
    assert "DỰ THẢO" in page(browser, "/mau-phieu/")
    assert "DỰ THẢO" in page(browser, "/bo-quy-dinh/")
    page(browser, "/mau-phieu/xa-ntm")
    page(browser, f"/bo-quy-dinh/{rules}")
    assert "xem thử" in page(browser, "/mau-phieu/xa-ntm/xem-thu")
    page(browser, "/mau-phieu/khong-co", 404)
    page(browser, "/bo-quy-dinh/khong-co", 404)


def test_adopting_both_papers_ends_the_draft_mark(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = create(office, browser)
    rules = list_rule_sets(today(), "xa")[0].key
    assert "DỰ THẢO" in page(browser, f"/dot/{round_id}")
    for address in ("/mau-phieu/xa-ntm/cong-nhan", f"/bo-quy-dinh/{rules}/cong-nhan"):
        page(browser, address)
        adopted = {**DOCUMENT, "unit": office.units["19867"]}
        assert browser.post(address, adopted, page=address).status_code == 303
        assert browser.post(address, adopted, page=address).status_code == 422
    assert "DỰ THẢO" not in page(browser, f"/dot/{round_id}")
    assert "Xã Quảng Điền" in page(browser, "/mau-phieu/xa-ntm")


def test_adopting_for_a_unit_of_others_is_refused(office: Office) -> None:
    browser = office.signed_in("mttq")
    address = "/mau-phieu/xa-ntm/cong-nhan"
    answer = browser.post(address, {**DOCUMENT, "unit": office.units["19900"]}, page=address)
    assert answer.status_code == 422
