"""The officer's journey on a phone: from an empty commune to a published result, with script and without."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from playwright.sync_api import FilePayload, Locator, Page, expect
from sqlalchemy import select
from xlsxwriter import Workbook

from survey.domain.clock import today
from survey.domain.permissions import Role
from survey.domain.workbook import read_workbook
from survey.services.accounts import create_staff, grant_role
from survey.services.register import load_units
from survey.store.engine import Database, create_database_engine
from survey.store.units import Unit
from tests.servers.browser import Phone
from tests.servers.databases import SqliteFiles
from tests.servers.live import LiveServer, run_app
from tests.servers.pages import check_accessibility, check_html
from tests.survey.publishing import SCAN
from tests.survey.web.live_rounds import ALL_SATISFIED
from tests.survey.web.visits import read_form, visit

FIRST_PASSWORD, PASSWORD = "mat-khau-duoc-cap", "mot-mat-khau-dai"
VILLAGES = {"Thôn Phước Lập": 12, "Thôn Thạch Bình": 11}
BALLOTS = {"Thôn Phước Lập": 10, "Thôn Thạch Bình": 8}
CONTACT = "Bà Hoa, Mặt trận xã, 0234 000 111"


@pytest.fixture
def commune(sqlite_databases: SqliteFiles, tmp_path: Path) -> Iterator[LiveServer]:
    """The served app with the real units, and one account: that of the Front of xã Quảng Điền."""
    url = sqlite_databases.create()
    engine = create_database_engine(url)
    with Database(engine).write() as session:
        load_units(session)
        unit = session.scalars(select(Unit).where(Unit.code == "19867", Unit.valid_to.is_(None))).one()
        staff = create_staff(session, "mttq.quangdien", "MTTQ xã Quảng Điền", FIRST_PASSWORD)
        grant_role(session, staff, Role.FRONT_COMMUNE, unit)
    engine.dispose()
    with run_app(url, tmp_path) as server:
        yield server
    sqlite_databases.drop(url)


@dataclass(frozen=True)
class Officer:
    """A person at a phone, who looks at every page before the next tap."""

    page: Page
    url: str

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def look(self, heading: str | re.Pattern[str]) -> None:
        """The page is the one expected, valid, accessible, and not wider than the screen."""
        expect(self.page.locator("h1")).to_have_text(heading)
        check_html(self.page.content())
        check_accessibility(self.page)
        assert self.page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).tap()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.main.get_by_role("link", name=name, exact=True).first.tap()

    def open_tasks(self) -> None:
        self.page.get_by_role("link", name="Việc cần làm").tap()
        self.look("Việc cần làm")

    def type(self, **typed: str) -> None:
        for name, text in typed.items():
            self.main.locator(f"[name={name}]").fill(text)

    def receive(self, button: Locator) -> bytes:
        with self.page.expect_download() as coming:
            button.tap()
        return Path(coming.value.path()).read_bytes()


def fill_in(template: bytes, villages: dict[str, int]) -> bytes:
    """The template as an officer sends it back from a spreadsheet program."""
    [header] = read_workbook(template, 10)
    names: dict[str, list[object]] = {"Tên thôn": [*villages], "Số hộ": [*villages.values()]}
    assert names.keys() <= set(header)
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for column, title in enumerate(header):
            sheet.write_column(0, column, [title, *names.get(title, [])])
    return out.getvalue()


def scan(pdf: bytes, dots_per_inch: int = 150) -> list[list[str]]:
    """What an independent reader finds on every page of a PDF."""
    document = pdfium.PdfDocument(pdf)
    images = [page.render(scale=dots_per_inch / 72).to_pil().convert("L") for page in document]
    found = [[code.text for code in zxingcpp.read_barcodes(image)] for image in images]
    document.close()
    return found


def answer(urls: Sequence[str], *, unhappy: int = 0) -> None:
    """Households scan their slips; the first `unhappy` ones are satisfied with nothing."""
    for number, url in enumerate(urls):
        form = {**read_form(visit(url).text), **ALL_SATISFIED}
        if number < unhappy:
            form |= {**dict.fromkeys(ALL_SATISFIED, "not_satisfied"), "q02_reason": "Đường còn lầy lội"}
        assert visit(url, form).status == 200


def sign_in(officer: Officer) -> None:
    officer.page.goto(f"{officer.url}/dang-nhap")
    officer.look("Đăng nhập")
    officer.type(username="mttq.quangdien", password=FIRST_PASSWORD)
    officer.press("Đăng nhập")
    officer.look("Tài khoản của tôi")
    officer.type(old=FIRST_PASSWORD, new=PASSWORD, again=PASSWORD)
    officer.press("Đổi mật khẩu")
    officer.look("Việc cần làm")


def import_villages(officer: Officer) -> None:
    officer.follow("Nhập danh sách thôn")
    officer.look("Nhập danh sách thôn và số hộ")
    template = officer.receive(officer.main.get_by_role("link", name="Tệp mẫu Excel (.xlsx)"))
    send_list(officer, fill_in(template, {"Thôn Phước Lập": 12, "": 3, "Thôn Sai": -1}))
    officer.look("Nhập danh sách thôn và số hộ")
    expect(officer.page.get_by_role("alert")).to_contain_text("2 chỗ cần sửa, chưa ghi gì")
    send_list(officer, fill_in(template, VILLAGES))
    officer.look(re.compile("Xem trước"))
    for name in VILLAGES:
        expect(officer.page.get_by_role("row", name=name)).to_contain_text("thêm")
    officer.press("Xác nhận và ghi")
    officer.look("Xã Quảng Điền")
    expect(officer.page.get_by_role("status")).to_contain_text("Đã ghi 2 thôn")


def send_list(officer: Officer, content: bytes) -> None:
    file = FilePayload(name="thon.xlsx", mimeType="application/octet-stream", buffer=content)
    officer.page.set_input_files("input[type=file]", file)
    officer.press("Xem trước")


def create_round(officer: Officer) -> None:
    officer.follow("Soạn đợt mới")
    officer.look("Soạn đợt mới")
    officer.press("Lưu bản soạn")
    officer.look("Soạn đợt mới")
    expect(officer.page.locator(".problem").first).to_be_visible()
    officer.page.get_by_label("Mẫu phiếu").select_option("xa-ntm")
    last_on = (today() + timedelta(days=10)).isoformat()
    officer.type(title="Lấy ý kiến năm nay", last_on=last_on, contact=CONTACT)
    officer.press("Lưu bản soạn")
    officer.look("Lấy ý kiến năm nay")


def open_round(officer: Officer) -> None:
    officer.follow("Ghi văn bản")
    officer.look("Kiểm tra và mở đợt")
    expect(officer.main).to_contain_text("Chưa mở được vì")
    officer.type(
        number="45/MTTQ-BTT",
        issued_on=(today() - timedelta(days=5)).isoformat(),
        issuer="MTTQ thành phố Huế",
        document_title="Cho phép lấy ý kiến trực tuyến",
    )
    officer.press("Ghi văn bản")
    officer.look("Kiểm tra và mở đợt")
    officer.press("Đồng ý, mở đợt")
    officer.look("Lấy ý kiến năm nay")
    expect(officer.main).to_contain_text("Đợt đã mở")
    expect(officer.main).to_contain_text("0/23 hộ")


def issue_slips(officer: Officer) -> dict[str, list[str]]:
    """The address on every slip, by village."""
    officer.follow("Phát thẻ")
    officer.look("Phát thẻ mã hộ")
    slips = {}
    for name, households in VILLAGES.items():
        officer.page.locator("select").select_option(label=name)
        officer.type(count=str(households))
        officer.press("Phát thẻ")
        officer.look(re.compile(f"Thẻ .*, {name}"))
        pdf = officer.receive(officer.main.get_by_role("link", name="Tải thẻ (PDF)"))
        slips[name] = [url for page in scan(pdf, 200) for url in page]
        assert len(set(slips[name])) == households
        officer.press("Đã in xong")
        officer.follow("Phát thẻ cho thôn khác")
    officer.look("Phát thẻ mã hộ")
    assert all(url.startswith(f"{officer.url}/") for urls in slips.values() for url in urls)
    return slips


def print_posters(officer: Officer) -> list[str]:
    """The address on every poster."""
    officer.follow("In áp phích")
    officer.look("In áp phích")
    pdf = officer.receive(officer.main.get_by_role("link", name="Khổ A4"))
    told = [link.get_attribute("href") for link in officer.main.locator("td a").all()]
    assert scan(pdf) == [[url] for url in told]
    return [url for url in told if url]


def check_counts(officer: Officer) -> None:
    officer.follow("Xem số phiếu từng thôn")
    officer.look("Lấy ý kiến năm nay")
    for name, count in BALLOTS.items():
        cells = officer.page.get_by_role("row", name=name).get_by_role("cell").all_inner_texts()
        assert str(count) in cells
    expect(officer.main).to_contain_text("18/23 hộ")
    assert "hài lòng năm" not in officer.main.inner_text()
    assert "lầy lội" not in officer.page.content()


def close(officer: Officer) -> None:
    officer.follow("Đóng đợt")
    officer.look("Đóng đợt")
    officer.press("Đóng đợt")
    expect(officer.page.get_by_role("alert")).to_contain_text("lý do")
    officer.type(despite="Bão lũ, đã thu đủ phiếu")
    officer.press("Đóng đợt")
    officer.look("Ký và công bố kết quả")


def sign_and_publish(officer: Officer) -> None:
    expect(officer.main).to_contain_text("Tải bản chụp biên bản đã ký lên rồi mới công bố được.")
    officer.type(number="01/BB")
    file = FilePayload(name="bien-ban.pdf", mimeType="application/pdf", buffer=SCAN)
    officer.page.set_input_files("input[type=file]", file)
    officer.press("Lưu bản chụp")
    expect(officer.page.get_by_role("status")).to_contain_text("Đã lưu bản chụp")
    officer.follow("Xem lại rồi công bố")
    officer.look("Xem lại rồi công bố")
    officer.press("Công bố kết quả")
    expect(officer.page.get_by_role("status")).to_contain_text("Đã công bố")


def test_from_the_list_of_villages_to_the_public_result(
    commune: LiveServer, any_page: Page, phone: Phone
) -> None:
    officer = Officer(any_page, commune.url)
    sign_in(officer)
    import_villages(officer)
    officer.open_tasks()
    create_round(officer)
    officer.open_tasks()
    open_round(officer)
    officer.open_tasks()
    slips = issue_slips(officer)
    officer.open_tasks()
    [poster, _other] = print_posters(officer)
    assert "Thôn Phước Lập" in visit(poster).text
    answer(slips["Thôn Phước Lập"][:10], unhappy=1)
    answer(slips["Thôn Thạch Bình"][:8])
    officer.open_tasks()
    check_counts(officer)
    round_page = officer.page.url
    result_page = round_page.replace("/dot/", "/ket-qua/")
    officer.page.goto(result_page)
    assert "94,44" not in officer.page.content()
    officer.page.goto(round_page)
    close(officer)
    officer.follow("Xem kết quả")
    officer.look(re.compile("Lấy ý kiến năm nay"))
    for told in ("94,44 %", "17/18", "78,26 %", "18/23", "1/18"):
        expect(officer.main).to_contain_text(told)
    stranger = Officer(phone(script=False), commune.url)
    public_page = round_page.replace("/dot/", "/ket-qua-cong-khai/")
    assert visit(public_page).status == 404
    officer.page.goto(round_page)
    officer.follow("Ký và công bố")
    sign_and_publish(officer)
    stranger.page.goto(public_page)
    stranger.look("Kết quả lấy ý kiến người dân")
    expect(stranger.main).to_contain_text("Lấy ý kiến năm nay")
    expect(stranger.main).to_contain_text("94,44 %")
    expect(stranger.page.get_by_role("row", name="Thôn Thạch Bình")).to_contain_text("ẩn – dưới 10 phiếu")
    officer.open_tasks()
    expect(officer.main).to_contain_text("Soạn đợt lấy ý kiến")
