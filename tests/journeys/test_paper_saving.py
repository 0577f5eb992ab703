"""A paper sheet is saved as it is typed: cut off from the network, in two windows, after a session ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.keying import DESK, Keyer, hire, plant, read_typed
from tests.servers.browser import Phone
from tests.survey.paper import SATISFIED, against
from tests.survey.services.paper_keyers import GOOD
from tests.survey.web.live_rounds import RoundField

FAILED = "Chưa lưu được vì mất mạng. Số đã gõ vẫn còn trên máy này và sẽ tự lưu."


@pytest.fixture
def keyer(sqlite_field: RoundField, phone: Phone) -> Keyer:
    """One person with script, who has the sheet open."""
    person = hire(sqlite_field, phone(viewport=DESK), plant(sqlite_field))
    person.open()
    return person


def lose_answer_once(keyer: Keyer) -> list[str]:
    """What is saved next arrives, its answer does not. The addresses that this befell."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    keyer.page.route("**/luu", lose, times=1)
    return lost


def test_what_is_typed_without_network_is_saved_when_it_is_back(keyer: Keyer) -> None:
    keyer.page.context.set_offline(True)
    keyer.change(issued="10")
    expect(keyer.state).to_have_text(FAILED)
    keyer.change(returned="9")
    keyer.page.context.set_offline(False)
    keyer.wait_until_saved()
    expect(keyer.state).to_have_text("Đã lưu.")
    assert read_typed(keyer) == {"issued": "10", "returned": "9"}


def test_what_is_typed_without_network_outlives_the_window(keyer: Keyer) -> None:
    keyer.change(issued="10")
    keyer.wait_until_saved()
    keyer.page.context.set_offline(True)
    keyer.change(returned="9")
    expect(keyer.state).to_have_text(FAILED)
    context = keyer.page.context
    other = context.new_page()
    keyer.page.close()
    context.set_offline(False)
    again = Keyer(other, keyer.field, keyer.round, keyer.username)
    again.open()
    expect(again.page.locator("#returned")).to_have_value("9")
    again.wait_until_saved()
    assert read_typed(again) == {"issued": "10", "returned": "9"}


def test_a_half_typed_ballot_outlives_a_reload(keyer: Keyer) -> None:
    keyer.open("?cach=tung-phieu")
    keyer.key_ballot(against(2))
    keyer.page.keyboard.type("1121")
    keyer.wait_until_saved()
    keyer.page.reload()
    expect(keyer.ballot).to_have_value("1121")
    expect(keyer.page.locator("#ballots li")).to_have_count(1)
    expect(keyer.page.locator("#compare")).to_be_hidden()


def test_an_answer_that_got_lost_is_no_conflict(keyer: Keyer) -> None:
    lost = lose_answer_once(keyer)
    keyer.change(issued="10")
    expect(keyer.state).to_have_text(FAILED)
    keyer.change(returned="9")
    keyer.wait_until_saved()
    assert len(lost) == 1
    assert read_typed(keyer) == {"issued": "10", "returned": "9"}


@pytest.mark.parametrize("more", [{}, {"returned": "9"}], ids=["nothing more", "more typed"])
def test_an_answer_that_got_lost_with_its_window_is_no_conflict(keyer: Keyer, more: dict[str, str]) -> None:
    lose_answer_once(keyer)
    keyer.change(issued="10")
    expect(keyer.state).to_have_text(FAILED)
    keyer.change(**more)
    keyer.page.reload()
    typed = {"issued": "10"} | more
    for name, text in typed.items():
        expect(keyer.page.locator(f"#{name}")).to_have_value(text)
    keyer.wait_until_saved()
    assert read_typed(keyer) == typed
    keyer.page.reload()
    expect(keyer.state).to_be_empty()


def test_a_button_waits_for_what_is_on_its_way(keyer: Keyer) -> None:
    held: list[Route] = []
    keyer.page.route("**/luu", lambda route: held.append(route), times=1)
    keyer.key_totals(GOOD)
    expect(keyer.state).to_have_text("Đang lưu…")
    keyer.page.locator("[value=finish]").press("Enter")
    expect(keyer.state).to_have_text("Đang lưu…")
    with keyer.page.expect_navigation():
        held[0].continue_()
    expect(keyer.page.locator("main")).to_contain_text("Phần của ông/bà đã xong")


