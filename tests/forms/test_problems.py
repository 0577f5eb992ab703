"""Data files: every problem is found, each with its place."""

from datetime import date
from decimal import Decimal

import pytest

from forms.problems import DataError, Problem, Reader, raise_problems, read_toml
from translations.catalogue import use_locale


def read(source: str) -> tuple[Reader, list[Problem]]:
    table, problems = read_toml(source.encode())
    return Reader(table, "", problems), problems


def places(problems: list[Problem]) -> list[str]:
    return [problem.place for problem in problems]


def test_right_values_are_read_exactly():
    reader, problems = read(
        """
        name = "Bộ quy định"
        share = 0.8
        days = 20
        from = 2025-07-01
        public = true
        kinds = ["a", "b"]
        title = {vi = "Tên", en = "Name"}
        """
    )
    assert reader.text("name") == "Bộ quy định"
    assert reader.decimal("share") == Decimal("0.8")
    assert reader.integer("days") == 20
    assert reader.date("from") == date(2025, 7, 1)
    assert reader.boolean("public") is True
    assert reader.strings("kinds") == ("a", "b")
    assert reader.texts("title").say("en") == "Name"
    reader.finish()
    assert problems == []


def test_wrong_types_are_all_reported():
    reader, problems = read(
        'name = 1\nshare = "x"\ndays = true\nfrom = "2025"\npublic = 1\nkinds = ["a", "a", 1]\ntitle = "x"'
    )
    reader.text("name")
    reader.decimal("share")
    reader.integer("days")
    reader.date("from")
    reader.boolean("public")
    reader.strings("kinds")
    reader.texts("title")
    assert places(problems) == ["name", "share", "days", "from", "public", "kinds[2]", "kinds[3]", "title"]


def test_a_moment_is_not_a_day_and_a_wild_number_is_not_a_number():
    reader, problems = read("from = 2025-07-01T00:00:00\nshare = nan\nlow = -1")
    assert reader.date("from") == date.min
    assert reader.decimal("share") == 0
    reader.integer("low", minimum=0)
    assert places(problems) == ["from", "share", "low"]


def test_missing_values_are_reported_only_where_they_are_required():
    reader, problems = read("")
    assert reader.text("name") == ""
    assert reader.integer("days") == 0
    assert reader.integer("limit", required=False) is None
    assert reader.choice("status", ("draft",), required=False, default="draft") == "draft"
    assert reader.tables("rows", required=False) == ()
    assert places(problems) == ["name", "days"]


def test_unknown_keys_are_reported_at_the_end():
    reader, problems = read('name = "x"\nnmae = "y"')
    reader.text("name")
    reader.finish()
    assert places(problems) == ["nmae"]


def test_places_lead_through_nested_tables():
    reader, problems = read("[[rows]]\n[[rows.cells]]\n[[rows.cells]]\n[only]")
    row = reader.tables("rows", place=lambda index, table: f"[row {index}]")[0]
    row.tables("cells")[1].text("code")
    only = reader.table_of("only")
    assert only is not None
    only.text("name")
    assert places(problems) == ["[row 1] cells[2].code", "only.name"]


def test_a_text_per_language_needs_vietnamese_and_known_languages():
    reader, problems = read('a = {en = "x"}\nb = {vi = " "}\nc = {vi = "x", English = "y"}')
    for key in "abc":
        reader.texts(key)
    assert places(problems) == ["a", "b.vi", "c.English"]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (b"a = \n", "line 1, column 5"),
        (b"a = 1\na = 2\n", "line 2, column 6"),
        (b'a = "\xff"', "line 1"),
        (b"a = " + b"[" * 5000, ""),
        (b"#" * 1_000_001, ""),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_with_its_place(source, place):
    table, problems = read_toml(source)
    assert table == {}
    assert places(problems) == [place]
    assert str(problems[0])


def test_a_file_that_does_not_exist_is_a_problem(tmp_path):
    assert len(read_toml(tmp_path / "missing.toml")[1]) == 1


def test_the_error_lists_all_problems_with_the_file():
    reader, problems = read("")
    reader.text("one")
    reader.text("two")
    with use_locale("vi"), pytest.raises(DataError) as error:
        raise_problems(problems, "rules.toml")
    assert len(error.value.problems) == 2
    assert str(error.value).splitlines() == ["rules.toml:", "one: Thiếu mục này.", "two: Thiếu mục này."]
