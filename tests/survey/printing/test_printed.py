"""The PDFs as an independent reader sees them: rendered, scanned, read as text."""

from __future__ import annotations

import gc
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import chain
from multiprocessing import get_context
from typing import Literal
from unicodedata import normalize

import pypdfium2 as pdfium
import pytest

from survey.domain.codes import group, new_slip_code
from survey.printing.collector_list import print_collector_list
from survey.printing.paper import NothingToPrint
from survey.printing.posters import Poster, list_steps, print_posters
from survey.printing.slips import Slip, SlipSheet, count_parts, print_slips, split_sheet
from survey.services.round_checks import LONGEST_CONTACT
from tests.survey.printing.reader import find_outermost_ink, list_pages, read, scan

SHORT = Poster(
    commune="Xã Quảng Điền",
    village="Thôn Phước Lập",
    heading="Bà con có hài lòng với kết quả xây dựng nông thôn mới?",
    about="Lấy ý kiến người dân về kết quả xây dựng nông thôn mới năm 2026",
    url="https://khaosat.example.vn/AB3D-0K5Q",
    short_address="khaosat.example.vn/AB3D-0K5Q",
    code="AB3D-0K5Q",
    last_on=date(2026, 12, 20),
    contact="Ông Nguyễn Văn Điền, 0234 3554 123",
    needs_slip=True,
    steps=list_steps(needs_slip=True),
)
LONG = replace(
    SHORT,
    commune="Xã Chân Mây - Lăng Cô",
    village="Tổ dân phố Thượng An 2 – Lại Ân",
    heading="Lấy ý kiến về sự hài lòng của người dân đối với kết quả xây dựng nông thôn mới nâng cao " * 2,
    about="Đường sá, nước sạch, trường học, trạm y tế, rác thải, an ninh trật tự, thái độ phục vụ. " * 3,
    url="https://lay-y-kien.nongthonmoi.thuathienhue.gov.vn/AB3D-0K5Q",
    short_address="lay-y-kien.nongthonmoi.thuathienhue.gov.vn/AB3D-0K5Q",
    contact="Ban Thường trực Ủy ban MTTQ Việt Nam xã Chân Mây - Lăng Cô, điện thoại 0234 3554 123",
    needs_slip=False,
    steps=list_steps(needs_slip=False),
)
ABSURD = replace(
    LONG,
    village="Thượng" * 40,
    commune="x" * 300,
    heading="Ệ" * 500,
    short_address="a" * 90,
    steps=("dài " * 200,) * 6,
)

CROWDED = replace(
    LONG,
    about=f"Mẫu phiếu DỰ THẢO – {'Lấy ý kiến người dân về kết quả xây dựng nông thôn mới ' * 4}"[:220],
    contact=(
        "Bà Hoàng Phủ Ngọc Diệu Thương, Phó Chủ tịch Ủy ban MTTQ Việt Nam xã Chân Mây – Lăng Cô, "
        "điện thoại 0234 3554 123"
    ).ljust(LONGEST_CONTACT, "."),
)


def print_poster_bytes(posters, size="A4") -> bytes:
    out = BytesIO()
    print_posters(posters, size, out, title="Áp phích")
    return out.getvalue()


def make_sheet(count: int, poster: Poster = SHORT) -> SlipSheet:
    host = poster.short_address.partition("/")[0]
    codes = [new_slip_code("AB3").text for _ in range(count)]
    slips = [
        Slip(number, code, f"https://{host}/{group(code)}") for number, code in enumerate(codes, start=1)
    ]
    about = (poster.commune, poster.village, poster.heading, poster.about)
    return SlipSheet(*about, "AB3", poster.last_on, poster.contact, slips)


def print_slip_bytes(sheets, per_page: Literal[8, 10] = 8) -> bytes:
    out = BytesIO()
    print_slips(sheets, out, per_page=per_page, title="Thẻ")
    return out.getvalue()


@pytest.mark.parametrize("size", ["A3", "A4", "A5"])
def test_every_poster_scans_to_exactly_its_address(size):
    posters = [SHORT, LONG]
    scanned = [scan(page, 100, grey=True) for page in list_pages(print_poster_bytes(posters, size))]
    assert scanned == [[poster.url] for poster in posters]


@pytest.mark.parametrize(("size", "width"), [("A3", 297), ("A4", 210), ("A5", 148)])
def test_a_poster_has_the_size_of_its_paper(size, width):
    [page] = list_pages(print_poster_bytes([SHORT], size))
    assert page.get_width() / 72 * 25.4 == pytest.approx(width, abs=0.6)


@pytest.mark.parametrize("poster", [SHORT, LONG], ids=["short", "long"])
def test_a_poster_says_where_until_when_and_whom_to_call(poster):
    [page] = list_pages(print_poster_bytes([poster]))
    text = read(page)
    for words in (poster.commune, poster.village, poster.contact, *poster.steps):
        assert words in text
    assert poster.short_address in text.replace(" ", "")
    assert "20/12/2026" in text
    assert ("Mỗi hộ một thẻ" in text) == poster.needs_slip


def test_a_poster_without_last_day_says_that_it_stays_open():
    [page] = list_pages(print_poster_bytes([replace(SHORT, last_on=None)]))
    assert "Mở thường xuyên" in read(page)


@pytest.mark.parametrize("poster", [SHORT, LONG, ABSURD], ids=["short", "long", "absurd"])
@pytest.mark.parametrize("size", ["A3", "A5"])
def test_nothing_on_a_poster_runs_into_its_margin(poster, size):
    [page] = list_pages(print_poster_bytes([poster], size))
    left, top, right, bottom = find_outermost_ink(page)
    assert left > 0.06
    assert right < 0.94
    assert top > 0.03
    assert bottom < 0.97


