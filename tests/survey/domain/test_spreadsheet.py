"""Tables out of files that nobody vouches for."""

from __future__ import annotations

import contextlib
import io
import re
import resource
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from survey.domain.spreadsheet import read_table
from survey.domain.table_limits import SpreadsheetError

PLAIN = [["Mã thôn", "Tên thôn", "Số hộ"], ["", "Thôn Đông", "120"], ["", "Thôn Tây", "86"]]
CSV = "Mã thôn,Tên thôn,Số hộ\r\n,Thôn Đông,120\r\n,Thôn Tây,86\r\n"


def build_xlsx(fill: Callable[[Any, Any], object], **options: Any) -> bytes:
    """A workbook whose first sheet is filled by `fill(sheet, workbook)`."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as workbook:
        fill(workbook.add_worksheet(), workbook)
    return target.getvalue()


def build_plain(sheet: Any, _: Any) -> None:
    for number, row in enumerate(PLAIN):
        for column, cell in enumerate(row):
            sheet.write(number, column, int(cell) if cell.isdecimal() else cell)


def rewrite(content: bytes, changes: dict[str, Callable[[bytes], bytes]], **added: bytes) -> bytes:
    """The archive with some parts changed and some added (`__` in a name stands for `/`)."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, changes.get(entry.filename, lambda part: part)(old.read(entry)))
        for name, part in added.items():
            new.writestr(name.replace("__", "/").replace("_DOT_", "."), part)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
XLSX = build_xlsx(build_plain)


def refuse(filename: str, content: bytes, **limits: Any) -> str:
    with pytest.raises(SpreadsheetError) as caught:
        read_table(filename, content, **limits)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.encode("utf-16"),
        b"\xfe\xff" + CSV.encode("utf-16-be"),
        CSV.replace(",", ";").encode(),
        CSV.replace(",", "\t").encode(),
        CSV.replace("\r\n", "\n").encode(),
        CSV.replace("\r\n", "\r").encode(),
        (CSV + "\r\n,,\r\n").encode(),
        "Mã thôn,Tên thôn,Số hộ\n,Thôn Đông,120\n,Thôn Tây,86".encode(),
    ],
)
def test_every_usual_csv_reads_alike(content: bytes) -> None:
    assert read_table("thon.csv", content) == PLAIN


def test_a_workbook_reads_like_the_csv() -> None:
    assert read_table("thon.XLSX", XLSX) == PLAIN
    assert read_table("không đuôi", XLSX) == PLAIN


def test_row_numbers_survive_blank_rows() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write("B4", "Tên thôn")
        sheet.write("B6", "Thôn 1")

    assert read_table("a.xlsx", build_xlsx(fill)) == [
        ["", ""],
        ["", ""],
        ["", ""],
        ["", "Tên thôn"],
        ["", ""],
        ["", "Thôn 1"],
    ]
    table = read_table("a.csv", b"\n\nTen,So\n\nA,1\n")
    assert table[2] == ["Ten", "So"]
    assert table[4] == ["A", "1"]


def test_separators_inside_notes_do_not_mislead() -> None:
    text = 'Tên thôn;Số hộ;Ghi chú\nA;1;"gồm: x, y, z, t, u, v"\nB;2;a, b, c, d, e\n'
    assert [len(row) for row in read_table("a.csv", text.encode())] == [3, 3, 3]
    assert read_table("a.csv", "sep=;\nTên,thôn;Số hộ\nA,B;1\n".encode()) == [
        [],
        ["Tên,thôn", "Số hộ"],
        ["A,B", "1"],
    ]
    assert read_table("a.csv", 'Tên,Số\n"Thôn ""Đông"", dưới",3\n'.encode())[1] == ['Thôn "Đông", dưới', "3"]


