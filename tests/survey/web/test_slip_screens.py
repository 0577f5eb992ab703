"""The slips' pages on a phone without script: they fit, and axe finds nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.store.slips import KeptPrint, Slip
from tests.servers.pages import check_accessibility, check_html
from tests.survey.web.live_rounds import RoundField
from tests.survey.web.staff_browser import PASSWORD, add_staff


@pytest.fixture(scope="module")
def staffed(field: RoundField) -> RoundField:
    add_staff(field.database, "mttq", (Role.FRONT_COMMUNE, field.commune_id))
    return field


def look(page: Page, name: str) -> None:
    check_html(page.content())
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"


def follow(page: Page, role: Literal["link", "button"], name: str) -> None:
    """Click, and wait for the page that answers: without script nothing else tells that it has come."""
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).click()


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill("mttq")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    follow(page, "button", "Đăng nhập")


def test_an_officer_prints_replaces_and_takes_back(staffed: RoundField, plain_page: Page) -> None:
    page, round_ = plain_page, staffed.plant(slips=0)
    sign_in(page, staffed.server.url)
    page.goto(f"{staffed.server.url}/dot/{round_.id}")
    follow(page, "link", "Phát thẻ mã hộ")
    look(page, "issue")
    page.get_by_label("Số thẻ", exact=True).fill("0")
    follow(page, "button", "Phát thẻ")
    look(page, "issue-wrong")
    page.get_by_label("Số thẻ", exact=True).fill("24")
    page.get_by_label("10 thẻ").check()
    follow(page, "button", "Phát thẻ")
    look(page, "waiting")
    with page.expect_download() as found:
        page.get_by_role("link", name="Tải thẻ (PDF)").click()
    assert found.value.suggested_filename.endswith(".pdf")
    follow(page, "button", "Đã in xong")
    look(page, "printed")
    page.get_by_text("Mất tệp PDF hoặc mất tờ in?").click()
    follow(page, "button", "Hủy lô và phát lại")
    expect(page.get_by_role("main")).to_contain_text("Lô cũ đã hủy")
    with staffed.database.write() as session:
        session.execute(update(KeptPrint).values(expires_at=now() - timedelta(minutes=1)))
        session.execute(
            update(Slip)
            .where(Slip.round_id == round_.id, Slip.number == 30)
            .values(state="used", channel="online")
        )
    page.reload()
    look(page, "expired")
    page.goto(f"{staffed.server.url}/dot/{round_.id}/the")
    look(page, "batches")
    page.goto(f"{staffed.server.url}/dot/{round_.id}")
    follow(page, "link", "Nhận phiếu giấy")
    look(page, "returns")
    page.get_by_label("Số thẻ của các hộ").fill("2, 26-32, 99")
    follow(page, "button", "Xem trước")
    look(page, "return-preview")
    follow(page, "button", "Ghi nhận 6 thẻ")
    look(page, "returned")
    expect(page.get_by_role("main")).to_contain_text("Đếm 6 phiếu giấy.")
    expect(page.get_by_role("main")).to_contain_text("Để riêng 1 phiếu, không đếm.")
