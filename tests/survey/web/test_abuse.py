"""Abuse over HTTP on a served app, on both databases, behind a proxy and without one."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from survey.domain.codes import Code, new_link_code, new_slip_code
from survey.store.ballots import Box, DayCount, Ledger, MarkCount
from tests.servers.databases import Databases
from tests.servers.pages import check_accessibility, check_html
from tests.survey.web.live_rounds import ALL_SATISFIED, THANKS, PlantedRound, RoundField, serve_field
from tests.survey.web.visits import FORM, Answer, read_form, visit

HOUSEHOLDS = 200
ASK_TO_WAIT = "Xin chờ ít phút, hoặc hỏi người phát thẻ."


@pytest.fixture(scope="module")
def behind_proxy(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundField]:
    """An app that believes the X-Forwarded-For of one proxy."""
    url = databases.create()
    with serve_field(url, tmp_path_factory.mktemp("proxied"), environ={"TRUSTED_PROXIES": "1"}) as served:
        yield served
    databases.drop(url)


def from_(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def answer_as(round_: PlantedRound, slip: Code, more: Mapping[str, str]) -> Answer:
    """A household's two requests: the page, and the answers."""
    url = round_.url(slip)
    page = visit(url, more=more)
    return visit(url, {**read_form(page.text), **ALL_SATISFIED}, more=more)


def guess(field: RoundField, times: int, more: Mapping[str, str], tag: str = "ZZZ") -> list[Answer]:
    return [visit(f"{field.server.url}/{new_slip_code(tag).grouped}", more=more) for _ in range(times)]


def check_households_are_taken(field: RoundField, more: Mapping[str, str]) -> None:
    """Two hundred households, eight at a time, after somebody at their address has guessed too much."""
    round_ = field.plant(slips=HOUSEHOLDS)
    assert guess(field, 25, more)[-1].status == 429
    with ThreadPoolExecutor(8) as phones:
        answers = list(phones.map(lambda slip: answer_as(round_, slip, more), round_.slips))
    assert [answer.status for answer in answers] == [200] * HOUSEHOLDS
    assert all(THANKS in answer.text for answer in answers)
    assert field.count(Ledger, round_) == HOUSEHOLDS
    with field.database.read() as session:
        assert session.scalar(select(DayCount.ballots).filter_by(round_id=round_.id)) == HOUSEHOLDS


def test_two_hundred_households_behind_one_address_are_all_taken(field: RoundField) -> None:
    check_households_are_taken(field, {})


def test_two_hundred_households_behind_one_address_and_a_proxy_are_all_taken(
    behind_proxy: RoundField,
) -> None:
    check_households_are_taken(behind_proxy, from_("203.0.113.20"))


def test_after_twenty_unknown_codes_only_unknown_codes_wait(behind_proxy: RoundField) -> None:
    round_, here = behind_proxy.plant(slips=2), from_("203.0.113.7")
    assert {answer.status for answer in guess(behind_proxy, 20, here)} == {404}
    late = guess(behind_proxy, 1, here, round_.slips[0].tag)[0]
    assert late.status == 429
    assert 0 < int(late.headers["Retry-After"]) <= 600
    assert ASK_TO_WAIT in late.text
    assert late.headers["Set-Cookie"] is None
    check_html(late.text)
    assert visit(round_.poster_url, more=here).status == 200
    assert THANKS in answer_as(round_, round_.slips[0], here).text
    assert visit(round_.slip_url, more=here).status == 409, "a used code is told as always"
    assert guess(behind_proxy, 1, from_("203.0.113.8"))[0].status == 404


def test_a_poster_and_a_form_are_no_way_around(behind_proxy: RoundField) -> None:
    here = from_("203.0.113.9")
    for _ in range(10):
        visit(f"{behind_proxy.server.url}/{new_link_code('ZZZ').grouped}", more=here)
        visit(f"{behind_proxy.server.url}/{new_slip_code('ZZZ').grouped}", {"q01": "satisfied"}, more=here)
    for form in (None, {"q01": "satisfied"}):
        answer = visit(f"{behind_proxy.server.url}/{new_slip_code('ZZZ').grouped}", form, more=here)
        assert answer.status == 429
        assert form is None or answer.headers["Ballot-Outcome"] == "refused"


def test_mistyped_codes_never_count(behind_proxy: RoundField) -> None:
    round_, here = behind_proxy.plant(), from_("203.0.113.10")
    code = round_.slips[0].text
    swapped = code[:4] + ("0" if code[4] != "0" else "1") + code[5:]
    for typed in (swapped, "ABC", "x" * 40):
        for _ in range(15):
            assert visit(f"{behind_proxy.server.url}/{typed}", more=here).status == 404
    assert guess(behind_proxy, 1, here)[0].status == 404


def test_without_a_trusted_proxy_a_header_makes_nobody_another(field: RoundField) -> None:
    answers = [guess(field, 1, from_(f"198.51.100.{number}"))[0] for number in range(25)]
    assert answers[-1].status == 429


def count_marks(field: RoundField, round_: PlantedRound) -> list[tuple[str, int]]:
    with field.database.read() as session:
        rows = session.execute(select(MarkCount.mark, MarkCount.ballots).filter_by(round_id=round_.id))
        return [(row[0], row[1]) for row in rows]


def test_a_filled_honeypot_is_counted_and_marked(field: RoundField) -> None:
    round_ = field.plant(slips=3)
    for slip, subject in zip(round_.slips, ("", "  ", "Buy now"), strict=True):
        form = read_form(visit(round_.url(slip)).text)
        assert form["subject"] == ""
        sent = {**form, **ALL_SATISFIED, "subject": subject}
        for _ in range(2):
            assert THANKS in visit(round_.url(slip), sent).text
    assert field.count(Box, round_) == field.count(Ledger, round_) == 3
    assert field.read_boxed(round_) == [ALL_SATISFIED] * 3
    assert count_marks(field, round_) == [("honeypot", 1)]


def test_nobody_meets_the_honeypot(field: RoundField, plain_page: Page) -> None:
    """Not by eye, not by keyboard, not by ear; with it the page is still accessible."""
    round_ = field.plant()
    plain_page.goto(round_.slip_url)
    trap = plain_page.locator("[name=subject]")
    shape = trap.locator("xpath=..").bounding_box()
    assert shape is not None
    assert (shape["width"], shape["height"]) == (1, 1)
    assert trap.get_attribute("tabindex") == "-1"
    assert trap.get_attribute("autocomplete") == "off"
    assert "để trống" not in plain_page.locator("body").aria_snapshot()
    reached = [reach_next(plain_page) for _ in range(70)]
    assert "Gửi phiếu" in reached, "the walk went through the whole form"
    assert "subject" not in reached
    check_accessibility(plain_page)


def reach_next(page: Page) -> str:
    """Press Tab; the name or the text of what has the focus then."""
    page.keyboard.press("Tab")
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def test_a_body_that_does_not_say_its_length_is_not_read_without_end(field: RoundField) -> None:
    """Browsers always say it; who sends 64 MB in pieces is cut off or refused, and the server goes on."""
    round_ = field.plant()
    parts = urlsplit(round_.slip_url)
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nTransfer-Encoding: chunked\r\n"
    sent = 0
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as line:
        line.sendall(f"{head}Content-Type: {FORM}\r\n\r\n".encode())
        with suppress(ConnectionError):
            while sent < 1024:
                line.sendall(piece)
                sent += 1
    assert sent < 1024, "nobody read all of it"
    assert field.count(Box, round_) == 0
    assert THANKS in answer_as(round_, round_.slips[0], {}).text