def test_text_comes_back_composed() -> None:
    assert read_table("a.csv", "To\u0302\u0309,1\nx,2".encode())[0][0] == "Tổ"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CSV.encode("utf-16-le"), "UTF-8"),
        ("Tên thôn,Số hộ\nThôn Hạ,3".encode().decode("latin-1").encode(), "UTF-8"),
        ("Thôn,hộ\n".encode("cp1258", "replace") + b"Th\xf4n \xd0\xf4ng,3\n", "UTF-8"),
        (b"T\xaan th\xabn,S\xe8 h\xe9\n", "UTF-8"),
        (CSV.encode("utf-32"), "UTF-8"),
        (b"", "trống"),
        (b"\xef\xbb\xbf", "trống"),
        (b"\xff\xfe", "trống"),
        (b" \r\n\r\n", "trống"),
        (b",,\n,,\n", "trống"),
        (b'Ten,So\n"A,1\n', "Dòng 2"),
        (b'Ten,So\nA,1\n"B"x,1\n', "Dòng 3"),
        (b"a," * 60, "cột"),
        (b"<html><table></table></html>", "không phải là tệp CSV"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
        (b"\x89PNG\r\n", "không phải"),
        (b"{\\rtf1 Thon}", "không phải"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
        (b"Ten,So\n" + b"x" * 140_000, "Dòng 2"),
    ],
)
def test_other_text_is_refused_with_advice(content: bytes, said: str) -> None:
    assert said in refuse("thon.csv", content)


