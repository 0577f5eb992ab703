"""A commune's table of villages: what is read, what is refused, what would change."""

from __future__ import annotations

import pytest

from survey.domain.village_table import MAX_VILLAGES, parse_villages, template_rows
from survey.domain.villages import ExistingVillage, ImportPreview
from translations.catalogue import use_locale

HEADER = ["Mã thôn", "Tên thôn", "Số hộ", "Ghi chú"]
DONG = ExistingVillage("T01", "Thôn Đông", 120)
TAY = ExistingVillage(None, "Thôn Tây", 86)
HOA = ExistingVillage("T03", "Thôn Hòa", None)
EXISTING = (DONG, TAY, HOA)


def parse(*rows: list[str], existing: tuple[ExistingVillage, ...] = ()) -> ImportPreview:
    return parse_villages([HEADER, *rows], existing)


def texts(preview: ImportPreview) -> list[str]:
    return [str(problem) for problem in preview.problems]


@pytest.mark.parametrize(
    "header",
    [
        ["Mã thôn", "Tên thôn", "Số hộ", "Ghi chú"],
        ["MA THON", "ten  thon", "SO HO", "ghi chu"],
        ["Code", "Village", "Households", "Note"],
        ["Mã", "Tên thôn/tổ dân phố", "Tổng số hộ (năm 2025)", "Ghi chú"],
        ["Mã tổ dân phố", "Tên tổ dân phố", "Số hộ dân", "Notes"],
    ],
)
def test_headers_are_recognised_in_both_languages_and_loose_spelling(header: list[str]) -> None:
    preview = parse_villages([header, ["T9", "Thôn Hạ", "40", "mới"]])
    assert preview.can_apply
    (row,) = preview.rows
    assert (row.row, row.code, row.name, row.households, row.note) == (2, "T9", "Thôn Hạ", 40, "mới")


def test_columns_come_in_any_order_below_a_title_and_unknown_ones_are_named() -> None:
    table = [
        ["UBND XÃ QUẢNG ĐIỀN"],
        [],
        ["STT", "Số hộ", "Trưởng thôn", "Tên thôn"],
        ["1", "40", "…", "Thôn Hạ"],
        [],
        ["2", "50"],
        ["3", "60", "", "Thôn Thượng"],
    ]
    preview = parse_villages(table)
    assert [(row.row, row.name, row.households) for row in preview.rows] == [
        (4, "Thôn Hạ", 40),
        (7, "Thôn Thượng", 60),
    ]
    assert texts(preview) == ["Dòng 6, cột “Tên thôn”: Chưa có tên thôn."]
    assert [str(warning) for warning in preview.warnings] == ["Dòng 3: Không dùng đến cột: Trưởng thôn."]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "Không thấy dòng tiêu đề"),
        ([["a", "b"], ["c", "1"]], "Không thấy dòng tiêu đề"),
        ([["Tên thôn"], ["A"]], "Thiếu cột “Số hộ”"),
        ([["Mã thôn", "Số hộ"], ["1", "2"]], "Thiếu cột “Tên thôn”"),
        ([["Tên thôn", "Số hộ", "Số hộ"], ["A", "1", "2"]], "Cột này xuất hiện hai lần"),
        ([HEADER], "không có thôn nào"),
        ([HEADER, ["", " ", "", ""]], "không có thôn nào"),
    ],
)
def test_a_table_without_its_columns_or_rows_is_refused(table: list[list[str]], said: str) -> None:
    preview = parse_villages(table)
    assert not preview.can_apply
    assert preview.rows == ()
    assert said in "\n".join(texts(preview))


@pytest.mark.parametrize(
    ("text", "households"),
    [
        ("1", 1),
        ("120", 120),
        (" 120 ", 120),
        ("\xa0120", 120),
        ("1.234", 1234),
        ("20.000", 20_000),
        ("007", 7),
    ],
)
def test_counts_are_read_as_vietnamese_writes_them(text: str, households: int) -> None:
    preview = parse(["", "Thôn A", text, ""])
    assert [row.households for row in preview.rows] == [households]
    assert preview.household_total == households


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Chưa có số hộ"),
        ("-5", "số âm"),
        ("−5", "số âm"),
        ("0", "từ 1 trở lên"),
        ("000", "từ 1 trở lên"),
        ("12,5", "số nguyên"),
        ("12.5", "số nguyên"),
        ("1,234", "số nguyên"),
        ("1.2345", "số nguyên"),
        ("+12", "số nguyên"),
        ("20001", "lớn hơn 20.000"),
        ("9" * 400, "lớn hơn 20.000"),
        ("trăm hộ", "không phải là số"),
        ("120 hộ", "không phải là số"),
        ("1 234", "không phải là số"),
        ("1e3", "không phải là số"),
        ("²", "không phải là số"),
        ("١٢", "không phải là số"),
        ("=1+1", "công thức"),
        ("1\x002", "không nhìn thấy"),
        ("12\u200b", "không nhìn thấy"),
    ],
)
def test_a_count_that_is_not_one_is_refused_with_its_row(text: str, said: str) -> None:
    preview = parse(["", "Thôn A", "5", ""], ["", "Thôn B", text, ""])
    (problem,) = preview.problems
    assert str(problem).startswith("Dòng 3, cột “Số hộ”: ")
    assert said in str(problem)
    assert not preview.can_apply


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Chưa có tên thôn"),
        (" \xa0 ", "Chưa có tên thôn"),
        ("…", "phải có chữ hoặc số"),
        ("N" * 101, "quá 100 ký tự"),
        ("=cmd|' /C calc'!A0", "công thức"),
        ("@SUM(A1)", "dấu “@”"),
        ("+Thôn", "dấu “+”"),
        ("-Thôn", "dấu “-”"),
        ("Thôn\nĐông", "không nhìn thấy"),
        ("Thôn\x00Đông", "không nhìn thấy"),
        ("Thôn \u202eĐông", "không nhìn thấy"),
        ("Tổng cộng", "Dòng tổng cộng"),
        ("TỔNG:", "Dòng tổng cộng"),
    ],
)
def test_a_name_that_is_not_one_is_refused_with_its_row(name: str, said: str) -> None:
    preview = parse(["", name, "5", ""])
    (problem,) = preview.problems
    assert problem.row == 2
    assert said in str(problem)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (0, "mã số", "Mã chỉ gồm"),
        (0, "x" * 31, "Mã chỉ gồm"),
        (0, "=A1", "công thức"),
        (3, "n" * 301, "300 ký tự"),
    ],
)
def test_codes_and_notes_are_checked_too(column: int, cell: str, said: str) -> None:
    row = ["", "Thôn A", "5", ""]
    row[column] = cell
    assert said in "\n".join(texts(parse(row)))


