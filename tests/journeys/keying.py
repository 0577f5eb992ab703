"""A person who keys a village's paper, as the journeys of counting know one: hands on the keyboard."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, update

from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.services.paper_sheets import VillageSheet, get_sheet
from survey.services.rounds import get_round
from survey.services.slip_returns import return_slips
from survey.store.slips import Slip, SlipBatch
from tests.survey.paper import LAYOUT
from tests.survey.web.live_rounds import PlantedRound, RoundField
from tests.survey.web.staff_browser import PASSWORD, add_staff

DESK = {"width": 1280, "height": 800}
_names = itertools.count(1)


@dataclass(frozen=True)
class Keyer:
    """A person at a browser, before the sheet of the round's only village."""

    page: Page
    field: RoundField
    round: PlantedRound
    username: str
    script: bool = True

    @property
    def list_url(self) -> str:
        return f"{self.round.server.url}/dot/{self.round.id}/kiem-phieu"

    @property
    def url(self) -> str:
        return f"{self.list_url}/{self.field.village_id}"

    @property
    def state(self) -> Locator:
        return self.page.locator("#state")

    @property
    def ballot(self) -> Locator:
        return self.page.locator("#ballot")

    @property
    def found(self) -> VillageSheet:
        with self.field.database.read() as session:
            return get_sheet(session, get_round(session, self.round.id), self.field.village_id)

    def sign_in(self) -> None:
        self.page.fill("[name=username]", self.username)
        self.page.fill("[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def open(self, way: str = "") -> None:
        self.page.goto(self.url + way)
        if self.page.locator("[name=password]").count():
            self.sign_in()
        expect(self.page.locator("h1")).to_have_text("Phiếu kiểm: Thôn Đông")

    def another_tab(self) -> Keyer:
        page = self.page.context.new_page()
        other = Keyer(page, self.field, self.round, self.username, self.script)
        other.open()
        return other

    def key_totals(self, typed: Mapping[str, str]) -> None:
        """From the first cell to the last, by keys alone: Enter goes on, or without script Tab."""
        self.page.locator("#issued").focus()
        for name in _in_order():
            expect(self.page.locator(f"#{name}")).to_be_focused()
            self.page.keyboard.type(typed.get(name, ""))
            self.page.keyboard.press("Enter" if self.script else "Tab")
        expect(self.page.locator("[value=finish]")).to_be_focused()

    def finish(self) -> None:
        self.page.locator("[value=finish]").focus()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def key_ballot(self, keys: str) -> None:
        """One ballot; without script the page comes again, with its field before the eyes."""
        expect(self.ballot).to_be_focused()
        self.page.keyboard.type(keys)
        if self.script:
            self.page.keyboard.press("Enter")
        else:
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
        expect(self.ballot).to_have_value("")

    def change(self, **typed: str) -> None:
        for name, text in typed.items():
            self.page.locator(f"#{name}").fill(text)

    def wait_until_saved(self) -> None:
        expect(self.state).to_have_text("Đã lưu.")


def _in_order() -> list[str]:
    """The fields as they stand on the page of totals."""
    return [name for name in LAYOUT.fields if name != "any_not_satisfied"] + ["any_not_satisfied"]


def plant(field: RoundField, *, returned: int = 20) -> PlantedRound:
    """A round of which so many slips came back with paper."""
    round_ = field.plant(slips=returned)
    with field.database.write() as session:
        session.execute(update(SlipBatch).filter_by(round_id=round_.id).values(printed_at=now()))
        numbers = session.scalars(select(Slip.number).filter_by(round_id=round_.id)).all()
        return_slips(session, round_.id, numbers, by=None, at=now())
    return round_


def hire(
    field: RoundField, page: Page, round_: PlantedRound, *, script: bool = True, role: Role = Role.COLLECTOR
) -> Keyer:
    username = f"kiem.{next(_names)}"
    add_staff(field.database, username, (role, field.commune_id))
    return Keyer(page, field, round_, username, script)


def read_typed(keyer: Keyer) -> dict[str, str]:
    """What the server has of the first person."""
    found = keyer.found
    assert found.sheet is not None
    typed: dict[str, str] = json.loads(found.sheet.keyings[0].typed)
    return typed
