"""The helpers' pages over HTTP: one ballot after another, and every refusal in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from survey.domain.clock import now, today
from survey.domain.codes import ALPHABET, Code, new_link_code, new_slip_code
from survey.domain.permissions import Role
from survey.services.submit import count_late
from survey.store.ballots import Box, Ledger
from survey.store.collection import CollectionSession
from survey.store.rounds import Round
from survey.store.slips import SENT, Slip
from survey.store.staff import AuditEvent
from tests.servers.pages import check_html
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.web.live_rounds import ALL_SATISFIED
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app, settings_for
from tests.survey.web.visits import read_form
from translations.dates import format_date


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    with run_app(database_url) as made:
        yield made


def begin(app: Flask, **options) -> OpenRound:
    """A round of two villages, and two helpers of its commune."""
    opened = open_round(database_of(app), secret=settings_for("").code_secret, **{"slips": 3, **options})
    for username in ("to.mot", "to.hai"):
        add_staff(database_of(app), username, (Role.COLLECTOR, opened.commune_id))
    return opened


@pytest.fixture
def opened(app: Flask) -> OpenRound:
    return begin(app)


def read_ballot(page: str) -> dict[str, str]:
    """What the page's form of questions would send; others stand beside it."""
    return read_form(page.partition('<form id="ballot"')[2].partition("</form>")[0])


class Helper(Browser):
    """A helper at work, who has begun to collect."""

    def __init__(self, app: Flask, opened: OpenRound, username: str = "to.mot") -> None:
        super().__init__(app)
        self.page = f"/thu-phieu/{opened.round_id}"
        self.sign_in(username)
        self.post(f"{self.page}/bat-dau", page=self.page)

    def open(self) -> dict[str, str]:
        return read_ballot(self.get(self.page).text)

    def send(self, code: Code | str = "", answers=ALL_SATISFIED, **more):
        text = code if isinstance(code, str) else code.grouped
        return self.client.post(self.page, data={**self.open(), **answers, "code": text, **more})

    def end(self) -> str:
        return self.post(f"{self.page}/ket-thuc", page=self.page, follow_redirects=True).text


@pytest.fixture
def helper(app: Flask, opened: OpenRound) -> Helper:
    return Helper(app, opened)


def slips(opened: OpenRound) -> list[Code]:
    return opened.slips[opened.village_ids[0]]


def count(app: Flask, model: type) -> int:
    with database_of(app).read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def read_totals(app: Flask) -> list[tuple[int, int]]:
    with database_of(app).read() as session:
        rows = session.scalars(select(CollectionSession).order_by(CollectionSession.id))
        return [(row.assisted, row.phone) for row in rows]


def read_log(app: Flask) -> list[tuple[str, dict[str, int]]]:
    with database_of(app).read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(one.action, json.loads(one.detail)) for one in events if one.action.startswith("collect")]


def test_slip_after_slip_to_the_total(app, opened, helper):
    """No script: the answer to a ballot is the page for the next one."""
    first, second, third = slips(opened)
    answer = helper.send(first)
    check_html(answer.text)
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (200, "recorded")
    assert "Đã ghi nhận thẻ 001. Mã biên nhận:\n" in answer.text
    page = read_ballot(answer.text)
    assert page["code"] == ""
    assert page["channel"] == "assisted"
    assert not ALL_SATISFIED.keys() & page.keys()
    assert "Đã ghi nhận thẻ 002" in helper.send(second, channel="phone").text
    helper.send(third.text.lower())
    assert "2 phiếu tại nhà, 1 phiếu qua điện thoại" in helper.end()
    with database_of(app).read() as session:
        assert sorted(session.scalars(select(Box.channel))) == ["assisted", "assisted", "phone"]
        used = select(Slip.channel).where(Slip.state == "used").order_by(Slip.number)
        assert session.scalars(used).all() == [SENT] * 3, "how a household was helped is the box's alone"
    assert read_log(app) == [("collect.start", {}), ("collect.end", {"assisted": 2, "phone": 1})]


def test_the_page_stays_the_channel_of_the_last_ballot(opened, helper):
    answer = helper.send(slips(opened)[0], channel="phone")
    assert read_ballot(answer.text)["channel"] == "phone"


