"""The last look before a result is published."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.analytics.season import close, plant, write_reason
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.services.paper_keyers import tick_off
from tests.survey.web.staff_browser import Browser


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with run_house(database_url, slips=15) as found:
        plant(found.database, found.opened)
        for _ in range(3):
            write_reason(found.database, found.opened.round_id, q02="Đường thôn còn lầy lội")
        yield found


def read(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    check_html(answer.text)
    return answer.text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_last_look_tells_the_result_and_what_is_not_in_it(house: House) -> None:
    tick_off(house.database, house.opened, 12, village=3)
    close(house.database, house.opened)
    told = read(house.signed_in("mttq.xa"), f"/dot/{house.opened.round_id}/cong-bo/xac-nhan")
    assert ">Chưa đạt<" in told
    assert "<dd>84,62 % (110/130)</dd>" in told
    assert "<dd>72,22 % (130/180)</dd>" in told
    assert re.search(r"Ý kiến chưa duyệt</dt>\s*<dd>3 –", told)
    assert "Có phiếu giấy thu về nhưng chưa kiểm xong, không tính: Thôn 4 (12 phiếu)." in told


def test_who_may_not_publish_does_not_see_it(house: House) -> None:
    close(house.database, house.opened)
    for username in ("ubnd.xa", "phantich", "mttq.khac", "to.lay.ykien"):
        address = f"/dot/{house.opened.round_id}/cong-bo/xac-nhan"
        assert house.signed_in(username).get(address).status_code == 404