def test_decomposed_text_is_printed_composed():
    [page] = list_pages(
        print_poster_bytes([replace(SHORT, village=normalize("NFD", "Thôn Phước Lập 🙂\x00"))])
    )
    assert "Thôn Phước Lập" in read(page)


def test_the_same_posters_give_the_same_bytes():
    assert print_poster_bytes([SHORT, LONG]) == print_poster_bytes([SHORT, LONG])
    assert print_poster_bytes([SHORT]) != print_poster_bytes([replace(SHORT, code="ZZZZ-0K5Q")])


def test_the_poster_file_names_its_language_and_title():
    pdf = print_poster_bytes([SHORT])
    document = pdfium.PdfDocument(pdf)
    assert document.get_metadata_dict()["Title"] == "Áp phích"
    document.close()
    assert b"vi-VN" in pdf


def test_printing_nothing_is_refused_in_words():
    with pytest.raises(NothingToPrint, match="Chưa có gì để in"):
        print_poster_bytes([])
    with pytest.raises(NothingToPrint):
        print_slip_bytes([replace(make_sheet(1), slips=[])])


@pytest.mark.parametrize(("per_page", "poster"), [(8, SHORT), (10, LONG)])
def test_every_slip_scans_to_exactly_its_address(per_page, poster):
    sheet = make_sheet(200, poster)
    scanned = [url for page in list_pages(print_slip_bytes([sheet], per_page)) for url in scan(page, 150)]
    assert sorted(scanned) == sorted(slip.url for slip in sheet.slips)


def test_a_slip_says_all_that_a_household_needs():
    sheet = make_sheet(12)
    text = read(list_pages(print_slip_bytes([sheet]))[0])
    assert "Thẻ số 008" in text
    assert group(sheet.slips[7].code) in text
    for words in (sheet.village, sheet.commune, "20/12/2026", "0234 3554 123", "Không cần ghi tên"):
        assert text.count(words) >= 8


@pytest.mark.parametrize("per_page", [8, 10])
def test_a_slip_keeps_its_mark_and_whom_to_call_however_long_the_rest_is(per_page):
    """A title that finds no room loses its end; the mark of a draft or drill begins it."""
    text = read(list_pages(print_slip_bytes([make_sheet(2, CROWDED)], per_page))[0])
    assert text.count("Mẫu phiếu DỰ THẢO") == text.count(f"xin gọi: {CROWDED.contact}") == 2


@pytest.mark.parametrize("per_page", [8, 10])
@pytest.mark.parametrize("poster", [LONG, ABSURD], ids=["long", "absurd"])
def test_long_names_stay_within_the_sheet_of_slips(per_page, poster):
    [page] = list_pages(print_slip_bytes([make_sheet(per_page, poster)], per_page))
    left, top, right, bottom = find_outermost_ink(page)
    assert left >= 0.015
    assert right <= 0.985
    assert top >= 0.01
    assert bottom <= 0.995


def test_each_village_begins_on_a_page_of_its_own_and_progress_counts_slips():
    out = BytesIO()
    told: list[int] = []
    assert print_slips([make_sheet(9), make_sheet(3, LONG)], out, title="Thẻ", progress=told.append) == 3
    assert told == [8, 1, 3]


@pytest.mark.parametrize(("count", "per_page", "sizes"), [
    (1, 8, [1]), (1000, 8, [1000]), (1001, 8, [1000, 1]), (2500, 10, [1000, 1000, 500]),
])  # fmt: skip
def test_parts_hold_every_slip_once_and_no_more_than_a_thousand(count, per_page, sizes):
    sheet = make_sheet(count)
    parts = list(split_sheet(sheet, per_page))
    assert [len(part.slips) for part in parts] == sizes
    assert list(chain.from_iterable(part.slips for part in parts)) == sheet.slips
    assert count_parts(count, per_page) == len(sizes)


def test_a_part_ends_with_a_whole_page():
    assert [len(part.slips) for part in split_sheet(make_sheet(30), 8, 20)] == [16, 14]
    assert [len(part.slips) for part in split_sheet(make_sheet(9), 8, 3)] == [8, 1]


def measure_peaks(batch: SlipSheet, *prints: tuple[int, int]) -> list[int]:
    """The most bytes held at once while so many slips of the batch were printed in parts of so many."""
    peaks = []
    print_slip_bytes([batch])  # fonts and fitted lines are kept from here on
    for count, part_size in prints:
        gc.collect()
        tracemalloc.start()
        for part in split_sheet(replace(batch, slips=batch.slips[:count]), 8, part_size):
            gc.collect()  # or the cycles of earlier parts count as long as the collector waits
            print_slips([part], BytesIO(), title="Thẻ")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return peaks


def test_memory_is_bounded_by_the_part_not_by_the_batch() -> None:
    """In a process of its own: the caches that other tests filled grow by leaps."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        measured = alone.submit(measure_peaks, make_sheet(48), (16, 8), (48, 8), (48, 48))
        few, many, at_once = measured.result()
    assert many < 1.1 * few < at_once


def test_a_collectors_list_shows_each_number_and_no_code():
    sheet, out = make_sheet(130, LONG), BytesIO()
    assert print_collector_list([sheet], out, title="Danh sách") == 2
    text = " ".join(read(page) for page in list_pages(out.getvalue()))
    assert all(f"{number:03d}" in text for number in range(1, 131))
    assert "Không ghi tên hộ" in text
    assert text.count("Mã thẻ bắt đầu bằng AB3") == 2
    assert LONG.about[:40] in text
    assert not any(group(slip.code) in text for slip in sheet.slips)
