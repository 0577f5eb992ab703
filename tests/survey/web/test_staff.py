"""Looking after accounts: whom one reaches, what one may give, and what nobody may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from survey.domain.permissions import Role
from survey.services.accounts import get_staff
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser, add_staff, add_units, database_of, run_app

LIST = "/tai-khoan/quan-ly"
NEW = f"{LIST}/them"


@dataclass(frozen=True)
class House:
    app: Flask
    units: dict[str, int]
    staff: dict[str, int]

    def signed_in(self, username: str) -> Browser:
        browser = Browser(self.app)
        assert browser.sign_in(username).status_code == 303
        return browser

    def roles(self, username: str) -> set[tuple[str, int]]:
        with database_of(self.app).read() as session:
            return {(grant.role, grant.unit_id) for grant in get_staff(session, username).grants}


@pytest.fixture
def house(database_url) -> Iterator[House]:
    with run_app(database_url) as app:
        database = database_of(app)
        units = add_units(database)
        people = {
            "quantri": (Role.ADMINISTRATOR, "46"),
            "mttq.hue": (Role.FRONT_PROVINCE, "46"),
            "ubnd.hue": (Role.COMMITTEE_PROVINCE, "46"),
            "mttq.xa": (Role.FRONT_COMMUNE, "19867"),
            "ubnd.xa": (Role.COMMITTEE_COMMUNE, "19900"),
        }
        staff = {
            name: add_staff(database, name, (role, units[code])) for name, (role, code) in people.items()
        }
        yield House(app, units, staff)


def test_the_provinces_front_sees_the_communes_people_only(house):
    page = house.signed_in("mttq.hue").get(LIST).text
    check_html(page)
    assert "Cán bộ mttq.xa" in page
    assert "Cán bộ ubnd.xa" in page
    assert "Cán bộ quantri" not in page
    assert "Cán bộ ubnd.hue" not in page


@pytest.mark.parametrize(("sought", "found"), [("dan dien", "ubnd.xa"), ("mttq.xa", "mttq.xa")])
def test_accounts_are_found_by_unit_without_accents_and_by_name(house, sought, found):
    page = house.signed_in("quantri").get(LIST, query_string={"q": sought}).text
    assert f'<span class="muted">{found}</span>' in page
    assert page.count('<th scope="row">') == 1


@pytest.mark.parametrize("username", ["mttq.xa", "ubnd.xa", "ubnd.hue"])
def test_others_may_not_even_look(house, username):
    browser = house.signed_in(username)
    assert browser.get(LIST).status_code == 403
    assert browser.get(NEW).status_code == 403
    assert browser.get(f"{LIST}/{house.staff['mttq.xa']}").status_code == 403


def test_a_new_account_signs_in_with_the_password_shown_once(house):
    browser = house.signed_in("mttq.hue")
    check_html(browser.get(NEW).text)
    fields = {
        "username": "to.quangdien", "display_name": "Tổ lấy ý kiến", "role": "collector",
        "unit": house.units["19867"],
    }  # fmt: skip
    answer = browser.post(NEW, fields, page=NEW)
    check_html(answer.text)
    password = re.search(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", answer.text)
    assert password
    assert house.roles("to.quangdien") == {("collector", house.units["19867"])}
    assert password[1] not in browser.get(LIST).text
    assert Browser(house.app).sign_in("to.quangdien", password[1]).status_code == 303


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("administrator", "46"),
        ("front_province", "46"),
        ("analyst", "19867"),
        ("front_commune", "46"),
        ("?", "46"),
    ],
)
def test_the_provinces_front_gives_nothing_beyond_a_communes_roles(house, role, code):
    fields = {"username": "ai.do", "display_name": "Ai đó", "role": role, "unit": house.units[code]}
    answer = house.signed_in("mttq.hue").post(NEW, fields, page=NEW)
    assert answer.status_code == 422
    assert 'value="Ai đó"' in answer.text
    with database_of(house.app).read() as session, pytest.raises(Exception, match="Không có tài khoản"):
        get_staff(session, "ai.do")


def test_an_administrator_gives_any_role_at_its_own_level_only(house):
    browser = house.signed_in("quantri")
    page = f"{LIST}/{house.staff['ubnd.xa']}"
    for role, code, status in (
        ("analyst", "46", 303), ("administrator", "46", 303), ("front_commune", "46", 422),
    ):  # fmt: skip
        fields = {"role": role, "unit": house.units[code]}
        assert browser.post(f"{page}/vai-tro", fields, page=page).status_code == status
    assert ("front_commune", house.units["46"]) not in house.roles("ubnd.xa")
    assert ("analyst", house.units["46"]) in house.roles("ubnd.xa")
    check_html(browser.get(page).text)


@pytest.mark.parametrize("action", ["", "vai-tro", "thu-vai-tro", "dat-lai-mat-khau", "dong", "mo-lai"])
@pytest.mark.parametrize("whose", ["quantri", "ubnd.hue", "mttq.hue"])
def test_nobody_touches_an_account_beyond_reach_nor_their_own(house, action, whose):
    browser = house.signed_in("mttq.hue")
    address = f"{LIST}/{house.staff[whose]}"
    if not action:
        assert browser.get(address).status_code == 404
        return
    fields = {"role": "collector", "unit": house.units["19867"]}
    assert browser.post(f"{address}/{action}", fields, page=NEW).status_code == 404
    assert Browser(house.app).sign_in(whose).status_code == 303


def test_a_grant_elsewhere_takes_an_account_out_of_reach(house):
    database = database_of(house.app)
    both = add_staff(
        database, "hai.noi", (Role.COLLECTOR, house.units["19867"]), (Role.ANALYST, house.units["46"])
    )
    assert house.signed_in("mttq.hue").get(f"{LIST}/{both}").status_code == 404
    assert house.signed_in("quantri").get(f"{LIST}/{both}").status_code == 200


def test_taking_a_role_back_is_felt_at_once(house):
    commune = house.signed_in("mttq.hue")
    page = f"{LIST}/{house.staff['mttq.hue']}"
    fields = {"role": "front_province", "unit": house.units["46"]}
    answer = house.signed_in("quantri").post(f"{page}/thu-vai-tro", fields, page=page)
    assert answer.status_code == 303
    assert commune.get(LIST).status_code == 403


def test_closing_and_resetting_end_the_persons_sessions(house):
    above, page = house.signed_in("quantri"), f"{LIST}/{house.staff['mttq.xa']}"
    person = house.signed_in("mttq.xa")
    above.post(f"{page}/dat-lai-mat-khau", page=page)
    assert person.get("/tai-khoan").status_code == 303
    assert Browser(house.app).sign_in("mttq.xa").status_code == 422
    above.post(f"{page}/dong", page=page)
    assert "đã đóng" in above.get(page).text
    opened = above.post(f"{page}/mo-lai", page=page)
    password = re.search(r"<code>([a-z0-9-]{14})</code>", opened.text)
    assert password
    assert Browser(house.app).sign_in("mttq.xa", password[1]).status_code == 303
    assert above.post(f"{page}/mo-lai", page=page).status_code == 409
