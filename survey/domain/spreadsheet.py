"""Reading a table out of a file somebody sent: CSV or XLSX, nothing trusted.

Row i of the table is row i + 1 of the file, blank rows included, so that a problem can name its row.
A formula comes back as text that starts with "=", never as a value: whoever asked for data decides.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath

from survey.domain.table_limits import (
    MACRO,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    OTHER_KIND,
    SAVE_AS,
    SpreadsheetError,
    too_many_columns,
    too_many_rows,
)
from survey.domain.workbook import read_workbook
from translations.catalogue import LazyText, lazy

_OLD_EXCEL = lazy("Đây là tệp Excel kiểu cũ (.xls) hoặc tệp có mật khẩu. %(advice)s", advice=SAVE_AS)
_NOT_UTF8 = lazy(
    "Tệp CSV không dùng bảng mã Unicode (UTF-8), chữ Việt sẽ bị sai. "
    "Trong Excel, xin chọn “Lưu thành” rồi chọn “CSV UTF-8 (.csv)”."
)
_EXTENSIONS = {".csv": "text", ".txt": "text", ".tsv": "text", ".xlsx": "zip"}
_MAGIC: tuple[tuple[bytes, LazyText], ...] = (
    (b"\xd0\xcf\x11\xe0", _OLD_EXCEL),
    (b"%PDF", lazy("Đây là tệp PDF. Xin gửi tệp Excel (.xlsx) hoặc CSV của bảng đó.")),
    (b"\x89PNG", OTHER_KIND), (b"\xff\xd8\xff", OTHER_KIND), (b"GIF8", OTHER_KIND), (b"Rar!", OTHER_KIND),
    (b"7z\xbc\xaf", OTHER_KIND), (b"\x1f\x8b", OTHER_KIND), (b"{\\rtf", OTHER_KIND), (b"<", OTHER_KIND),
)  # fmt: skip


def read_table(
    filename: str,
    content: bytes,
    *,
    sheet: str | None = None,
    max_rows: int = MAX_ROWS,
    max_columns: int = MAX_COLUMNS,
    max_bytes: int = MAX_BYTES,
) -> list[list[str]]:
    """The cells of a CSV file, or of an XLSX file's sheet of this name or first visible one, as NFC text.

    SpreadsheetError for anything else: too large, another encoding, macros, .xls, PDF, renamed or damaged.
    """
    if len(content) > max_bytes:
        raise SpreadsheetError(lazy("Tệp lớn hơn %(limit)s MB.", limit=f"{max_bytes / 1024 / 1024:.0f}"))
    if not content.strip(b" \t\r\n"):
        raise SpreadsheetError(lazy("Tệp trống, không có dòng nào."))
    kind = _detect_kind(filename, content)
    table = (
        read_workbook(content, max_rows, max_columns, sheet)
        if kind == "zip"
        else _read_csv(content, max_rows, max_columns)
    )
    while table and not any(cell.strip() for cell in table[-1]):
        table.pop()
    if not table:
        raise SpreadsheetError(lazy("Tệp trống, không có dòng nào."))
    return table


def write_csv(table: Sequence[Sequence[str]]) -> bytes:
    """A CSV file that Excel opens with its Vietnamese letters (UTF-8 with BOM)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _detect_kind(filename: str, content: bytes) -> str:
    extension = PurePath(filename).suffix.lower()
    if extension in (".xlsm", ".xltm", ".xlsb"):
        raise SpreadsheetError(MACRO)
    start = content.removeprefix(codecs.BOM_UTF8).lstrip()
    for magic, message in _MAGIC:
        if start.startswith(magic):
            raise SpreadsheetError(message)
    kind = "zip" if content.startswith(b"PK") else "text"
    if extension == ".xls":
        raise SpreadsheetError(_OLD_EXCEL)
    if extension and extension not in _EXTENSIONS:
        raise SpreadsheetError(OTHER_KIND)
    if extension and _EXTENSIONS[extension] != kind:
        raise SpreadsheetError(
            lazy(
                "Đuôi tệp “%(extension)s” không khớp với nội dung. %(advice)s",
                extension=extension,
                advice=SAVE_AS,
            )
        )
    return kind


def _read_csv(content: bytes, max_rows: int, max_columns: int) -> list[list[str]]:
    text = _decode(content)
    if not text.strip():
        return []
    delimiter = _guess_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table: list[list[str]] = []
    try:
        for row in reader:
            if len(table) >= max_rows:
                raise too_many_rows(max_rows)
            if len(row) > max_columns:
                raise too_many_columns(max_columns)
            table.append(row)
    except csv.Error as error:
        message = lazy("Dòng %(row)s của tệp CSV sai dấu ngoặc kép hoặc quá dài.", row=len(table) + 1)
        raise SpreadsheetError(message) from error
    if table and re.fullmatch(r"sep=.?", text.splitlines()[0].strip(), re.IGNORECASE):
        table[0] = []
    return table


def _decode(content: bytes) -> str:
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise SpreadsheetError(_NOT_UTF8)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SpreadsheetError(_NOT_UTF8) from error
    # "á»" and "Ä‘" are what ử and đ become when UTF-8 was once read as Western European.
    if "á»" in text or "Ä‘" in text or text.count("\x00") > len(text) // 8:
        raise SpreadsheetError(_NOT_UTF8)
    return unicodedata.normalize("NFC", text)


def _guess_delimiter(text: str) -> str:
    """The separator that `sep=` names or, outside quotes, stands in most of the first twenty lines."""
    declared = re.match(r"sep=([,;\t])", text, re.IGNORECASE)
    if declared:
        return declared[1]
    lines = re.sub(r'"[^"]*"', "", text[:20_000]).splitlines()[:20]
    return max(",;\t", key=lambda mark: (sum(mark in line for line in lines), "".join(lines).count(mark)))
