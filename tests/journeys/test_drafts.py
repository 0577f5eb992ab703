"""What a phone remembers while a page is filled in, and that it forgets it for the next household."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from survey.store.ballots import Box
from tests.journeys.device import (
    BROKEN,
    SEND,
    THANKS,
    answer_all,
    await_kept_page,
    await_network,
    check_counted,
    choose,
    cut,
    expect_thanks,
    expect_waiting,
    lift_limits,
    list_kept,
    reconnect,
)
from tests.journeys.test_resident import check_page
from tests.servers.browser import Phone
from tests.survey.web.live_rounds import RoundField

DRESSES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "320 px": {"viewport": {"width": 320, "height": 640}},
}


@pytest.fixture(scope="module")
def field(sqlite_field: RoundField) -> RoundField:
    return sqlite_field


def test_a_draft_survives_a_reload_with_its_reasons(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    choose(page, "q01", "not_satisfied")
    page.fill("#q01_reason", "Đường lầy 😀 & bụi = 100%\nhai dòng")
    choose(page, "q02", "satisfied")
    key = page.locator("[name=key]").input_value()
    page.reload()
    expect(page.locator("#q01-not_satisfied")).to_be_checked()
    expect(page.locator("#q01_reason")).to_have_value("Đường lầy 😀 & bụi = 100%\nhai dòng")
    expect(page.locator("input:checked")).to_have_count(2)
    expect(page.locator("#progress")).to_have_text("Đã lấy lại phần làm dở: 2 trên 19 câu")
    assert page.locator("[name=key]").input_value() == key
    page.locator(SEND).tap()
    check_counted(field, round_, expect_thanks(page))
    assert field.read_reasons(round_) == [{"q01": "Đường lầy 😀 & bụi = 100%\nhai dòng"}]
    assert [one for one in list_kept(page) if "static" not in one] == []


def test_a_slips_draft_survives_its_tab(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    context = page.context
    page.goto(round_.slip_url)
    answer_all(page)
    page.close()
    page = context.new_page()
    page.goto(round_.slip_url)
    expect(page.locator("input:checked")).to_have_count(19)
    page.get_by_role("button", name="Bỏ phần làm dở, làm lại từ đầu").tap()
    expect(page.locator("input:checked")).to_have_count(0)
    page.reload()
    expect(page.locator("input:checked")).to_have_count(0)


def test_a_posters_draft_ends_with_its_tab(field: RoundField, page: Page) -> None:
    """The next person scans the same poster with the same phone."""
    round_ = field.plant(kind="pulse")
    page.goto(round_.poster_url)
    choose(page, "q01", "5")
    page.reload()
    expect(page.locator("#q01-5")).to_be_checked()
    other = page.context.new_page()
    other.goto(round_.poster_url)
    expect(other.locator("input:checked")).to_have_count(0)


def test_a_draft_of_yesterday_is_forgotten(field: RoundField, page: Page) -> None:
    round_, other = field.plant(), field.plant()
    page.goto(round_.slip_url)
    answer_all(page)
    [name] = [one for one in list_kept(page) if "draft" in one]
    page.evaluate(
        """name => {
          const draft = JSON.parse(localStorage.getItem(name));
          draft.at -= 24 * 3600 * 1000 + 1000;
          localStorage.setItem(name, JSON.stringify(draft));
        }""",
        name,
    )
    page.goto(other.slip_url)
    assert [one for one in list_kept(page) if "draft" in one] == []
    page.goto(round_.slip_url)
    expect(page.locator("input:checked")).to_have_count(0)


def test_a_damaged_draft_stops_nothing(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    for damage in ("{", "null", '{"at": 9e99, "body": "q01=satisfied"}', '{"at": 1, "body": 7}'):
        page.evaluate(
            "([name, text]) => localStorage.setItem(name, text)",
            [f"longdan-draft:{round_.slips[0].grouped}", damage],
        )
        page.reload()
        expect(page.locator("input:checked")).to_have_count(0)
    answer_all(page)
    page.locator(SEND).tap()
    check_counted(field, round_, expect_thanks(page))


def test_the_next_household_starts_clean(field: RoundField, page: Page) -> None:
    round_ = field.plant(slips=2)
    receipts = []
    for code in round_.slips:
        page.goto(round_.url(code))
        expect(page.locator("input:checked")).to_have_count(0)
        answer_all(page)
        page.locator(SEND).tap()
        receipts.append(expect_thanks(page))
        page.get_by_role("link", name="Hộ khác trả lời").tap()
        expect(page.locator("#code")).to_have_value("")
        assert [one for one in list_kept(page) if "static" not in one] == []
    check_counted(field, round_, *receipts)


@pytest.mark.parametrize("way", ["sent", "waited", "plain"])
def test_going_back_shows_no_answer(field: RoundField, page: Page, way: str) -> None:
    round_ = field.plant()
    if way == "plain":
        page.add_init_script(BROKEN["nothing may be kept"])
    page.goto(field.server.url)
    page.fill("#code", round_.slips[0].text)
    page.locator("main .button").tap()
    expect(page.locator("fieldset")).to_have_count(19)
    answer_all(page, "not_satisfied")
    page.fill("#q01_reason", "bí mật")
    if way == "waited":
        cut(page.context)
    page.locator(SEND).tap()
    if way == "waited":
        expect_waiting(page)
        reconnect(page.context)
    receipt = expect_thanks(page)
    page.get_by_role("link", name="Hộ khác trả lời").tap()
    expect(page.locator("#code")).to_be_visible()
    for _ in range(3):
        page.go_back()
        expect(page.locator("input:checked")).to_have_count(0)
        expect(page.get_by_text("bí mật")).to_have_count(0)
    check_counted(field, round_, receipt)


def test_going_back_on_a_poster_starts_clean(field: RoundField, page: Page) -> None:
    round_ = field.plant(kind="pulse")
    page.goto(field.server.url)
    page.goto(round_.poster_url)
    choose(page, "q01", "1")
    page.locator(SEND).tap()
    first = expect_thanks(page)
    page.get_by_role("link", name="Người khác trả lời").tap()
    expect(page.locator("#ballot")).to_be_visible()
    choose(page, "q01", "2")
    page.goto(field.server.url)
    page.go_back()
    expect(page.locator("#q01-2")).to_be_checked()
    page.locator(SEND).tap()
    expect(page.locator("h1")).to_have_text(THANKS)
    expect(page.locator(".receipt")).not_to_have_text(first)
    assert field.count(Box, round_) == 2
    page.goto(field.server.url)
    page.go_back()
    expect(page.locator("main")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    assert field.count(Box, round_) == 2


def test_too_long_a_page_can_be_shortened(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    answer_all(page, "not_satisfied")
    lift_limits(page)
    page.locator("#q01_reason").evaluate("(one, text) => one.value = text", "ý " * 700_000)
    page.fill("#q02_reason", "Bụi")
    page.locator(SEND).tap()
    expect(page.locator("#state")).to_have_text("Ý kiến viết quá dài nên phiếu chưa được gửi.")
    expect(page.locator("#q02_reason")).to_have_value("Bụi")
    page.fill("#q01_reason", "Ngắn")
    page.locator(SEND).tap()
    check_counted(field, round_, expect_thanks(page))


def test_too_long_a_reason_is_told_before_it_waits(field: RoundField, page: Page) -> None:
    """Otherwise it would come back hours later, when nobody is there to shorten it."""
    round_ = field.plant()
    page.goto(round_.slip_url)
    answer_all(page, "not_satisfied")
    page.fill("#q01_reason", "dài " * 200)
    page.locator(SEND).tap()
    expect(page.locator("#wrong")).to_be_in_viewport()
    expect(page.locator("#q01-problem")).to_contain_text("xin viết gọn")


def test_what_was_answered_before_the_script_came_stays(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    held: list[Route] = []
    page.route("**/static/*.js*", lambda route: held.append(route))
    page.goto(round_.slip_url, wait_until="commit")
    page.locator("#q01-not_satisfied").check()
    page.fill("#q01_reason", "Bụi")
    while len(held) < 2:
        page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    expect(page.locator("#progress")).to_contain_text("1")
    expect(page.locator("#q01_reason")).to_have_value("Bụi")
    choose(page, "q01", "satisfied")
    expect(page.locator("#q01_reason")).to_be_visible()
    page.reload()
    expect(page.locator("#q01_reason")).to_have_value("Bụi")


def test_the_progress_line_counts_quietly(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    line = page.locator("#progress")
    expect(line).to_have_text("Đã trả lời 0 trên 19 câu")
    choose(page, "q01", "satisfied")
    choose(page, "q01", "not_satisfied")
    choose(page, "q07", "satisfied")
    expect(line).to_have_text("Đã trả lời 2 trên 19 câu")
    expect(line).to_be_in_viewport()
    assert line.evaluate("e => e.getAttribute('aria-live') || e.getAttribute('role')") is None
    page.goto(round_.slip_url + "?lang=en")
    expect(line).to_contain_text("2")


def test_nothing_moves_while_the_page_is_filled_in(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver(list => list.getEntries().forEach(one => window.shifts.push(one.value)))
          .observe({type: 'layout-shift', buffered: true});"""
    )
    page.goto(round_.slip_url)
    for question in ("q01", "q02", "q03"):
        choose(page, question, "satisfied")
    page.reload()
    expect(page.locator("#progress")).to_contain_text("3")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifts") == []


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES)
@pytest.mark.parametrize("query", ["", "?chu=to"], ids=["", "large"])
def test_the_states_of_a_page_in_every_dress(field: RoundField, phone: Phone, dress, query: str) -> None:
    """A draft taken up again, a ballot that waits, one of another page, and the server's answers."""
    round_, other = field.plant(), field.plant()
    page = phone(**dress)
    page.goto(round_.slip_url + query)
    answer_all(page)
    page.reload()
    check_page(page)
    await_kept_page(page)
    cut(page.context)
    page.locator(SEND).tap()
    expect_waiting(page)
    check_page(page)
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    reconnect(page.context)
    await_network(page)
    page.goto(other.slip_url + query)
    expect(page.locator("#state")).to_contain_text("Đang chờ mạng")
    check_page(page)
    page.unroute("**/*")
    expect(page.locator("#state")).to_contain_text("Đã gửi phiếu của mã")
    check_page(page)


def test_text_at_twice_its_size_fits(field: RoundField, phone: Phone) -> None:
    """The phone's own setting: every length in the page follows it."""
    round_ = field.plant()
    page = phone()
    page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => {
          document.documentElement.style.fontSize = '225%';
        });"""
    )
    page.goto(round_.slip_url)
    answer_all(page)
    check_page(page)
    cut(page.context)
    page.locator(SEND).tap()
    expect_waiting(page)
    check_page(page)
    reconnect(page.context)
    expect_thanks(page)
    check_page(page)
