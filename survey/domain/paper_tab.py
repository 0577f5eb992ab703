"""The tab of a workbook for paper counts: a row per field, a column per village, checks below.

The checks are summed up above the fields, in sight while somebody types, and what is off turns red. They
help the typist; what counts is checked again when the file is read.
"""

from __future__ import annotations

from typing import Any

from forms.questionnaire import Question
from survey.domain.paper_checks import FITS, OFF, Cells, list_checks, write_summary
from survey.domain.paper_counts import LARGEST, SheetLayout, content_field, invalid_field
from survey.domain.paper_table import (
    CHECK_ROW,
    CODE_ROW,
    FIRST_FIELD_ROW,
    FIRST_VILLAGE_COLUMN,
    FORMAT,
    HOUSEHOLDS_ROW,
    NAME_ROW,
    ROW_CODES,
    TAB,
    PaperRound,
    name_column,
)
from survey.domain.paper_words import HEAD_NAMES, name_option
from translations.catalogue import gettext as _
from translations.numbers import format_count

_NUMBER_COLUMN, _NAME_COLUMN, _OPTION_COLUMN = 1, 2, 3
_WIDTHS = (0, 5, 46, 18)
_VILLAGE_WIDTH = 13
_LINE_HEIGHT = 16
_A4 = 9
_INPUT, _LOCKED, _LINE, _RED, _GREEN = "#FFFBE6", "#F2F2F2", "#A6A6A6", "#F8CBAD", "#C6E0B4"


