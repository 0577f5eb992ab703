"""Reading a commune's table of villages and households: headers by any usual name, every problem by row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from survey.domain.names import fold, name_key
from survey.domain.villages import (
    LABELS,
    ExistingVillage,
    ImportPreview,
    Problem,
    VillageRow,
    compare_villages,
    qualify_code,
)
from translations.catalogue import LazyText, lazy
from translations.numbers import format_count

MAX_VILLAGES = 400
MAX_HOUSEHOLDS = 20_000
MAX_NAME = 100
MAX_NOTE = 300
HEADER_SEARCH_ROWS = 15
_HEADERS = {
    "code": ("ma thon", "ma", "ma to dan pho", "ma thon to dan pho", "ma ban", "code", "village code"),
    "name": (
        "ten thon", "thon", "ten", "ten to dan pho", "to dan pho", "ten thon to dan pho", "thon to dan pho",
        "ten thon ban", "thon ban", "ten ban", "name", "village", "village name",
    ),
    "households": (
        "so ho", "tong so ho", "so ho dan", "so ho gia dinh", "so luong ho", "ho",
        "households", "household count", "number of households",
    ),
    "note": ("ghi chu", "note", "notes"),
}  # fmt: skip
_COLUMN_OF = {header: column for column, headers in _HEADERS.items() for header in headers}
_NUMBERING = ("stt", "tt", "so tt", "so thu tu", "no", "")
_TOTALS = ("tong", "tong cong", "cong", "tong so", "toan xa", "total", "sum")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,29}")
_DECIMAL_COMMA = re.compile(r"^([0-9]+),([0-9]+)$")
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(\.[0-9]{3})+")
_NUMERIC = re.compile(r"[+-]?[0-9][0-9.,]*")


def template_rows(existing: Sequence[ExistingVillage] = ()) -> list[list[str]]:
    """The rows of a template to download: headers, and the villages already kept, to be recounted."""
    header = [str(LABELS[column]) for column in ("code", "name", "households", "note")]
    return [header, *([v.code or "", v.name, str(v.households or ""), ""] for v in existing)]


def parse_villages(
    table: Sequence[Sequence[str]],
    existing: Sequence[ExistingVillage] = (),
    *,
    commune_code: str | None = None,
) -> ImportPreview:
    """Read a table of villages and compare it with those already kept; every problem is reported, by row.

    With `commune_code`, codes become those under which the commune's villages are kept.
    """
    start, columns, problems, warnings = _read_header(table)
    rows: list[VillageRow] = []
    if problems:
        return ImportPreview((), tuple(problems), tuple(warnings))
    for number, cells in enumerate(table[start:], start + 1):
        if any(cell.strip() for cell in cells):
            row, wrong = _read_row(
                number, {c: cells[i] if i < len(cells) else "" for c, i in columns.items()}
            )
            problems += wrong
            rows += [row] if row else []
    if commune_code:
        rows = [
            replace(row, code=qualify_code(row.code, commune_code, existing)) if row.code else row
            for row in rows
        ]
    if len(rows) > MAX_VILLAGES:
        message = lazy(
            "Tệp có %(count)s thôn, nhiều hơn mức %(limit)s.",
            count=format_count(len(rows)),
            limit=format_count(MAX_VILLAGES),
        )
        problems.append(Problem(None, None, message))
    if not rows and not problems:
        problems.append(Problem(None, None, lazy("Tệp không có thôn nào dưới dòng tiêu đề.")))
    problems += _find_duplicates(rows)
    return compare_villages(rows, existing, problems, warnings)


def _read_header(
    table: Sequence[Sequence[str]],
) -> tuple[int, dict[str, int], list[Problem], list[Problem]]:
    """Index of the first row below the header, column positions, problems, warnings.

    The header is the first of the top rows that names the most columns: titles may stand above it.
    """
    top = table[:HEADER_SEARCH_ROWS]
    known = [[_COLUMN_OF.get(_fold_header(cell)) for cell in cells] for cells in top]
    best = max(range(len(top)), key=lambda i: len({c for c in known[i] if c}), default=None)
    if best is None or not any(known[best]):
        message = lazy("Không thấy dòng tiêu đề. Tệp cần có cột “Tên thôn” và cột “Số hộ”.")
        return 0, {}, [Problem(None, None, message)], []
    problems: list[Problem] = []
    columns: dict[str, int] = {}
    for index, column in enumerate(known[best]):
        if column in columns:
            problems.append(Problem(best + 1, LABELS[column], lazy("Cột này xuất hiện hai lần.")))
        elif column:
            columns[column] = index
    for column in ("name", "households"):
        if column not in columns:
            message = lazy("Thiếu cột “%(column)s”.", column=LABELS[column])
            problems.append(Problem(best + 1, None, message))
    ignored = [
        " ".join(cell.split())[:40]
        for cell, column in zip(table[best], known[best], strict=True)
        if column is None and _fold_header(cell) not in _NUMBERING
    ]
    message = lazy("Không dùng đến cột: %(names)s.", names=", ".join(ignored))
    return best + 1, columns, problems, [Problem(best + 1, None, message)] if ignored else []


def _fold_header(cell: str) -> str:
    return fold(re.sub(r"\([^)]*\)", " ", cell))


def _read_row(number: int, cells: dict[str, str]) -> tuple[VillageRow | None, list[Problem]]:
    """The row, or None with all that is wrong in it."""
    problems: list[Problem] = []

    def report(column: str, message: LazyText | None) -> None:
        if message is not None:
            problems.append(Problem(number, LABELS[column], message))

    clean = {column: _tidy(cell) for column, cell in cells.items()}
    if fold(clean["name"]) in _TOTALS or (
        not clean["name"] and fold(" ".join(clean.values())).startswith("tong")
    ):
        message = lazy("Dòng tổng cộng không phải là thôn, xin bỏ dòng này.")
        return None, [Problem(number, None, message)]
    for column, cell in cells.items():
        report(column, _find_fault(cell, formula=column != "households"))
    faulty = {problem.column for problem in problems}
    code, note = _DECIMAL_COMMA.sub(r"\1.\2", clean.get("code", "")), clean.get("note", "")
    if LABELS["name"] not in faulty:
        report("name", _check_name(clean["name"]))
    if code and LABELS["code"] not in faulty and not _CODE.fullmatch(code):
        report("code", lazy("Mã chỉ gồm chữ không dấu, chữ số và các dấu . _ / -, dài nhất 30 ký tự."))
    if len(note) > MAX_NOTE:
        report("note", lazy("Ghi chú dài quá %(limit)s ký tự.", limit=format_count(MAX_NOTE)))
    households = None
    if LABELS["households"] not in faulty:
        households, message_ = _read_count(clean["households"])
        report("households", message_)
    if problems or households is None:
        return None, problems
    return VillageRow(number, code or None, clean["name"], households, note), []


def _tidy(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).split())


def _find_fault(cell: str, *, formula: bool) -> LazyText | None:
    """What no cell may hold; signs before a number are left to the number's own check."""
    text = cell.strip(" \t\r\n\xa0")
    if text.startswith("="):
        return lazy("Ô chứa công thức. Xin dán lại dưới dạng giá trị (Paste Values).")
    if formula and text.startswith(("+", "-", "@")):
        return lazy(
            "Ô bắt đầu bằng dấu “%(sign)s” nên dễ bị hiểu là công thức, xin bỏ dấu này.", sign=text[0]
        )
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for char in text):
        return lazy("Ô có xuống dòng hoặc ký tự không nhìn thấy, xin gõ lại.")
    return None


