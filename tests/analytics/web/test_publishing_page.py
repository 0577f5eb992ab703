"""The last look before publishing, and the way back to the round from every page about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from survey.access import find_access
from tests.analytics.season import close, plant, write_reason
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.publishing import publish
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


def list_pages(house: House) -> list[str]:
    """The pages about a round for its officer that need to know no more than the round and a village.

    All but the collector's, which leads nowhere: it stays at a household's door without a network.
    """
    adapter = house.app.url_map.bind("localhost")
    known = {"round_id": house.opened.round_id, "unit_id": house.opened.village_ids[0], "question": "q02"}
    return [
        adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
        for rule in house.app.url_map.iter_rules()
        if (access := find_access(house.app.view_functions[rule.endpoint])) and access.on == "round_id"
        if "GET" in (rule.methods or ())
        and rule.arguments <= known.keys()
        and rule.endpoint != "collect.show"
    ]


@pytest.mark.parametrize("state", ["open", "closed", "published"])
def test_every_page_of_a_round_leads_back_to_it(house: House, state: str) -> None:
    if state != "open":
        close(house.database, house.opened, publish=state == "published")
    browser, home = house.signed_in("mttq.xa"), f"/dot/{house.opened.round_id}"
    pages: dict[str, str] = {}
    for address in list_pages(house):
        with browser.get(address) as answer:
            if answer.status_code == 200 and answer.mimetype == "text/html" and address != home:
                pages[address] = answer.get_data(as_text=True)
    assert len(pages) > 12
    assert [address for address, text in pages.items() if f'href="{home}"' not in text] == []
    titled = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>Lấy ý kiến hài lòng')
    assert {place for text in pages.values() for place in titled.findall(text)} == {home}


def test_the_analyst_is_led_only_where_the_analyst_may_go(house: House) -> None:
    close(house.database, house.opened)
    publish(house.database, house.opened.round_id)
    address, home = f"/ket-qua/{house.opened.round_id}", f'href="/dot/{house.opened.round_id}"'
    assert home not in read(house.signed_in("phantich"), address)
    assert home in read(house.signed_in("ubnd.xa"), address)
    for username, promised in (("mttq.xa", True), ("ubnd.xa", False), ("phantich", False)):
        assert ("văn bản để ký" in read(house.signed_in(username), address)) is promised


def test_the_round_page_leads_to_opinions_and_plans_those_who_may(house: House) -> None:
    close(house.database, house.opened, publish=True)
    home = f"/dot/{house.opened.round_id}"
    for username, reads, plans in (
        ("mttq.xa", True, True), ("ubnd.xa", False, True), ("to.lay.ykien", False, False),
    ):  # fmt: skip
        shown = read(house.signed_in(username), home)
        assert (f'href="{home}/y-kien"' in shown, f'href="{home}/viec-se-lam"' in shown) == (reads, plans)
