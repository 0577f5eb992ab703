"""Downloads of a round's summary: the same suppressed rows as CSV, XLSX and JSON, in equal bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from analytics.codebook import COLUMNS, FIELDS, ISSUED, OPTION_NAMES, RETURNED, write_codebook
from analytics.disclosure import TableShape
from analytics.rates import round_rate, write_rate, write_threshold
from analytics.results import RoundResult
from analytics.tables import INDEX, NO_ANSWER, Figure, QuestionTable
from survey.frames import BALLOT, DomainError, VillageFacts
from translations.catalogue import lazy, use_locale

Value = str | int | float | None
Row = Mapping[str, Value]

ALL = "all"
FORMAT = "long-dan-data-set/1"
FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_EPOCH = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where rows stand: a shape's village and channel, None for the total over them."""

    shape: TableShape
    village: VillageFacts | None
    channel: str | None


def check_exportable(result: RoundResult) -> None:
    """Raise `DomainError` for a drill and for a round that still runs: their figures leave no trace."""
    if result.facts.kind == "drill":
        raise DomainError(lazy("Đợt chạy thử không có số liệu để tải về."))
    if result.is_provisional:
        raise DomainError(lazy("Đợt lấy ý kiến chưa kết thúc nên chưa có số liệu để tải về."))


def list_rows(result: RoundResult) -> list[Row]:
    """Commune × village × channel × question × option and all their totals, shape by shape.

    Texts are Vietnamese whatever the reader's language, so that a download is one and the same.
    """
    check_exportable(result)
    with use_locale("vi"):
        return [
            _write_row(result, place, table, option, label, figure)
            for place in _list_places(result)
            for table in result.tables.values()
            for option, label, figure in _list_figures(result, place, table)
        ]


def _list_places(result: RoundResult) -> Iterator[_Place]:
    villages, channels = result.facts.villages, result.channels
    yield _Place(TableShape.COMMUNE, None, None)
    for village in villages:
        yield _Place(TableShape.VILLAGE, village, None)
    for channel in channels:
        yield _Place(TableShape.CHANNEL, None, channel)
    for village in villages:
        for channel in channels:
            yield _Place(TableShape.VILLAGE_CHANNEL, village, channel)


def _list_figures(
    result: RoundResult, place: _Place, table: QuestionTable
) -> Iterator[tuple[str, str, Figure]]:
    village = place.village.unit_id if place.village else None
    if table.code == BALLOT and place.channel is None:
        yield RETURNED, str(OPTION_NAMES[RETURNED]), result.find_returned(place.village)
        if village is None and (issued := result.find_issued()):
            yield ISSUED, str(OPTION_NAMES[ISSUED]), issued
    for option, label in table.options:
        figure = table.figure(option, village=village, channel=place.channel)
        yield option, str(label or OPTION_NAMES[option]), figure
    if table.type == "likert5":
        yield INDEX, str(OPTION_NAMES[INDEX]), table.figure(village=village, channel=place.channel)


def _write_row(
    result: RoundResult, place: _Place, table: QuestionTable, option: str, label: str, figure: Figure
) -> Row:
    facts, village = result.facts, place.village
    communes = {(one.commune_code, one.commune) for one in ([village] if village else facts.villages)}
    code, name = next(iter(communes)) if len(communes) == 1 else (facts.unit_code, facts.unit)
    share = figure.share if _has_rate(table, option) else None
    return {
        "round": facts.id,
        "result": facts.record.number if facts.record else None,
        "shape": place.shape.value,
        "commune_code": code,
        "commune": name,
        "village_code": village.code if village else ALL,
        "village": village.name if village else "",
        "channel": place.channel or ALL,
        "question": table.code,
        "question_text": str(table.text),
        "option": option,
        "option_label": label,
        "count": figure.count,
        "base": figure.base,
        "rate": round_rate(share),
        "rate_text": write_rate(share) if share else "",
        "threshold": write_threshold(figure.threshold),
        "suppressed": int(figure.hidden is not None),
        "suppressed_because": figure.hidden or "",
    }


def _has_rate(table: QuestionTable, option: str) -> bool:
    """A sum is no share, and blanks are no part of those who answered."""
    return option != "sum" and (option != NO_ANSWER or not table.is_of_answers)


def make_inert(value: Value) -> Value:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it; numbers as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def write_cell(value: Value) -> str:
    """A value as it stands in a table."""
    inert = make_inert(value)
    return "" if inert is None else str(inert)


def write_csv(result: RoundResult) -> bytes:
    return _write_table(tuple(COLUMNS), list_rows(result))


def write_codebook_csv(result: RoundResult) -> bytes:
    check_exportable(result)
    return _write_table(FIELDS, [entry.as_dict() for entry in write_codebook(result)])


def _write_table(columns: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> bytes:
    """UTF-8 with a BOM, so that spreadsheets read Vietnamese right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([write_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(result: RoundResult) -> bytes:
    """Two sheets: the summary, and the codebook."""
    rows, entries = list_rows(result), [entry.as_dict() for entry in write_codebook(result)]
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        closed_at = result.facts.closed_at or _EPOCH
        book.set_properties({"title": result.facts.title, "created": closed_at.replace(tzinfo=None)})
        for name, columns, body in (
            ("Số liệu", tuple(COLUMNS), rows),
            ("Bảng mã", FIELDS, entries),
        ):
            _write_sheet(book, name, columns, body)
    return out.getvalue()


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Value]]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            value = make_inert(row[column])
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif value is not None:
                sheet.write_number(line, place, value)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def write_head(result: RoundResult, form: str) -> dict[str, Any]:
    """What a JSON file begins with: its format, and the recorded result that it tells.

    `supersedes` lists the results that were told before, the oldest first: what would give a small group
    away beside them is hidden.
    """
    record = result.facts.record
    return {
        "format": form,
        "round": result.facts.id,
        "tag": result.facts.tag,
        "result": record and record.number,
        "record_sha256": record and record.sha256,
        "because": record and record.because,
        "supersedes": [{"result": one.number, "record_sha256": one.record_sha256} for one in result.earlier],
        "min_base": result.min_base,
    }


def write_json(result: RoundResult) -> bytes:
    """Head, `codebook` and `rows`."""
    told = {
        **write_head(result, FORMAT),
        "codebook": [entry.as_dict() for entry in write_codebook(result)],
        "rows": list_rows(result),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
