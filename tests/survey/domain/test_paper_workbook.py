"""Workbooks for paper counts: what is written, what is read back, and what the checks say meanwhile."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from survey.domain.errors import DomainError
from survey.domain.paper_counts import SheetCounts, SheetLayout, content_field
from survey.domain.paper_sums import Surroundings, check_sheet
from survey.domain.paper_table import (
    CHECK_ROW,
    CODE_ROW,
    FIRST_FIELD_ROW,
    NAME_ROW,
    TAB,
    PaperRound,
    PaperTable,
    PaperVillage,
    name_column,
    open_paper_file,
    read_paper_table,
)
from survey.domain.paper_words import name_fields
from survey.domain.paper_workbook import write_paper_workbook
from survey.domain.rule_sets import shipped_rule_sets
from tests.survey.domain.spreadsheets import reckon
from tests.survey.paper import LAYOUT, QUESTIONNAIRE, STRICT
from tests.survey.paper_files import count_sheet, fill_template, find_cell

VILLAGES = tuple(PaperVillage(f"19867.{n:02d}", f"Thôn mẫu {n}", 75 + n) for n in range(1, 13))
ABOUT = PaperRound("K7M2", "Lấy ý kiến năm nay", "Xã Quảng Điền", "ab" * 32, VILLAGES)
TEMPLATE = write_paper_workbook(LAYOUT, ABOUT)
FIRST, SECOND = VILLAGES[0].code, VILLAGES[1].code
GOOD = count_sheet(LAYOUT, valid=72, against=1, invalid={"blank": 1}, set_aside=1, lost=1)


def read(content: bytes, name: str = "phieu.xlsx", about: PaperRound = ABOUT) -> PaperTable:
    return read_paper_table(LAYOUT, about, open_paper_file(name, content))


def refuse(content: bytes, name: str = "phieu.xlsx", about: PaperRound = ABOUT) -> str:
    with pytest.raises(DomainError) as caught:
        read(content, name, about)
    return str(caught.value)


def change(content: bytes, edit: Callable[[Worksheet], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book[TAB])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_tab(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content))[TAB]


def save_as_csv(content: bytes) -> bytes:
    """As Excel saves the tab: values, and of formulas what they came to."""
    out = io.StringIO(newline="")
    rows = [
        ["lệch" if str(cell or "").startswith("=") else cell for cell in row]
        for row in open_tab(content).values
    ]
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


# --- what is read back ---


def test_an_empty_template_holds_nothing() -> None:
    assert read(TEMPLATE) == PaperTable((), ())


def test_what_was_typed_comes_back_by_village_with_its_addresses() -> None:
    filled = fill_template(TEMPLATE, {SECOND: GOOD, "19867.12": {"issued": 0}})
    table = read(filled)
    assert table.problems == ()
    second, twelfth = table.villages
    assert (second.code, second.name) == (SECOND, "Thôn mẫu 2")
    assert second.typed == {field: str(count) for field, count in GOOD.items()}
    assert second.cells["issued"] == "F6"
    tab = open_tab(filled)
    assert second.cells == {field: find_cell(tab, SECOND, field) for field in LAYOUT.fields}
    assert twelfth.typed == {"issued": "0"}, "a zero is a number, an empty column is none"


def test_the_table_saved_as_csv_reads_alike() -> None:
    filled = fill_template(TEMPLATE, {FIRST: GOOD, "19867.12": GOOD})
    assert read(save_as_csv(filled), "phieu.csv") == read(filled)


def test_rows_and_columns_may_move_as_long_as_their_codes_move_with_them() -> None:
    filled = change(
        fill_template(TEMPLATE, {FIRST: GOOD}),
        lambda tab: (tab.insert_rows(FIRST_FIELD_ROW + 1), tab.insert_cols(5)),
    )
    [village] = read(filled).villages
    assert village.typed == {field: str(count) for field, count in GOOD.items()}
    assert village.cells["issued"] == "F7"


def test_text_is_kept_for_the_sheet_to_judge() -> None:
    [village] = read(fill_template(TEMPLATE, {FIRST: {"issued": " 1.893 ", "valid": 12.5}})).villages
    assert village.typed == {"issued": "1.893", "valid": "12,5"}
    assert isinstance(LAYOUT.read(village.typed), list)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (replace(ABOUT, tag="XXXX"), "đợt khác"),
        (replace(ABOUT, snapshot_sha256="cd" * 32), "đợt khác"),
    ],
)
def test_a_file_of_another_round_is_refused(about: PaperRound, said: str) -> None:
    assert said in refuse(fill_template(TEMPLATE, {FIRST: GOOD}), about=about)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda tab: tab.delete_rows(1), "không phải tệp kiểm phiếu"),
        (lambda tab: setattr(tab, "title", "Khác"), "không có trang “Kiểm phiếu”"),
        (lambda tab: tab.delete_rows(FIRST_FIELD_ROW + 4), "thiếu dòng “Số phiếu hợp lệ”"),
        (lambda tab: tab.__setitem__("A7", "issued"), "“Số phiếu phát ra” xuất hiện hai lần"),
        (lambda tab: tab.__setitem__("A3", None), "thiếu dòng “Mã thôn”"),
    ],
)
def test_a_table_that_was_taken_apart_is_refused(edit: Callable[[Worksheet], object], said: str) -> None:
    assert said in refuse(change(fill_template(TEMPLATE, {FIRST: GOOD}), edit))


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (f"F{CODE_ROW + 1}", "19867.99", "Cột F: có số liệu nhưng mã thôn “19867.99” không có"),
        (f"F{CODE_ROW + 1}", None, "Cột F: có số liệu nhưng mã thôn “” không có"),
        (f"F{NAME_ROW + 1}", "Thôn mẫu 3", "Cột F: mã thôn 19867.02 là của Thôn mẫu 2"),
        ("F9", "=70+2", "Thôn mẫu 2, ô F9: Ô chứa công thức"),
        ("Q9", 5, "Cột Q: có số liệu nhưng mã thôn “” không có"),
    ],
)
def test_numbers_in_a_column_of_no_village_are_named(place: str, value: Any, said: str) -> None:
    filled = change(fill_template(TEMPLATE, {SECOND: GOOD}), lambda tab: tab.__setitem__(place, value))
    [problem] = read(filled).problems
    assert said in str(problem)


def test_a_village_stands_in_a_file_once() -> None:
    def repeat(tab: Worksheet) -> None:
        for row in (NAME_ROW, CODE_ROW):
            tab.cell(row + 1, 7).value = tab.cell(row + 1, 6).value

    filled = change(fill_template(TEMPLATE, {SECOND: GOOD, VILLAGES[2].code: GOOD}), repeat)
    [problem] = read(filled).problems
    assert str(problem) == "Cột G: Thôn mẫu 2 xuất hiện hai lần trong tệp."


def test_four_hundred_villages_fit_into_one_file() -> None:
    villages = tuple(PaperVillage(f"19867.{n}", f"Thôn {n}", 300) for n in range(1, 401))
    about = replace(ABOUT, villages=villages)
    filled = fill_template(write_paper_workbook(LAYOUT, about), {"19867.400": GOOD})
    [village] = read(filled, about=about).villages
    assert village.cells["issued"] == "ON6"


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_columns_have_letters(column: int, name: str) -> None:
    assert name_column(column) == name


# --- what an officer sees ---


def test_the_file_says_of_which_round_it_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(TEMPLATE))
    assert book.sheetnames == ["Hướng dẫn", TAB]
    told = " ".join(str(cell) for row in book["Hướng dẫn"].values for cell in row if cell)
    for part in ("K7M2", "Lấy ý kiến năm nay", "Xã Quảng Điền", "ab" * 32, "để trống cả cột"):
        assert part in told


def test_headings_stay_in_sight_and_codes_out_of_it() -> None:
    tab = open_tab(TEMPLATE)
    assert tab.freeze_panes == "E6"
    assert tab.column_dimensions["A"].hidden
    assert tab.row_dimensions[1].hidden
    shown = [cell.value for cell in tab["C"]]
    assert all(str(question.text) in shown for question in LAYOUT.contents)


def test_only_counts_can_be_typed() -> None:
    tab = open_tab(TEMPLATE)
    assert tab.protection.sheet
    free = {cell.coordinate for row in tab for cell in row if not cell.protection.locked}
    assert free == {find_cell(tab, village.code, field) for village in VILLAGES for field in LAYOUT.fields}
    [rule] = tab.data_validations.dataValidation
    assert (rule.type, rule.operator, rule.formula1, rule.formula2) == ("whole", None, "0", "1000000")
    assert {str(area) for area in rule.sqref.ranges} == {f"E6:P{FIRST_FIELD_ROW + len(LAYOUT.fields)}"}


def test_text_of_a_round_never_becomes_a_formula() -> None:
    about = replace(ABOUT, title="=1+1", villages=(PaperVillage("19867.01", "=HYPERLINK(1)", 3),))
    book = openpyxl.load_workbook(io.BytesIO(write_paper_workbook(LAYOUT, about)))
    for tab in book:
        for row in tab:
            assert all(cell.data_type != "f" for cell in row if cell.value in ("=1+1", "=HYPERLINK(1)"))


def test_every_field_has_a_name_of_its_own() -> None:
    for layout in (LAYOUT, STRICT):
        names = name_fields(layout)
        assert tuple(names) == layout.fields
        assert len({str(name) for name in names.values()}) == len(names)
    assert str(name_fields(LAYOUT)["q03_not_satisfied"]) == "Nội dung 3, Chưa hài lòng"


# --- what the checks say while somebody types ---


NO_REASONS = SheetLayout(QUESTIONNAIRE, replace(shipped_rule_sets()["qd51-xa-2026"], invalid_reasons=()))
TABS = {layout: open_tab(write_paper_workbook(layout, ABOUT)) for layout in (LAYOUT, NO_REASONS)}


def check(typed: dict[str, int], layout: SheetLayout = LAYOUT) -> str:
    """What stands in the row of checks of the first village while this is typed."""
    tab = TABS[layout]
    for row, field in enumerate(layout.fields, start=FIRST_FIELD_ROW + 1):
        tab[f"E{row}"] = typed.get(field)
    told: str = reckon(tab, f"E{CHECK_ROW + 1}")
    return told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "khớp"),
        ({"issued": 73}, "lệch: Phát ra"),
        ({"returned": 75, "issued": 80}, "lệch: Thu về"),
        ({"set_aside": 2}, "lệch: Thu về"),
        ({"q03_satisfied": 70}, "lệch: Nội dung 3"),
        ({"q19_no_answer": 1}, "lệch: Nội dung 19"),
        ({"any_not_satisfied": 0}, "lệch: Phiếu chưa hài lòng"),
        ({"any_not_satisfied": 20}, "lệch: Phiếu chưa hài lòng"),
        ({"any_not_satisfied": 19}, "khớp"),
        ({"invalid_blank": 6, "returned": 79, "issued": 79}, "lệch: Số hộ"),
    ],
)
def test_the_first_sum_that_is_off_is_named(changes: dict[str, int], told: str) -> None:
    assert check({**GOOD, **changes}) == told


def test_a_column_that_is_being_typed_is_unfinished() -> None:
    assert check({}) == ""
    typed: dict[str, int] = {}
    for field, count in GOOD.items():
        typed[field] = count
        assert check(typed) in ("chưa đủ", "khớp") or "Nội dung" in check(typed) or "Thu về" in check(typed)
    assert check({field: count for field, count in GOOD.items() if field != "set_aside"}) == "lệch: Thu về"
    heads = {field: GOOD[field] for field in ("issued", "returned", "set_aside", "valid", "invalid_blank")}
    assert check(heads) == "chưa đủ"


def test_what_is_off_turns_red() -> None:
    rules = open_tab(TEMPLATE).conditional_formatting
    areas = {
        str(area): [rule.formula[0] for rule in area_rules.rules]
        for area_rules in rules
        for area in area_rules.sqref.ranges
    }
    tab = open_tab(TEMPLATE)
    for question in LAYOUT.contents:
        rows = [
            tab[find_cell(tab, FIRST, content_field(question.code, one))].row
            for one in LAYOUT.options_of(question)
        ]
        [formula] = areas[f"E{rows[0]}:P{rows[-1]}"]
        check_row = formula.partition("$")[2].partition(",")[0]
        assert "lệch" in formula
        assert f"E{rows[0]}:E{rows[-1]}" in tab[f"E{check_row}"].value


@settings(max_examples=40)
@given(st.data())
def test_the_checks_say_what_the_import_will_say(data: st.DataObject) -> None:
    typed = count_sheet(LAYOUT, valid=20, against=data.draw(st.integers(0, 3)), set_aside=1, lost=2)
    for field in data.draw(st.lists(st.sampled_from(LAYOUT.fields), max_size=2, unique=True)):
        typed[field] = max(0, typed.get(field, 0) + data.draw(st.sampled_from((-1, 0, 1, 60))))
    counts = LAYOUT.read({field: str(count) for field, count in typed.items()})
    assert isinstance(counts, SheetCounts)
    problems = check_sheet(LAYOUT, counts, Surroundings(VILLAGES[0].households, 0, None))
    assert (check(typed) == "khớp") == (not problems)


def test_rules_without_reasons_for_invalid_ballots_still_add_up() -> None:
    typed = count_sheet(NO_REASONS, valid=20)
    assert check(typed, NO_REASONS) == "khớp"
    assert check({**typed, "returned": 21, "issued": 21}, NO_REASONS) == "lệch: Thu về"
