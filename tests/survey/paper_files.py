"""Workbooks of paper counts, filled in as an officer does; for tests that count paper by file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from survey.domain.paper_counts import SheetLayout, content_field
from survey.domain.paper_table import CODE_ROW, FIRST_VILLAGE_COLUMN, TAB

Typed = Mapping[str, Any]
"""What is typed into the fields of one village."""


def fill_template(content: bytes, villages: Mapping[str, Typed]) -> bytes:
    """The workbook with these fields typed into the columns of these villages, by their codes."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[TAB]
    for code, typed in villages.items():
        for field, value in typed.items():
            sheet[find_cell(sheet, code, field)] = value
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def find_cell(sheet: Worksheet, code: str, field: str) -> str:
    """The address at which a village's field stands, by the codes that the workbook shows."""
    [column] = [
        cell.column
        for cell in sheet[CODE_ROW + 1]
        if cell.column > FIRST_VILLAGE_COLUMN and cell.value == code
    ]
    [row] = [cell.row for cell in sheet["A"] if cell.value == field]
    address: str = sheet.cell(row, column).coordinate
    return address


def count_sheet(
    layout: SheetLayout,
    *,
    valid: int,
    against: int | Mapping[str, int] = 0,
    blank: Mapping[str, int] | None = None,
    invalid: Mapping[str, int] | None = None,
    set_aside: int = 0,
    lost: int = 0,
    any_: int | None = None,
) -> dict[str, int]:
    """The fields of a sheet whose sums close.

    `against` are ballots not satisfied, with every content or by its code; `blank` ballots without an
    answer, by content; `invalid` ballots by reason; `lost` forms did not come back.
    """
    blank, invalid = blank or {}, invalid or {}
    returned = valid + sum(invalid.values()) + set_aside
    typed = {"issued": returned + lost, "returned": returned, "set_aside": set_aside, "valid": valid}
    typed |= {f"invalid_{reason}": count for reason, count in invalid.items()}
    for question in layout.contents:
        code = question.code
        not_satisfied = against if isinstance(against, int) else against.get(code, 0)
        unanswered = blank.get(code, 0)
        typed[content_field(code, "satisfied")] = valid - not_satisfied - unanswered
        typed[content_field(code, "not_satisfied")] = not_satisfied
        if layout.counts_blanks:
            typed[content_field(code, "no_answer")] = unanswered
    return typed if any_ is None else typed | {"any_not_satisfied": any_}
