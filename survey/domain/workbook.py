"""XLSX: reading one sheet of a file that nobody vouches for, and writing one.

Sizes are checked before anything is unpacked, and the parser sees only the parts that were counted.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from xml.parsers import expat

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from survey.domain.table_limits import (
    MACRO,
    MAX_COLUMNS,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_UNPACKED,
    OTHER_KIND,
    RATIO_FREE,
    SAVE_AS,
    SpreadsheetError,
    too_many_columns,
    too_many_rows,
)
from translations.catalogue import lazy

_BROKEN = lazy("Tệp Excel bị hỏng hoặc không đúng định dạng. %(advice)s", advice=SAVE_AS)
_UNSAFE = lazy("Tệp Excel bung ra quá lớn nên không được đọc. Xin chỉ giữ lại bảng cần nhập.")
_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_READ_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(_rels/workbook\.xml\.rels|(workbook|sharedStrings|styles)\.xml|"
    r"worksheets/[^/]+\.xml)",
    re.IGNORECASE,
)
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def read_workbook(
    content: bytes, max_rows: int, max_columns: int = MAX_COLUMNS, sheet: str | None = None
) -> list[list[str]]:
    """The cells of the sheet of this name, or of the first visible one."""
    parts = _unpack(content)
    # All sheets are measured, so that it does not matter which one the parser believes to be the first.
    formulas = {
        name: _SheetScan(xml, max_rows, max_columns).formulas
        for name, xml in parts.items()
        if name.lower().startswith("xl/worksheets/")
    }
    for name in parts.keys() - formulas.keys():
        _parse_xml(parts[name], lambda *_: None)
    paths = _list_sheet_paths(parts)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(_repack(parts))) as workbook:
            index = _find_sheet(workbook, sheet)
            values = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise SpreadsheetError(_BROKEN) from error
    table = [[_write_cell(value) for value in row] for row in values]
    if index >= len(paths) or paths[index] not in formulas:
        raise SpreadsheetError(_BROKEN)
    for (row, column), formula in formulas[paths[index]].items():
        table += [[] for _ in range(row + 1 - len(table))]
        table[row] += [""] * (column + 1 - len(table[row]))
        table[row][column] = formula
    return table


def write_workbook(table: Sequence[Sequence[str]], title: str) -> bytes:
    """An XLSX file of one sheet: a bold first row, whole numbers as numbers, all else as text."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(title)
        bold, text = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "@"})
        sheet.set_column(0, MAX_COLUMNS, 18)
        sheet.set_column(0, 0, 18, text)
        sheet.freeze_panes(1, 0)
        for index, row in enumerate(table):
            for column, cell in enumerate(row):
                if index and column and cell.isdecimal():
                    sheet.write_number(index, column, int(cell))
                else:
                    sheet.write_string(index, column, cell, text if index else bold)
    return packed.getvalue()


def _find_sheet(workbook: CalamineWorkbook, name: str | None) -> int:
    for index, sheet in enumerate(workbook.sheets_metadata):
        is_visible = sheet.visible == SheetVisibleEnum.Visible
        is_wanted = is_visible if name is None else unicodedata.normalize("NFC", sheet.name) == name
        if is_wanted and sheet.typ == SheetTypeEnum.WorkSheet:
            return index
    raise SpreadsheetError(_BROKEN if name is None else lazy("Tệp không có trang “%(name)s”.", name=name))


def _write_cell(value: object) -> str:
    """A cell as an officer would have typed it: whole numbers bare, others with a decimal comma."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value).replace(".", ",")
    return unicodedata.normalize("NFC", str(value))


def _unpack(content: bytes) -> dict[str, bytes]:
    """The parts worth reading, each no longer than it declares; sizes are checked before any is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            parts = {e.filename: archive.read(e) for e in entries if _READ_PARTS.fullmatch(e.filename)}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise SpreadsheetError(_BROKEN) from error
    if any(part not in parts for part in (_CONTENT_TYPES, _WORKBOOK, _RELATIONS)):
        raise SpreadsheetError(OTHER_KIND)
    if b"macroEnabled" in parts[_CONTENT_TYPES]:
        raise SpreadsheetError(MACRO)
    return parts


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise SpreadsheetError(MACRO)
    known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if len(set(names)) != len(names) or any(entry.compress_type not in known for entry in entries):
        raise SpreadsheetError(_BROKEN)
    unpacked = sum(entry.file_size for entry in entries)
    bursting = any(
        entry.file_size > RATIO_FREE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or bursting:
        raise SpreadsheetError(_UNSAFE)


def _repack(parts: dict[str, bytes]) -> bytes:
    """The same parts, stored: the parser sees only counted bytes, whatever the first headers claimed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _parse_xml(
    xml: bytes,
    on_start: Callable[[str, dict[str, str]], None],
    on_end: Callable[[str], None] | None = None,
    on_text: Callable[[str], None] | None = None,
) -> None:
    """Walk the elements by local name; a document type, and with it any entity, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise SpreadsheetError(_BROKEN)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: on_start(name.rpartition(":")[2], attributes)
    if on_end is not None:
        finish = on_end
        parser.EndElementHandler = lambda name: finish(name.rpartition(":")[2])
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise SpreadsheetError(_BROKEN) from error


def _list_sheet_paths(parts: dict[str, bytes]) -> list[str]:
    """The sheets' paths in the order of the workbook."""
    targets: dict[str, str] = {}
    relations: list[str] = []

    def on_sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relations.append(next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), ""))

    def on_relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse_xml(parts[_WORKBOOK], on_sheet)
    _parse_xml(parts[_RELATIONS], on_relation)
    return [str(PurePosixPath("/xl", targets.get(relation, ""))).lstrip("/") for relation in relations]


class _SheetScan:
    """Finds formulas by (row, column) from 0, and refuses a sheet whose cells spread too far.

    The parser allocates the rectangle around all cells: two cells in opposite corners would fill the memory.
    """

    def __init__(self, xml: bytes, max_rows: int, max_columns: int) -> None:
        self.formulas: dict[tuple[int, int], str] = {}
        self._max_rows, self._max_columns = max_rows, max_columns
        self._row = self._column = -1
        self._formula: list[str] | None = None
        _parse_xml(xml, self._on_start, self._on_end, self._on_text)

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        if name == "row":
            self._row = int(reference) - 1 if reference.isdecimal() else self._row + 1
            self._column = -1
        elif name == "c":
            self._row, self._column = _locate(reference) if reference else (self._row, self._column + 1)
        elif name in ("v", "is", "f"):
            self._check_position()
            if name == "f":
                self._formula = ["="]

    def _check_position(self) -> None:
        if self._row >= self._max_rows:
            raise too_many_rows(self._max_rows)
        if self._column >= self._max_columns:
            raise too_many_columns(self._max_columns)

    def _on_end(self, name: str) -> None:
        if name == "f" and self._formula is not None:
            self.formulas[self._row, self._column] = "".join(self._formula)
            self._formula = None

    def _on_text(self, text: str) -> None:
        if self._formula is not None:
            self._formula.append(text)


def _locate(reference: str) -> tuple[int, int]:
    match = _CELL.fullmatch(reference)
    if match is None:
        raise SpreadsheetError(_BROKEN)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
