"""Sending over a network that comes and goes.

One database is enough here: what the server makes of a repeated ballot is proved on both elsewhere.
"""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import Page, Route, expect

from survey.store.ballots import Box
from tests.journeys.device import (
    BROKEN,
    SEND,
    THANKS,
    answer_all,
    await_forgotten,
    await_kept_page,
    check_counted,
    choose,
    cut,
    expect_thanks,
    expect_waiting,
    fill_in,
    fill_in_and_lose_the_network,
    lift_limits,
    list_kept,
    lose_answer,
    play_portal,
    reconnect,
)
from tests.servers.browser import Phone
from tests.servers.databases import SqliteFiles
from tests.servers.live import run_app
from tests.survey.web.live_rounds import RoundField, send, serve_field


@pytest.fixture(scope="module")
def field(sqlite_field: RoundField) -> RoundField:
    return sqlite_field


def test_a_ballot_waits_for_the_network_and_goes_by_itself(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    fill_in_and_lose_the_network(page, round_)
    expect(page.locator("#ballot")).to_be_hidden()
    expect(page.locator("#waiting")).to_be_focused()
    assert field.count(Box, round_) == 0
    reconnect(page.context)
    receipt = expect_thanks(page)
    expect(page.locator("h1")).to_be_focused()
    expect(page).to_have_title("Cảm ơn ông/bà – Lòng Dân")
    check_counted(field, round_, receipt)
    page.reload()
    assert expect_thanks(page) == receipt
    page.get_by_role("link", name="Tra mã biên nhận").tap()
    expect(page.locator("#code")).to_be_visible()
    page.go_back()
    assert expect_thanks(page) == receipt


def test_the_person_can_ask_to_send_now(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    fill_in(page, round_)
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    page.locator(SEND).tap()
    expect_waiting(page)
    page.unroute("**/*")
    page.get_by_role("button", name="Thử gửi ngay").tap()
    check_counted(field, round_, expect_thanks(page))


@pytest.mark.parametrize("place", ["home", "receipt", "other slip", "thanks"])
def test_a_closed_tab_loses_nothing(field: RoundField, page: Page, place: str) -> None:
    """Hours later any page of ours sends what waits, and shows the receipt."""
    round_, other = field.plant(), field.plant()
    context = page.context
    fill_in_and_lose_the_network(page, round_)
    page.close()
    reconnect(context)
    page = context.new_page()
    root = field.server.url
    page.goto({"home": root, "receipt": root + "/bien-nhan", "other slip": other.slip_url}.get(place, root))
    if place == "thanks":
        fill_in(page, other)
        page.locator(SEND).tap()
        expect(page.locator("h1")).to_have_text(THANKS)
        receipt = page.locator(".receipt").inner_text()
        check_counted(field, other, receipt)
    if place != "thanks":
        expect(page.locator("#state")).to_contain_text("Đã gửi phiếu của mã ")
        check_counted(field, round_, page.locator("#state").inner_text().rpartition(" ")[2].rstrip("."))
    page.goto(root)
    await_forgotten(page, round_)
    assert field.count(Box, round_) == 1


def test_opened_once_the_page_works_without_network(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    await_kept_page(page)
    cut(page.context)
    page.reload()
    answer_all(page)
    page.locator(SEND).tap()
    expect_waiting(page)
    page.reload()
    expect_waiting(page)
    expect(page.locator("#ballot")).to_be_hidden()
    reconnect(page.context)
    check_counted(field, round_, expect_thanks(page))
    await_forgotten(page, round_)


@pytest.mark.parametrize(("button", "query"), [("Chữ to", "chu=to"), ("English", "lang=en")])
def test_in_another_dress_the_page_works_without_network_too(
    field: RoundField, page: Page, button: str, query: str
) -> None:
    """The dress answers a POST, which no worker can repeat; what is reloaded is the page."""
    round_ = field.plant()
    page.goto(round_.slip_url)
    await_kept_page(page)
    choose(page, "q02", "not_satisfied")
    page.get_by_role("button", name=button).tap()
    page.wait_for_url(f"{round_.slip_url}?{query}")
    expect(page.locator("#q02-not_satisfied")).to_be_checked()
    cut(page.context)
    page.reload()
    expect(page.locator("#q02-not_satisfied")).to_be_checked()
    page.locator(SEND).tap()
    expect_waiting(page)
    page.reload()
    expect_waiting(page)
    reconnect(page.context)
    check_counted(field, round_, expect_thanks(page))


def test_a_dress_that_no_storage_holds_stays_an_answer_to_a_post(field: RoundField, phone: Phone) -> None:
    """There reloading sends again what was chosen, after the browser has asked; a bare page would lose it."""
    round_ = field.plant()
    page = phone()
    page.add_init_script(BROKEN["nothing may be kept"])
    page.goto(round_.slip_url)
    choose(page, "q02", "not_satisfied")
    page.get_by_role("button", name="Chữ to").tap()
    page.wait_for_url("**/*xem=1*")
    expect(page.locator("#progress")).to_contain_text("1")
    assert "xem=1" in page.url


def test_a_page_is_not_old_where_there_is_network(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    await_kept_page(page)
    page.goto(field.server.url)
    page.goto(round_.poster_url)
    assert [one for one in list_kept(page) if "page:" in one] == [f"page:/{round_.slips[0].text}"]
    page.goto(round_.slip_url)
    send(round_.slip_url)
    page.reload()
    expect(page.locator("h1")).to_have_text("Hộ này đã được ghi nhận.")
    await_forgotten(page, round_)


def test_a_slow_network_does_not_keep_a_kept_page_waiting(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    await_kept_page(page)
    os.killpg(field.server.pid, signal.SIGSTOP)
    try:
        page.reload(wait_until="domcontentloaded")
        expect(page.locator("#progress")).to_contain_text("0")
    finally:
        os.killpg(field.server.pid, signal.SIGCONT)
    answer_all(page)
    page.locator(SEND).tap()
    check_counted(field, round_, expect_thanks(page))


def test_the_server_rests_and_comes_back(
    sqlite_databases: SqliteFiles, tmp_path_factory: pytest.TempPathFactory, page: Page
) -> None:
    url = sqlite_databases.create()
    folder = tmp_path_factory.mktemp("rests")
    with serve_field(url, folder) as field:
        round_ = field.plant()
        fill_in(page, round_)
        port = int(field.server.url.rpartition(":")[2])
    page.locator(SEND).tap()
    expect_waiting(page)
    with run_app(url, folder, again_on=port):
        check_counted(field, round_, expect_thanks(page))
    field.database.engine.dispose()
    sqlite_databases.drop(url)


@pytest.mark.parametrize("status", [0, 200, 429, 503])
def test_only_the_servers_own_word_is_believed(field: RoundField, page: Page, status: int) -> None:
    round_ = field.plant()
    fill_in(page, round_)

    def answer(route: Route) -> None:
        if status == 200 or route.request.method != "POST":
            play_portal(route)
        elif status:
            route.fulfill(status=status, headers={"Ballot-Outcome": "recorded"}, body="<h1>Cảm ơn</h1>")
        else:
            route.abort()

    page.route("**/*", answer)
    page.locator(SEND).tap()
    expect_waiting(page)
    assert field.count(Box, round_) == 0
    page.unroute("**/*")
    check_counted(field, round_, expect_thanks(page))


def test_a_lost_answer_is_asked_for_again(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    fill_in(page, round_)
    page.route("**/*", lose_answer)
    page.locator(SEND).tap()
    expect_waiting(page)
    assert field.count(Box, round_) == 1
    page.unroute("**/*")
    check_counted(field, round_, expect_thanks(page))


def test_two_tabs_send_one_waiting_ballot_once(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    for _ in range(2):
        page.context.new_page().goto(field.server.url)
    page.bring_to_front()
    fill_in_and_lose_the_network(page, round_)
    reconnect(page.context)
    check_counted(field, round_, expect_thanks(page))
    await_forgotten(page, round_)


def test_two_tabs_of_one_slip_give_one_ballot(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    other = page.context.new_page()
    fill_in(page, round_)
    other.goto(round_.slip_url)
    answer_all(other, "not_satisfied")
    cut(page.context)
    for tab in (page, other):
        tab.bring_to_front()
        tab.locator(SEND).tap()
        expect_waiting(tab)
    reconnect(page.context)
    told = []
    for tab in (page, other):
        tab.bring_to_front()
        expect(tab.locator("#waiting")).to_have_count(0)
        told.append(tab.locator("h1").inner_text())
    assert THANKS in told
    assert field.count(Box, round_) == 1
    await_forgotten(page, round_)


@pytest.mark.parametrize("network", [True, False])
def test_many_taps_on_send_are_one_ballot(field: RoundField, page: Page, network: bool) -> None:
    round_ = field.plant()
    fill_in(page, round_)
    if not network:
        cut(page.context)
    page.locator(SEND).evaluate("send => { send.click(); send.click(); send.click(); }")
    reconnect(page.context)
    check_counted(field, round_, expect_thanks(page))


def test_people_follow_one_another_on_a_poster_without_network(field: RoundField, page: Page) -> None:
    round_ = field.plant(kind="pulse")
    page.goto(round_.poster_url)
    await_kept_page(page)
    cut(page.context)
    page.reload()
    for level in "135":
        expect(page.locator("input:checked")).to_have_count(0)
        choose(page, "q01", level)
        page.locator(SEND).tap()
        expect_waiting(page)
        page.get_by_role("button", name="Người khác trả lời").tap()
        expect(page.locator("#waiting")).to_be_hidden()
    page.reload()
    expect(page.locator("input:checked")).to_have_count(0)
    expect(page.locator("#state")).to_contain_text("Đang chờ mạng")
    reconnect(page.context)
    told = re.compile(r"^(Đã gửi phiếu của mã \S+ Mã biên nhận: \S+\. ?){3}$")
    expect(page.locator("#state")).to_have_text(told)
    assert sorted(one["q01"] for one in field.read_boxed(round_)) == ["1", "3", "5"]
    assert f"page:/{round_.poster.text}" in list_kept(page)
    assert not [one for one in list_kept(page) if "q01=" in one]


def test_a_kept_page_never_sends_an_old_key(field: RoundField, page: Page) -> None:
    round_ = field.plant(kind="pulse")
    page.goto(round_.poster_url)
    await_kept_page(page)
    cut(page.context)
    keys = set()
    for _ in range(3):
        page.reload()
        keys.add(page.locator("[name=key]").input_value())
    assert len(keys) == 3
    assert all(len(key) == 22 for key in keys)


def test_a_late_ballot_is_told_so(field: RoundField, page: Page) -> None:
    """The slip was used while this phone was away."""
    round_ = field.plant()
    context = page.context
    fill_in_and_lose_the_network(page, round_)
    send(round_.slip_url)
    reconnect(context)
    expect(page.locator("h1")).to_have_text("Hộ này đã được ghi nhận.")
    assert field.count(Box, round_) == 1
    await_forgotten(page, round_)


def test_a_ballot_that_the_server_sends_back_is_not_lost(field: RoundField, page: Page) -> None:
    """Too long a reason, found out hours later: the slip's page opens with all that was written."""
    round_ = field.plant()
    context = page.context
    page.goto(round_.slip_url)
    choose(page, "q01", "not_satisfied")
    page.fill("#q01_reason", "dài " * 200)
    lift_limits(page)
    cut(context)
    page.locator(SEND).tap()
    expect_waiting(page)
    page.close()
    reconnect(context)
    page = context.new_page()
    page.goto(field.server.url)
    expect(page.locator("#state")).to_contain_text("chưa gửi được vì còn câu cần xem lại")
    page.goto(round_.slip_url)
    expect(page.locator("#q01-not_satisfied")).to_be_checked()
    page.fill("#q01_reason", "Ngắn")
    page.locator(SEND).tap()
    check_counted(field, round_, expect_thanks(page))


def test_an_empty_page_is_not_put_into_the_queue(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    page.goto(round_.slip_url)
    cut(page.context)
    page.locator(SEND).tap()
    expect(page.locator("#state")).to_contain_text("Chưa gửi được vì máy không có mạng")
    reconnect(page.context)
    page.locator(SEND).tap()
    expect(page.locator("#wrong")).to_be_in_viewport()


def test_another_language_waits_for_the_network(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    fill_in(page, round_)
    cut(page.context)
    page.get_by_role("button", name="English").tap()
    expect(page.locator("#state")).to_contain_text("máy không có mạng")
    expect(page.locator("input:checked")).to_have_count(19)
    reconnect(page.context)
    page.get_by_role("button", name="English").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("input:checked")).to_have_count(19)


def test_phones_have_queues_of_their_own(field: RoundField, phone: Phone) -> None:
    round_ = field.plant(slips=2)
    receipts = []
    for code in round_.slips:
        page = phone()
        page.goto(round_.url(code))
        answer_all(page)
        cut(page.context)
        page.locator(SEND).tap()
        expect_waiting(page)
        reconnect(page.context)
        receipts.append(expect_thanks(page))
    check_counted(field, round_, *receipts)
