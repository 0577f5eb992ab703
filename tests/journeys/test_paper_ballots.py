"""Ballots keyed one by one with script: a slip of the hand is no answer, and the eye finds its place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.keying import DESK, Keyer, hire, plant
from tests.servers.browser import PHONE, Phone
from tests.survey.paper import LAYOUT, LENGTH, SATISFIED, against
from tests.survey.web.live_rounds import RoundField

TYPED = "1" * 14
REPLACED = "Gõ x nên phiếu này là phiếu không hợp lệ"

LIES_OPEN = """part => {
  const box = part.getBoundingClientRect();
  return part.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


@pytest.fixture
def keyer(sqlite_field: RoundField, phone: Phone) -> Keyer:
    """One person who keys ballots."""
    person = hire(sqlite_field, phone(viewport=DESK), plant(sqlite_field))
    person.open("?cach=tung-phieu")
    return person


def problem_of(keyer: Keyer) -> Locator:
    return keyer.page.locator("#ballot-problem")


def test_an_x_in_a_ballot_makes_it_invalid(keyer: Keyer) -> None:
    keyer.page.keyboard.type(f"{TYPED}x")
    expect(keyer.ballot).to_have_value("x")
    expect(problem_of(keyer)).to_contain_text(REPLACED)
    keyer.page.keyboard.type("2")
    expect(keyer.ballot).to_have_value("x2")
    expect(problem_of(keyer)).to_contain_text(REPLACED)
    keyer.page.keyboard.press("Enter")
    expect(keyer.page.locator("#ballots code")).to_have_text("x2")
    expect(problem_of(keyer)).to_have_text("")
    expect(keyer.page.locator("[data-count=valid]")).to_have_text("0")


def test_keys_after_an_x_never_add_up_to_a_ballot(keyer: Keyer) -> None:
    keyer.page.keyboard.type(f"{TYPED}x21111{SATISFIED}")
    keyer.page.keyboard.press("Enter")
    expect(keyer.page.locator("#ballots li")).to_have_count(0)
    expect(problem_of(keyer)).to_contain_text("số của lý do")


@pytest.mark.parametrize("place", [0, 5, 14])
@pytest.mark.parametrize("keys", [("Escape",), ("Backspace",)], ids=["escape", "backspace"])
def test_what_an_x_replaced_comes_back(keyer: Keyer, place: int, keys: tuple[str, ...]) -> None:
    keyer.page.keyboard.type(TYPED)
    keyer.ballot.evaluate("(field, at) => field.setSelectionRange(at, at)", place)
    keyer.page.keyboard.type("X")
    expect(keyer.ballot).to_have_value("x")
    for key in keys:
        keyer.page.keyboard.press(key)
    expect(keyer.ballot).to_have_value(TYPED)
    expect(problem_of(keyer)).to_have_text("")
    keyer.page.keyboard.type(SATISFIED[14:])
    keyer.page.keyboard.press("Enter")
    expect(keyer.page.locator("#ballots code")).to_have_text("11111 11111 11111 1111")


def test_a_key_too_many_is_not_dropped(keyer: Keyer) -> None:
    keyer.page.keyboard.type(f"{against(3)}1")
    expect(problem_of(keyer)).to_contain_text("chỉ có 19 nội dung")
    keyer.page.keyboard.press("Enter")
    expect(problem_of(keyer)).to_contain_text("đủ 19")
    expect(keyer.ballot).to_have_value(f"{against(3)}1")
    keyer.page.keyboard.press("End")
    keyer.page.keyboard.press("Backspace")
    keyer.page.keyboard.press("Enter")
    expect(keyer.page.locator("#ballots li")).to_have_count(1)


def test_a_warning_stays_until_enter_and_the_caret_in_its_place(keyer: Keyer) -> None:
    keyer.page.keyboard.type("1122")
    keyer.page.keyboard.press("Home")
    keyer.page.keyboard.type("72")
    expect(keyer.ballot).to_have_value("21122")
    expect(problem_of(keyer)).to_contain_text("“7”")
    keyer.page.keyboard.press("Enter")
    expect(problem_of(keyer)).to_contain_text("đủ 19")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_content_that_comes_next_is_told_beside_the_keys(
    sqlite_field: RoundField, phone: Phone, viewport: dict[str, int]
) -> None:
    keyer = hire(sqlite_field, phone(viewport=viewport), plant(sqlite_field))
    keyer.open("?cach=tung-phieu")
    current = keyer.page.locator("#current")
    keyer.page.keyboard.type("1" * 13 + "2")
    expect(current.locator("strong")).to_have_text(f"Nội dung 15: {LAYOUT.contents[14].text}")
    expect(current.locator("span")).to_have_text("Nội dung 14: Chưa hài lòng")
    expect(current.locator("strong")).to_be_in_viewport(ratio=1)
    keyer.page.keyboard.press("ArrowUp")
    expect(current.locator("strong")).to_have_text(f"Nội dung 14: {LAYOUT.contents[13].text}")
    keyer.page.keyboard.press("End")
    keyer.page.keyboard.type(SATISFIED[14:])
    expect(current.locator("strong")).to_have_text(f"Đã đủ {LENGTH} nội dung: Enter để ghi phiếu.")
    keyer.page.keyboard.press("Enter")
    keyer.page.keyboard.type("x")
    expect(current).to_have_text("Phiếu không hợp lệ: gõ số của lý do.")
    keyer.page.keyboard.type("1")
    expect(current).to_have_text(str(LAYOUT.reasons[0].label))
    assert current.get_attribute("aria-live") == "polite"


def test_nothing_lies_over_the_keys_on_a_phone(sqlite_field: RoundField, phone: Phone) -> None:
    tall = {"width": 360, "height": 740}
    keyer = hire(sqlite_field, phone(viewport=tall), plant(sqlite_field))
    keyer.open("?cach=tung-phieu")
    assert keyer.page.locator(".bar").evaluate("bar => getComputedStyle(bar).position") == "static"
    keyer.page.keyboard.type("17")
    for name in ("#ballot", "#ballot-problem", "#ballot-hint", "#add"):
        part = keyer.page.locator(name)
        part.scroll_into_view_if_needed()
        assert part.evaluate(LIES_OPEN), name