def test_a_page_sent_again_is_counted_once(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    answers = [helper.client.post(helper.page, data=form) for _ in range(3)]
    assert [one.headers["Ballot-Outcome"] for one in answers] == ["recorded", "repeated", "repeated"]
    assert len({one.text.partition("Mã biên nhận:\n")[2][:14] for one in answers}) == 1
    assert read_totals(app) == [(1, 0)]
    assert count(app, Box) == 1


def test_a_recorded_ballot_is_acknowledged_whatever_becomes_of_the_total(app, opened, helper, caplog):
    Helper(app, opened, "to.hai").send(slips(opened)[0])
    with database_of(app).write() as session:
        session.execute(text("CREATE UNIQUE INDEX no_second_total ON collection_session (assisted)"))
    answer = helper.send(slips(opened)[1])
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (200, "recorded")
    assert "Đã ghi nhận thẻ 002" in answer.text
    assert count(app, Box) == 2
    assert read_totals(app) == [(0, 0), (1, 0)]
    assert "one ballot short" in caplog.text
    assert slips(opened)[1].text not in caplog.text


def test_a_ballot_that_is_too_large_is_told_to_be_corrected(app, opened, helper):
    answer = helper.send(
        slips(opened)[0], {"q01": "satisfied", "q01_reason": "x" * settings_for("").upload_bytes}
    )
    check_html(answer.text)
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (413, "invalid")
    assert "Ý kiến viết quá dài" in answer.text
    assert count(app, Box) == 0


def test_until_when_waiting_ballots_count_stands_on_the_page(app, opened, helper):
    move(app, opened, last_on=today() + timedelta(days=1), grace_hours=15)
    until = f"Phiếu đang chờ phải gửi trước 15:00 ngày {format_date(today() + timedelta(days=2))}"
    assert until in helper.get(helper.page).text
    helper.end()
    page = helper.get(helper.page).text
    assert "Bắt đầu buổi thu phiếu" in page
    assert until in page


def mistype(code: Code) -> str:
    other = ALPHABET[(ALPHABET.index(code.text[5]) + 1) % 32]
    return code.text[:5] + other + code.text[6:]


@pytest.mark.parametrize(
    ("spoil", "outcome", "words"),
    [
        (lambda code: "", "invalid", "Mã không đúng"),
        (lambda code: code.text[:7], "invalid", "Mã không đúng"),
        (mistype, "invalid", "Mã bị gõ nhầm một chỗ"),
        (lambda code: new_slip_code(code.tag).text, "refused", "Không có thẻ nào mang mã này"),
        (lambda code: new_slip_code("0AB").text, "refused", "Thẻ này thuộc đợt khác"),
        (lambda code: new_link_code(code.tag).text, "refused", "Đây là mã trên áp phích"),
    ],
    ids=["empty", "short", "mistyped", "unknown", "other round", "poster"],
)
def test_a_wrong_code_is_told_at_the_field_and_nothing_is_lost(app, opened, helper, spoil, outcome, words):
    typed = spoil(slips(opened)[0])
    answer = helper.send(typed, {"q01": "not_satisfied", "q01_reason": "Đường lầy"}, channel="phone")
    check_html(answer.text)
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (422, outcome)
    assert words in answer.text.partition('id="code-problem"')[2]
    page = read_ballot(answer.text)
    assert (page["code"], page["channel"]) == (typed, "phone")
    assert (page["q01"], page["q01_reason"]) == ("not_satisfied", "Đường lầy")
    assert count(app, Box) == count(app, Ledger) == 0


@pytest.mark.parametrize(
    ("state", "status", "outcome", "words"),
    [
        ("used", 409, "household_recorded", "Hộ này đã được ghi nhận"),
        ("void", 410, "slip_void", "không còn dùng được"),
    ],
)
def test_a_slip_that_no_longer_answers(app, opened, helper, state, status, outcome, words):
    with database_of(app).write() as session:
        channel = "online" if state == "used" else None
        session.execute(update(Slip).where(Slip.number == 1).values(state=state, channel=channel))
    answer = helper.send(slips(opened)[0])
    check_html(answer.text)
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (status, outcome)
    assert words in answer.text.partition('id="code-problem"')[2]
    assert read_ballot(answer.text)["q19"] == "satisfied"
    assert read_totals(app) == [(0, 0)]


def test_an_empty_ballot_keeps_the_code(opened, helper):
    answer = helper.send(slips(opened)[0], {})
    check_html(answer.text)
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (422, "invalid")
    assert "Phiếu chưa có câu trả lời nào" in answer.text
    assert read_ballot(answer.text)["code"] == slips(opened)[0].grouped


def test_other_answers_under_the_same_key_change_nothing(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    helper.client.post(helper.page, data=form)
    answer = helper.client.post(helper.page, data={**form, "q01": "not_satisfied"})
    assert answer.headers["Ballot-Outcome"] == "other_answers"
    assert count(app, Box) == 1


def move(app: Flask, opened: OpenRound, **changes) -> None:
    with database_of(app).write() as session:
        for name, value in changes.items():
            setattr(session.get_one(Round, opened.round_id), name, value)


def test_a_round_that_is_over_takes_no_ballot_but_counts_it_as_late(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    move(app, opened, last_on=today() - timedelta(days=2))
    answer = helper.client.post(helper.page, data=form)
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (410, "late")
    assert "Phiếu đến sau khi đã hết hạn" in answer.text
    with database_of(app).read() as session:
        assert count_late(session, opened.round_id) == 1
    shown = helper.get(helper.page)
    check_html(shown.text)
    assert shown.status_code == 410
    assert "Đợt lấy ý kiến đã kết thúc" in shown.text
    assert count(app, Box) == 0


def test_within_the_grace_ballots_are_taken_and_no_page_is_opened(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    move(app, opened, last_on=today() - timedelta(days=1), grace_hours=48)
    assert helper.client.post(helper.page, data=form).headers["Ballot-Outcome"] == "recorded"
    assert helper.get(helper.page).status_code == 410


def test_a_round_that_has_not_begun(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    move(app, opened, starts_on=today() + timedelta(days=1))
    assert "chưa bắt đầu" in helper.get(helper.page).text
    answer = helper.client.post(helper.page, data=form)
    assert (answer.status_code, answer.headers["Ballot-Outcome"]) == (403, "refused")
    assert "Bắt đầu từ ngày" in helper.get("/thu-phieu").text


def test_a_closed_round_and_a_draft(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    move(app, opened, closed_at=now())
    assert helper.client.post(helper.page, data=form).headers["Ballot-Outcome"] == "late"
    assert "Chưa có đợt nào đang nhận phiếu" in helper.get("/thu-phieu").text
    move(app, opened, closed_at=None, opened_at=None)
    assert helper.get(helper.page).status_code == 404


def test_a_pulse_asks_for_the_village(app):
    opened = begin(app, kind="pulse", slips=0)
    helper = Helper(app, opened)
    answer = helper.send("", {"q01": "4"})
    check_html(answer.text)
    assert answer.headers["Ballot-Outcome"] == "refused"
    assert "Xin chọn thôn" in answer.text
    village = str(opened.village_ids[1])
    for _ in range(2):
        answer = helper.send("", {"q01": "4"}, village=village)
        check_html(answer.text)
        assert "Đã ghi nhận một phiếu của Thôn 2" in answer.text
        assert read_ballot(answer.text)["village"] == village
    with database_of(app).read() as session:
        rows = session.execute(select(Box.unit_id, Box.channel)).all()
        assert [tuple(row) for row in rows] == [(opened.village_ids[1], "assisted")] * 2
    assert "2 phiếu tại nhà" in helper.end()


def test_a_channel_that_helpers_do_not_have(app, opened, helper):
    answer = helper.send(slips(opened)[0], channel="paper")
    assert answer.status_code == 422
    assert count(app, Box) == 0


def test_a_ballot_of_another_helper_is_sent_by_nobody_else(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    other = Helper(app, opened, "to.hai")
    answer = other.client.post(other.page, data={**form, "csrf_token": other.open()["csrf_token"]})
    check_html(answer.text)
    assert answer.status_code == 409
    assert "Ballot-Outcome" not in answer.headers
    assert count(app, Box) == 0


def test_a_form_of_an_ended_session_says_nothing_that_a_queue_would_believe(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    helper.post("/dang-xuat", page=helper.page)
    for answer in (
        helper.client.post(helper.page, data=form),
        helper.client.post(helper.page, data=form, follow_redirects=True),
    ):
        assert "Ballot-Outcome" not in answer.headers
    assert count(app, Box) == 0


def test_the_state_names_the_person_and_a_token_that_works(app, opened, helper):
    form = {**helper.open(), **ALL_SATISFIED, "code": slips(opened)[0].grouped}
    helper.post("/dang-xuat", page=helper.page)
    assert helper.get("/thu-phieu/trang-thai").location.startswith("/dang-nhap")
    helper.sign_in("to.mot")
    state = helper.get("/thu-phieu/trang-thai").json
    assert (str(state["staff"]), state["name"]) == (form["staff"], "Cán bộ to.mot")
    form.pop("csrf_token")
    answer = helper.client.post(helper.page, data=form, headers={"X-CSRFToken": state["token"]})
    assert answer.headers["Ballot-Outcome"] == "recorded"


def test_signing_out_ends_the_session(app, opened, helper):
    helper.send(slips(opened)[0])
    helper.post("/dang-xuat", page=helper.page)
    assert read_log(app)[-1] == ("collect.end", {"assisted": 1, "phone": 0})


def test_looking_begins_nothing(app, opened):
    browser = Browser(app)
    browser.sign_in("to.mot")
    for page in ("/thu-phieu", f"/thu-phieu/{opened.round_id}", "/thu-phieu/trang-thai", "/thu-phieu/sw.js"):
        with browser.get(page) as answer:
            assert answer.status_code == 200
    assert "Bắt đầu buổi thu phiếu" in browser.get(f"/thu-phieu/{opened.round_id}").text
    assert count(app, CollectionSession) == 0


def test_who_does_not_collect_has_no_such_page(app, opened):
    add_staff(database_of(app), "ubnd", (Role.COMMITTEE_COMMUNE, opened.commune_id))
    browser = Browser(app)
    browser.sign_in("ubnd")
    assert browser.get(f"/thu-phieu/{opened.round_id}").status_code == 404
    assert browser.get("/thu-phieu").status_code == 403
    assert "Thu phiếu" not in browser.get(f"/dot/{opened.round_id}").text


def test_the_menu_and_the_round_lead_here(app, opened, helper):
    assert 'href="/thu-phieu"' in helper.get("/viec-can-lam").text
    assert f'href="{helper.page}"' in helper.get(f"/dot/{opened.round_id}").text
    page = helper.get("/thu-phieu").text
    check_html(page)
    assert f'href="{helper.page}"' in page


def test_in_english(app, opened, helper):
    answer = helper.get(helper.page + "?lang=en")
    check_html(answer.text)
    assert '<html lang="en">' in answer.text
