"""The shipped register of units: reading its files and checking them as a whole."""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from survey.domain.errors import DomainError
from survey.domain.names import name_key
from survey.domain.units import Level, Register, Succession, UnitRecord
from translations.catalogue import LazyText, lazy

SHIPPED = Path(__file__).parent.parent / "data" / "units"


class RegisterError(DomainError):
    """The register's files contradict themselves or the published counts; `problems` are all of them."""

    def __init__(self, problems: Sequence[LazyText]) -> None:
        lines = "\n".join(str(problem) for problem in problems)
        super().__init__(lazy("Danh mục đơn vị hành chính có lỗi:\n%(problems)s", problems=lines))
        self.problems = tuple(problems)


@cache
def load_register(folder: Path = SHIPPED) -> Register:
    """The shipped register, checked as a whole; RegisterError names everything that is wrong."""
    outline = tomllib.loads((folder / "eras.toml").read_text("utf-8"))
    eras = {era["key"]: _read_era(folder, era) for era in outline["era"]}
    successions: list[Succession] = []
    problems = [problem for era in outline["era"] for problem in _check_era(era, eras[era["key"]])]
    if problems:
        raise RegisterError(problems)
    for step in outline["succession"]:
        old, new = eras[step["from"]], eras[step["to"]]
        mapped, wrong = _read_step(folder, step, old, new)
        problems += wrong
        successions += [*_continue_provinces(old, new), *_derive_districts(old, new, mapped), *mapped]
    if problems:
        raise RegisterError(problems)
    return Register((unit for units in eras.values() for unit in units.values()), successions)


def _read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def _read_era(folder: Path, era: Mapping[str, Any]) -> dict[str, UnitRecord]:
    return {
        row["code"]: UnitRecord(
            code=row["code"],
            name=unicodedata.normalize("NFC", row["name"]),
            level=Level(row["level"]),
            type=unicodedata.normalize("NFC", row["type"]),
            parent_code=row["parent_code"] or None,
            valid_from=era["valid_from"],
            valid_to=era.get("valid_to"),
        )
        for row in _read_rows(folder / era["file"])
    }


def _check_era(era: Mapping[str, Any], units: Mapping[str, UnitRecord]) -> Iterator[LazyText]:
    found = Counter(unit.type if unit.level is Level.COMMUNE else unit.level.value for unit in units.values())
    for kind in sorted(found.keys() | era["counts"].keys()):
        expected = era["counts"].get(kind, 0)
        if found[kind] != expected:
            yield lazy(
                "%(file)s: có %(found)s đơn vị loại “%(kind)s”, cần %(expected)s",
                file=era["file"], found=found[kind], kind=kind, expected=expected,
            )  # fmt: skip
    for unit in units.values():
        if (unit.parent_code is None) != (unit.level is Level.PROVINCE) or (
            unit.parent_code is not None and unit.parent_code not in units
        ):
            yield lazy("%(file)s: mã %(code)s không có đơn vị cấp trên", file=era["file"], code=unit.code)


def _read_step(
    folder: Path, step: Mapping[str, Any], old: Mapping[str, UnitRecord], new: Mapping[str, UnitRecord]
) -> tuple[list[Succession], list[LazyText]]:
    """Successions of communes from one era to the next, and what is wrong with the file that lists them."""
    mapped: dict[str, Succession] = {}
    problems: list[LazyText] = []
    for row in _read_rows(folder / step["file"]):
        candidates = (row.get("candidates") or "").split()
        targets = [code for code in (row["new_code"], *candidates) if code]
        stated = [(old, row["old_code"], row["old_name"])]
        stated += [(new, row["new_code"], row["new_name"])] if row["new_code"] else []
        if any(code not in new for code in targets) or not all(_is_named(*item) for item in stated):
            problems.append(_wrong_row(step["file"], row["old_code"]))
            continue
        mapped[row["old_code"]] = Succession(
            old[row["old_code"]].key,
            new[row["new_code"]].key if row["new_code"] else None,
            tuple(new[code].key for code in candidates),
        )
    for unit in old.values():
        if unit.level is Level.COMMUNE and unit.code not in mapped:
            if not step["surviving_codes"] or unit.code not in new:
                problems.append(_wrong_row(step["file"], unit.code))
            else:
                mapped[unit.code] = Succession(unit.key, new[unit.code].key)
    return sorted(mapped.values(), key=lambda succession: succession.predecessor), problems


def _is_named(era: Mapping[str, UnitRecord], code: str, name: str) -> bool:
    return code in era and name_key(era[code].name) == name_key(name)


def _wrong_row(file: str, code: str) -> LazyText:
    return lazy("%(file)s: mã %(code)s thiếu hoặc không khớp với danh mục hai thời kỳ", file=file, code=code)


def _continue_provinces(old: Mapping[str, UnitRecord], new: Mapping[str, UnitRecord]) -> Iterator[Succession]:
    for unit in old.values():
        if unit.level is Level.PROVINCE:
            yield Succession(unit.key, new[unit.code].key if unit.code in new else None)


def _derive_districts(
    old: Mapping[str, UnitRecord], new: Mapping[str, UnitRecord], communes: Sequence[Succession]
) -> Iterator[Succession]:
    """A district goes where its communes went; none is derived once the level has ended."""
    parts = {
        (old[parent].key, new[new_parent].key)
        for succession in communes
        if succession.successor is not None
        and (parent := old[succession.predecessor.code].parent_code) is not None
        and (new_parent := new[succession.successor.code].parent_code) is not None
        and new[new_parent].level is Level.DISTRICT
    }
    for before, after in sorted(parts):
        yield Succession(before, after)
