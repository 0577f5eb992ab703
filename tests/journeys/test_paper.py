"""Counting paper in a browser: by keys alone, cut off from the network, in two windows, by two people."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey.services.paper_sheets import SheetState
from tests.journeys.camera import hold_before_camera
from tests.journeys.keying import DESK, Keyer, hire, plant, read_typed
from tests.servers.browser import Phone
from tests.servers.screens import find_screen_problems
from tests.survey.paper import SATISFIED, against
from tests.survey.services.paper_keyers import GOOD, OTHER
from tests.survey.web.live_rounds import RoundField


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def people(sqlite_field: RoundField, phone: Phone, script: bool) -> tuple[Keyer, Keyer]:
    """Two at their desks."""
    round_ = plant(sqlite_field)
    first, second = (
        hire(sqlite_field, phone(script=script, viewport=DESK), round_, script=script) for _ in range(2)
    )
    return first, second


@pytest.fixture
def keyer(sqlite_field: RoundField, phone: Phone) -> Keyer:
    """One person with script, who has the sheet open."""
    person = hire(sqlite_field, phone(viewport=DESK), plant(sqlite_field))
    person.open()
    return person


# --- by keys alone ---


def test_two_people_confirm_a_village_without_a_mouse(people: tuple[Keyer, Keyer]) -> None:
    first, second = people
    first.open()
    first.key_totals(GOOD)
    first.finish()
    expect(first.page.locator("main")).to_contain_text("Phần của ông/bà đã xong")
    second.open()
    expect(second.page.locator("main")).to_contain_text("Một người đã nhập xong")
    assert second.page.locator(".cell").evaluate_all("cells => cells.map(one => one.value).join('')") == ""
    second.key_totals(GOOD)
    second.finish()
    expect(second.page.get_by_role("status").first).to_contain_text("phiếu kiểm đã chốt")
    assert second.found.state is SheetState.CONFIRMED


def test_what_two_people_keyed_differently_is_put_right(people: tuple[Keyer, Keyer]) -> None:
    first, second = people
    first.open()
    first.key_totals(GOOD)
    first.finish()
    second.open()
    second.key_totals(OTHER)
    second.finish()
    for keyer in (second, first):
        keyer.open()
        expect(keyer.page.locator("main")).to_contain_text("Hai người nhập lệch nhau ở 3 chỗ")
        expect(
            keyer.page.get_by_role("row", name="Nội dung 3, Hài lòng").get_by_role("cell").first
        ).to_have_text("3")
    first.change(q03_satisfied="2", q03_not_satisfied="1", any_not_satisfied="2")
    first.finish()
    assert first.found.state is SheetState.CONFIRMED
    expect(first.page.locator("main")).to_contain_text("Đã chốt")


def test_a_sum_that_is_off_leads_to_its_cell(people: tuple[Keyer, Keyer]) -> None:
    keyer, _other = people
    keyer.open()
    keyer.key_totals(GOOD | {"q07_satisfied": "1"})
    keyer.finish()
    told = keyer.page.get_by_role("alert")
    expect(told).to_contain_text("phải bằng 3 phiếu hợp lệ")
    told.get_by_role("link", name="Nội dung 7").focus()
    keyer.page.keyboard.press("Enter")
    keyer.page.keyboard.press("Tab" if not keyer.script else "ArrowRight")
    expect(keyer.page.locator("#q07_satisfied")).to_have_value("1")
    keyer.change(q07_satisfied="3")
    keyer.finish()
    assert keyer.found.state is SheetState.TO_CONFIRM


def test_ballots_are_keyed_with_digits_and_enter(people: tuple[Keyer, Keyer]) -> None:
    keyer, _other = people
    keyer.open("?cach=tung-phieu")
    for ballot in (SATISFIED, against(2), "x1", "0" + SATISFIED[1:], "x2"):
        keyer.key_ballot(ballot)
    expect(keyer.page.locator("[data-count=valid]")).to_have_text("3")
    expect(keyer.page.locator("[data-count='invalid_two-options']")).to_have_text("1")
    expect(keyer.page.locator("#ballots li")).to_have_count(5)
    keyer.page.get_by_role("link", name="Sửa 2", exact=True).press("Enter")
    expect(keyer.ballot).to_have_value(against(2))
    keyer.ballot.fill("")
    keyer.ballot.focus()
    keyer.key_ballot(against(2, 3))
    keyer.page.get_by_role("link", name="Sửa 5", exact=True).press("Enter")
    expect(keyer.ballot).to_have_value("x2")
    keyer.page.get_by_role("button", name="Bỏ phiếu này").press("Enter")
    expect(keyer.page.locator("#ballots li")).to_have_count(4)
    keyer.change(issued="6", returned="5", set_aside="1")
    keyer.finish()
    expect(keyer.page.locator("main")).to_contain_text("Phần của ông/bà đã xong")
    assert read_typed(keyer) == {
        **read_typed(keyer), "valid": "3", "invalid_blank": "1", "invalid_two-options": "0",
        "q02_not_satisfied": "1", "q03_not_satisfied": "1", "q01_no_answer": "1", "any_not_satisfied": "1",
    }  # fmt: skip


def test_a_reason_that_is_missing_is_asked_for_where_it_is_typed(people: tuple[Keyer, Keyer]) -> None:
    first, second = people
    first.open()
    first.change(issued="4")
    first.page.locator("#save").focus()
    with first.page.expect_navigation():
        first.page.keyboard.press("Enter")
    second.open()
    page = second.page
    page.get_by_text("Bỏ, nhập lại từ đầu").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Mở lại phiếu kiểm").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Phiếu kiểm chưa mở lại.")
    expect(page.get_by_label("Lý do")).to_be_focused()
    expect(page.get_by_label("Lý do")).to_be_in_viewport()
    page.goto(page.url)
    expect(page).to_have_url(second.url)


# --- with script ---


def test_arrows_move_in_rows_and_columns(keyer: Keyer) -> None:
    focused = keyer.page.locator(":focus")
    keyer.page.locator("#q01_satisfied").focus()
    for key, name in (
        ("ArrowRight", "q01_not_satisfied"), ("ArrowDown", "q02_not_satisfied"),
        ("ArrowLeft", "q02_satisfied"), ("ArrowUp", "q01_satisfied"), ("ArrowUp", "invalid_not-issued"),
        ("ArrowDown", "q01_satisfied"), ("Enter", "q01_not_satisfied"),
    ):  # fmt: skip
        keyer.page.keyboard.press(key)
        expect(focused).to_have_id(name)
    keyer.page.keyboard.type("12")
    for key in ("Home", "ArrowRight", "ArrowRight"):
        keyer.page.keyboard.press(key)
    expect(focused).to_have_id("q01_not_satisfied")
    keyer.page.keyboard.press("ArrowRight")
    expect(focused).to_have_id("q01_no_answer")


def test_sums_stand_beside_the_rows(keyer: Keyer) -> None:
    row = keyer.page.locator("tr", has=keyer.page.locator("#q01_satisfied")).locator(".sum")
    keyer.change(q01_satisfied="2")
    expect(row).to_have_text("cộng 2")
    keyer.change(valid="3")
    expect(row).to_have_text("thiếu 1")
    keyer.change(q01_not_satisfied="3")
    expect(row).to_have_text("thừa 2")
    keyer.change(q01_satisfied="0")
    expect(row).to_have_text("đúng")
    keyer.change(q01_satisfied="1.000")
    expect(row).to_have_text("thừa 1.000")
    keyer.change(any_not_satisfied="4")
    expect(keyer.page.locator(".bounds")).to_have_text("phải từ 3 đến 3")
    expect(keyer.page.locator(".bounds")).to_have_class("bounds off")


def test_the_row_of_a_ballot_says_what_its_key_means(keyer: Keyer) -> None:
    keyer.open("?cach=tung-phieu")
    rows = keyer.page.locator("#keys li")
    keyer.page.keyboard.type("127")
    expect(rows.nth(0).locator("b")).to_have_text("Hài lòng")
    expect(rows.nth(1).locator("b")).to_have_text("Chưa hài lòng")
    expect(rows.nth(2)).to_have_class("now ")
    expect(keyer.page.locator("#ballot-problem")).to_contain_text("“7”")
    keyer.page.keyboard.press("Backspace")
    expect(rows.nth(1).locator("b")).to_have_text("")
    keyer.page.keyboard.press("Enter")
    expect(keyer.page.locator("#ballot-problem")).to_contain_text("đủ 19")
    expect(keyer.ballot).to_have_value("1")
    keyer.page.keyboard.type(SATISFIED[1:])
    for key in ("Home", "ArrowDown", "2"):
        keyer.page.keyboard.press(key)
    expect(keyer.ballot).to_have_value(against(2))
    keyer.page.keyboard.press("Enter")
    expect(keyer.page.locator("#ballots code")).to_have_text("12111 11111 11111 1111")


def test_what_is_typed_is_saved_without_a_button(keyer: Keyer) -> None:
    keyer.change(issued="10", valid="7")
    expect(keyer.state).to_have_text("Chưa lưu.")
    keyer.wait_until_saved()
    assert read_typed(keyer) == {"issued": "10", "valid": "7"}
    assert keyer.page.evaluate("localStorage.length") == 0, "the device keeps no more than it must"
    keyer.page.reload()
    expect(keyer.page.locator("#valid")).to_have_value("7")


# --- stubs ---


def test_stubs_are_scanned_one_after_the_other(sqlite_field: RoundField, phone: Phone) -> None:
    round_ = sqlite_field.plant(slips=3)
    person = hire(sqlite_field, phone(), round_)
    page, address = person.page, f"{round_.server.url}/dot/{round_.id}/the/nop-giay"
    page.goto(address)
    person.sign_in()
    for code in round_.slips[:2]:
        hold_before_camera(page, f"{round_.server.url}/{code.grouped}")
        page.get_by_role("button", name="Quét mã QR trên thẻ").press("Enter")
        expect(page.locator("#numbers")).to_have_value(re.compile(f"{code.grouped}\n$"))
        expect(page.locator("#camera")).to_be_hidden()
    assert find_screen_problems(page) == []
    page.get_by_role("button", name="Xem trước").press("Enter")
    page.get_by_role("button", name="Ghi nhận 2 thẻ").press("Enter")
    expect(page.locator("main")).to_contain_text("Đếm 2 phiếu giấy.")
    page.get_by_role("link", name="Thôn Đông").press("Enter")
    expect(page.locator("main")).to_contain_text("2 thẻ nộp kèm phiếu giấy")


# --- how it looks ---


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_every_page_is_well_drawn(sqlite_field: RoundField, phone: Phone, script: bool) -> None:
    round_ = plant(sqlite_field)
    first, second = (hire(sqlite_field, phone(script=script), round_, script=script) for _ in range(2))
    problems: list[str] = []

    def look(page: Page, name: str) -> None:
        problems.extend(f"{name}: {problem}" for problem in find_screen_problems(page))

    def act(keyer: Keyer, name: str, *does: Callable[[], None]) -> None:
        for one in does:
            one()
        look(keyer.page, name)

    act(first, "ballots", lambda: first.open("?cach=tung-phieu"))
    first.ballot.focus()
    act(first, "ballots keyed", *(lambda keys=keys: first.key_ballot(keys) for keys in (against(2), "x1")))
    if script:
        first.wait_until_saved()
    first.page.goto(first.list_url)
    look(first.page, "list")
    second.open()
    look(second.page, "another is at it")
    first.open()
    act(first, "wrong", lambda: first.change(issued="1", returned="9", set_aside="0"), first.finish)
    act(first, "waiting", lambda: first.change(issued="9", returned="2"), first.finish)
    act(second, "blind", second.open)
    typed = {**GOOD, "issued": "8", "returned": "4", "set_aside": "0"}
    act(second, "totals", lambda: second.key_totals(typed))
    act(second, "differences", second.finish)
    second.page.goto(second.list_url)
    look(second.page, "list with differences")
    assert not problems, "\n".join(problems)
