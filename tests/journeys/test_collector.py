"""A helper's day on a phone of 360 × 640: slip after slip, with network and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from survey.store.ballots import Box
from tests.journeys.collecting import (
    Helper,
    begin,
    counts,
    end_sign_in,
    hire,
    mistype,
    read_channels,
    read_device,
    read_totals,
)
from tests.servers.browser import Phone
from tests.survey.web.live_rounds import RoundField


@pytest.fixture
def helper(field: RoundField, page: Page) -> Helper:
    """With script, on a round of twelve slips, signed in and begun."""
    return begin(field, page)


def test_a_day_at_the_door_with_network_and_without(field: RoundField, helper: Helper) -> None:
    page, slips = helper.page, helper.round.slips
    helper.look()
    helper.tap_answers()
    expect(page.locator("#ballot fieldset input:checked")).to_have_count(20)
    for number in range(3):
        helper.collect(slips[number])
        expect(helper.told).to_contain_text(f"Đã ghi nhận thẻ {number + 1:03d}. Mã biên nhận")
    expect(helper.counter).to_have_text(counts(3, 0))
    page.context.set_offline(True)
    page.fill("#code", mistype(slips[3]))
    page.locator("#channel-assisted").focus()
    expect(page.locator("#code-problem")).to_contain_text("Mã bị gõ nhầm một chỗ")
    for number in (3, 4, 5):
        helper.collect(slips[number], "not_satisfied")
    page.fill("#code", slips[4].text)
    helper.answer()
    helper.save()
    expect(page.locator("#wrong")).to_contain_text("đang chờ gửi trong máy")
    helper.look()
    helper.collect(slips[0])
    expect(helper.counter).to_have_text(counts(3, 4))
    page.reload()
    expect(helper.counter).to_have_text(counts(3, 4))
    expect(page.locator("#ballot input:checked")).to_have_count(1)
    helper.collect(slips[6])
    other_tab = page.context.new_page()
    page.close()  # and opened again, as it was kept on the device
    other_tab.goto(helper.url)
    again = Helper(other_tab, helper.round, helper.username)
    again.collect(slips[7])
    expect(again.counter).to_have_text(counts(3, 6))
    assert "q01=not_satisfied" in read_device(other_tab)
    other_tab.locator("#end button").tap()
    expect(other_tab.locator("#end-wait")).to_contain_text("Còn 6 phiếu đang chờ mạng")
    again.look()
    other_tab.context.set_offline(False)
    expect(again.counter).to_have_text(counts(8, 0))
    refused = other_tab.locator("#queue-refused")
    expect(refused).to_contain_text(f"thẻ …{slips[0].text[8:]} không được tính. Hộ này đã được ghi nhận.")
    again.look()
    refused.get_by_role("button", name="Đã xem").tap()
    expect(refused).to_be_hidden()
    assert read_channels(field, helper.round) == ["assisted"] * 8
    assert read_totals(field, helper.round) == [(8, 0)]
    left = read_device(other_tab)
    assert not [word for word in ("satisfied", "q01", *(code.text for code in slips)) if word in left]
    other_tab.locator("#end button").tap()
    expect(other_tab.locator(".notice.good")).to_contain_text("8 phiếu tại nhà, 0 phiếu qua điện thoại")


def test_the_sign_in_expires_while_ballots_wait(field: RoundField, helper: Helper) -> None:
    page, slips = helper.page, helper.round.slips
    page.context.set_offline(True)
    for number in range(3):
        helper.collect(slips[number])
    end_sign_in(field, helper)
    page.context.set_offline(False)
    expect(page.locator("#queue-notice")).to_contain_text("Đăng nhập lại để gửi 3 phiếu.")
    helper.collect(slips[3])
    expect(page.locator("#queue-notice")).to_contain_text("Đăng nhập lại để gửi 4 phiếu.")
    helper.look()
    assert field.count(Box, helper.round) == 0
    page.locator("#queue-sign-in a").tap()
    helper.sign_in()
    expect(helper.counter).to_have_text(counts(4, 0))
    expect(page.locator("#queue-notice")).to_be_hidden()
    assert read_totals(field, helper.round) == [(4, 0)]
    assert field.count(Box, helper.round) == 4


def test_nobody_sends_the_ballots_of_another(field: RoundField, helper: Helper) -> None:
    page = helper.page
    page.context.set_offline(True)
    helper.collect(helper.round.slips[0])
    end_sign_in(field, helper)
    page.context.set_offline(False)
    expect(page.locator("#queue-sign-in")).to_be_visible()
    other = hire(field, page, helper.round)
    other.begin()
    notice = f"còn 1 phiếu do Cán bộ {helper.username} thu"
    expect(page.locator("#queue-notice")).to_contain_text(notice)
    expect(other.counter).to_have_text(counts(0, 0))
    other.look()
    other.collect(helper.round.slips[1])
    expect(other.counter).to_have_text(counts(1, 0))
    assert field.count(Box, helper.round) == 1
    page.get_by_role("button", name="Đăng xuất").tap()
    expect(page.locator("[name=password]")).to_be_visible()
    page.goto(helper.url)
    helper.sign_in()
    expect(helper.counter).to_have_text(counts(1, 0))
    assert field.count(Box, helper.round) == 2
    assert read_totals(field, helper.round) == [(1, 0), (1, 0)]


def test_by_telephone(field: RoundField, any_page: Page) -> None:
    helper = begin(field, any_page)
    any_page.locator("label[for=channel-phone]").tap()
    helper.collect(helper.round.slips[0])
    expect(any_page.locator("#channel-phone")).to_be_checked()
    expect(helper.told).to_contain_text("Đã ghi nhận thẻ 001")
    assert read_channels(field, helper.round) == ["phone"]
    assert read_totals(field, helper.round) == [(0, 1)]


def test_without_script(field: RoundField, plain_page: Page) -> None:
    helper = begin(field, plain_page)
    slips = helper.round.slips
    helper.look()
    helper.collect(slips[0])
    helper.look()
    expect(helper.counter).to_have_text("Buổi này đã ghi nhận 1 phiếu")
    expect(plain_page.locator("#code")).to_have_value("")
    expect(plain_page.locator("#ballot input:checked")).to_have_count(1)
    plain_page.fill("#code", slips[0].text)
    helper.answer("not_satisfied")
    plain_page.fill("#q01_reason", "Đường lầy")
    helper.save()
    expect(plain_page.locator("#code-problem")).to_have_text("Hộ này đã được ghi nhận.")
    expect(plain_page.locator("#wrong")).to_be_in_viewport()
    expect(plain_page.locator("#q01_reason")).to_have_value("Đường lầy")
    helper.look()
    plain_page.fill("#code", slips[1].text)
    helper.save()
    expect(helper.told).to_contain_text("Đã ghi nhận thẻ 002")
    plain_page.locator("#end button").tap()
    expect(plain_page.locator(".notice.good")).to_contain_text("2 phiếu tại nhà, 0 phiếu qua điện thoại")
    helper.look()


def test_a_pulse_asks_for_the_village(field: RoundField, any_page: Page) -> None:
    helper = begin(field, any_page, kind="pulse")
    helper.look()
    for level in "35":
        any_page.locator(f"label[for=village-{field.village_id}]").tap()
        any_page.locator(f"label[for=q01-{level}]").tap()
        helper.save()
        expect(helper.told).to_contain_text("Đã ghi nhận một phiếu của Thôn Đông. Mã biên nhận")
    assert read_channels(field, helper.round) == ["assisted"] * 2


def test_an_answer_that_never_arrives_and_one_that_is_not_ours(field: RoundField, phone: Phone) -> None:
    """The ballot is sent again: it is counted once, and nobody but the server can say that it was."""
    page = phone(service_workers="block")
    helper = begin(field, page)
    answers = iter(["lost", "portal"])

    def meddle(route: Route) -> None:
        kind = next(answers, "") if route.request.method == "POST" else ""
        if kind == "lost":
            route.fetch()
            route.abort()
        elif kind == "portal":
            route.fulfill(status=200, body="<h1>Welcome to our network</h1>", content_type="text/html")
        else:
            route.continue_()

    page.route(helper.url, meddle)
    page.fill("#code", helper.round.slips[0].text)
    helper.answer()
    helper.save()
    expect(helper.counter).to_have_text(counts(0, 1))
    expect(helper.counter).to_have_text(counts(1, 0))
    expect(helper.told).to_contain_text("Đã ghi nhận thẻ 001. Mã biên nhận")
    assert next(answers, None) is None
    assert field.count(Box, helper.round) == 1
    assert read_totals(field, helper.round) == [(1, 0)]