def test_signing_in_again_loses_nothing(keyer: Keyer) -> None:
    keyer.change(issued="10")
    keyer.wait_until_saved()
    keyer.page.context.clear_cookies()
    keyer.change(returned="9")
    expect(keyer.state).to_contain_text("Phiên làm việc đã hết")
    keyer.page.reload()
    keyer.sign_in()
    expect(keyer.page.locator("#returned")).to_have_value("9")
    keyer.wait_until_saved()
    assert read_typed(keyer) == {"issued": "10", "returned": "9"}


def test_a_device_that_keeps_nothing_says_so(sqlite_field: RoundField, phone: Phone) -> None:
    keyer = hire(sqlite_field, phone(viewport=DESK), plant(sqlite_field))
    keyer.page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
    )
    keyer.open()
    keyer.page.context.set_offline(True)
    keyer.change(issued="10")
    expect(keyer.state).to_contain_text("máy này không giữ hộ được")
    keyer.page.context.set_offline(False)
    keyer.wait_until_saved()


# --- two windows ---


def test_two_windows_never_overwrite_each_other(keyer: Keyer) -> None:
    other = keyer.another_tab()
    keyer.change(issued="10", valid="7")
    keyer.wait_until_saved()
    other.change(issued="12", returned="9")
    expect(other.state).to_contain_text("một cửa sổ hay máy khác")
    assert read_typed(keyer) == {"issued": "10", "valid": "7"}
    other.change(set_aside="1")
    with other.page.expect_navigation():
        other.page.get_by_role("button", name="Xem hai bản").press("Enter")
    rows = other.page.get_by_role("alert").locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("Số phiếu phát ra")
    assert rows.nth(0).get_by_role("cell").all_inner_texts() == ["12", "10"]
    expect(other.page.locator("#set_aside")).to_have_value("1")
    assert read_typed(keyer) == {"issued": "10", "valid": "7"}, "still"
    with other.page.expect_navigation():
        other.page.get_by_role("button", name="Lưu, làm tiếp sau").press("Enter")
    assert read_typed(keyer) == {"issued": "12", "returned": "9", "set_aside": "1"}


def test_a_conflict_left_alone_is_still_one_after_a_reload(keyer: Keyer) -> None:
    other = keyer.another_tab()
    keyer.change(issued="10")
    keyer.wait_until_saved()
    other.change(issued="12")
    expect(other.state).to_contain_text("một cửa sổ hay máy khác")
    with other.page.expect_navigation():
        other.page.get_by_role("button", name="Xem hai bản").press("Enter")
    other.page.goto(other.url)
    expect(other.page.locator("#issued")).to_have_value("12")
    expect(other.state).to_contain_text("một cửa sổ hay máy khác")
    other.page.locator("#issued").press("End")
    assert read_typed(keyer) == {"issued": "10"}
    with other.page.expect_navigation():
        other.page.get_by_role("button", name="Xem hai bản").press("Enter")
    other.page.get_by_role("link", name="Bỏ số ở đây, lấy số đã lưu").press("Enter")
    expect(other.page.locator("#issued")).to_have_value("10")
    expect(other.state).to_have_text("")


def test_ballots_of_two_windows_are_both_shown(keyer: Keyer) -> None:
    keyer.open("?cach=tung-phieu")
    keyer.key_ballot(SATISFIED)
    keyer.wait_until_saved()
    other = keyer.another_tab()
    keyer.key_ballot(against(2))
    keyer.wait_until_saved()
    other.key_ballot("x1")
    other.key_ballot("x2")
    expect(other.state).to_contain_text("một cửa sổ hay máy khác")
    with other.page.expect_navigation():
        other.page.get_by_role("button", name="Xem hai bản").press("Enter")
    expect(other.page.get_by_role("alert")).to_contain_text("Ở đây có 3 phiếu; đã lưu 2 phiếu.")
    expect(other.page.locator("#ballots li")).to_have_count(3)
