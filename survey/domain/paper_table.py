"""A round's table of paper counts: a row per field, a column per village, and how it is read back.

Its first row, hidden in a workbook, says what it is and of which round; the first column holds the codes of
the rows. What people read beside them is never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from survey.domain.errors import DomainError
from survey.domain.names import name_key
from survey.domain.paper_counts import SheetLayout
from survey.domain.paper_words import name_fields
from survey.domain.spreadsheet import read_table
from survey.domain.village_table import MAX_VILLAGES
from translations.catalogue import LazyText, lazy

FORMAT = "long-dan-paper/1"
TAB = "Kiểm phiếu"
NAME_ROW, CODE_ROW, HOUSEHOLDS_ROW, CHECK_ROW = range(1, 5)
FIRST_FIELD_ROW = 5
FIRST_VILLAGE_COLUMN = 4
ROW_CODES: Mapping[int, str] = {
    NAME_ROW: "village",
    CODE_ROW: "village_code",
    HOUSEHOLDS_ROW: "households",
    CHECK_ROW: "check",
}
_MAX_ROWS = 1_000


@dataclass(frozen=True)
class PaperVillage:
    code: str
    name: str
    households: int


@dataclass(frozen=True)
class PaperRound:
    """What a table of counts says about its round."""

    tag: str
    title: str
    commune: str
    snapshot_sha256: str
    villages: tuple[PaperVillage, ...]


@dataclass(frozen=True)
class PaperFile:
    """A table of counts as it came; `sha256` is of the file's bytes."""

    tag: str
    snapshot_sha256: str
    table: Sequence[Sequence[str]]
    sha256: str


@dataclass(frozen=True)
class TypedVillage:
    """What was typed into a village's column; `cells` are the addresses of its fields, such as `F12`."""

    code: str
    name: str
    typed: Mapping[str, str]
    cells: Mapping[str, str]


@dataclass(frozen=True)
class PaperTable:
    """The villages that are filled in, in the order of the file, and all that is wrong before any sum."""

    villages: tuple[TypedVillage, ...]
    problems: tuple[LazyText, ...]


def open_paper_file(filename: str, content: bytes) -> PaperFile:
    """Open a filled template, an XLSX workbook or its table saved as CSV.

    Raises:
        DomainError: the file cannot be read, or is no such table.
    """
    columns = FIRST_VILLAGE_COLUMN + MAX_VILLAGES
    table = read_table(filename, content, sheet=TAB, max_rows=_MAX_ROWS, max_columns=columns)
    form, tag, digest, *_rest = (*(cell.strip() for cell in table[0]), "", "", "")
    if form != FORMAT:
        raise DomainError(lazy("Đây không phải tệp kiểm phiếu giấy. Hãy tải mẫu của đợt rồi điền vào đó."))
    return PaperFile(tag, digest, table, sha256(content).hexdigest())


def read_paper_table(layout: SheetLayout, about: PaperRound, file: PaperFile) -> PaperTable:
    """What was typed, village by village; one without a number is left out.

    A formula is no number: what it shows may be of another day.

    Raises:
        DomainError: the file is one of another round, or rows are missing.
    """
    _check_round(file, about)
    rows = _find_rows(layout, file.table)
    names = {village.code: village.name for village in about.villages}
    villages: list[TypedVillage] = []
    problems: list[LazyText] = []
    for column in range(FIRST_VILLAGE_COLUMN, max(map(len, file.table))):
        found = _read_column(layout, file.table, rows, column)
        if not found.typed:
            continue
        if problem := _check_village(found, names, villages):
            problems.append(lazy("Cột %(column)s: %(problem)s", column=name_column(column), problem=problem))
        problems += _list_formulas(found)
        villages.append(found)
    return PaperTable(tuple(villages), tuple(problems))


def name_column(column: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters = chr(ord("A") + letter) + letters
        column -= 1
    return letters


def _check_round(file: PaperFile, about: PaperRound) -> None:
    if (file.tag, file.snapshot_sha256) != (about.tag, about.snapshot_sha256):
        raise DomainError(
            lazy(
                "Tệp này là của đợt khác (mã đợt %(other)s), không phải của “%(title)s” (mã đợt %(tag)s).",
                other=file.tag[:20] or "?",
                title=about.title,
                tag=about.tag,
            )
        )


def _find_rows(layout: SheetLayout, table: Sequence[Sequence[str]]) -> dict[str, int]:
    """The rows by their codes, wherever they stand."""
    names: dict[str, LazyText] = {"village": _NAME, "village_code": _CODE, **name_fields(layout)}
    rows: dict[str, int] = {}
    for index, row in enumerate(table):
        code = row[0].strip() if row else ""
        if code in rows:
            raise DomainError(lazy("Dòng “%(name)s” xuất hiện hai lần trong tệp.", name=names[code]))
        if code in names:
            rows[code] = index
    for code, name in names.items():
        if code not in rows:
            raise DomainError(lazy("Tệp thiếu dòng “%(name)s”. Hãy tải lại mẫu rồi điền vào đó.", name=name))
    return rows


_NAME, _CODE = lazy("Thôn"), lazy("Mã thôn")


def _read_column(
    layout: SheetLayout, table: Sequence[Sequence[str]], rows: Mapping[str, int], column: int
) -> TypedVillage:
    def at(code: str) -> str:
        row = table[rows[code]]
        return " ".join(row[column].split()) if column < len(row) else ""

    typed = {field: text for field in layout.fields if (text := at(field))}
    cells = {field: f"{name_column(column)}{rows[field] + 1}" for field in layout.fields}
    return TypedVillage(at("village_code"), at("village"), typed, cells)


def _check_village(
    found: TypedVillage, names: Mapping[str, str], earlier: Sequence[TypedVillage]
) -> LazyText | None:
    if found.code not in names:
        return lazy("có số liệu nhưng mã thôn “%(code)s” không có trong đợt này.", code=found.code[:40])
    if name_key(found.name) != name_key(names[found.code]):
        return lazy(
            "mã thôn %(code)s là của %(name)s, không phải “%(other)s”.",
            code=found.code, name=names[found.code], other=found.name[:40],
        )  # fmt: skip
    if found.code in [one.code for one in earlier]:
        return lazy("%(name)s xuất hiện hai lần trong tệp.", name=found.name)
    return None


def _list_formulas(found: TypedVillage) -> list[LazyText]:
    return [
        lazy(
            "%(village)s, ô %(cell)s: %(problem)s",
            village=found.name,
            cell=found.cells[field],
            problem=_FORMULA,
        )
        for field, text in found.typed.items()
        if text.startswith("=")
    ]


_FORMULA = lazy("Ô chứa công thức. Xin dán lại dưới dạng giá trị (Paste Values).")
