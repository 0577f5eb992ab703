"""A commune's office in the browser: its accounts, its village, and a round of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from survey.domain.clock import today
from survey.domain.permissions import Role
from survey.domain.rule_sets import list_rule_sets
from survey.services.rounds import list_rounds
from survey.store.engine import Database
from survey.store.units import HouseholdCount
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser, add_staff, add_units, database_of, run_app


@dataclass(frozen=True)
class Office:
    app: Flask
    units: dict[str, int]

    @property
    def database(self) -> Database:
        return database_of(self.app)

    def signed_in(self, username: str) -> Browser:
        browser = Browser(self.app)
        assert browser.sign_in(username).status_code == 303
        return browser


@contextmanager
def open_office(database_url: str) -> Iterator[Office]:
    """The app on a database, with a village of twelve households and an account for each who matters."""
    with run_app(database_url) as app:
        database = database_of(app)
        units = add_units(database)
        with database.write() as session:
            session.add(HouseholdCount(unit_id=units["19867.01"], year=today().year, households=12))
        add_staff(database, "mttq", (Role.FRONT_COMMUNE, units["19867"]))
        add_staff(database, "lang-gieng", (Role.FRONT_COMMUNE, units["19900"]))
        add_staff(database, "tinh", (Role.FRONT_PROVINCE, units["46"]))
        add_staff(database, "quan-tri", (Role.ADMINISTRATOR, units["46"]))
        yield Office(app, units)


def fields(office: Office, **changes: object) -> dict[str, object]:
    return {
        "unit": office.units["19867"],
        "kind": "official",
        "title": "Lấy ý kiến năm nay",
        "questionnaire": "xa-ntm",
        "rules": list_rule_sets(today(), "xa")[0].key,
        "starts_on": today().isoformat(),
        "last_on": (today() + timedelta(days=10)).isoformat(),
        "contact": "Bà Hoa, 0234 000 000",
        **changes,
    }


def page(browser: Browser, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.text
    check_html(answer.text)
    return answer.text


def create(office: Office, browser: Browser, **changes: object) -> int:
    answer = browser.post("/dot/moi", fields(office, **changes), page="/dot/moi")
    assert answer.status_code == 303, answer.text
    with office.database.read() as session:
        return max(round_.id for round_ in list_rounds(session))


DOCUMENT = {
    "number": "45/MTTQ",
    "issued_on": "2026-01-05",
    "issuer": "MTTQ thành phố",
    "document_title": "Cho phép lấy ý kiến trực tuyến",
}


def open_official(office: Office, browser: Browser) -> int:
    round_id = create(office, browser)
    browser.post(f"/dot/{round_id}/van-ban", {**DOCUMENT}, page=f"/dot/{round_id}/mo")
    assert browser.post(f"/dot/{round_id}/mo", page=f"/dot/{round_id}/mo").status_code == 303
    return round_id
