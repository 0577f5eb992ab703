"""Every route says whom it is for, and the gate keeps to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from survey.access import find_access, requires
from survey.cli.routes import list_routes
from survey.domain.permissions import Permission, Role
from survey.store.units import Unit
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app, settings_for

KEPT = Path(__file__).parent / "routes.txt"
AGAIN = "KEEP_ROUTES=1 .venv/bin/pytest -q tests/survey/web/test_access.py -k kept_table"


@pytest.fixture
def bare_app(tmp_path) -> Iterator[Flask]:
    with run_app(f"sqlite:///{tmp_path / 'none.sqlite3'}") as app:
        yield app


def test_every_route_is_classified(bare_app):
    assert [line for line in list_routes(bare_app) if line.endswith("UNCLASSIFIED")] == []


def test_the_routes_are_those_of_the_kept_table(bare_app):
    """Printed QR codes must never lead nowhere, and no page may change its readers unnoticed."""
    routes = "\n".join(list_routes(bare_app)) + "\n"
    if os.environ.get("KEEP_ROUTES"):
        KEPT.write_text(routes, encoding="utf-8")
    kept = KEPT.read_text(encoding="utf-8") if KEPT.exists() else ""
    assert routes == kept, f"look at each difference, then keep the new table: {AGAIN}"


def test_an_argument_that_access_names_is_an_argument_of_its_route(bare_app):
    for rule in bare_app.url_map.iter_rules():
        access = find_access(bare_app.view_functions[rule.endpoint])
        if access and access.on:
            assert access.on in {"round_id", "unit_id"}, rule
            assert access.on in rule.arguments, rule


def test_an_unclassified_view_is_refused_to_everyone(bare_app):
    bare_app.add_url_rule("/quen-danh-dau", "forgotten", lambda: "số liệu")
    bare_app.testing = True
    with pytest.raises(LookupError, match="forgotten"):
        bare_app.test_client().get("/quen-danh-dau")


@requires(Permission.READ_COUNTS, on="round_id")
def tell_round(round_id: int) -> str:
    return f"Xã Quảng Điền, đợt {round_id}"


@requires(Permission.READ_UNIT, on="unit_id")
def tell_unit(unit_id: int) -> str:
    return f"Xã Quảng Điền, đơn vị {unit_id}"


@pytest.fixture
def app(database_url) -> Iterator[Flask]:
    """The app and two pages more, so that the gate is tried whatever pages there are."""
    with run_app(database_url) as made:
        made.add_url_rule("/thu/dot/<int:round_id>", "try_round", tell_round, methods=["GET", "POST"])
        made.add_url_rule("/thu/don-vi/<int:unit_id>", "try_unit", tell_unit)
        yield made


@pytest.fixture
def opened(app: Flask) -> OpenRound:
    """An opened round of xã Quảng Điền, and the Front of another commune."""
    database = database_of(app)
    opened = open_round(database, slips=2, secret=settings_for("").code_secret)
    with database.write() as session:
        quang_dien = session.scalars(select(Unit).where(Unit.level == "commune")).one()
        other = Unit(
            code="19900", name="Xã Đan Điền", level="commune", type="Xã", search_name="dan dien",
            valid_from=quang_dien.valid_from,
        )  # fmt: skip
        session.add(other)
        session.flush()
        other_id = other.id
    add_staff(database, "xa.khac", (Role.FRONT_COMMUNE, other_id))
    add_staff(database, "xa.nay", (Role.FRONT_COMMUNE, opened.commune_id))
    return opened


def _addresses(app: Flask, opened: OpenRound) -> list[tuple[str, str]]:
    """Every address about the round, its commune or its village, with a method that it takes."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        access = find_access(app.view_functions[rule.endpoint])
        if access is None or access.on is None:
            continue
        subjects = [opened.round_id] if access.on == "round_id" else [opened.commune_id, *opened.village_ids]
        for subject in subjects:
            values = {name: _some_value(rule, name) for name in rule.arguments} | {access.on: subject}
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                found.append((method, adapter.build(rule.endpoint, values, method=method)))
    return found


def _some_value(rule: Rule, argument: str) -> object:
    """A value that the argument's converter takes."""
    converter = rule._converters[argument]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_an_officer_of_another_commune_gets_404_never_data(app, opened):
    browser = Browser(app)
    browser.sign_in("xa.khac")
    token = browser.token("/tai-khoan")
    for method, address in _addresses(app, opened):
        answer = browser.client.open(
            address, method=method, data={"csrf_token": token} if method == "POST" else None
        )
        assert answer.status_code in (403, 404), f"{method} {address}"
        assert "Quảng Điền" not in answer.text, address


def test_the_communes_own_officer_is_let_in(app, opened):
    browser = Browser(app)
    browser.sign_in("xa.nay")
    assert browser.get(f"/thu/dot/{opened.round_id}").status_code == 200
    for unit_id in (opened.commune_id, *opened.village_ids):
        assert browser.get(f"/thu/don-vi/{unit_id}").status_code == 200
    assert browser.get("/thu/dot/99999").status_code == 404
    assert browser.get("/thu/don-vi/99999").status_code == 404


def test_who_is_not_signed_in_gets_only_the_way_to_sign_in(app, opened):
    browser = Browser(app)
    token = browser.token("/dang-nhap")
    for method, address in _addresses(app, opened):
        answer = browser.client.open(
            address, method=method, data={"csrf_token": token} if method == "POST" else None
        )
        if method == "POST":
            assert answer.status_code == 401, f"{method} {address}"
            assert 'href="/dang-nhap"' in answer.text, address
        else:
            assert answer.status_code == 303, f"{method} {address}"
            assert answer.location.startswith("/dang-nhap"), address


def test_the_residents_pages_never_set_a_cookie(app, opened):
    client = app.test_client()
    slip = opened.slips[opened.village_ids[0]][0]
    poster = opened.posters[opened.village_ids[0]]
    addresses = [
        "/",
        "/?lang=en",
        f"/{slip.grouped}",
        f"/{slip.grouped}?lang=en",
        f"/{poster.grouped}",
        "/ZZZZ-ZZZZ",
        "/x",
    ]
    for address in addresses:
        for answer in (client.get(address), client.post(address, data={"code": "sai", "lang": "en"})):
            assert "Set-Cookie" not in answer.headers, address
            assert answer.status_code != 500, address


def test_a_commands_list_shows_what_the_gate_knows(bare_app):
    result = bare_app.test_cli_runner().invoke(args=["routes-access"])
    lines = list_routes(bare_app)
    assert "/nhat-ky  GET  audit.list_events  read_audit" in lines
    assert result.exit_code == 2 or result.output.splitlines() == lines
