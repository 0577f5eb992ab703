"""A person who keys paper through the pages, as their browser sends them without script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.services.closing import close_round
from survey.store.engine import Database
from tests.servers.pages import check_html
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.services.paper_keyers import GOOD
from tests.survey.web.staff_browser import Browser, add_staff, database_of, settings_for
from tests.survey.web.visits import read_form


@dataclass(frozen=True)
class PaperBrowser:
    """Signed in, at one village's sheet."""

    browser: Browser
    list_page: str
    sheet: str

    def look(self, address: str = "") -> str:
        """A valid page."""
        answer = self.browser.get(address or self.sheet)
        assert answer.status_code == 200, answer.text
        check_html(answer.text)
        return answer.text

    def read(self, address: str = "") -> dict[str, str]:
        """What the form of the sheet would send as it stands."""
        fields = read_form(self.look(address))
        del fields["csrf_token"]
        return fields

    def send(
        self, fields: Mapping[str, object] | None = None, step: str = "save", *, way: str = "", to: str = ""
    ) -> TestResponse:
        """Type into the form and press a button."""
        stands = self.read(f"{self.sheet}{way}") if not to else {}
        answer = self.post(f"{self.sheet}{to}", {**stands, **(fields or {}), "step": step})
        if answer.mimetype == "text/html" and answer.status_code != 303:
            check_html(answer.text)
        return answer

    def post(self, address: str, fields: Mapping[str, object]) -> TestResponse:
        return self.browser.post(address, fields, page=self.sheet)


def sit_down(app: Flask, opened: OpenRound, username: str) -> PaperBrowser:
    browser = Browser(app)
    browser.sign_in(username)
    place = f"/dot/{opened.round_id}/kiem-phieu"
    return PaperBrowser(browser, place, f"{place}/{opened.village_ids[0]}")


@dataclass(frozen=True)
class Office:
    """A round whose paper is counted: two of the collecting team, and the Front of the commune."""

    app: Flask
    database: Database
    opened: OpenRound
    lan: PaperBrowser
    minh: PaperBrowser
    mttq: PaperBrowser

    def close(self) -> None:
        close_round(self.database, self.opened.round_id, by=None, at=now(), despite="Thử")


def set_up(app: Flask, **options) -> Office:
    """Two villages of forty households."""
    database = database_of(app)
    opened = open_round(database, households=40, secret=settings_for("").code_secret, **options)
    for name, role in (("lan", Role.COLLECTOR), ("minh", Role.COLLECTOR), ("mttq", Role.FRONT_COMMUNE)):
        add_staff(database, name, (role, opened.commune_id))
    return Office(app, database, opened, *(sit_down(app, opened, name) for name in ("lan", "minh", "mttq")))


def confirm(office: Office) -> None:
    """Two people key the first village alike."""
    assert office.lan.send(GOOD, "finish").status_code == 303
    assert office.minh.send(GOOD, "finish").status_code == 303
