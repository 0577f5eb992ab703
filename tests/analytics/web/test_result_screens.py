"""An officer's result and round as drawn on a phone: what matters is in sight, and more is hinted at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from survey.domain.permissions import Role
from survey.store.engine import Database
from tests.analytics.published_rounds import PublishedRound, collect
from tests.servers.live import LiveServer
from tests.servers.screens import find_screen_problems
from tests.survey.open_rounds import open_round
from tests.survey.web.staff_browser import PASSWORD, add_staff

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def round_(database: Database) -> PublishedRound:
    found = collect(database, open_round(database, villages=4, households=45))
    add_staff(database, "mttq", (Role.FRONT_COMMUNE, found.opened.commune_id))
    return found


@pytest.fixture
def officer(live_server: LiveServer, round_: PublishedRound, plain_page: Page) -> Page:
    plain_page.goto(f"{live_server.url}/dang-nhap")
    plain_page.fill("[name=username]", "mttq")
    plain_page.fill("[name=password]", PASSWORD)
    with plain_page.expect_navigation():
        plain_page.locator("main button").tap()
    return plain_page


def overhang(table: Locator) -> int:
    """How many pixels of a table lie out of sight."""
    return int(table.evaluate("e => e.scrollWidth - e.clientWidth"))


def test_staff_tables_are_read_on_a_phone(
    live_server: LiveServer, round_: PublishedRound, officer: Page
) -> None:
    problems = []
    for path in (f"/dot/{round_.id}", f"/ket-qua/{round_.id}"):
        officer.goto(live_server.url + path)
        problems += [f"{path}: {problem}" for problem in find_screen_problems(officer)]
    assert not problems, "\n".join(problems)

    officer.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for name in ("Các điều kiện đã xét", "Bảng tỷ lệ hài lòng từng nội dung"):
        assert overhang(officer.get_by_role("region", name=name)) == 0, name

    villages = officer.get_by_role("region", name="Kết quả theo thôn")
    assert overhang(villages) > 0
    assert "gradient" in villages.evaluate("e => getComputedStyle(e).backgroundImage")
    head = villages.get_by_role("rowheader").first
    place = head.evaluate("e => e.getBoundingClientRect().left")
    villages.evaluate("e => { e.scrollLeft = 300; }")
    assert head.evaluate("e => e.getBoundingClientRect().left") == pytest.approx(place, abs=2)
