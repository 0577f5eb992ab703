"""A phone whose storage refuses, is full, stays silent or is wiped still sends its ballot, once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.device import (
    BROKEN,
    BROKEN_IN_PART,
    SEND,
    SLOW_DATABASES,
    check_counted,
    cut,
    expect_thanks,
    expect_waiting,
    fill_in,
    fill_in_and_lose_the_network,
    list_kept,
    reconnect,
    wipe,
)
from tests.survey.web.live_rounds import RoundField


@pytest.fixture(scope="module")
def field(sqlite_field: RoundField) -> RoundField:
    return sqlite_field


@pytest.mark.parametrize("name", BROKEN_IN_PART)
def test_one_broken_store_is_replaced_by_another(field: RoundField, page: Page, name: str) -> None:
    round_ = field.plant()
    page.add_init_script(BROKEN_IN_PART[name])
    fill_in(page, round_)
    cut(page.context)
    page.locator(SEND).tap()
    expect_waiting(page)
    reconnect(page.context)
    check_counted(field, round_, expect_thanks(page))


@pytest.mark.parametrize("name", BROKEN)
def test_where_nothing_can_be_kept_the_plain_form_is_sent(field: RoundField, page: Page, name: str) -> None:
    round_ = field.plant()
    page.add_init_script(BROKEN[name])
    fill_in(page, round_)
    cut(page.context)
    page.locator(SEND).tap()
    expect(page.locator("#state")).to_contain_text("Chưa gửi được vì máy không có mạng")
    expect(page.locator("input:checked")).to_have_count(19)
    reconnect(page.context)
    kinds: list[str] = []
    page.on(
        "request", lambda request: kinds.append(request.resource_type) if request.method == "POST" else None
    )
    page.locator(SEND).tap()
    check_counted(field, round_, expect_thanks(page))
    assert kinds == ["document"]


@pytest.mark.parametrize("name", SLOW_DATABASES)
def test_a_database_that_answers_late_keeps_nothing_of_a_ballot_that_was_sent(
    field: RoundField, page: Page, name: str
) -> None:
    round_ = field.plant()
    page.add_init_script(SLOW_DATABASES[name])
    fill_in(page, round_)
    page.locator(SEND).tap()
    check_counted(field, round_, expect_thanks(page))
    page.wait_for_function("() => window.answers >= 3")  # to list, to add, to remove
    swift = page.context.new_page()
    swift.goto(round_.server.url)
    assert [kept for kept in list_kept(swift) if "q01" in kept] == []


def test_a_wiped_store_does_not_stop_the_open_page(field: RoundField, page: Page) -> None:
    round_ = field.plant()
    fill_in_and_lose_the_network(page, round_)
    wipe(page)
    reconnect(page.context)
    check_counted(field, round_, expect_thanks(page))
