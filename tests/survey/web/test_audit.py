"""The log's page: everything in words, newest first, and only what is below one's own units."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from survey.domain.permissions import Role
from survey.services.adoptions import AdoptedKind
from survey.services.audit import record
from survey.services.round_checks import Draft
from survey.store.units import Unit
from survey.web import audit_words
from survey.web.audit_words import describe_detail
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser, add_staff, add_units, database_of, run_app

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def app(database_url):
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def units(app):
    units = add_units(database_of(app))
    add_staff(database_of(app), "quantri", (Role.ADMINISTRATOR, units["46"]))
    add_staff(database_of(app), "mttq.xa", (Role.FRONT_COMMUNE, units["19867"]))
    return units


def _signed_in(app, username: str) -> Browser:
    browser = Browser(app)
    browser.sign_in(username)
    return browser


def _rows(page: str) -> int:
    return len(re.findall(r"<tr>", page)) - 1


def test_an_administrator_reads_everything_in_words(app, units):
    page = _signed_in(app, "quantri").get("/nhat-ky").text
    check_html(page)
    for words in ("Tạo tài khoản", "Giao vai trò", "Đăng nhập", "Vai trò: Mặt trận Tổ quốc xã", "dòng lệnh"):
        assert words in page


def test_others_read_what_is_below_their_units(app, units):
    database = database_of(app)
    with database.write() as session:
        elsewhere = add_other_province(session)
    add_staff(database, "mttq.noi.khac", (Role.FRONT_PROVINCE, elsewhere))
    with database.write() as session:
        record(session, None, "round.open", unit_id=units["19867"], number="132/KH")
    ours, theirs = "132/KH", "Cán bộ mttq.noi.khac"
    page = _signed_in(app, "mttq.noi.khac").get("/nhat-ky").text
    assert ours not in page
    assert theirs in page
    add_staff(database, "mttq.hue", (Role.FRONT_PROVINCE, units["46"]))
    page = _signed_in(app, "mttq.hue").get("/nhat-ky").text
    assert ours in page
    assert theirs not in page
    assert _signed_in(app, "mttq.xa").get("/nhat-ky").status_code == 403


def add_other_province(session) -> int:
    unit = Unit(
        code="48", name="Thành phố Đà Nẵng", level="province", type="Thành phố", search_name="da nang",
        valid_from=date(2025, 7, 1),
    )  # fmt: skip
    session.add(unit)
    session.flush()
    return unit.id


def test_filters_and_pages(app, units):
    with database_of(app).write() as session:
        for number in range(120):
            record(session, None, "slips.issue", unit_id=units["19867"], count=number)
    browser = _signed_in(app, "quantri")
    first = browser.get("/nhat-ky?viec=slips.issue").text
    check_html(first)
    assert _rows(first) == 50
    assert "Số lượng: 119" in first
    seen, page = 50, first
    while older := re.search(r'href="(/nhat-ky\?[^"]*truoc=\d+)"', page):
        page = browser.get(older[1].replace("&amp;", "&")).text
        seen += _rows(page)
    assert seen == 120
    assert _rows(browser.get("/nhat-ky?nguoi=quantri").text) == 1
    assert "Không có việc nào" in browser.get("/nhat-ky?tu=2999-01-01").text
    assert "Không có việc nào" in browser.get("/nhat-ky?den=2020-01-01").text


@pytest.mark.parametrize(
    "query", ["tu=hôm qua", "truoc=x", "truoc=99999999999999999999", "viec='--", "den=9999-12-31"]
)
def test_a_strange_filter_is_no_error(app, units, query):
    assert _signed_in(app, "quantri").get(f"/nhat-ky?{query}").status_code == 200


def test_what_stands_in_a_detail_is_only_text(app, units):
    with database_of(app).write() as session:
        record(session, None, "round.supersede", because="<script>alert(1)</script>")
    page = _signed_in(app, "quantri").get("/nhat-ky").text
    assert "<script>alert(1)" not in page
    assert "Lý do: &lt;script&gt;" in page


def test_details_without_a_name_keep_their_key():
    assert describe_detail('{"la": [1, "hai"], "role": "analyst", "trong": null}') == [
        ("la", '[1, "hai"]'),
        ("Vai trò", "Người phân tích số liệu"),
    ]


def _recorded() -> Iterator[ast.Call]:
    for path in [*ROOT.glob("survey/**/*.py"), *ROOT.glob("analytics/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "record":
                yield node


_MADE_UP = {
    "f'{kind}.adopt'": {f"{kind}.adopt" for kind in get_args(AdoptedKind)},
    "f'actions.{step}'": {"actions.add", "actions.edit"},
}
"""What the actions that are no literals may be."""


def test_every_recorded_action_has_words_and_no_other():
    recorded: set[str] = set()
    for call in _recorded():
        action = call.args[2]
        if isinstance(action, ast.Constant):
            recorded.add(str(action.value))
        else:
            recorded |= _MADE_UP[ast.unparse(action)]  # else name what this may be
    assert set(audit_words.ACTION_NAMES) == recorded


def test_every_recorded_detail_has_a_name_and_no_other():
    recorded: set[str] = set()
    for keyword in (keyword for call in _recorded() for keyword in call.keywords):
        if keyword.arg is None:
            assert ast.unparse(keyword.value) == "draft.columns", "name what this may hold"
            recorded |= {field.name for field in fields(Draft)}
        else:
            recorded.add(keyword.arg)
    assert set(audit_words.DETAIL_NAMES) == recorded - {"unit_id", "round_id"}
