"""The flags as the province and the commune's Front see them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from survey.domain.clock import today
from survey.domain.permissions import PERMISSIONS, Permission, Role
from survey.store.ballots import MarkCount
from survey.store.units import Unit
from tests.analytics.season import answer_all, close, drop_ballots
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser, add_staff

ODD_ROW = answer_all(against=("q03", "q07", "q11"))


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """The round lies in a province that has its own Front and committee."""
    with run_house(database_url) as made:
        with made.database.write() as session:
            province = Unit(
                code="46", name="Thành phố Huế", level="province", type="Thành phố",
                search_name="hue", valid_from=today(),
            )  # fmt: skip
            session.add(province)
            session.flush()
            session.get_one(Unit, made.opened.commune_id).parent_id = province.id
            province_id = province.id
        add_staff(made.database, "mttq.tinh", (Role.FRONT_PROVINCE, province_id))
        add_staff(made.database, "ubnd.tinh", (Role.COMMITTEE_PROVINCE, province_id))
        yield made


def plant_flags(house: House) -> None:
    village = house.opened.village_ids[0]
    ballots = [(village, "online", ODD_ROW)] * 11 + [(village, "online", answer_all())] * 34
    drop_ballots(house.database, house.opened.round_id, ballots)
    with house.database.write() as session:
        session.add(MarkCount(round_id=house.opened.round_id, mark="honeypot", ballots=4))


def page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    check_html(answer.text)
    return answer.text


def test_who_reads_flags() -> None:
    readers = {role for role, held in PERMISSIONS.items() if Permission.READ_FLAGS in held}
    assert readers == {Role.FRONT_COMMUNE, Role.FRONT_PROVINCE, Role.COMMITTEE_PROVINCE}


@pytest.mark.parametrize("username", ["mttq.tinh", "ubnd.tinh", "mttq.xa"])
def test_the_province_and_the_round_s_own_front_see_what_was_seen_and_what_it_may_mean(
    house: House, username
) -> None:
    plant_flags(house)
    browser, address = house.signed_in(username), f"/dot/{house.opened.round_id}/dau-hieu"
    shown = page(browser, address)
    assert "Phiếu có dấu của máy tự động" in shown
    assert "4 phiếu điền cả ô mà mắt thường không thấy." in shown
    assert "Thôn có đủ mọi hộ gửi phiếu" in shown
    assert "giống hệt nhau ở mọi câu" not in shown
    assert "Dấu hiệu từ câu trả lời, trong đó có phiếu giống hệt nhau, được xét khi đóng đợt." in shown
    close(house.database, house.opened)
    shown = page(browser, address)
    assert "được xét khi đóng đợt." not in shown
    assert "<strong>Thôn 1</strong>: Có từ 10 phiếu trở lên giống hệt nhau ở mọi câu." in shown
    assert "Có thể chỉ là" in shown
    assert "không phải kết luận có sai phạm" in shown
    assert "Bản dự thảo" in shown
    listed = page(browser, "/dau-hieu")
    assert "Nhiều phiếu giống hệt nhau (1)" in listed
    assert f'href="{address}"' in listed
    assert "Dấu hiệu cần xem" in page(browser, "/viec-can-lam")


def test_a_round_without_a_flag_says_so(house: House) -> None:
    assert "Chưa thấy dấu hiệu nào." in page(
        house.signed_in("mttq.tinh"), f"/dot/{house.opened.round_id}/dau-hieu"
    )
    assert "Chưa thấy dấu hiệu nào." in page(house.signed_in("mttq.tinh"), "/dau-hieu")


def test_nobody_else_sees_them(house: House) -> None:
    plant_flags(house)
    neighbour = house.signed_in("mttq.khac")
    assert neighbour.get(f"/dot/{house.opened.round_id}/dau-hieu").status_code == 404
    assert "Quảng Điền" not in page(neighbour, "/dau-hieu")
    for username in ("ubnd.xa", "phantich", "to.lay.ykien"):
        browser = house.signed_in(username)
        assert browser.get(f"/dot/{house.opened.round_id}/dau-hieu").status_code == 404
        assert browser.get("/dau-hieu").status_code == 403
        assert "/dau-hieu" not in browser.get("/viec-can-lam").text
