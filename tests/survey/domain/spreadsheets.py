"""Reckons the few formulas of our own workbooks, as a spreadsheet does while somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

_STRING = re.compile(r'"[^"]*"')
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?")


class _Blank(int):
    """An empty cell: 0 in a sum, and no number to be counted."""


class _Missing(str):
    """What MATCH and INDEX give for what is not there; text joined to it stays missing."""

    def __radd__(self, _other: str) -> _Missing:
        return self


def reckon(sheet: Worksheet, address: str) -> Any:
    """The value of a cell, its formula reckoned from the cells as they stand."""
    value = sheet[address].value
    if value is None:
        return _Blank()
    if not (isinstance(value, str) and value.startswith("=")):
        return value
    strings: list[str] = []

    def keep(match: re.Match[str]) -> str:
        strings.append(match[0][1:-1])
        return f"S[{len(strings) - 1}]"

    code = _STRING.sub(keep, value[1:])
    code = _PLACE.sub(lambda match: f"C({match[0]!r})" if not match[0].startswith("S[") else match[0], code)
    code = code.replace("<>", "!=").replace("&", "+")
    code = re.sub(r"(?<![<>!=])=(?!=)", "==", code)
    return eval(
        code, {"__builtins__": {}}, {**_FUNCTIONS, "S": strings, "C": lambda place: _read(sheet, place)}
    )


def _read(sheet: Worksheet, place: str) -> Any:
    place = place.replace("$", "")
    if ":" not in place:
        return reckon(sheet, place)
    return [reckon(sheet, cell.coordinate) for row in sheet[place] for cell in row]


def _flatten(values: tuple[Any, ...]) -> Iterator[Any]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _numbers(values: tuple[Any, ...]) -> list[int]:
    return [value for value in _flatten(values) if isinstance(value, int)]


def _match(pattern: str, values: list[Any], _exact: int) -> int | None:
    start = pattern.removesuffix("*")
    return next((place for place, value in enumerate(values) if str(value).startswith(start)), None)


_FUNCTIONS = {
    "IF": lambda condition, one, other: one if condition else other,
    "AND": lambda *values: all(values),
    "OR": lambda *values: any(values),
    "SUM": lambda *values: sum(_numbers(values)),
    "MAX": lambda *values: max(_numbers(values)),
    "MIN": lambda *values: min(_numbers(values)),
    "COUNT": lambda *values: sum(not isinstance(number, _Blank) for number in _numbers(values)),
    "TEXT": lambda number, _form: f"{number:+d}",
    "MATCH": _match,
    "INDEX": lambda values, place: _Missing() if place is None else str(values[place]),
    "IFERROR": lambda value, other: other if isinstance(value, _Missing) else value,
}
