"""A form that came after the session had ended: nothing is written, and nothing that was typed is lost."""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest
from flask_wtf import FlaskForm
from wtforms import PasswordField

from survey.store.ballots import ReasonBox
from survey.web.late_forms import SECRET_FIELDS
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser

TYPED = "Đường lầy lội\n<b>Mương</b> tắc"
HERE = "http://localhost"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with run_house(database_url) as made:
        yield made


@pytest.fixture
def page(house: House) -> str:
    return f"/dot/{house.opened.round_id}/y-kien-phieu-giay"


def write_on(browser: Browser, page: str) -> dict[str, str]:
    return {"csrf_token": browser.token(page), "question": "q02", "texts": TYPED, "key": "a key of two"}


def sign_out_elsewhere(house: House, browser: Browser) -> None:
    """In another tab, by its button: the browser's session is emptied."""
    assert browser.post("/dang-xuat", page="/viec-can-lam").status_code == 303


def end_on_the_server(house: House, browser: Browser) -> None:
    """From another device: the browser still holds its cookie."""
    with browser.client.session_transaction() as session:
        session["token"] = "a token of no session"


@pytest.mark.parametrize("end", [sign_out_elsewhere, end_on_the_server])
def test_what_was_typed_can_be_copied_when_the_session_is_over(house: House, page: str, end) -> None:
    browser = house.signed_in("mttq.xa")
    form = write_on(browser, page)
    end(house, browser)
    answer = browser.client.post(page, data=form, headers={"Origin": HERE, "Referer": f"{HERE}{page}?a=1"})
    assert answer.status_code == 401
    assert answer.headers["Cache-Control"] == "no-store"
    check_html(answer.text)
    assert "<h1>Phiên làm việc đã hết</h1>" in answer.text
    assert f"readonly>{html.escape(TYPED)}</textarea>" in answer.text
    assert form["csrf_token"] not in answer.text
    assert f'href="/dang-nhap?next={page}?a%3D1">Đăng nhập</a>' in answer.text
    assert "Về trang đầu" not in answer.text
    with house.database.read() as session:
        assert session.query(ReasonBox).count() == 0


def test_who_signed_in_again_meanwhile_is_led_back_to_the_page(house: House, page: str) -> None:
    browser = house.signed_in("mttq.xa")
    form = write_on(browser, page)
    sign_out_elsewhere(house, browser)
    browser.sign_in("mttq.xa")
    answer = browser.client.post(page, data=form, headers={"Referer": f"{HERE}{page}"})
    assert answer.status_code == 400
    assert "Trang đã mở quá lâu" in answer.text
    assert html.escape(TYPED) in answer.text
    assert f'href="{page}">Mở lại trang</a>' in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_what_another_site_sends_does_not_stand_on_our_page(house: House, page: str, origin: str) -> None:
    answer = house.app.test_client().post(
        page,
        data={"texts": "Words of others"},
        headers={"Origin": origin, "Referer": "https://evil.example/x"},
    )
    assert answer.status_code == 401
    assert "Words of others" not in answer.text
    assert 'href="/dang-nhap">' in answer.text


def test_no_password_is_told(house: House) -> None:
    browser = house.signed_in("mttq.xa")
    form = dict.fromkeys(SECRET_FIELDS, "mot mat khau dai")
    form["csrf_token"] = browser.token("/tai-khoan")
    sign_out_elsewhere(house, browser)
    for address in ("/tai-khoan", "/dang-nhap"):
        answer = browser.client.post(address, data=form)
        assert answer.status_code in (400, 401)
        assert "mot mat khau dai" not in answer.text


def test_every_field_for_a_password_is_known_as_one(house: House) -> None:
    forms, found = [FlaskForm], set()
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        found |= {
            name for name, field in vars(form).items() if getattr(field, "field_class", None) is PasswordField
        }
    assert found == SECRET_FIELDS


def test_public_paths_have_public_words(house: House) -> None:
    for address in ("/ket-qua-cong-khai/999999", "/khong/co/trang/nay"):
        answer = house.app.test_client().get(address)
        assert answer.status_code == 404
        assert "Không có trang này." in answer.text
        assert "tài khoản" not in answer.text
        assert "Về trang đầu" in answer.text
    assert "tài khoản của ông/bà" in house.signed_in("mttq.xa").get("/dot/999999").text