def test_all_problems_are_reported_at_once_in_the_order_of_the_rows() -> None:
    preview = parse(
        ["", "Thôn A", "5", ""],
        ["?", "", "-1", ""],
        ["", "thôn  a", "6", ""],
        ["", "Thôn C", "x", ""],
    )
    assert [problem.row for problem in preview.problems] == [3, 3, 3, 4, 5]
    assert [row.row for row in preview.rows] == [2, 4]


def test_duplicates_ignore_case_and_the_place_of_a_tone_but_not_accents() -> None:
    assert texts(parse(["", "Thôn Hóa", "5"], ["", "THÔN HOÁ", "5"])) == [
        "Dòng 3, cột “Tên thôn”: Trùng tên thôn với dòng 2."
    ]
    assert parse(["", "Thôn Đông", "5"], ["", "Thôn Đồng", "5"]).can_apply
    assert "Trùng mã thôn với dòng 2" in texts(parse(["t1", "A", "5"], ["T1", "B", "5"]))[0]


def test_names_are_kept_composed_and_single_spaced() -> None:
    (row,) = parse(["", "  Thôn   Ho\u0301a ", "5"]).rows
    assert row.name == "Thôn Hóa"


def test_no_more_villages_than_the_limit() -> None:
    rows = [["", f"Thôn {number}", "5"] for number in range(MAX_VILLAGES + 1)]
    assert parse(*rows[:-1]).can_apply
    assert texts(parse(*rows)) == ["Tệp có 401 thôn, nhiều hơn mức 400."]


def test_the_preview_tells_added_changed_unchanged_and_absent_apart() -> None:
    preview = parse(
        ["", "thôn đông", "130"], ["", "Thôn Tây", "86"], ["", "Thôn Nam", "40"], existing=EXISTING
    )
    assert preview.can_apply
    assert [row.name for row in preview.added] == ["Thôn Nam"]
    (change,) = preview.changed
    assert (change.existing, change.row.households, change.is_recounted) == (DONG, 130, True)
    assert [match.existing for match in preview.unchanged] == [TAY]
    assert preview.absent == (HOA,)


def test_a_code_recognises_a_renamed_village() -> None:
    preview = parse(["t01", "Thôn Đông Mới", "120"], existing=EXISTING)
    (change,) = preview.changed
    assert change.existing is DONG
    assert change.is_renamed
    assert not change.is_recounted
    assert preview.added == ()


def test_two_villages_may_exchange_their_names_by_code() -> None:
    one, two = ExistingVillage("A", "Thôn 1", 5), ExistingVillage("B", "Thôn 2", 6)
    preview = parse(["A", "Thôn 2", "5"], ["B", "Thôn 1", "6"], existing=(one, two))
    assert preview.can_apply
    assert [(m.existing.name, m.row.name) for m in preview.changed] == [
        ("Thôn 1", "Thôn 2"),
        ("Thôn 2", "Thôn 1"),
    ]


def test_a_village_without_a_code_receives_the_one_in_the_file() -> None:
    (change,) = parse(["T02", "Thôn Tây", "86"], existing=EXISTING).changed
    assert change.gains_code
    assert not change.is_renamed


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["T09", "Thôn Đông", "120"]], "đang mang mã T01"),
        ([["T01", "Thôn Hòa", "120"]], "tên của một thôn khác"),
        ([["T01", "Thôn Mới", "120"], ["", "Thôn Đông", "5"]], "Cùng nói về một thôn với dòng 2"),
    ],
)
def test_rows_at_odds_with_what_is_kept_are_refused(rows: list[list[str]], said: str) -> None:
    preview = parse(*rows, existing=EXISTING)
    assert said in "\n".join(texts(preview))
    assert not preview.can_apply


def test_a_new_name_close_to_an_absent_one_is_a_warning_only() -> None:
    preview = parse(["", "Thon Dong", "120"], ["", "Tây", "86"], existing=EXISTING)
    assert preview.can_apply
    assert len(preview.warnings) == 2
    assert "gần giống “Thôn Đông”" in str(preview.warnings[0])


def test_the_template_reads_back_as_no_change() -> None:
    kept = (DONG, TAY)
    preview = parse_villages(template_rows(kept), kept)
    assert preview.can_apply
    assert [match.existing for match in preview.unchanged] == list(kept)
    assert preview.absent == ()
    assert template_rows() == [HEADER]


def test_the_template_reads_back_in_english_too() -> None:
    with use_locale("en"):
        assert parse_villages(template_rows((DONG,))).can_apply
