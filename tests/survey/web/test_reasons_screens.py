"""The pages of reasons, themes and actions on a phone without script: they fit, and axe finds nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from survey.domain.clock import now, today
from survey.domain.permissions import Role
from survey.services.closing import close_round
from tests.servers.pages import check_html
from tests.servers.screens import find_screen_problems
from tests.survey.services.reason_stories import WRITTEN, write
from tests.survey.web.live_rounds import RoundField
from tests.survey.web.staff_browser import PASSWORD, add_staff

LONG = "Đườngrấtlàdàikhôngcódấucách" * 6


@pytest.fixture(scope="module")
def staffed(field: RoundField) -> RoundField:
    add_staff(field.database, "mttq", (Role.FRONT_COMMUNE, field.commune_id))
    return field


def look(page: Page, name: str) -> None:
    check_html(page.content())
    problems = find_screen_problems(page)
    assert not problems, "\n".join([name, *problems])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"


def follow(page: Page, role: Literal["link", "button"], name: str) -> None:
    """Click, and wait for the page that answers: without script nothing else tells that it has come."""
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).first.click()


def test_an_officer_moderates_edits_themes_and_plans(staffed: RoundField, plain_page: Page) -> None:
    page, url = plain_page, staffed.server.url
    round_ = staffed.plant(kind="drill", slips=0)
    write(staffed.database, round_.id, *WRITTEN, ("q02", LONG))
    page.goto(f"{url}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill("mttq")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    follow(page, "button", "Đăng nhập")
    page.goto(f"{url}/dot/{round_.id}")
    follow(page, "link", "Nhập ý kiến trên phiếu giấy")
    look(page, "paper")
    page.get_by_label("Ý kiến, mỗi ý kiến một dòng").fill("x" * 501)
    follow(page, "button", "Ghi ý kiến")
    look(page, "paper-wrong")
    close_round(staffed.database, round_.id, by=None, at=now(), despite="Thử")
    page.goto(f"{url}/dot/{round_.id}/y-kien")
    look(page, "overview")
    follow(page, "link", "Duyệt 4 ý kiến")
    look(page, "texts")
    page.get_by_label("Câu bà con sẽ đọc").first.fill("Đã sửa")
    follow(page, "button", "Ghi các câu đã chọn")
    look(page, "texts-wrong")
    page.get_by_label("Cho hiện", exact=True).first.check()
    follow(page, "button", "Cho hiện tất cả câu đã che tự động trên trang này")
    expect(page.get_by_role("main")).to_contain_text("Đã ghi 4 câu.")
    look(page, "none left")
    follow(page, "link", "Đang cho hiện: 4")
    look(page, "shown")
    page.goto(f"{url}/don-vi/{staffed.commune_id}/chu-de")
    page.get_by_label("Thử với một câu").fill("duong lay")
    follow(page, "button", "Xem thuộc chủ đề nào")
    expect(page.get_by_role("status")).to_have_text("Câu này thuộc: Đường giao thông")
    look(page, "themes")
    page.get_by_label("Danh sách chủ đề và từ khóa").fill("sai")
    follow(page, "button", "Ghi danh sách")
    look(page, "themes-wrong")
    page.goto(f"{url}/dot/{round_.id}/viec-se-lam")
    look(page, "no action")
    follow(page, "link", "Thêm việc")
    follow(page, "button", "Ghi việc này")
    look(page, "action-wrong")
    page.get_by_label("Việc sẽ làm").fill("Rải đá cấp phối 2 km đường thôn Đông")
    page.get_by_label("Ai chịu trách nhiệm").fill("UBND xã")
    page.get_by_label("Xong trước hết ngày").fill((today() + timedelta(days=30)).isoformat())
    follow(page, "button", "Ghi việc này")
    expect(page.get_by_role("main")).to_contain_text("Đã ghi việc sẽ làm.")
    look(page, "actions")
