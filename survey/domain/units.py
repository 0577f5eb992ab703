"""The register of administrative units through its eras, and the search that forgives spelling.

A code is an identity only together with the day its row starts: every code in use since July 2025 was in use
before, mostly under another name. A unit therefore has one row per era and succession joins the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from survey.domain.errors import NotFound
from survey.domain.names import matches, name_key
from translations.catalogue import lazy

RECORD_START = date(2021, 1, 1)
"""The first day of our record; rows that start on it began on a day our sources do not give."""


class Level(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    VILLAGE = "village"


class UnitKey(NamedTuple):
    """What identifies a unit: its official code and the first day of the row."""

    code: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """One unit in one era; `valid_to` is its last day, None while it lasts."""

    code: str
    name: str
    level: Level
    type: str
    parent_code: str | None
    valid_from: date
    valid_to: date | None

    @property
    def key(self) -> UnitKey:
        return UnitKey(self.code, self.valid_from)

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of `predecessor`: `successor`, or None when no source says (chưa xác định).

    `candidates` are the units among which the unknown successor is, where at least that is known.
    A unit that was split has one succession per part.
    """

    predecessor: UnitKey
    successor: UnitKey | None
    candidates: tuple[UnitKey, ...] = ()


class Register:
    """Every unit of every era, and what became of it."""

    def __init__(self, units: Iterable[UnitRecord], successions: Iterable[Succession]) -> None:
        self.units = tuple(units)
        self.successions = tuple(successions)
        self._by_key = {unit.key: unit for unit in self.units}
        self._after: dict[UnitKey, list[Succession]] = defaultdict(list)
        self._before: dict[UnitKey, list[Succession]] = defaultdict(list)
        for succession in self.successions:
            self._after[succession.predecessor].append(succession)
            if succession.successor is not None:
                self._before[succession.successor].append(succession)

    def get_unit(self, key: UnitKey) -> UnitRecord:
        """The unit with this key; NotFound when there is none."""
        try:
            return self._by_key[key]
        except KeyError:
            raise NotFound(lazy("Không có đơn vị mang mã %(code)s", code=key.code)) from None

    def find_unit(self, code: str, on: date) -> UnitRecord | None:
        """The unit that bore `code` on that day."""
        return next((unit for unit in self.units if unit.code == code and unit.is_valid_on(on)), None)

    def list_units(self, on: date, level: Level | None = None) -> list[UnitRecord]:
        """The units of a day, in the order of the official list."""
        return [unit for unit in self.units if unit.is_valid_on(on) and level in (None, unit.level)]

    def list_children(self, key: UnitKey) -> list[UnitRecord]:
        return [u for u in self.units if u.parent_code == key.code and u.valid_from == key.valid_from]

    def list_successions(self, key: UnitKey) -> tuple[Succession, ...]:
        """What became of the unit; empty for one that still lasts and for a district after June 2025."""
        return tuple(self._after.get(key, ()))

    def list_predecessions(self, key: UnitKey) -> tuple[Succession, ...]:
        """The known origins of the unit; those whose successor is unknown are not among them."""
        return tuple(self._before.get(key, ()))

    def search(self, query: str, on: date | None = None) -> list[UnitRecord]:
        """Units whose name matches or whose code is the query; exactly spelt names first."""
        found = [
            unit
            for unit in self.units
            if (on is None or unit.is_valid_on(on))
            and (unit.code == query.strip() or matches(query, unit.name))
        ]
        exact = name_key(query)
        return sorted(found, key=lambda unit: exact not in name_key(unit.name))
