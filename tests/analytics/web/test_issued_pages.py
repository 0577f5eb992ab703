"""Pages of a round whose rules count the forms handed out: both coverages, and which of them is tested."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from survey.domain.permissions import Role
from tests.analytics.issued_rounds import hold_issued
from tests.analytics.web.house import House
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app


@pytest.fixture
def house(database_url) -> Iterator[House]:
    with run_app(database_url) as app:
        opened = hold_issued(database_of(app))
        add_staff(database_of(app), "mttq.xa", (Role.FRONT_COMMUNE, opened.commune_id))
        yield House(app, opened)


def read(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    check_html(answer.text)
    return " ".join(answer.text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_residents_read_what_came_back_and_that_the_forms_are_tested(house) -> None:
    page = read(Browser(house.app), f"/ket-qua-cong-khai/{house.opened.round_id}")
    assert "92 trong 150 hộ có phiếu được tính (61,33 %)." in page
    assert (
        "Quy định tính theo phiếu phát ra: 135 trong 150 hộ được phát phiếu (90,00 %), cần ít nhất 80 %."
        in page
    )
    assert "Quy định cần ít nhất" not in page
    assert "Tỷ lệ hộ tham gia và tỷ lệ hài lòng đều đạt mức quy định." in page


def test_staff_read_the_same(house) -> None:
    page = read(house.signed_in("mttq.xa"), f"/ket-qua/{house.opened.round_id}")
    assert "135/150 hộ được phát phiếu" in page
    assert "Phiếu được tính: 92/150 hộ (61,33 %), không dùng để xét." in page
    row = page[page.index("Tỷ lệ hộ tham gia, tính theo phiếu phát ra</th>") :].partition("</tr>")[0]
    assert "90,00 % (135/150)" in row
    assert "≥&nbsp;80 %" in row
    assert "Hộ trả lời</th>" in page


def test_the_dashboard_asks_for_no_number_of_ballots(house) -> None:
    page = read(house.signed_in("mttq.xa"), f"/dot/{house.opened.round_id}")
    assert "61,33 %" in page
    assert "để đủ tỷ lệ hộ tham gia" not in page
    assert "Còn thiếu" not in page
