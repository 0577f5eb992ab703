"""Units on the web: the search, a unit's page, and the import of villages by upload."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from survey.domain.clock import today
from survey.domain.permissions import Role
from survey.domain.spreadsheet import read_table
from survey.services.register import load_units
from survey.services.units import find_unit
from survey.store.engine import Database
from survey.store.units import HouseholdCount, Unit
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app

YEAR = today().year
GOOD = "Mã thôn,Tên thôn,Số hộ\n,Thôn Đông,120\n,Thôn Tây,86\n"


@dataclass
class Site:
    app: Flask
    commune: int
    other: int
    province: int

    @property
    def database(self) -> Database:
        return database_of(self.app)

    @property
    def upload_page(self) -> str:
        return f"/don-vi/{self.commune}/thon"

    def browse(self, username: str) -> Browser:
        browser = Browser(self.app)
        assert browser.sign_in(username).status_code == 303
        return browser

    def count(self, model) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def site(database_url):
    with run_app(database_url) as app:
        database = database_of(app)
        with database.write() as session:
            load_units(session)
            found = [find_unit(session, code, date(2025, 7, 1)) for code in ("19867", "19753", "46")]
            made = Site(app, *(unit.id for unit in found if unit))
        add_staff(database, "mattran", (Role.FRONT_COMMUNE, made.commune))
        add_staff(database, "phantich", (Role.ANALYST, made.province))
        yield made


@pytest.fixture
def officer(site: Site) -> Browser:
    return site.browse("mattran")


def upload(browser: Browser, page: str, content: bytes | str, name: str = "thon.csv", year: object = YEAR):
    data = content.encode() if isinstance(content, str) else content
    fields = {"file": FileStorage(io.BytesIO(data), name), "year": str(year)}
    return browser.upload(page, fields, page=page)


def find_rows(text: str) -> str:
    found = re.search(r'name="rows"[^>]*value="([^"]+)"', text)
    assert found, text
    return found[1]


def confirm(browser: Browser, site: Site, rows: str, year: object = YEAR, step: str = "confirm"):
    fields = {"rows": rows, "year": year, "step": step}
    return browser.post(f"{site.upload_page}/ghi", fields, page=site.upload_page)


def test_the_search_page_finds_without_accents_and_says_when_it_finds_nothing(officer):
    page = officer.get("/don-vi/?q=quang+dien")
    check_html(page.text)
    assert "Xã Quảng Điền" in page.text
    nothing = officer.get("/don-vi/?q=%3Cscript%3Ekhong")
    check_html(nothing.text)
    assert "Không có đơn vị nào" in nothing.text
    assert "<script>khong" not in nothing.text
    start = officer.get("/don-vi/")
    check_html(start.text)
    assert "Phường Thuận Hóa" in start.text


def test_a_unit_shows_its_past_and_an_unknown_future(site: Site, officer):
    page = officer.get(f"/don-vi/{site.other}")
    check_html(page.text)
    assert "Phường Tây Lộc" in page.text
    with site.database.read() as session:
        lost = find_unit(session, "19906", date(2024, 1, 1))
    assert lost is not None
    page = officer.get(f"/don-vi/{lost.id}")
    check_html(page.text)
    assert "chưa xác định" in page.text
    assert "Có thể là một trong" in page.text
    assert officer.get("/don-vi/999999").status_code == 404


def test_an_empty_commune_says_what_to_do_to_those_who_may(site: Site, officer):
    assert "hãy nhập danh sách thôn" in officer.get(f"/don-vi/{site.commune}").text
    reader = site.browse("phantich").get(f"/don-vi/{site.commune}").text
    assert "Xã chưa nhập danh sách thôn" in reader
    assert site.upload_page not in reader


def test_others_may_not_manage_and_strangers_must_sign_in(site: Site, officer):
    reader = site.browse("phantich")
    for path in ("thon", "thon/mau.csv", "thon/mau.xlsx"):
        assert reader.get(f"/don-vi/{site.commune}/{path}").status_code == 404
        assert officer.get(f"/don-vi/{site.other}/{path}").status_code == 404
        assert Browser(site.app).get(f"/don-vi/{site.commune}/{path}").status_code == 303
    for path in ("thon", "thon/ghi", "dia-ban"):
        sent = officer.post(f"/don-vi/{site.other}/{path}", {}, page=site.upload_page)
        assert sent.status_code == 404
    assert Browser(site.app).get("/don-vi/").status_code == 303


def test_the_area_is_declared_and_shown(site: Site, officer):
    page = f"/don-vi/{site.commune}"
    sent = officer.post(f"{page}/dia-ban", {"area_class": "coastal", "rural": "yes"}, page=page)
    assert sent.status_code == 303
    assert "bãi ngang ven biển" in officer.get(page).text
    wrong = officer.post(f"{page}/dia-ban", {"area_class": "moon", "rural": "yes"}, page=page)
    assert wrong.status_code == 422
    check_html(wrong.text)


def test_a_list_is_previewed_confirmed_and_shown(site: Site, officer):
    shown = upload(officer, site.upload_page, GOOD)
    assert shown.status_code == 200
    check_html(shown.text)
    assert "cộng 206 hộ" in shown.text
    assert site.count(HouseholdCount) == 0
    assert confirm(officer, site, find_rows(shown.text)).status_code == 303
    page = officer.get(f"/don-vi/{site.commune}").text
    check_html(page)
    assert "Thôn Đông" in page
    assert "19867.02" in page
    assert f"Số hộ {YEAR}" in page


def test_another_year_is_previewed_again_without_the_file(site: Site, officer):
    rows = find_rows(upload(officer, site.upload_page, GOOD).text)
    again = confirm(officer, site, rows, year=2025)
    assert again.status_code == 200
    assert "hộ năm 2025" in again.text
    assert confirm(officer, site, rows, year="hai nghìn").status_code == 422
    assert confirm(officer, site, rows, year=1900).status_code == 422
    assert site.count(HouseholdCount) == 0
    assert confirm(officer, site, find_rows(again.text), year=2025).status_code == 303
    with site.database.read() as session:
        assert set(session.scalars(select(HouseholdCount.year))) == {2025}


def test_a_list_that_changed_meanwhile_is_shown_again(site: Site, officer):
    rows = find_rows(upload(officer, site.upload_page, GOOD).text)
    other = find_rows(upload(officer, site.upload_page, GOOD.replace("120", "119")).text)
    assert confirm(officer, site, other).status_code == 303
    refused = confirm(officer, site, rows)
    assert refused.status_code == 409
    check_html(refused.text)
    assert "đã thay đổi sau khi" in refused.text
    assert confirm(officer, site, find_rows(refused.text)).status_code == 303


@pytest.mark.parametrize("rows", ["", "x", "WzEsIngiLFtdXQ.AAAA", "é" * 100])
def test_rows_that_the_page_did_not_write_are_refused(site: Site, officer, rows):
    refused = confirm(officer, site, rows)
    assert refused.status_code == 422
    check_html(refused.text)
    assert site.count(HouseholdCount) == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_comes_back_unchanged(site: Site, officer, kind):
    confirm(officer, site, find_rows(upload(officer, site.upload_page, GOOD).text))
    template = officer.get(f"{site.upload_page}/mau.{kind}")
    assert read_table(f"mau.{kind}", template.data)[1] == ["19867.01", "Thôn Đông", "120", ""]
    again = upload(officer, site.upload_page, template.data, f"mau.{kind}")
    assert "Thêm 0 thôn, thay đổi 0, giữ nguyên 2" in again.text
    assert officer.get(f"{site.upload_page}/mau.exe").status_code == 404


def make_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    return target.getvalue()


def make_formula() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Tên thôn", "Số hộ"])
        sheet.write_string(1, 0, "Thôn Đông")
        sheet.write_formula(1, 1, "=100+20", None, 120)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("Tên,Dân số\nThôn Đông,5\n", "a.csv", ["Thiếu cột “Số hộ”"]),
        ("một,hai\n", "a.csv", ["Không thấy dòng tiêu đề"]),
        (GOOD.encode("utf-16-be"), "a.csv", ["Unicode (UTF-8)"]),
        ("Tên thôn,Số hộ\nThôn Đông,1\n".encode("cp1258", "replace"), "a.csv", ["Unicode (UTF-8)"]),
        (GOOD + ",thôn đông,3\n", "a.csv", ["Dòng 4", "Trùng tên thôn với dòng 2"]),
        ("Tên thôn,Số hộ\nA,-5\nB,mười\n,3\nC,1.5\n", "a.csv", ["Dòng 2", "Dòng 3", "Dòng 4", "Dòng 5"]),
        ("Tên thôn,Số hộ\n=HYPERLINK(1),5\n@x,6\n", "a.csv", ["công thức", "Dòng 3"]),
        (make_formula(), "a.xlsx", ["công thức"]),
        ("Tên thôn,Số hộ\n" + "Thôn,1\n" * 100_000, "a.csv", ["quá nhiều dòng"]),
        (make_bomb(), "a.xlsx", ["bung ra quá lớn"]),
        (b"\x00" * 500, "a.csv", ["Unicode (UTF-8)"]),
        (b"", "a.csv", ["Tệp trống"]),
        (b"PK\x03\x04rubbish", "a.xlsx", ["bị hỏng"]),
        (b"%PDF-1.7", "a.pdf", ["PDF"]),
        ("Tên thôn,Số hộ\n<b>Đông</b>,1\n<script>,x\n", "a.csv", ["không phải là số"]),
    ],
)
def test_a_bad_file_is_answered_with_its_problems_and_changes_nothing(
    site: Site, officer, content, name, said
):
    before = site.count(Unit)
    page = upload(officer, site.upload_page, content, name)
    assert page.status_code == 422
    check_html(page.text)
    text = page.text.replace("&#34;", '"')
    assert [sentence for sentence in said if sentence not in text] == []
    assert "<script>" not in text
    assert "hưa ghi gì" in text
    assert (site.count(Unit), site.count(HouseholdCount)) == (before, 0)


def test_an_upload_without_a_file_keeps_the_year_that_was_typed(site: Site, officer):
    page = officer.post(site.upload_page, {"year": "2025"}, page=site.upload_page)
    assert page.status_code == 422
    assert "Xin chọn tệp" in page.text
    assert 'value="2025"' in page.text


def test_the_longest_list_fits_through_the_confirmation(site: Site, officer):
    names = [f"Thôn {number} {'Đường Ngõ ' * 8}"[:99] for number in range(400)]
    content = "Tên thôn,Số hộ\n" + "".join(f"{name},{i + 1}\n" for i, name in enumerate(names))
    rows = find_rows(upload(officer, site.upload_page, content).text)
    assert confirm(officer, site, rows).status_code == 303
    assert site.count(HouseholdCount) == 400
