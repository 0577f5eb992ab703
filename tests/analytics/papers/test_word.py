"""The kit: NĐ 30/2020's page, fonts and page numbers; marks on every page; tables that break well."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from analytics.papers.letterheads import Letterhead, Signature, add_letterhead, add_signatures, add_title
from analytics.papers.word import Paper
from analytics.papers.word_tables import Column, Row, add_table
from tests.analytics.papers.reading import needs_office, open_paper, read_tables, read_text, render

MADE_AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
COLUMNS = (Column("TT", 1, "center"), Column("Nội dung", 5, "left"), Column("Số phiếu", 2))


def begin(**options) -> Paper:
    return Paper("Biên bản", "Mặt trận", made_at=MADE_AT, **options)


def has_page_number(head) -> bool:
    return any(field.get(qn("w:instr")).strip() == "PAGE" for field in head._element.iter(qn("w:fldSimple")))


@pytest.mark.parametrize("wide", [False, True])
def test_the_page_is_a4_with_margins_within_the_decree(wide) -> None:
    section = open_paper(begin(wide=wide).to_bytes()).sections[0]
    sides = (round(section.page_width.mm), round(section.page_height.mm))
    assert sides == ((297, 210) if wide else (210, 297))
    assert Mm(20) <= section.top_margin <= Mm(25)
    assert Mm(20) <= section.bottom_margin <= Mm(25)
    assert Mm(30) <= section.left_margin <= Mm(35)
    assert Mm(15) <= section.right_margin <= Mm(20)


def test_the_text_is_in_times_new_roman_of_thirteen_points_and_no_other_font_is_named() -> None:
    content = begin().to_bytes()
    with zipfile.ZipFile(BytesIO(content)) as parts:
        xml = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    styles = open_paper(content).styles.element
    fonts = styles.find(f".//{qn('w:docDefaults')}//{qn('w:rFonts')}")
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")} == {
        "Times New Roman"
    }
    assert styles.find(f".//{qn('w:docDefaults')}//{qn('w:sz')}").get(qn("w:val")) == "26"
    assert "Theme=" not in xml
    for foreign in ("Calibri", "Cambria", "MS Mincho"):
        assert foreign not in xml


def test_the_page_number_stands_top_centre_and_not_on_the_first_page() -> None:
    paper = begin()
    paper.start_section()
    for section in open_paper(paper.to_bytes()).sections:
        assert section.different_first_page_header_footer
        assert has_page_number(section.header)
        assert not has_page_number(section.first_page_header)
        assert section.header.paragraphs[0].style.paragraph_format.alignment == 1
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_marks_stand_on_first_and_on_other_pages_of_every_section_and_under_the_letterhead() -> None:
    paper = begin(marks=("DỰ THẢO", "CHẠY THỬ"))
    add_letterhead(paper, Letterhead.MTTQ, "Xã Quảng Điền")
    paper.start_section(wide=True)
    content = paper.to_bytes()
    for section in open_paper(content).sections:
        for head in (section.first_page_header, section.header):
            assert "DỰ THẢO – CHẠY THỬ" in [line.text for line in head.paragraphs]
    assert "DỰ THẢO – CHẠY THỬ" in read_text(content)


def test_a_paper_without_marks_says_nothing_of_the_kind() -> None:
    document = open_paper(begin().to_bytes())
    assert [line.text for line in document.sections[0].first_page_header.paragraphs] == [""]


@pytest.mark.parametrize(
    ("letterhead", "issuer", "missing"),
    [
        (Letterhead.MTTQ, ["ỦY BAN MTTQ VIỆT NAM", "XÃ QUẢNG ĐIỀN", "BAN THƯỜNG TRỰC"], "ỦY BAN NHÂN DÂN"),
        (Letterhead.UBND, ["ỦY BAN NHÂN DÂN", "XÃ QUẢNG ĐIỀN"], "MTTQ"),
    ],
)
def test_each_letterhead_names_its_issuer_beside_nation_and_motto(letterhead, issuer, missing) -> None:
    paper = begin()
    add_letterhead(paper, letterhead, "Xã Quảng Điền")
    text = read_text(paper.to_bytes())
    for line in (*issuer, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"):
        assert line in text.splitlines()
    assert missing not in text
    assert "Quảng Điền, ngày ...... tháng" in text


def test_heads_of_a_table_repeat_and_no_row_is_cut() -> None:
    paper = begin()
    grouped = (*COLUMNS, Column("Nam", 1, group="Người"), Column("Nữ", 1, group="Người"))
    add_table(paper, grouped, [Row([str(n), "Đường", "1.893", "2", "3"]) for n in range(100)])
    rows = list(open_paper(paper.to_bytes()).tables[0]._tbl.iter(qn("w:tr")))
    assert len(rows) == 102
    assert [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows[:3]] == [
        True, True, False,
    ]  # fmt: skip
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    assert read_tables(paper.to_bytes())[0][0] == ["TT", "Nội dung", "Số phiếu", "Người"]
    assert read_tables(paper.to_bytes())[0][1] == ["", "", "", "Nam", "Nữ"]


def test_a_short_row_stretches_its_last_cell_and_every_row_fills_the_width() -> None:
    paper = begin()
    add_table(paper, COLUMNS, [Row(["1", "Không có phiếu"]), Row(["", "Cộng", "5"], bold=True)])
    table = open_paper(paper.to_bytes()).tables[0]._tbl
    grid = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert abs(sum(grid) - paper.width.twips) <= len(grid)
    for row in table.iter(qn("w:tr")):
        widths = [int(cell.get(qn("w:w"))) for cell in row.iter(qn("w:tcW"))]
        spans = [int(span.get(qn("w:val"))) for span in row.iter(qn("w:gridSpan"))]
        assert sum(widths) == sum(grid)
        assert len(widths) + sum(spans) - len(spans) == len(grid)


def test_a_total_is_not_torn_from_the_row_above_it() -> None:
    paper = begin()
    add_table(
        paper, COLUMNS, [Row(["1", "a", "5"]), Row(["2", "b", "5"]), Row(["", "Cộng", "10"], bold=True)]
    )
    rows = list(open_paper(paper.to_bytes()).tables[0]._tbl.iter(qn("w:tr")))
    kept = [any(True for _ in row.iter(qn("w:keepNext"))) for row in rows]
    assert kept == [False, False, True, False]


def test_equal_content_gives_equal_bytes_that_tell_the_round_and_not_the_moment() -> None:
    def write() -> bytes:
        paper = begin()
        add_title(paper, "BÁO CÁO", "Kết quả")
        add_table(paper, COLUMNS, [Row(["1", "a", "5"])])
        add_signatures(paper, [Signature("CHỦ TỊCH")])
        return paper.to_bytes()

    assert write() == write()
    known = open_paper(write()).core_properties
    assert (known.title, known.author, known.language) == ("Biên bản", "Mặt trận", "vi-VN")
    assert known.created.replace(tzinfo=UTC) == known.modified.replace(tzinfo=UTC) == MADE_AT


def test_what_no_file_may_hold_is_left_out_and_markup_is_only_text() -> None:
    paper = begin()
    paper.text("Đường \x00\x0b\ufffe<b>lầy</b> & bùn")
    add_table(paper, COLUMNS, [Row(["1", "<w:p/>\x1f & “a”", "5"])])
    content = paper.to_bytes()
    assert "Đường <b>lầy</b> & bùn" in read_text(content)
    assert read_tables(content)[0][1][1] == "<w:p/> & “a”"


def test_places_to_sign_have_room_and_stay_on_one_page() -> None:
    paper = begin()
    add_signatures(paper, [Signature("NGƯỜI NHẬP", "Nguyễn Thị Lan"), Signature("CHỨNG KIẾN")])
    table = open_paper(paper.to_bytes()).tables[0]
    first, second = table.rows[0].cells
    assert [line.text for line in first.paragraphs].count("") >= 3
    assert first.paragraphs[-1].text == "Nguyễn Thị Lan"
    assert "Nguyễn" not in second.text
    assert table._tbl.find(f".//{qn('w:cantSplit')}") is not None
    assert first.paragraphs[0].runs[0].font.size == Pt(13)


@needs_office
def test_a_long_table_goes_on_with_its_head_on_the_next_numbered_page(tmp_path) -> None:
    paper = begin()
    add_table(paper, COLUMNS, [Row([str(n), f"Dòng {n}", "5"]) for n in range(1, 121)])
    pages = render(paper.to_bytes(), tmp_path)
    assert len(pages) > 2
    assert all("TT" in page for page in pages)
    assert [page.split()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]
    assert pages[0].split()[0] == "TT"
