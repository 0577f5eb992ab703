"""Residents' journeys on a phone of 360 × 640, with script and without."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy import select

from survey.store.ballots import Box, ReasonBox
from tests.journeys.device import THANKS, answer_all, choose
from tests.servers.browser import Phone
from tests.servers.pages import check_accessibility, check_html
from tests.survey.web.live_rounds import CONTACT, QUESTIONS, PlantedRound, RoundField
from tests.survey.web.visits import read_form, visit

SEND = "main .button"
TARGETS = ", ".join(
    f"{target}:visible"
    for target in (
        "main label.option",
        "main .button",
        "main .other",
        ".tools a",
        ".tools button",
        "input.code",
    )
)
TAP = 48
"""CSS pixels."""


def tap_all(page: Page, option: str = "satisfied") -> None:
    for question in QUESTIONS:
        choose(page, question, option)


def check_page(page: Page) -> None:
    """Valid, accessible, nothing wider than the screen, and everything to tap large enough."""
    check_html(page.content())
    check_accessibility(page)
    assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    low = page.locator(TARGETS).evaluate_all(
        "(all, tap) => all.filter(e => !(e.getBoundingClientRect().height >= tap)).map(e => e.outerHTML)", TAP
    )
    assert low == []


def test_from_the_slip_to_the_receipt(field: RoundField, any_page: Page) -> None:
    round_ = field.plant()
    page = any_page
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    page.goto(round_.slip_url)
    asked = [request.url for request in requests if not request.url.startswith("data:")]
    assert asked[0] == round_.slip_url
    assert all(re.search(r"/static/(queue|resident)\.js\?v=", url) for url in asked[1:])
    check_page(page)
    tap_all(page)
    expect(page.locator("#q02_reason")).to_be_hidden()
    choose(page, "q02", "not_satisfied")
    page.locator("#q02_reason").fill("Đường còn lầy 😀")
    check_page(page)
    page.locator(SEND).tap()
    expect(page.locator("h1")).to_have_text(THANKS)
    check_page(page)
    receipt = page.locator(".receipt").inner_text()
    page.reload()
    assert page.locator(".receipt").inner_text() == receipt
    page.get_by_role("link", name="Tra mã biên nhận").tap()
    page.fill("#code", receipt.lower())
    page.locator(SEND).tap()
    expect(page.get_by_role("status")).to_contain_text("Phiếu này đã được tính trong đợt")
    check_page(page)
    page.goto(round_.slip_url)
    expect(page.locator("h1")).to_have_text("Hộ này đã được ghi nhận.")
    expect(page.locator("main")).to_contain_text(CONTACT)
    check_page(page)
    with field.database.read() as session:
        reason = session.scalar(select(ReasonBox.texts).filter_by(round_id=round_.id)) or ""
    assert "Đường còn lầy 😀" in reason
    assert field.count(Box, round_) == 1
    assert page.context.cookies() == []


def test_from_the_poster_over_a_mistyped_code(field: RoundField, any_page: Page) -> None:
    round_ = field.plant()
    page = any_page
    page.goto(round_.poster_url)
    check_page(page)
    page.fill("#code", "abcd-efgh")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Mã")
    assert page.input_value("#code") == "abcd-efgh"
    check_page(page)
    page.fill("#code", round_.slips[0].text.lower())
    page.locator(SEND).tap()
    expect(page.locator("fieldset")).to_have_count(19)
    answer_all(page, "not_satisfied")
    page.locator(SEND).tap()
    expect(page.locator("h1")).to_have_text(THANKS)


def test_one_after_the_other_on_a_pulse_poster(field: RoundField, any_page: Page) -> None:
    round_ = field.plant(kind="pulse")
    page = any_page
    page.goto(round_.poster_url)
    check_page(page)
    receipts = set()
    for level in "15":
        choose(page, "q01", level)
        page.locator(SEND).tap()
        receipts.add(page.locator(".receipt").inner_text())
        page.get_by_role("link", name="Người khác trả lời").tap()
        expect(page.locator("input:checked")).to_have_count(0)
    assert len(receipts) == field.count(Box, round_) == 2


def test_a_refused_page_shows_what_is_wrong_and_keeps_the_rest(field: RoundField, any_page: Page) -> None:
    round_ = field.plant(blank="invalid")
    page = any_page
    page.goto(round_.slip_url)
    answer_all(page)
    choose(page, "q01", "not_satisfied")
    page.fill("#q01_reason", "x" * 501)
    page.locator(SEND).tap()
    expect(page.locator("#wrong")).to_be_in_viewport()
    check_page(page)
    expect(page.locator("#q01_reason")).to_have_value("x" * 501)
    expect(page.locator("input:checked")).to_have_count(19)
    page.locator("#wrong a").tap()
    expect(page.locator("#q01")).to_be_in_viewport()
    page.fill("#q01_reason", "Ngắn thôi")
    page.locator(SEND).tap()
    expect(page.locator("h1")).to_have_text(THANKS)


def test_language_and_size_change_without_losing_an_answer(sqlite_field: RoundField, any_page: Page) -> None:
    round_ = sqlite_field.plant()
    page = any_page
    page.goto(round_.slip_url)
    choose(page, "q01", "not_satisfied")
    page.fill("#q01_reason", "Chưa biết")
    page.get_by_role("button", name="English").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".tools button:visible").first.tap()
    expect(page.locator("html")).to_have_class("large")
    check_page(page)
    expect(page.locator("#q01_reason")).to_have_value("Chưa biết")
    assert sqlite_field.count(Box, round_) == 0
    page.locator(SEND).tap()
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_with_the_keyboard_alone(sqlite_field: RoundField, any_page: Page) -> None:
    round_ = sqlite_field.plant()
    page = any_page
    page.goto(round_.slip_url)
    page.locator("#q01-satisfied").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q01-not_satisfied")).to_be_checked()
    shown = page.locator("label[for=q01-not_satisfied]").evaluate("e => getComputedStyle(e).outlineStyle")
    assert shown == "solid"
    page.keyboard.press("Tab")
    expect(page.locator("#q01_reason")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(THANKS)


@pytest.mark.parametrize(
    "dress",
    [
        {"color_scheme": "dark"},
        {"forced_colors": "active"},
        {"viewport": {"width": 320, "height": 640}},
        {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}},
    ],
    ids=["dark", "forced-colours", "320px", "wide"],
)
def test_every_page_in_every_dress(sqlite_field: RoundField, phone: Phone, dress) -> None:
    official, closed = sqlite_field.plant(), sqlite_field.plant(closed=True)
    drill = sqlite_field.plant(kind="drill")
    page = phone(script=False, **dress)
    root = sqlite_field.server.url
    for url in (
        *(root + path for path in ("/", "/ABC", "/bien-nhan", "/quyen-rieng-tu")),
        *(official.poster_url, official.slip_url + "?chu=to", closed.slip_url, drill.slip_url),
    ):
        page.goto(url)
        check_page(page)
    page.goto(official.slip_url + "?chu=to")
    page.locator(SEND).tap()
    expect(page.locator("#wrong")).to_be_in_viewport()
    check_page(page)


def test_without_any_style_every_reason_field_is_there(sqlite_field: RoundField, plain_page: Page) -> None:
    round_ = sqlite_field.plant()
    page = plain_page
    page.goto(round_.slip_url)
    html = page.content()
    page.set_content(html[: html.index("<style>")] + html[html.index("</style>") + 8 :])
    assert page.locator("textarea:visible").count() >= 19


def test_a_phone_and_a_tablet_send_one_slip(field: RoundField, plain_page: Page) -> None:
    round_ = field.plant()
    plain_page.goto(round_.slip_url)
    answer_all(plain_page)
    form = {**read_form(visit(round_.slip_url).text), "q19": "not_satisfied"}
    with ThreadPoolExecutor(1) as tablet:
        other = tablet.submit(visit, round_.slip_url, form)
        plain_page.locator(SEND).tap()
        status = other.result().status
    expect(plain_page.locator("fieldset")).to_have_count(0)
    told = plain_page.locator("h1").inner_text()
    assert (status, told) in ((200, "Hộ này đã được ghi nhận."), (409, THANKS))
    assert field.count(Box, round_) == 1


def test_a_double_tap_is_one_ballot(field: RoundField, any_page: Page) -> None:
    round_: PlantedRound = field.plant()
    any_page.goto(round_.slip_url)
    answer_all(any_page)
    any_page.locator(SEND).dblclick()
    expect(any_page.locator("h1")).to_have_text(THANKS)
    assert field.count(Box, round_) == 1