class CountsTab:
    """The tab with the counts; rows and columns as survey.domain.paper_table reads them."""

    def __init__(self, book: Any, layout: SheetLayout, about: PaperRound) -> None:
        self._book, self._layout, self._about = book, layout, about
        self._rows = {field: row for row, field in enumerate(layout.fields, start=FIRST_FIELD_ROW)}
        self._last_column = FIRST_VILLAGE_COLUMN + max(len(about.villages), 1) - 1
        self._first_check = FIRST_FIELD_ROW + len(layout.fields) + 1
        self._checks = list_checks(layout)
        self._tab = book.add_worksheet(TAB)

    def write(self) -> None:
        self._set_up()
        self._write_heads()
        self._write_head_fields()
        for number, question in enumerate(self._layout.contents, start=1):
            self._write_content(number, question)
        self._write_checks()
        self._guard_input()

    def _format(self, **properties: object) -> Any:
        common = {"border": 1, "border_color": _LINE, "valign": "vcenter", "text_wrap": True}
        return self._book.add_format({**common, "bg_color": _LOCKED, **properties})

    def _set_up(self) -> None:
        tab = self._tab
        tab.activate()
        tab.set_column(0, 0, 0, None, {"hidden": True})
        for column, width in enumerate(_WIDTHS[1:], start=1):
            tab.set_column(column, column, width)
        tab.set_column(FIRST_VILLAGE_COLUMN, self._last_column, _VILLAGE_WIDTH)
        tab.freeze_panes(FIRST_FIELD_ROW, FIRST_VILLAGE_COLUMN)
        tab.set_selection(FIRST_FIELD_ROW, FIRST_VILLAGE_COLUMN, FIRST_FIELD_ROW, FIRST_VILLAGE_COLUMN)
        tab.set_landscape()
        tab.set_paper(_A4)
        tab.set_print_scale(60)
        tab.repeat_rows(NAME_ROW, CHECK_ROW)
        tab.repeat_columns(0, _OPTION_COLUMN)
        tab.set_header(f"&L{self._about.commune.replace('&', '&&')}&R&P/&N")
        tab.protect("", {"format_columns": True, "format_rows": True})

    def _write_heads(self) -> None:
        tab, bold = self._tab, self._format(bold=True)
        tab.write_row(0, 0, (FORMAT, self._about.tag, self._about.snapshot_sha256))
        tab.set_row(0, None, None, {"hidden": True})
        tab.set_row(NAME_ROW, 3 * _LINE_HEIGHT)
        tab.set_row(CHECK_ROW, 2 * _LINE_HEIGHT)
        words = {
            NAME_ROW: _("Thôn"), CODE_ROW: _("Mã thôn"), HOUSEHOLDS_ROW: _("Số hộ"), CHECK_ROW: _("Kiểm tra"),
        }  # fmt: skip
        for row, word in words.items():
            tab.write_string(row, 0, ROW_CODES[row])
            tab.merge_range(row, _NUMBER_COLUMN, row, _OPTION_COLUMN, word, bold)
        centred = self._format(bold=True, align="center")
        code, count = self._format(align="center", num_format="@"), self._format(num_format="#,##0")
        for column, village in enumerate(self._about.villages, start=FIRST_VILLAGE_COLUMN):
            tab.write_string(NAME_ROW, column, village.name, centred)
            tab.write_string(CODE_ROW, column, village.code, code)
            tab.write_number(HOUSEHOLDS_ROW, column, village.households, count)

    def _write_head_fields(self) -> None:
        names = {name: str(text) for name, text in HEAD_NAMES.items()}
        for reason in self._layout.reasons:
            names[invalid_field(reason.code)] = _("Không hợp lệ: %(reason)s", reason=reason.label)
        name = self._format(bold=True)
        for field, text in names.items():
            row = self._rows[field]
            self._tab.merge_range(row, _NUMBER_COLUMN, row, _OPTION_COLUMN, text, name)
            self._write_inputs(row, field, first=True)

    def _write_content(self, number: int, question: Question) -> None:
        options = self._layout.options_of(question)
        top = self._rows[content_field(question.code, options[0])]
        text, bottom = str(question.text), top + len(options) - 1
        for column, words in ((_NUMBER_COLUMN, str(number)), (_NAME_COLUMN, text)):
            cell = self._format(top=2, align="left" if column == _NAME_COLUMN else "center")
            self._tab.merge_range(top, column, bottom, column, words, cell)
        lines = 1 + len(text) // _WIDTHS[_NAME_COLUMN]
        height = _LINE_HEIGHT * max(1.0, lines / len(options))
        for row, option in enumerate(options, start=top):
            is_first = row == top
            label = self._format(top=2) if is_first else self._format()
            self._tab.set_row(row, height)
            self._tab.write_string(row, _OPTION_COLUMN, name_option(question, option), label)
            self._write_inputs(row, content_field(question.code, option), first=is_first)

    def _write_inputs(self, row: int, field: str, *, first: bool) -> None:
        cell = self._format(bg_color=_INPUT, locked=False, num_format="#,##0", top=2 if first else 1)
        self._tab.write_string(row, 0, field)
        for column in range(FIRST_VILLAGE_COLUMN, self._last_column + 1):
            self._tab.write_blank(row, column, None, cell)

    def _write_checks(self) -> None:
        tab, small = self._tab, self._format(font_size=9, font_color="#595959")
        last_check = self._first_check + len(self._checks) - 1
        for row, check in enumerate(self._checks, start=self._first_check):
            tab.write_string(row, _NUMBER_COLUMN, "", small)
            tab.write_string(row, _NAME_COLUMN, check.rule, small)
            tab.write_string(row, _OPTION_COLUMN, check.label, small)
            self._mark(check.fields, row)
        told = self._format(bold=True, align="center", font_size=10)
        letters = name_column(_OPTION_COLUMN)
        labels = f"${letters}${self._first_check + 1}:${letters}${last_check + 1}"
        for column in range(FIRST_VILLAGE_COLUMN, self._last_column + 1):
            cells = Cells(self._layout, self._rows, column)
            for row, check in enumerate(self._checks, start=self._first_check):
                tab.write_formula(row, column, check.formula(cells), small, "")
            checks = f"{cells.in_row(self._first_check)}:{cells.in_row(last_check)}"
            tab.write_formula(CHECK_ROW, column, write_summary(cells, labels, checks), told, "")

    def _mark(self, fields: tuple[str, ...], check_row: int) -> None:
        """Turn the fields of a check red while it is off."""
        off = f'=LEFT({name_column(FIRST_VILLAGE_COLUMN)}${check_row + 1},{len(str(OFF))})="{OFF}"'
        red = {"type": "formula", "criteria": off, "format": self._book.add_format({"bg_color": _RED})}
        rows = [self._rows[field] for field in fields]
        self._tab.conditional_format(min(rows), FIRST_VILLAGE_COLUMN, max(rows), self._last_column, red)

    def _guard_input(self) -> None:
        first, last = (FIRST_FIELD_ROW, FIRST_VILLAGE_COLUMN), (self._first_check - 2, self._last_column)
        self._tab.data_validation(
            *first,
            *last,
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": 0,
                "maximum": LARGEST,
                "error_title": _("Số phiếu"),
                "error_message": _("Chỉ ghi số nguyên từ 0 đến %(most)s.", most=format_count(LARGEST)),
            },
        )
        for words, colour in ((str(OFF), _RED), (str(FITS), _GREEN)):
            rule = {
                "type": "text",
                "criteria": "begins with",
                "value": words,
                "format": self._book.add_format({"bg_color": colour}),
            }
            self._tab.conditional_format(CHECK_ROW, FIRST_VILLAGE_COLUMN, CHECK_ROW, self._last_column, rule)
