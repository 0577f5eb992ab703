"""The staff page of a result that paper took part in: measures, ranges, weights and channels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from survey.domain.permissions import Role
from survey.store.engine import Database
from survey.store.rounds import RoundUnit
from tests.analytics.season import Plot, close, plant
from tests.analytics.web.house import House, run_house
from tests.servers.databases import Databases
from tests.servers.live import LiveServer
from tests.servers.pages import check_html
from tests.servers.screens import find_screen_problems
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.paper import SATISFIED, against, fill_in
from tests.survey.services.paper_keyers import Keyer, add_keyers
from tests.survey.web.staff_browser import PASSWORD, add_staff

ONLINE: Plot = {(0, "online"): (20, 1), (1, "online"): (40, 1), (2, "online"): (30, 0)}
PAPER = [SATISFIED] * 18 + [against(2), against(3)] + ["x:blank"] * 2
"""The first village's: two ballots with a chưa hài lòng, or as totals one or two."""


@pytest.fixture
def house(database_url) -> Iterator[House]:
    with run_house(database_url) as found:
        yield found


def count_paper(database: Database, opened: OpenRound, typed: Mapping[str, str]) -> None:
    """Two people key the first village's sheet from the same totals."""
    first, second, _ = add_keyers(database, opened)
    first.finish(typed)
    second.finish(typed)
    assert isinstance(first, Keyer)
    assert first.found.counts is not None


def finish(house: House, plot: Plot = ONLINE, paper: Mapping[str, str] | None = None) -> str:
    plant(house.database, house.opened, plot)
    if paper:
        count_paper(house.database, house.opened, paper)
    close(house.database, house.opened)
    answer = house.signed_in("mttq.xa").get(f"/ket-qua/{house.opened.round_id}")
    assert answer.status_code == 200
    check_html(answer.text)
    return re.sub(r"\s+", " ", answer.text)


def of_totals() -> dict[str, str]:
    return {**fill_in(*PAPER), "any_not_satisfied": ""}


@pytest.fixture(scope="module")
def page(databases: Databases) -> Iterator[str]:
    """The page of a round that came in online and, as totals, on paper."""
    url = databases.create()
    with run_house(url) as house:
        yield finish(house, paper=of_totals())
    databases.drop(url)


def test_the_overall_rate_stands_beside_its_measures(page) -> None:
    for words in (
        "Ước tính cho tất cả 180 hộ",
        "Chỉ đúng nếu những hộ chưa trả lời cũng nghĩ như những hộ đã trả lời",
        "nếu mọi hộ chưa trả lời đều chưa hài lòng thì trong tất cả 180 hộ có 60,00 % hài lòng",
        "nếu họ đều hài lòng thì có 98,89 %",
        "Hộ chưa trả lời gồm hộ không có phiếu được tính, hộ có phiếu không hợp lệ",
        "Không có phiếu, nên không có tỷ lệ và không được suy đoán thay: Thôn 4.",
    ):
        assert words in page, words
    assert "đạt dù mọi hộ" not in page


def test_a_sheet_of_totals_leaves_a_range_and_says_so(page) -> None:
    assert "từ 3 đến 4/110 phiếu có ít nhất một nội dung" in page
    assert "2,73 % – 3,64 %" in page
    assert "từ 2 đến 3 phiếu trong 40 (5,00 % – 7,50 %)" in page
    assert "Phiếu giấy được đếm tổng từng nội dung nên chỉ biết trong khoảng này." in page


def test_a_sheet_of_ballots_leaves_none(house) -> None:
    page = finish(house, paper=fill_in(*PAPER))
    assert "3,64 % (4/110)" in page
    assert "chỉ biết trong khoảng này" not in page


def test_invalid_ballots_are_told_and_channels_stand_beside_their_bases(page) -> None:
    assert "110 phiếu hợp lệ, 2 phiếu không hợp lệ" in page
    row = re.search(r'<th scope="row">Phiếu hợp lệ</th>(.*?)</tr>', page)
    assert row
    assert re.findall(r">([\d.]+)</td>", row[1]) == ["90", "20", "110"]


def test_weights_are_listed_and_a_silent_village_has_none(page) -> None:
    table = page[page.index("Trọng số của từng thôn") :]
    rows = re.findall(
        r'<th scope="row">(Thôn \d)</th> <td class="number">45</td> <td class="number">(.*?)</td>', table
    )
    assert rows == [(f"Thôn {number}", "33,33 %") for number in (1, 2, 3)]
    assert re.search(r"Thôn 4</th><td[^>]*>không có phiếu hợp lệ, không có trọng số", table)
    assert "Nếu mỗi thôn được tính theo số hộ của thôn thì tỷ lệ là 98,33 %" in page


def test_no_weighted_rate_is_told_beside_a_hidden_village(house) -> None:
    page = finish(house, {**ONLINE, (3, "online"): (6, 2)})
    assert "Nếu mỗi thôn được tính" not in page
    assert "Không nêu tỷ lệ tính theo số hộ từng thôn, vì có thôn phải ẩn số liệu." in page


def test_a_verdict_that_no_silent_household_can_change_is_said(house) -> None:
    page = finish(house, {(place, "online"): (43, 0) for place in range(4)})
    assert "So với mức yêu cầu 90 %" in page
    assert "đạt dù mọi hộ chưa trả lời đều chưa hài lòng" in page
    assert "chưa đạt dù" not in page


def test_more_ballots_than_households_are_named_and_nothing_is_measured(house) -> None:
    page = finish(house, {(0, "online"): (46, 0), (1, "online"): (30, 0)})
    assert "nên không tính khoảng ước tính và giới hạn: Thôn 1." in page
    assert "Ước tính cho tất cả" not in page


def test_a_hidden_result_has_no_measures_and_tells_no_invalid_ballots(house) -> None:
    page = finish(house, {(0, "online"): (5, 0)}, paper=fill_in("x:blank", "x:blank"))
    assert "phiếu không hợp lệ" not in page
    assert "Ước tính cho tất cả" not in page


def test_the_page_is_well_drawn_with_all_that_unfolds(
    live_server: LiveServer, database, plain_page: Page
) -> None:
    opened = open_round(database, villages=4, households=45)
    with database.write() as session:
        session.execute(update(RoundUnit).where(RoundUnit.position == 0).values(households=1_045))
    plant(database, opened, ONLINE)
    count_paper(database, opened, of_totals())
    close(database, opened)
    add_staff(database, "mttq.xa", (Role.FRONT_COMMUNE, opened.commune_id))
    plain_page.goto(f"{live_server.url}/dang-nhap")
    plain_page.fill("[name=username]", "mttq.xa")
    plain_page.fill("[name=password]", PASSWORD)
    with plain_page.expect_navigation():
        plain_page.locator("main button").tap()
    plain_page.goto(f"{live_server.url}/ket-qua/{opened.round_id}")
    for summary in plain_page.locator("details summary").all():
        summary.tap()
    assert plain_page.locator("details[open]").count() == 3
    assert find_screen_problems(plain_page) == []
