"""The public pages as they are drawn on a phone, and printed on A4."""

from __future__ import annotations

import pypdfium2
import pytest
from playwright.sync_api import Page

from survey.store.engine import Database
from tests.analytics.published_rounds import PublishedRound, collect, sheet
from tests.servers.live import LiveServer
from tests.servers.screens import find_screen_problems
from tests.survey.open_rounds import open_round

A4 = (595, 842)


@pytest.fixture
def round_(database: Database) -> PublishedRound:
    """Published, corrected by many and by few ballots, and published each time."""
    found = collect(database, open_round(database, villages=4, households=45))
    found.publish()
    for typed in (sheet(against=14), sheet(33, against=14)):
        found.correct(typed)
        found.publish()
    return found


def test_the_pages_are_well_drawn_with_and_without_script(
    live_server: LiveServer, round_: PublishedRound, any_page: Page
) -> None:
    base = f"{live_server.url}/ket-qua-cong-khai/"
    problems = []
    for path in ("", "?q=quang+dien", "?q=khong+co", f"{round_.id}", f"{round_.id}/ban/1"):
        any_page.goto(base + path)
        problems += [f"{path}: {problem}" for problem in find_screen_problems(any_page)]
    any_page.goto(f"{live_server.url}/phuong-phap")
    problems += find_screen_problems(any_page)
    assert not problems, "\n".join(problems)


def test_a_resident_gets_from_the_search_to_the_page_and_checks_a_receipt(
    live_server: LiveServer, round_: PublishedRound, plain_page: Page
) -> None:
    plain_page.goto(f"{live_server.url}/ket-qua-cong-khai/")
    plain_page.fill("#q", "quang dien")
    plain_page.locator("main button").tap()
    plain_page.locator(".results a").tap()
    plain_page.wait_for_url(f"**/ket-qua-cong-khai/{round_.id}")
    plain_page.locator("summary").first.tap()
    assert plain_page.locator("details ol li").first.is_visible()
    plain_page.get_by_label("Mã biên nhận").fill("ABCD")
    plain_page.get_by_role("button", name="Tra").tap()
    plain_page.wait_for_url("**/bien-nhan")
    assert "12 chữ và số" in plain_page.locator("#code-problem").inner_text()


def test_the_page_prints_on_a4_with_what_is_folded_away_and_without_what_is_for_screens(
    live_server: LiveServer, round_: PublishedRound, page: Page
) -> None:
    page.goto(f"{live_server.url}/ket-qua-cong-khai/{round_.id}/ban/2")
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    sizes = {tuple(map(round, document[number].get_size())) for number in range(len(document))}
    assert sizes == {A4}
    assert 3 <= len(document) <= 7
    texts = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    text = " ".join(" ".join(texts).split())
    for words in (
        "Đã hỏi gì",
        "sha256sum -c SHA256SUMS",
        "Căn cứ",
        f"/ket-qua-cong-khai/{round_.id}/ban/2",
    ):
        assert words in text
    for words in ("Kiểm tra phiếu của tôi", "Đến nội dung chính", "Kết quả của các xã khác"):
        assert words not in text
    assert all(len(one.strip()) > 100 for one in texts), "an empty page"
