"""A helper with a phone, as the journeys of collecting know one."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, update

from survey.domain.clock import now
from survey.domain.codes import Code
from survey.domain.permissions import Role
from survey.store.ballots import Box
from survey.store.collection import CollectionSession
from survey.store.staff import Staff, StaffSession
from tests.journeys.device import answer_all
from tests.servers.pages import check_accessibility, check_html
from tests.survey.web.live_rounds import QUESTIONS, PlantedRound, RoundField
from tests.survey.web.staff_browser import PASSWORD, add_staff

_names = itertools.count(1)


@dataclass(frozen=True)
class Helper:
    """A person with a phone who collects for a round."""

    page: Page
    round: PlantedRound
    username: str

    @property
    def url(self) -> str:
        return f"{self.round.server.url}/thu-phieu/{self.round.id}"

    @property
    def counter(self) -> Locator:
        return self.page.locator("#queue-count")

    @property
    def told(self) -> Locator:
        return self.page.locator("#told")

    def sign_in(self, username: str = "") -> None:
        self.page.fill("[name=username]", username or self.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main button").tap()
        expect(self.page.locator("[name=password]")).to_have_count(0)

    def begin(self) -> None:
        self.page.goto(self.url)
        self.sign_in()
        self.page.get_by_role("button", name="Bắt đầu buổi thu phiếu").tap()
        expect(self.page.locator("#ballot")).to_be_visible()

    def answer(self, option: str = "satisfied") -> None:
        answer_all(self.page, option)

    def tap_answers(self, option: str = "satisfied") -> None:
        for question in QUESTIONS:
            self.page.locator(f"label[for={question}-{option}]").tap()

    def save(self) -> None:
        self.page.locator("#ballot > .button").tap()

    def collect(self, code: Code, option: str = "satisfied") -> None:
        self.page.fill("#code", code.grouped.lower())
        self.answer(option)
        self.save()
        # By script, or by the plain form where the script had not come yet.
        expect(self.told).to_contain_text(re.compile(f"{code.text[8:]}|Đã ghi nhận thẻ"))

    def look(self) -> None:
        """Valid, accessible, and nothing wider than the screen."""
        check_html(self.page.content())
        check_accessibility(self.page)
        assert self.page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")


def hire(field: RoundField, page: Page, round_: PlantedRound) -> Helper:
    username = f"to.{next(_names)}"
    add_staff(field.database, username, (Role.COLLECTOR, field.commune_id))
    return Helper(page, round_, username)


def begin(field: RoundField, page: Page, **options) -> Helper:
    helper = hire(field, page, field.plant(**{"slips": 12, **options}))
    helper.begin()
    return helper


def end_sign_in(field: RoundField, helper: Helper) -> None:
    with field.database.write() as session:
        staff_id = select(Staff.id).where(Staff.username == helper.username).scalar_subquery()
        session.execute(
            update(StaffSession).where(StaffSession.staff_id == staff_id).values(expires_at=now())
        )


def counts(sent: int, waiting: int) -> str:
    return f"Đã gửi {sent} · Đang chờ mạng {waiting}"


def read_channels(field: RoundField, round_: PlantedRound) -> list[str]:
    with field.database.read() as session:
        return sorted(session.scalars(select(Box.channel).filter_by(round_id=round_.id)))


def read_totals(field: RoundField, round_: PlantedRound) -> list[tuple[int, int]]:
    with field.database.read() as session:
        rows = session.scalars(select(CollectionSession).filter_by(round_id=round_.id).order_by("id"))
        return [(row.assisted, row.phone) for row in rows]


def read_device(page: Page) -> str:
    """All that the page's site keeps on the device, as text."""
    kept: str = page.evaluate(
        """async () => {
            const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
            for (const {name} of await indexedDB.databases()) {
                const base = await new Promise(done => {
                    const request = indexedDB.open(name);
                    request.onsuccess = () => done(request.result);
                });
                for (const store of base.objectStoreNames) {
                    const request = base.transaction(store).objectStore(store).getAll();
                    await new Promise(done => { request.onsuccess = done; });
                    kept.push(JSON.stringify(request.result));
                }
                base.close();
            }
            return kept.join("\\n");
        }"""
    )
    return kept


def mistype(code: Code) -> str:
    return code.text[:5] + ("0" if code.text[5] != "0" else "1") + code.text[6:]