def _check_name(name: str) -> LazyText | None:
    if not name:
        return lazy("Chưa có tên thôn.")
    if len(name) > MAX_NAME:
        return lazy("Tên dài quá %(limit)s ký tự.", limit=format_count(MAX_NAME))
    if not any(char.isalnum() for char in name):
        return lazy("Tên thôn phải có chữ hoặc số.")
    return None


def _read_count(text: str) -> tuple[int | None, LazyText | None]:
    """A count of households; "1.234" is one thousand two hundred and thirty-four, as Vietnamese writes it."""
    if not text:
        return None, lazy("Chưa có số hộ.")
    if _WHOLE.fullmatch(text):
        digits = text.replace(".", "").lstrip("0")
        if not digits:
            return None, lazy("Số hộ phải từ 1 trở lên.")
        if len(digits) > len(str(MAX_HOUSEHOLDS)) or int(digits) > MAX_HOUSEHOLDS:
            return None, lazy(
                "Số hộ lớn hơn %(limit)s, xin kiểm tra lại.", limit=format_count(MAX_HOUSEHOLDS)
            )
        return int(digits), None
    if text.startswith(("-", "−")):
        return None, lazy("Số hộ không được là số âm.")
    if _NUMERIC.fullmatch(text):
        return None, lazy("Số hộ phải là số nguyên, không có phần thập phân (ví dụ: 86 hoặc 1.234).")
    return None, lazy("“%(text)s” không phải là số.", text=text[:30])


def _find_duplicates(rows: Sequence[VillageRow]) -> list[Problem]:
    problems: list[Problem] = []
    names: dict[str, int] = {}
    codes: dict[str, int] = {}
    for row in rows:
        first = names.setdefault(name_key(row.name), row.row)
        if first != row.row:
            message = lazy("Trùng tên thôn với dòng %(other)s.", other=first)
            problems.append(Problem(row.row, LABELS["name"], message))
        if row.code is not None and (first := codes.setdefault(row.code.casefold(), row.row)) != row.row:
            message = lazy("Trùng mã thôn với dòng %(other)s.", other=first)
            problems.append(Problem(row.row, LABELS["code"], message))
    return problems
