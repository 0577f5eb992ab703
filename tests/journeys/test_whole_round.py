"""A whole round: twelve villages, two thousand households, three channels, signed papers, a public page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from app import create_app
from forms.resident import new_submission_key
from survey.application import detach
from survey.domain.codes import Code
from survey.domain.permissions import Role
from survey.settings import read_settings
from tests.journeys.whole_round import (
    BY_KEYBOARD,
    HOUSEHOLDS,
    PAPER,
    VILLAGES,
    Expected,
    Hands,
    deal,
    online_form,
)
from tests.servers.browser import Phone
from tests.servers.databases import SqliteFiles
from tests.servers.live import LiveServer, run_app
from tests.servers.pages import check_accessibility, check_html
from tests.survey.live.senders import receipt_of
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.publishing import SCAN
from tests.survey.web.paper_browser import PaperBrowser
from tests.survey.web.staff_browser import PASSWORD, Browser, add_staff, database_of
from tests.survey.web.visits import read_form, visit
from translations.numbers import format_count, format_rate

PHONES = 8
EXPECTED = Expected()
ALL_HOUSEHOLDS = VILLAGES * HOUSEHOLDS


@dataclass(frozen=True)
class Field:
    """The served round, and the same app in this process for those who sit at a desk."""

    server: LiveServer
    app: Flask
    opened: OpenRound
    hands: Hands

    @property
    def place(self) -> str:
        return f"/dot/{self.opened.round_id}"

    def desk(self, username: str) -> Browser:
        browser = Browser(self.app)
        assert browser.sign_in(username).status_code == 303
        return browser

    def run(self, *words: object) -> tuple[int, str]:
        result = self.app.test_cli_runner().invoke(args=[str(word) for word in words])
        return result.exit_code, result.output


@pytest.fixture
def field(sqlite_databases: SqliteFiles, tmp_path: Path) -> Iterator[Field]:
    url = sqlite_databases.create()
    with run_app(url, tmp_path) as server:
        settings = read_settings(server.environ)
        app = create_app(settings)
        database = database_of(app)
        opened = open_round(
            database, villages=VILLAGES, households=HOUSEHOLDS, slips=HOUSEHOLDS, secret=settings.code_secret
        )
        add_staff(database, "mttq", (Role.FRONT_COMMUNE, opened.commune_id))
        add_staff(database, "to.mot", (Role.COLLECTOR, opened.commune_id))
        yield Field(server, app, opened, deal(opened))
        detach(app)
    sqlite_databases.drop(url)


def answer_on_phones(field: Field) -> str:
    """Every household once, some pages twice, some households from a second phone; returns a receipt."""
    codes = [code for village in range(VILLAGES) for code in field.hands.online[village]]
    forms = [{"key": new_submission_key(), **online_form(number)} for number in range(len(codes))]

    def send(code: Code, form: Mapping[str, str]) -> str | None:
        return receipt_of(visit(f"{field.server.url}/{code.grouped}", dict(form)))

    with ThreadPoolExecutor(PHONES) as phones:
        receipts = list(phones.map(send, codes, forms))
        assert all(receipts)
        assert list(phones.map(send, codes[:30], forms[:30])) == receipts[:30]
        others = [{**form, "key": new_submission_key()} for form in forms[:10]]
        assert list(phones.map(send, codes[:10], others)) == [None] * 10
    return receipts[0] or ""


def answer_at_the_door(field: Field) -> None:
    helper, page = field.desk("to.mot"), f"/thu-phieu/{field.opened.round_id}"
    helper.post(f"{page}/bat-dau", page=page)
    for code in (code for codes in field.hands.assisted.values() for code in codes):
        blank = read_form(helper.get(page).text.partition('<form id="ballot"')[2].partition("</form>")[0])
        told = helper.client.post(page, data={**blank, **online_form(1), "code": code.grouped})
        assert told.headers["Ballot-Outcome"] == "recorded"
    helper.post(f"{page}/ket-thuc", page=page)


def hand_in_stubs(field: Field) -> None:
    """Village by village: stubs of households that have answered online are told at once."""
    helper, page = field.desk("to.mot"), f"{field.place}/the/nop-giay"
    for village, plan in PAPER.items():
        numbers = ",".join(map(str, field.hands.numbers[village]))
        told = helper.post(page, {"numbers": numbers, "step": "write"}, page=page).text
        assert f"Đếm {format_count(plan.stubs)} phiếu giấy." in told
        assert (f"Để riêng {plan.aside} phiếu, không đếm." in told) == bool(plan.aside)


def sheet_of(field: Field, username: str, village: int) -> PaperBrowser:
    place = f"{field.place}/kiem-phieu"
    return PaperBrowser(field.desk(username), place, f"{place}/{field.opened.village_ids[village]}")


def key_totals(field: Field) -> None:
    """Two people for each village but the first; one of them errs once."""
    for village, plan in list(PAPER.items())[1:]:
        first, second = sheet_of(field, "to.mot", village), sheet_of(field, "mttq", village)
        assert first.send(plan.fields(), "finish").status_code == 303
        if village == 1:
            wrong = {**plan.fields(), "q02_satisfied": str(plan.valid)}
            refused = second.send(wrong, "finish")
            assert (refused.status_code, "phải bằng 60 phiếu hợp lệ" in refused.text) == (422, True)
        assert second.send(plan.fields(), "finish").status_code == 303
        assert "đã chốt" in second.look(second.list_page)
    without = sheet_of(field, "to.mot", VILLAGES - 2)
    assert without.post(f"{without.sheet}/khong-co", {}).status_code == 303


def sign_in(page: Page, field: Field, username: str) -> None:
    page.goto(f"{field.server.url}/dang-nhap")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").tap()
    page.wait_for_url("**/viec-can-lam")


def key_ballots(page: Page, field: Field) -> None:
    """By keyboard alone: a key per content, Enter, the next ballot; then the head of the sheet."""
    page.goto(f"{field.server.url}{field.place}/kiem-phieu/{field.opened.village_ids[0]}?cach=tung-phieu")
    for ballot in BY_KEYBOARD:
        page.locator("#ballot").press_sequentially(ballot)
        page.keyboard.press("Enter")
    expect(page.locator("[data-count=valid]")).to_have_text(str(len(BY_KEYBOARD)))
    for name, number in (("issued", "10"), ("returned", "6"), ("set_aside", "0")):
        page.locator(f"[name={name}]").fill(number)
    page.get_by_role("button", name="Xong", exact=True).click()


def confirm_first_village(field: Field) -> None:
    """The second person keys the totals that the ballots add up to."""
    fields = {**PAPER[0].fields(), "q19_no_answer": "1", "q19_satisfied": "4", "any_not_satisfied": ""}
    second = sheet_of(field, "mttq", 0)
    assert second.send(fields, "finish").status_code == 303
    assert "chưa được hai người chốt" not in field.desk("mttq").get(f"{field.place}/dong").text


def close_sign_publish(page: Page, field: Field) -> None:
    page.goto(f"{field.server.url}{field.place}/dong")
    expect(page.locator("main")).to_contain_text("Đợt còn nhận phiếu đến")
    check_html(page.content())
    page.fill("[name=despite]", "Đã kiểm xong phiếu của mọi thôn")
    page.get_by_role("button", name="Đóng đợt").click()
    expect(page.locator("h1")).to_have_text("Ký và công bố kết quả")
    check_accessibility(page)
    page.fill("[name=number]", "01/BB-MTTQ")
    file = FilePayload(name="bien-ban.pdf", mimeType="application/pdf", buffer=SCAN)
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Lưu bản chụp").click()
    page.get_by_role("link", name="Xem lại rồi công bố").click()
    check_accessibility(page)
    page.get_by_role("button", name="Công bố kết quả").click()
    expect(page.get_by_role("status")).to_contain_text("Đã công bố")


def read_papers(field: Field, folder: Path) -> dict[str, str]:
    """The text of every paper, by kind, as the command makes them."""
    texts: dict[str, str] = {}
    for kind in ("bien-ban", "tong-hop", "bao-cao", "niem-yet", "bai-phat-thanh"):
        path = folder / f"{kind}.{'txt' if kind == 'bai-phat-thanh' else 'docx'}"
        code, told = field.run(
            "documents", "make", "--round", field.opened.round_id, "--kind", kind, "--out", path
        )
        assert code == 0, told
        texts[kind] = path.read_text("utf-8-sig") if path.suffix == ".txt" else read_docx(path.read_bytes())
    return texts


def read_docx(content: bytes) -> str:
    paper = Document(BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def verify_downloads(field: Field, folder: Path) -> None:
    """What the public downloads, the record, and a download with one figure changed."""
    public = f"{field.server.url}/ket-qua-cong-khai/{field.opened.round_id}/ban/1"
    data_set, record = folder / "ket-qua.json", folder / "record.json"
    data_set.write_bytes(visit(f"{public}/ket-qua.json").text.encode())
    assert field.run("results", "record", "--round", field.opened.round_id, "--out", record)[0] == 0
    code, told = field.run("results", "verify", data_set, record)
    assert code == 0, told
    counts = re.compile(r'"count": (\d+)')
    changed = counts.sub(lambda found: f'"count": {int(found[1]) + 1}', data_set.read_text(), count=1)
    data_set.write_text(changed)
    assert field.run("results", "verify", data_set, record)[0] == 1


def test_a_round_of_three_channels_goes_from_slips_to_a_result_that_can_be_checked(
    field: Field, page: Page, phone: Phone, tmp_path: Path
) -> None:
    receipt = answer_on_phones(field)
    answer_at_the_door(field)
    hand_in_stubs(field)
    key_totals(field)
    sign_in(page, field, "to.mot")
    key_ballots(page, field)
    confirm_first_village(field)
    officer = phone(script=True)
    sign_in(officer, field, "mttq")
    close_sign_publish(officer, field)

    assert field.run("recount", "--check")[0] == 0
    papers = read_papers(field, tmp_path)
    coverage = f"{format_count(EXPECTED.returned)}/{format_count(ALL_HOUSEHOLDS)}"
    rate = format_rate(EXPECTED.overall_satisfied, EXPECTED.valid)
    covered = format_rate(EXPECTED.returned, ALL_HOUSEHOLDS)
    for kind in ("tong-hop", "bao-cao", "niem-yet"):
        assert rate in papers[kind], kind
        assert coverage in papers[kind] or covered in papers[kind], kind
    for kind in ("bien-ban", "tong-hop", "bao-cao", "niem-yet"):
        assert "DỰ THẢO" in papers[kind], kind
    assert "Đã kiểm xong phiếu của mọi thôn" in papers["bao-cao"]
    assert papers["bien-ban"].count("BIÊN BẢN") >= VILLAGES - 1

    resident = phone(script=False)
    resident.goto(f"{field.server.url}/ket-qua-cong-khai/{field.opened.round_id}")
    check_html(resident.content())
    check_accessibility(resident)
    for told in (rate, format_rate(EXPECTED.road_satisfied, EXPECTED.valid), format_count(EXPECTED.returned)):
        expect(resident.locator("main")).to_contain_text(told)
    resident.goto(f"{field.server.url}/bien-nhan")
    resident.locator("main input:not([type=hidden])").first.fill(receipt)
    resident.locator("main button").first.tap()
    expect(resident.locator("main")).to_contain_text("đã được")
    verify_downloads(field, tmp_path)
    pack = tmp_path / "ho-so.zip"
    made = field.run("documents", "make", "--round", field.opened.round_id, "--kind", "ho-so", "--out", pack)
    assert made[0] == 0, made[1]
    with ZipFile(pack) as opened_pack:
        assert opened_pack.testzip() is None
        names = opened_pack.namelist()
    assert any(name.endswith("SHA256SUMS") for name in names)
    assert sum(name.endswith(".docx") for name in names) >= 4
