"""The scoreboard and the declarations behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from analytics.plan.board import build_board
from survey.domain.clock import now, today
from survey.frames import get_plan
from survey.services.register import load_units
from survey.store.declarations import Declaration
from survey.store.rounds import Round
from tests.analytics.season import close, plant
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html

LINK = "https://quangdien.example.vn/minh-chung"


@pytest.fixture
def house(database_url) -> Iterator[House]:
    with run_house(database_url) as found:
        yield found


def verdicts(database, on: date) -> dict[str, tuple[str, int]]:
    with database.read() as session:
        board = build_board(session, get_plan(), on)
    return {row.target.key: (row.verdict.value, row.share.denominator) for row in board.rows}


def test_the_scoreboard_counts_the_units_of_each_era(database) -> None:
    with database.write() as session:
        load_units(session)
    before, half, after = (
        verdicts(database, day) for day in (date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31))
    )
    assert [era["8.4"][1] for era in (before, half, after)] == [95, 78, 19]
    assert before["KTS-HTX-H"] == ("not_enough_evidence", 9)
    assert half["NTM-TM"] == ("not_enough_evidence", 9)
    assert after["KTS-HTX-H"] == after["NTM-TM"] == ("not_applicable", 0)
    assert before["8.4-NC"][0] == "not_met"


def test_a_published_round_with_an_online_ballot_counts_from_its_day_on(house) -> None:
    plant(house.database, house.opened)
    close(house.database, house.opened, publish=True)
    day = today()
    with house.database.write() as session:
        session.execute(update(Round).values(published_at=now()))
    with house.database.read() as session:
        board = build_board(session, get_plan(), day)
        earlier = build_board(session, get_plan(), day - timedelta(days=1))
    row = next(row for row in board.rows if row.target.key == "8.4-NC")
    assert [unit.unit_id for unit in row.undeclared] == [house.opened.commune_id]
    row = next(row for row in earlier.rows if row.target.key == "8.4-NC")
    assert row.undeclared == ()


def test_a_drill_never_counts_as_having_collected(database_url) -> None:
    with run_house(database_url, kind="drill") as house:
        plant(house.database, house.opened)
        close(house.database, house.opened)
        with house.database.read() as session:
            board = build_board(session, get_plan(), today())
    assert all(not unit.collected for row in board.rows for unit in row.not_met + row.undeclared)


def test_the_page_shows_eight_targets_their_rule_and_the_missing_units(house) -> None:
    answer = house.signed_in("mttq.xa").get("/ke-hoach?ngay=2025-12-31")
    assert answer.status_code == 200
    check_html(answer.text)
    for target in get_plan().targets:
        assert f'id="{target.key}"' in answer.text
    assert str(get_plan().collected_rule.sentence) in answer.text
    assert "không áp dụng" in answer.text
    assert "Xã Đan Điền" in answer.text
    assert f"/ke-hoach/khai-bao/{house.opened.commune_id}" in answer.text


@pytest.mark.parametrize("typed", ["30/6/2025", "9999-12-31", "1000-01-01"])
def test_a_wrong_date_is_told_and_kept(house, typed: str) -> None:
    answer = house.signed_in("mttq.xa").get(f"/ke-hoach?ngay={typed}")
    assert answer.status_code == 422
    assert typed in answer.text
    assert "Ngày viết chưa đúng" in answer.text


def declare(house: House, **fields: object):
    page = f"/ke-hoach/khai-bao/{house.opened.commune_id}"
    typed = {
        "target": "8.4",
        "8_4-f_meets": "yes",
        "8_4-evidence_url": LINK,
        "8_4-declared_on": today().isoformat(),
    }
    browser = house.signed_in("ubnd.xa")
    token = browser.token("/tai-khoan")
    return browser.client.post(page, data={**typed, **fields, "csrf_token": token}), browser


def test_a_declaration_counts_and_its_history_is_kept(house) -> None:
    answer, browser = declare(house)
    assert answer.status_code == 303
    declare(house, **{"8_4-f_meets": "no"})
    page = browser.get(f"/ke-hoach/khai-bao/{house.opened.commune_id}").text
    check_html(page)
    assert page.count(f'href="{LINK}"') == 2
    with house.database.read() as session:
        rows = build_board(session, get_plan(), today()).rows
        assert session.query(Declaration).count() == 2
    row = next(row for row in rows if row.target.key == "8.4")
    assert house.opened.commune_id in {unit.unit_id for unit in row.not_met}


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://a.vn/x", "không có", "", "https://", 'https://a.vn/"><script>']
)
def test_a_bad_link_is_refused_and_what_was_typed_stays(house, link) -> None:
    answer, _browser = declare(house, **{"8_4-evidence_url": link})
    assert answer.status_code == 422
    check_html(answer.text)
    assert 'value="yes" ' in answer.text or "checked" in answer.text
    assert f'href="{link}"' not in answer.text
    with house.database.read() as session:
        assert session.query(Declaration).count() == 0


def test_a_count_that_is_no_number_stays_in_its_field(house) -> None:
    fields = {
        "target": "KTS-LK",
        "KTS-LK-f_models": "năm",
        "KTS-LK-f_digital_models": "3",
        "KTS-LK-evidence_url": LINK,
        "KTS-LK-declared_on": "2999-01-01",
    }
    answer, _browser = declare(house, **fields)
    assert answer.status_code == 422
    assert 'value="năm"' in answer.text
    assert "Phải là số nguyên" in answer.text
    assert "Ngày khai không được sau hôm nay" in answer.text


def test_another_commune_cannot_declare_here(house) -> None:
    page = f"/ke-hoach/khai-bao/{house.opened.commune_id}"
    assert house.signed_in("mttq.khac").get(page).status_code == 404
