"""The app on a database of its own, with people in the round's commune and in another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from survey.domain.permissions import Role
from survey.store.engine import Database
from tests.analytics.season import add_commune
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app


@dataclass(frozen=True)
class House:
    """The app on a database of its own, with people in the round's commune and in another one."""

    app: Flask
    opened: OpenRound

    @property
    def database(self) -> Database:
        return database_of(self.app)

    def signed_in(self, username: str) -> Browser:
        browser = Browser(self.app)
        assert browser.sign_in(username).status_code == 303
        return browser


@contextmanager
def run_house(database_url: str, *, kind: str = "official", slips: int = 0) -> Iterator[House]:
    with run_app(database_url) as app:
        database = database_of(app)
        opened = open_round(database, kind=kind, villages=4, households=45, slips=slips)
        other = add_commune(database, "19885", "Xã Đan Điền")
        add_staff(database, "mttq.xa", (Role.FRONT_COMMUNE, opened.commune_id))
        add_staff(database, "ubnd.xa", (Role.COMMITTEE_COMMUNE, opened.commune_id))
        add_staff(database, "phantich", (Role.ANALYST, opened.commune_id))
        add_staff(database, "mttq.khac", (Role.FRONT_COMMUNE, other))
        add_staff(database, "to.lay.ykien", (Role.COLLECTOR, opened.commune_id))
        yield House(app, opened)
