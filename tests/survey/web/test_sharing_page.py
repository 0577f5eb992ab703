"""The officer's page with everything that spreads a round, and its two text files."""

from __future__ import annotations

from collections.abc import Iterator

import html5lib
import pytest

from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.services.closing import close_round
from survey.services.rounds import get_round
from survey.services.sharing import build_kit
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser, add_staff


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with run_house(database_url) as made:
        yield made


def read_page(browser: Browser, round_id: int) -> str:
    answer = browser.get(f"/dot/{round_id}/chia-se")
    assert answer.status_code == 200, answer.text
    check_html(answer.text)
    return answer.text


def test_the_page_holds_every_village_s_message_and_the_announcement_to_copy(house: House) -> None:
    page = read_page(house.signed_in("mttq.xa"), house.opened.round_id)
    boxes = list(html5lib.parse(page, namespaceHTMLElements=False).iter("textarea"))
    with house.database.read() as session:
        kit = build_kit(session, "http://localhost", get_round(session, house.opened.round_id))
    assert [box.text for box in boxes] == [*(message.text for message in kit.messages), kit.announcement]
    assert all("readonly" in box.attrib for box in boxes)
    for size in ("A3", "A4", "A5"):
        assert f"/dot/{house.opened.round_id}/ap-phich?kho={size}" in page


def test_both_texts_are_files_that_any_editor_opens(house: House) -> None:
    browser = house.signed_in("mttq.xa")
    for name in ("tin-nhan", "bai-phat-thanh"):
        answer = browser.get(f"/dot/{house.opened.round_id}/chia-se/{name}.txt")
        assert answer.content_type == "text/plain; charset=utf-8"
        assert "attachment" in answer.headers["Content-Disposition"]
        text = answer.data.decode("utf-8-sig")
        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert "xã Quảng Điền" in text
        assert "\n" not in text.replace("\r\n", "")


def test_the_round_s_page_leads_there_while_it_is_open(house: House) -> None:
    browser, round_id = house.signed_in("mttq.xa"), house.opened.round_id
    link = f'href="/dot/{round_id}/chia-se"'
    assert link in browser.get(f"/dot/{round_id}").text
    close_round(house.database, round_id, by=None, at=now(), despite="Thử")
    assert link not in browser.get(f"/dot/{round_id}").text
    assert browser.get(f"/dot/{round_id}/chia-se").status_code == 409


def test_it_is_for_those_who_print_posters(house: House) -> None:
    add_staff(house.database, "ubnd", (Role.COMMITTEE_COMMUNE, house.opened.commune_id))
    round_id = house.opened.round_id
    assert house.signed_in("ubnd").get(f"/dot/{round_id}/chia-se").status_code == 200
    for stranger in ("mttq.khac", "phantich", "to.lay.ykien"):
        browser = house.signed_in(stranger)
        for path in ("chia-se", "chia-se/tin-nhan.txt", "chia-se/bai-phat-thanh.txt"):
            assert browser.get(f"/dot/{round_id}/{path}").status_code == 404


def test_an_abbreviation_that_would_be_read_out_is_pointed_at(house: House) -> None:
    browser, round_id = house.signed_in("mttq.xa"), house.opened.round_id
    assert "chữ viết tắt" not in read_page(browser, round_id)
    with house.database.write() as session:
        get_round(session, round_id).contact = "HTX Đông Phú"
    assert "Trong bài còn chữ viết tắt: HTX." in read_page(browser, round_id)
