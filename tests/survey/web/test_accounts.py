"""Signing in and out, one's own password and sessions, through the whole app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.store.staff import StaffSession
from survey.web.gate import safe_next
from survey.web.throttle import PER_ADDRESS_AND_NAME, RotatingHash, network_of
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import PASSWORD, Browser, add_staff, add_units, database_of, run_app


@pytest.fixture
def app(database_url) -> Iterator[Flask]:
    with run_app(database_url) as made:
        units = add_units(database_of(made))
        add_staff(database_of(made), "mttq.quangdien", (Role.FRONT_COMMUNE, units["19867"]))
        add_staff(database_of(made), "moi", must_change_password=True)
        yield made


def test_the_right_password_opens_the_page_that_was_asked_for(app):
    browser = Browser(app)
    asked = browser.get("/tai-khoan?lang=en")
    assert asked.status_code == 303
    assert asked.location == "/dang-nhap?next=/tai-khoan?lang%3Den"
    page = browser.get(asked.location)
    check_html(page.text)
    fields = {"username": " MTTQ.QuangDien ", "password": PASSWORD, "next": "/tai-khoan?lang=en"}
    assert browser.post("/dang-nhap", fields, page=asked.location).location == "/tai-khoan?lang=en"
    own = browser.get("/tai-khoan")
    assert own.status_code == 200
    check_html(own.text)


@pytest.mark.parametrize(
    "address",
    [
        "//xau.test/",
        "/\\xau.test",
        "https://xau.test/",
        "javascript:alert(1)",
        "/\t/xau.test",
        "xau",
        "",
        None,
    ],
)
def test_nothing_leads_elsewhere_after_signing_in(app, address):
    assert safe_next(address) is None
    browser = Browser(app)
    fields = {"username": "mttq.quangdien", "password": PASSWORD, "next": address or ""}
    assert browser.post("/dang-nhap", fields, page="/dang-nhap").location == "/viec-can-lam"


@pytest.mark.parametrize("username", ["mttq.quangdien", "khong.co.ai"])
def test_a_wrong_password_and_an_unknown_name_read_alike(app, username):
    answer = Browser(app).sign_in(username, "sai mật khẩu rồi")
    assert answer.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert f'value="{username}"' in answer.text
    assert "sai mật khẩu" not in answer.text


def test_a_form_without_its_token_is_refused(app):
    fields = {"username": "mttq.quangdien", "password": PASSWORD}
    assert Browser(app).client.post("/dang-nhap", data=fields).status_code == 400


def test_wrong_passwords_make_one_wait_politely(app):
    browser = Browser(app)
    for _ in range(PER_ADDRESS_AND_NAME.amount):
        assert browser.sign_in("mttq.quangdien", "sai").status_code == 422
    answer = browser.sign_in("mttq.quangdien")
    assert answer.status_code == 429
    assert "Xin chờ 5 phút" in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    check_html(answer.text)


def test_guesses_from_elsewhere_do_not_lock_out_the_right_person(app):
    for _ in range(PER_ADDRESS_AND_NAME.amount + 2):
        Browser(app).sign_in("mttq.quangdien", "sai", environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert Browser(app).sign_in("mttq.quangdien").status_code == 303


def test_knowing_the_password_in_the_end_forgives_the_typing_mistakes(app):
    for _ in range(2):
        for _ in range(PER_ADDRESS_AND_NAME.amount - 1):
            assert Browser(app).sign_in("mttq.quangdien", "sai").status_code == 422
        assert Browser(app).sign_in("mttq.quangdien").status_code == 303


def test_no_address_stands_in_the_throttle_or_the_database(app):
    address = "203.0.113.77"
    Browser(app).sign_in("mttq.quangdien", "sai", environ_overrides={"REMOTE_ADDR": address})
    keys = list(app.extensions["survey.sign_in_throttle"].storage.events)
    assert keys
    assert not any(address in key or "quangdien" in key for key in keys)


def test_the_throttles_key_lives_for_a_day():
    clock = [0.0]
    hashed = RotatingHash(lambda: clock[0])
    first = hashed("address", "203.0.113.7")
    assert hashed("address", "203.0.113.7") == first != hashed("name", "203.0.113.7")
    clock[0] = 90_000
    assert hashed("address", "203.0.113.7") != first


def test_one_household_has_one_network():
    assert (
        network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    )
    assert network_of("::ffff:203.0.113.7") == network_of("203.0.113.7")
    assert network_of(None) == network_of("unix:") == "-"


def test_signing_out_ends_the_session_on_the_server(app):
    browser = Browser(app)
    browser.sign_in("mttq.quangdien")
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    assert browser.post("/dang-xuat", page="/tai-khoan").status_code == 303
    copied = Browser(app)
    copied.client.set_cookie("session", cookie.value)
    assert copied.get("/tai-khoan").location.startswith("/dang-nhap")


def test_a_revoked_session_stops_at_once(app):
    browser = Browser(app)
    browser.sign_in("mttq.quangdien")
    assert browser.get("/tai-khoan").status_code == 200
    with database_of(app).write() as session:
        session.execute(update(StaffSession).values(revoked_at=now()))
    assert browser.get("/tai-khoan").status_code == 303


def test_what_was_sent_after_the_session_ended_is_said_to_be_lost(app):
    browser = Browser(app)
    browser.sign_in("mttq.quangdien")
    token = browser.token("/tai-khoan")
    with database_of(app).write() as session:
        session.execute(update(StaffSession).values(expires_at=now()))
    fields = {"csrf_token": token, "old": PASSWORD, "new": "mat-khau-khac", "again": "mat-khau-khac"}
    answer = browser.client.post("/tai-khoan", data=fields, follow_redirects=True)
    assert "việc vừa gửi chưa được ghi" in answer.text


def test_a_handed_over_password_must_be_changed_first(app):
    browser = Browser(app)
    browser.sign_in("moi")
    for address in ("/tai-khoan/quan-ly", "/nhat-ky"):
        assert browser.get(address).location == "/tai-khoan"
    fields = {"old": PASSWORD, "new": "mật khẩu của tôi", "again": "mật khẩu của tôi"}
    assert browser.post("/tai-khoan", fields, page="/tai-khoan").location == "/viec-can-lam"
    assert Browser(app).sign_in("moi").status_code == 422
    assert Browser(app).sign_in("moi", "mật khẩu của tôi").status_code == 303


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"old": "sai"}, "Mật khẩu hiện tại không đúng."),
        ({"new": "ngắn", "again": "ngắn"}, "Mật khẩu cần ít nhất 10 ký tự."),
        ({"again": "khác hẳn"}, "Hai lần gõ mật khẩu mới chưa giống nhau."),
        ({"new": PASSWORD, "again": PASSWORD}, "Mật khẩu mới phải khác mật khẩu hiện tại."),
        ({"new": "mttq.quangdien1", "again": "mttq.quangdien1"}, "Mật khẩu không được chứa tên đăng nhập."),
        ({"new": "x" * 300, "again": "x" * 300}, "Nội dung quá dài."),
    ],
)
def test_a_password_that_does_not_do_is_explained(app, fields, problem):
    browser = Browser(app)
    browser.sign_in("mttq.quangdien")
    whole = {"old": PASSWORD, "new": "một câu khá dài", "again": "một câu khá dài"} | fields
    answer = browser.post("/tai-khoan", whole, page="/tai-khoan")
    assert answer.status_code == 422
    assert problem in answer.text
    check_html(answer.text)
    assert Browser(app).sign_in("mttq.quangdien").status_code == 303


def test_changing_the_password_ends_ones_other_sessions(app):
    here, elsewhere = Browser(app), Browser(app)
    for browser in (here, elsewhere):
        browser.sign_in("mttq.quangdien")
    fields = {"old": PASSWORD, "new": "một câu khá dài", "again": "một câu khá dài"}
    here.post("/tai-khoan", fields, page="/tai-khoan")
    assert here.get("/tai-khoan").status_code == 200
    assert elsewhere.get("/tai-khoan").status_code == 303


def test_one_ends_ones_own_sessions_and_nobody_elses(app):
    here, elsewhere, other = Browser(app), Browser(app), Browser(app)
    here.sign_in("mttq.quangdien")
    with database_of(app).read() as session:
        (mine,) = (row.token_hash for row in session.query(StaffSession))
    elsewhere.sign_in("mttq.quangdien")
    other.sign_in("moi")
    for strange in (mine.hex(), "00", "không"):
        fields = {"session": strange}
        assert other.post("/tai-khoan/phien/ket-thuc", fields, page="/tai-khoan").status_code in (303, 404)
    assert here.get("/tai-khoan").text.count("Hết hạn lúc") == 1
    assert (
        elsewhere.post("/tai-khoan/phien/ket-thuc", {"session": mine.hex()}, page="/tai-khoan").status_code
        == 303
    )
    assert here.get("/tai-khoan").status_code == 303
    assert elsewhere.get("/tai-khoan").status_code == 200
