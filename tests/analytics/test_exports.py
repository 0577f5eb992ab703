"""Downloads: the same rows in every format, suppressed, inert, and equal byte by byte."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from sqlalchemy import update

from analytics.exports import (
    WRITERS,
    list_rows,
    make_inert,
    write_codebook_csv,
    write_csv,
    write_json,
    write_xlsx,
)
from analytics.indicators import Share
from analytics.rates import round_rate
from analytics.results import RoundResult, build_result
from survey.frames import DomainError
from survey.store.rounds import RoundUnit
from survey.store.units import Unit
from tests.analytics.season import AGAINST, BALLOTS, HOUSEHOLDS, close, hold_round, plant
from tests.survey.open_rounds import open_round


@pytest.fixture
def result(database) -> RoundResult:
    opened = open_round(database, villages=4, households=45)
    with database.write() as session:
        where = RoundUnit.unit_id == opened.village_ids[0]
        session.execute(update(RoundUnit).where(where).values(name="=1+1"))
        session.execute(update(Unit).where(Unit.id == opened.village_ids[0]).values(name="=1+1"))
    plant(database, opened)
    close(database, opened)
    with database.read() as session:
        return build_result(session, opened.round_id, 10)


def read_csv(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes, sheet: str) -> list[dict[str, object]]:
    rows = list(openpyxl.load_workbook(io.BytesIO(content))[sheet].values)
    return [dict(zip([str(name) for name in rows[0]], row, strict=True)) for row in rows[1:]]


def in_text(value: object) -> str:
    return "" if value is None else str(value)


def test_every_format_holds_the_same_rows(result) -> None:
    from_csv = read_csv(write_csv(result))
    from_xlsx = read_xlsx(write_xlsx(result), "Số liệu")
    from_json = json.loads(write_json(result))["rows"]
    assert len(from_csv) == len(from_xlsx) == len(from_json) == len(list_rows(result))
    for one, two, three in zip(from_csv, from_xlsx, from_json, strict=True):
        plain = {name: in_text(make_inert(value)) for name, value in three.items()}
        assert one == plain
        for name in ("count", "base", "suppressed"):
            assert in_text(two[name]) == plain[name]


def test_no_row_tells_a_base_under_k(result) -> None:
    rows = list_rows(result)
    hidden = [row for row in rows if row["suppressed"]]
    assert {row["suppressed_because"] for row in hidden} == {"base", "complement"}
    assert all(row["count"] is row["base"] is row["rate"] is None for row in hidden)
    assert all(row["rate_text"] == "" for row in hidden)
    shown = [row["base"] for row in rows if not row["suppressed"]]
    assert all(base == 0 or base >= 10 for base in shown)  # type: ignore[operator]


def test_planted_totals_stand_in_the_rows_of_the_commune(result) -> None:
    total = {
        (row["question"], row["option"]): (row["count"], row["base"])
        for row in list_rows(result)
        if row["shape"] == "commune_question"
    }
    assert total["q19", "satisfied"] == (BALLOTS - AGAINST, BALLOTS)
    assert total["q19", "not_satisfied"] == (AGAINST, BALLOTS)
    assert total["*", "returned"] == (BALLOTS, HOUSEHOLDS)
    assert total["*", "any_not_satisfied"] == (AGAINST, BALLOTS)


def test_rows_of_each_shape_add_up_to_the_total(database) -> None:
    opened = hold_round(database)
    with database.read() as session:
        rows = list_rows(build_result(session, opened.round_id, 1))
    sums: dict[str, dict[tuple[str, str], int]] = {}
    for row in rows:
        if row["option"] != "returned":
            found = sums.setdefault(str(row["shape"]), {})
            key = str(row["question"]), str(row["option"])
            found[key] = found.get(key, 0) + int(row["count"] or 0)
    assert len(sums) == 4
    first, *others = sums.values()
    assert all(other == first for other in others)


def test_a_cell_that_starts_like_a_formula_is_inert_text(result) -> None:
    names = {row["village"] for row in read_csv(write_csv(result))}
    assert "'=1+1" in names
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(result)))
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start) -> None:
    assert make_inert(f"{start}1") == f"'{start}1"
    assert make_inert(-1) == -1


@pytest.mark.parametrize("form", list(WRITERS))
def test_the_same_result_gives_the_same_bytes(result, form) -> None:
    assert WRITERS[form](result) == WRITERS[form](result)


def test_the_codebook_explains_every_column_shape_and_option(result) -> None:
    entries = read_csv(write_codebook_csv(result))
    known = {(entry["section"], entry["key"]) for entry in entries}
    for row in list_rows(result):
        assert ("shape", row["shape"]) in known
        assert ("option", f"{row['question']}.{row['option']}") in known
        assert {("column", name) for name in row} <= known
    papers = {entry["key"]: entry["vi"] for entry in entries if entry["section"] == "paper"}
    assert papers["snapshot_sha256"] == result.facts.sha256
    assert papers["questionnaire_sha256"] == result.facts.questionnaire.digest
    assert papers["min_base"] == "10"
    overall = next(entry for entry in entries if entry["key"] == "overall")
    assert overall["formula"]
    assert overall["source"] == result.facts.legal_basis


def test_a_drill_cannot_be_exported(database) -> None:
    opened = hold_round(database, kind="drill")
    with database.read() as session:
        result = build_result(session, opened.round_id, 10)
    for write in WRITERS.values():
        with pytest.raises(DomainError):
            write(result)


def test_a_rate_is_never_a_false_one_or_zero() -> None:
    assert round_rate(Share(9_999_999, 10_000_000)) == 0.9999999
    assert round_rate(Share(1, 10_000_000)) == 0.0000001
    assert round_rate(Share(0, 7)) == 0
    assert round_rate(Share(80, 45)) == 1.777778
    assert round_rate(Share(1, 0)) is None
