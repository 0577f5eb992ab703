"""The officer's pages about slips: what was printed, what waits, what is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pypdfium2 as pdfium
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from survey.domain.clock import now
from survey.domain.codes import new_slip_code
from survey.domain.permissions import Role
from survey.services.slips import issue_slips
from survey.store.slips import KeptPrint, Slip, SlipBatch
from survey.store.staff import AuditEvent
from tests.servers.pages import check_html
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app
from tests.survey.web.visits import read_form


@dataclass(frozen=True)
class Desk:
    """An officer before an opened round of two villages with 1,100 households each."""

    app: Flask
    opened: OpenRound
    browser: Browser

    @property
    def page(self) -> str:
        return f"/dot/{self.opened.round_id}/the"

    @property
    def database(self):
        return database_of(self.app)

    def read(self, address: str, status: int = 200) -> str:
        answer = self.browser.get(address)
        assert answer.status_code == status, answer.text
        check_html(answer.text)
        return answer.text

    def form(self, count: int, **fields: object) -> dict[str, object]:
        """The form as the page shows it, filled in."""
        shown = read_form(self.read(self.page))
        first = re.search(r'name="first"[^>]*value="(\d+)"', self.read(self.page))
        assert first
        return {
            "csrf_token": self.browser.token(self.page),
            "first": first[1],
            "per_page": shown["per_page"],
            "village": self.opened.village_ids[0],
            "count": count,
            **fields,
        }

    def issue(self, count: int, **fields: object) -> str:
        """The address of the new batch."""
        answer = self.browser.client.post(self.page, data=self.form(count, **fields))
        assert answer.status_code == 303, answer.text
        return answer.location

    def press(self, batch: str, button: str):
        return self.browser.post(f"{batch}/{button}", page=batch)

    def count(self, model: type) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with run_app(database_url) as app:
        opened = open_round(database_of(app), villages=2, households=1100)
        add_staff(database_of(app), "mttq", (Role.FRONT_COMMUNE, opened.commune_id))
        browser = Browser(app)
        assert browser.sign_in("mttq").status_code == 303
        yield Desk(app, opened, browser)


@pytest.mark.parametrize(("per_page", "pages"), [("8", 2), ("10", 1), ("1", 20)])
def test_what_was_issued_waits_to_be_printed(desk: Desk, per_page: str, pages: int) -> None:
    batch = desk.issue(10, per_page=per_page)
    page = desk.read(batch)
    assert "Thẻ 001–010, Thôn 1" in page
    assert "Tải thẻ (PDF)" in page
    assert "đang chờ in" in desk.read(desk.page)
    assert "In thẻ đang chờ" in desk.read("/viec-can-lam")
    for _ in range(2):
        pdf = desk.browser.get(f"{batch}/phan-1.pdf")
        assert (pdf.status_code, pdf.mimetype, pdf.headers["Cache-Control"]) == (
            200,
            "application/pdf",
            "no-store",
        )
        assert len(pdfium.PdfDocument(pdf.data)) == pages
    assert desk.browser.get(f"{batch}/bang-theo-doi.pdf").data.startswith(b"%PDF-")
    manifest = desk.browser.get(f"{batch}/bang-ke.json").json
    assert manifest is not None
    assert (manifest["first"], manifest["last"], manifest["per_page"]) == (1, 10, int(per_page))
    assert manifest["parts"][0]["sha256"] in page
    desk.read(f"{batch}/phan-2.pdf", 404)


def test_a_large_batch_comes_in_parts(desk: Desk) -> None:
    page = desk.read(desk.issue(1001))
    assert "Tải phần 1: thẻ 001–1000" in page
    assert "Tải phần 2: thẻ 1001–1001" in page


def test_done_printing_deletes_the_pdf_and_says_what_a_loss_means(desk: Desk) -> None:
    batch = desk.issue(3)
    assert desk.press(batch, "da-in").status_code == 303
    page = desk.read(batch)
    assert "Tệp PDF đã xóa khỏi hệ thống" in page
    assert "In thẻ đang chờ" not in desk.read("/viec-can-lam")
    assert "phan-1.pdf" not in page
    assert "Mất tệp PDF hoặc mất tờ in?" in page
    assert "hủy lô và phát lại" in desk.read(f"{batch}/phan-1.pdf", 404)
    assert desk.browser.get(f"{batch}/bang-theo-doi.pdf").status_code == 200
    assert desk.count(KeptPrint) == 0


def test_after_a_day_the_pdf_is_gone_even_before_it_is_deleted(desk: Desk) -> None:
    batch = desk.issue(3)
    with desk.database.write() as session:
        session.execute(update(KeptPrint).values(expires_at=now() - timedelta(seconds=1)))
    desk.read(f"{batch}/phan-1.pdf", 404)
    assert desk.count(KeptPrint) == 1, "looking deletes nothing; the server's upkeep does"
    page = desk.read(batch)
    assert "chưa ai báo đã in xong" in page
    assert "hủy cả lô và in lại" in page
    assert "tệp hết hạn, chưa báo in xong" in desk.read(desk.page)


def test_a_lost_batch_is_issued_again_by_one_press(desk: Desk) -> None:
    batch = desk.issue(4, per_page="10")
    desk.press(batch, "da-in")
    with desk.database.write() as session:
        session.execute(update(Slip).where(Slip.number == 2).values(state="used", channel="online"))
    again = desk.press(batch, "phat-lai")
    assert again.status_code == 303
    page = desk.read(again.location)
    assert "Thẻ 005–007, Thôn 1" in page
    assert "Lô cũ đã hủy" in page
    assert desk.browser.get(f"{again.location}/bang-ke.json").json["per_page"] == 10  # type: ignore[index]
    with desk.database.read() as session:
        states = dict(session.execute(select(Slip.number, Slip.state)).all())
    assert states == {1: "void", 2: "used", 3: "void", 4: "void", 5: "issued", 6: "issued", 7: "issued"}
    second_press = desk.press(batch, "phat-lai") if "csrf_token" in desk.read(batch) else None
    assert second_press is None or second_press.status_code == 409
    assert desk.count(SlipBatch) == 2


def test_the_log_keeps_one_language_whatever_the_officer_reads(desk: Desk) -> None:
    batch = desk.issue(2)
    assert "Printed" in desk.read(f"{batch}?lang=en")
    assert desk.press(batch, "phat-lai").status_code == 303
    with desk.database.read() as session:
        void = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "slips.void")).one()
    assert json.loads(void)["because"] == "Mất tệp PDF hoặc tờ in của lô"


def test_a_form_sent_twice_issues_once(desk: Desk) -> None:
    form = desk.form(5)
    first, second = (desk.browser.client.post(desk.page, data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert "vừa phát rồi nên không phát lần nữa" in desk.read(second.location)
    assert desk.count(Slip) == 5


def test_two_clicks_at_the_same_moment_issue_once(desk: Desk) -> None:
    form = desk.form(40)

    def click(_turn: int):
        browser = Browser(desk.app)
        browser.sign_in("mttq")
        return browser.client.post(desk.page, data={**form, "csrf_token": browser.token(desk.page)})

    with ThreadPoolExecutor(2) as clicks:
        answers = list(clicks.map(click, range(2)))
    assert {answer.status_code for answer in answers} == {303}, [answer.text for answer in answers]
    assert len({answer.location for answer in answers}) == 1
    assert desk.count(Slip) == 40


def test_the_same_form_for_another_village_is_another_batch(desk: Desk) -> None:
    form = desk.form(5)
    other = {**form, "village": desk.opened.village_ids[1]}
    answers = [desk.browser.client.post(desk.page, data=sent) for sent in (form, other)]
    assert len({answer.location for answer in answers}) == 2
    assert desk.count(Slip) == 10


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"count": 1101}, "chỉ phát thêm được 1.100 thẻ"),
        ({"count": 5001}, "từ 1 đến 5.000"),
        ({"count": "mười"}, "Xin ghi một số"),
        ({"count": ""}, "Xin điền mục này"),
        ({"count": 1, "per_page": "9"}, "Xin chọn một mục"),
        ({"count": 1, "village": 1}, "Xin chọn một mục"),
    ],
)
def test_a_wrong_form_is_told_and_keeps_what_was_typed(desk: Desk, fields, sentence) -> None:
    answer = desk.browser.client.post(desk.page, data=desk.form(**{"count": 1, **fields}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields["count"]}"' in answer.text
    check_html(answer.text)
    assert desk.count(Slip) == 0


def test_a_lost_slip_is_replaced_or_only_voided(desk: Desk) -> None:
    desk.issue(5)
    fields = {"numbers": "1, 3-4", "because": "Mất"}
    again = desk.browser.post(f"{desk.page}/huy", {**fields, "step": "again"}, page=desk.page)
    assert again.status_code == 303
    assert "Thẻ 006–008" in desk.read(again.location)
    only = desk.browser.post(f"{desk.page}/huy", {**fields, "numbers": "5", "step": "void"}, page=desk.page)
    assert only.status_code == 303
    assert "Đã hủy 1 thẻ." in desk.read(desk.page)
    for numbers, sentence in (("x", "1-20, 35"), ("1", "không còn thẻ nào"), ("77", "không có thẻ số 77")):
        wrong = desk.browser.post(
            f"{desk.page}/huy", {**fields, "numbers": numbers, "step": "again"}, page=desk.page
        )
        assert wrong.status_code == 422
        assert sentence in wrong.text
        assert f'value="{numbers}"' in wrong.text
        check_html(wrong.text)


def test_a_quarantined_batch_is_told_and_offers_nothing(desk: Desk) -> None:
    code = new_slip_code("AB3")
    with desk.database.write() as session:
        issued = issue_slips(
            session, SECRET, desk.opened.round_id, desk.opened.village_ids[0], 3, by=None,
            new_code=lambda _tag: code,
        )  # fmt: skip
    batch = f"{desk.page}/{issued.batch.id}"
    page = desk.read(batch)
    assert "có mã bị trùng nên đã tách riêng" in page
    assert ".pdf" not in page
    assert "tách riêng, không dùng" in desk.read(desk.page)
    assert desk.browser.get(f"{batch}/phan-1.pdf").status_code == 404
    token = desk.browser.token(desk.page)
    assert desk.browser.client.post(f"{batch}/da-in", data={"csrf_token": token}).status_code == 409


def test_a_batch_that_is_not_there_is_not_found(desk: Desk) -> None:
    batch = desk.issue(2)
    number = batch.rpartition("/")[2]
    for ending in ("", "/phan-1.pdf", "/bang-theo-doi.pdf", "/bang-ke.json"):
        desk.read(f"{desk.page}/{int(number) + 1}{ending}", 404)


def test_the_manifest_is_what_was_kept(desk: Desk) -> None:
    batch = desk.issue(2)
    with desk.database.read() as session:
        kept = session.scalars(select(SlipBatch.manifest)).one()
    assert desk.browser.get(f"{batch}/bang-ke.json").json == json.loads(kept or "")
