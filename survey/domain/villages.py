"""A commune's villages and what importing a list of them would change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from survey.domain.names import fold, name_key, split_type
from translations.catalogue import LazyText, lazy

LABELS = {
    "code": lazy("Mã thôn"),
    "name": lazy("Tên thôn"),
    "households": lazy("Số hộ"),
    "note": lazy("Ghi chú"),
}


@dataclass(frozen=True, slots=True)
class ExistingVillage:
    """A village already kept, with the last household count (None when it has none)."""

    code: str | None
    name: str
    households: int | None


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A row of the file that reads well; `row` counts from 1, as the spreadsheet does."""

    row: int
    code: str | None
    name: str
    households: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class VillageMatch:
    """A row and the village it speaks of."""

    row: VillageRow
    existing: ExistingVillage

    @property
    def is_renamed(self) -> bool:
        return self.row.name != self.existing.name

    @property
    def is_recounted(self) -> bool:
        return self.row.households != self.existing.households

    @property
    def gains_code(self) -> bool:
        return self.row.code is not None and self.existing.code is None

    @property
    def is_changed(self) -> bool:
        return self.is_renamed or self.is_recounted or self.gains_code


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `row` is None for the file as a whole."""

    row: int | None
    column: LazyText | None
    message: LazyText

    def __str__(self) -> str:
        if self.row is None:
            return str(self.message)
        if self.column is None:
            return str(lazy("Dòng %(row)s: %(message)s", row=self.row, message=self.message))
        place = lazy("Dòng %(row)s, cột “%(column)s”: ", row=self.row, column=self.column)
        return f"{place}{self.message}"


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What the file says and what importing it would do; nothing is written while `problems` remain.

    `absent` villages are kept with the count they have: a file never deletes. `warnings` do not forbid
    the import.
    """

    rows: tuple[VillageRow, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    added: tuple[VillageRow, ...] = ()
    changed: tuple[VillageMatch, ...] = ()
    unchanged: tuple[VillageMatch, ...] = ()
    absent: tuple[ExistingVillage, ...] = ()

    @property
    def can_apply(self) -> bool:
        return bool(self.rows) and not self.problems

    @property
    def household_total(self) -> int:
        """Households in the file, absent villages not counted."""
        return sum(row.households for row in self.rows)

    @property
    def fingerprint(self) -> str:
        """The same for two previews that would write the same over the same; notes and row numbers aside."""
        said = [(row.code, row.name, row.households) for row in self.rows]
        met = [(m.row.name, m.existing.code, m.existing.name, m.existing.households) for m in self._matches]
        kept = [(village.code, village.name, village.households) for village in self.absent]
        return sha256(json.dumps([said, sorted(met), sorted(kept, key=str)]).encode()).hexdigest()

    @property
    def _matches(self) -> tuple[VillageMatch, ...]:
        return self.changed + self.unchanged


def qualify_code(code: str, commune_code: str, existing: Sequence[ExistingVillage] = ()) -> str:
    """The code under which a village is kept: the commune's code, a dot and the file's own code.

    A spreadsheet that took 19867.10 for a number gives back 19867.1, which is 19867.10 again here
    where just one village can be meant.
    """
    full = code if code.casefold().startswith(f"{commune_code}.".casefold()) else f"{commune_code}.{code}"
    known = [village.code for village in existing if village.code]
    if full in known or not _is_decimal(full):
        return full
    equal = [other for other in known if _is_decimal(other) and Decimal(other) == Decimal(full)]
    return equal[0] if len(equal) == 1 else full


def _is_decimal(code: str) -> bool:
    return code.replace(".", "", 1).isdecimal() and code.isascii()


def compare_villages(
    rows: Sequence[VillageRow],
    existing: Sequence[ExistingVillage],
    problems: Sequence[Problem] = (),
    warnings: Sequence[Problem] = (),
) -> ImportPreview:
    """What importing the rows would do to the villages already kept; adds to what reading them has found."""
    problems, warnings = list(problems), list(warnings)
    by_code = {village.code.casefold(): village for village in existing if village.code}
    by_name = {name_key(village.name): village for village in existing}
    added: list[VillageRow] = []
    matched: list[VillageMatch] = []
    for row in rows:
        same_code = by_code.get(row.code.casefold()) if row.code else None
        village = same_code or by_name.get(name_key(row.name))
        if village is None:
            added.append(row)
        elif same_code is None and row.code and village.code:
            message = lazy(
                "Thôn này đang mang mã %(code)s, khác với tệp. Xin ghi mã đó hoặc để trống.",
                code=village.code,
            )
            problems.append(Problem(row.row, LABELS["code"], message))
        else:
            matched.append(VillageMatch(row, village))
    taken = {id(match.existing) for match in matched}
    absent = tuple(village for village in existing if id(village) not in taken)
    problems += _find_clashes(matched, absent)
    warnings += _find_lookalikes(added, absent)
    return ImportPreview(
        rows=tuple(rows),
        problems=tuple(sorted(problems, key=lambda problem: problem.row or 0)),
        warnings=tuple(warnings),
        added=tuple(added),
        changed=tuple(match for match in matched if match.is_changed),
        unchanged=tuple(match for match in matched if not match.is_changed),
        absent=absent,
    )


def _find_clashes(matched: Sequence[VillageMatch], absent: Sequence[ExistingVillage]) -> list[Problem]:
    """Rows that meet the same village twice, or take the name of one that stays."""
    problems: list[Problem] = []
    seen: dict[int, int] = {}
    kept = {name_key(village.name) for village in absent}
    for match in matched:
        first = seen.setdefault(id(match.existing), match.row.row)
        if first != match.row.row:
            message = lazy("Cùng nói về một thôn với dòng %(other)s.", other=first)
            problems.append(Problem(match.row.row, None, message))
        elif name_key(match.row.name) in kept:
            message = lazy("Tên này đang là tên của một thôn khác không có trong tệp.")
            problems.append(Problem(match.row.row, LABELS["name"], message))
    return problems


def _find_lookalikes(added: Sequence[VillageRow], absent: Sequence[ExistingVillage]) -> list[Problem]:
    """New names that differ from a village missing in the file only by accents or by "thôn"."""
    missing = {split_type(fold(village.name))[1]: village for village in absent}
    return [
        Problem(
            row.row,
            LABELS["name"],
            lazy("Sẽ thêm thôn mới, nhưng tên gần giống “%(name)s” đang có.", name=v.name),
        )
        for row in added
        if (v := missing.get(split_type(fold(row.name))[1])) is not None
    ]