@pytest.mark.parametrize(
    ("filename", "content", "said"),
    [
        ("thon.csv", XLSX, "không khớp"),
        ("thon.xlsx", CSV.encode(), "không khớp"),
        ("thon.xls", CSV.encode(), ".xls"),
        ("thon.xlsm", XLSX, "macro"),
        ("thon.pdf", CSV.encode(), "không phải"),
        ("thon.ods", XLSX, "không phải"),
        ("thon.xlsx", b"PK\x03\x04 broken", "hỏng"),
        ("thon.xlsx", XLSX[: len(XLSX) // 2], "hỏng"),
        ("thon.xlsx", b"%PDF-1.7", "PDF"),
    ],
)
def test_renamed_and_damaged_files_are_refused(filename: str, content: bytes, said: str) -> None:
    assert said in refuse(filename, content)


def test_another_kind_of_zip_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "không phải là tệp CSV" in refuse("a.xlsx", target.getvalue())


def test_macros_are_refused_whatever_the_name() -> None:
    assert "macro" in refuse("a.xlsx", rewrite(XLSX, {}, xl__vbaProject_DOT_bin=b"x"))
    typed = rewrite(
        XLSX, {"[Content_Types].xml": lambda part: part.replace(b"sheet.main", b"sheet.macroEnabled.main")}
    )
    assert "macro" in refuse("a.xlsx", typed)


def test_formulas_come_back_as_text_not_as_values() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        build_plain(sheet, workbook)
        sheet.write_formula("C3", "=SUM(C1:C2)", None, 999)
        sheet.write_formula("B5", '=HYPERLINK("http://x")')
        sheet.write_array_formula("D2:D2", "{=1+1}", None, 2)

    table = read_table("a.xlsx", build_xlsx(fill))
    assert table[2] == ["", "Thôn Tây", "=SUM(C1:C2)", ""]
    assert table[4][1] == '=HYPERLINK("http://x")'
    assert table[1][3].startswith("=")
    assert read_table("a.csv", b"Ten,So\nA,=1+1\n")[1] == ["A", "=1+1"]


def test_a_formula_without_a_cached_value_beyond_the_values_is_still_seen() -> None:
    def strip(part: bytes) -> bytes:
        return part.replace(b"</sheetData>", b'<row r="9"><c r="E9"><f>A1</f></c></row></sheetData>')

    table = read_table("a.xlsx", rewrite(XLSX, {SHEET: strip}))
    assert table[8][4] == "=A1"


def test_numbers_keep_their_meaning() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        for row, value in enumerate((120, 120.0, 12.5, 1.234, "1.234", True, "007", -3)):
            sheet.write(row, 0, value)
        sheet.write_number(8, 0, 1234, workbook.add_format({"num_format": "#,##0"}))

    cells = [row[0] for row in read_table("a.xlsx", build_xlsx(fill))]
    assert cells == ["120", "120", "12,5", "1,234", "1.234", "True", "007", "-3", "1234"]


def test_the_first_visible_sheet_is_read() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        sheet.write("A1", "danh mục ẩn")
        sheet.hide()
        second = workbook.add_worksheet("Thôn")
        second.activate()
        second.write_formula("A1", "=1+1")
        build_plain(second, workbook)
        second.write_formula("C3", "=2+2")

    table = read_table("a.xlsx", build_xlsx(fill))
    assert table[0] == PLAIN[0]
    assert table[2][2] == "=2+2"


def test_a_hundred_thousand_rows_are_refused_quickly() -> None:
    def fill(sheet: Any, _: Any) -> None:
        for row in range(100_000):
            sheet.write_number(row, 0, row)

    workbook = build_xlsx(fill, constant_memory=True)
    assert len(workbook) < 2 * 1024 * 1024
    assert "quá nhiều dòng (nhiều hơn 5.000)" in refuse("a.xlsx", workbook)
    assert "quá nhiều dòng" in refuse("a.csv", b"A,1\n" * 100_000)
    assert len(read_table("a.csv", b"A,1\n" * 5_000)) == 5_000
    assert "nhiều hơn 2" in refuse("a.csv", b"A,1\n" * 3, max_rows=2)
    assert "nhiều hơn 2" in refuse("a.xlsx", XLSX, max_rows=2)


@pytest.mark.parametrize("far", ["A1048576", "XFD1", "XFD1048576"])
def test_cells_in_opposite_corners_do_not_fill_the_memory(far: str) -> None:
    number = re.sub(r"\D", "", far).encode()
    row = b'<row r="%b"><c r="%b"><v>1</v></c></row></sheetData>' % (number, far.encode())
    content = rewrite(XLSX, {SHEET: lambda part: part.replace(b"</sheetData>", row)})
    assert "quá nhiều" in refuse("a.xlsx", content)


def test_formatted_but_empty_rows_do_not_count() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        build_plain(sheet, workbook)
        sheet.write_blank(1_048_575, 2, None, workbook.add_format({"bold": True}))

    assert read_table("a.xlsx", build_xlsx(fill)) == PLAIN


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = rewrite(XLSX, {SHEET: lambda _: b" " * (300 * 1024 * 1024)})
    assert len(bomb) < 400_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "bung ra quá lớn" in refuse("a.xlsx", bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    assert "bung ra quá lớn" in refuse("a.xlsx", rewrite(XLSX, {SHEET: lambda _: b" " * (5 * 1024 * 1024)}))
    assert "bung ra quá lớn" in refuse("a.xlsx", rewrite(XLSX, {}, **{f"xl__n{i}": b"" for i in range(300)}))


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(rewrite(XLSX, {SHEET: lambda part: part + b" " * (60 * 1024 * 1024)}))
    true_size = struct.pack("<I", _size_of(bytes(bomb), SHEET))
    assert bomb.count(true_size) >= 2
    small = bytes(bomb).replace(true_size, struct.pack("<I", 900))
    assert "hỏng" in refuse("a.xlsx", small)


def _size_of(content: bytes, name: str) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.getinfo(name).file_size


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]
)
def test_document_types_and_entities_are_refused(part: str) -> None:
    def poison(xml: bytes) -> bytes:
        doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bbbb">]>'
        return re.sub(rb"(<\?xml[^>]*\?>)", rb"\1" + doctype, xml, count=1)

    assert "hỏng" in refuse("a.xlsx", rewrite(XLSX, {part: poison}))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"<sheetData>", b"<sheetData"),
        (SHEET, b'r="B2"', b'r="2B"'),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/none.xml"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../etc/passwd"),
        ("xl/workbook.xml", b"<sheet ", b"<leaf "),
    ],
)
def test_damaged_parts_are_refused(part: str, old: bytes, new: bytes) -> None:
    assert "hỏng" in refuse("a.xlsx", rewrite(XLSX, {part: lambda xml: xml.replace(old, new)}))


def test_no_prefix_or_flipped_byte_of_a_workbook_escapes_as_another_error() -> None:
    for position in range(0, len(XLSX), 37):
        flipped = XLSX[:position] + bytes([XLSX[position] ^ 0xFF]) + XLSX[position + 1 :]
        for content in (XLSX[:position], flipped):
            with contextlib.suppress(SpreadsheetError):
                assert read_table("a.xlsx", content)
