"""A commune's villages and their households by year: importing a list, and what is kept.

A village is a unit below its commune, under the code `<commune's code>.<own code>`; without an own code in
the file it gets the next free number of two digits. No list says when a village began, so its row lasts as
long as its commune's. A list never removes a village: those it does not name stay, with the count they have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from survey.domain.area import asks_households, is_rural
from survey.domain.clock import today
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.names import fold, split_type
from survey.domain.spreadsheet import read_table
from survey.domain.units import Level
from survey.domain.village_table import parse_villages
from survey.domain.villages import ExistingVillage, ImportPreview, VillageMatch, VillageRow, compare_villages
from survey.services.audit import record
from survey.services.units import get_unit, list_villages
from survey.store.units import HouseholdCount, Unit
from translations.catalogue import lazy

_TYPES = {"thon": "Thôn", "to dan pho": "Tổ dân phố"}


class ListChanged(Conflict):
    """Somebody changed the villages after the preview was shown; `preview` is what it would be now."""

    def __init__(self, preview: ImportPreview) -> None:
        super().__init__(
            lazy("Danh sách thôn đã thay đổi sau khi ông/bà xem trước. Xin xem lại rồi xác nhận lần nữa.")
        )
        self.preview = preview


def get_commune(session: Session, unit_id: int) -> Unit:
    """The commune with this id; DomainError for a unit of another level, which has no villages."""
    unit = get_unit(session, unit_id)
    if unit.level != Level.COMMUNE:
        raise NotFound(lazy("Chỉ xã, phường, thị trấn mới có danh sách thôn."))
    return unit


def list_household_counts(session: Session, unit_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Households by village id and year, newest year first."""
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    rows = session.scalars(
        select(HouseholdCount)
        .where(HouseholdCount.unit_id.in_(list(unit_ids)))
        .order_by(HouseholdCount.unit_id, HouseholdCount.year.desc())
    )
    for row in rows:
        counts[row.unit_id][row.year] = row.households
    return dict(counts)


def check_year(commune: Unit, year: int) -> None:
    """Raise DomainError for a year in which the commune did not stand, or that has not come."""
    first, last = commune.valid_from.year, (commune.valid_to or today()).year
    if not first <= year <= last:
        raise DomainError(
            lazy("Năm của số hộ phải từ %(first)s đến %(last)s.", first=str(first), last=str(last))
        )


def list_existing(session: Session, commune_id: int, year: int) -> list[ExistingVillage]:
    """The commune's villages, each with its last count that is not of a later year."""
    villages = list_villages(session, commune_id)
    counts = list_household_counts(session, [village.id for village in villages])
    return [
        ExistingVillage(
            village.code,
            village.name,
            next(
                (households for kept, households in counts.get(village.id, {}).items() if kept <= year), None
            ),
        )
        for village in villages
    ]


def preview_import(
    session: Session, commune_id: int, filename: str, content: bytes, year: int
) -> ImportPreview:
    """What importing the file would do.

    Raises:
        SpreadsheetError: the file cannot be read as a table.
        DomainError: the unit is no commune, or the year is not one of its years.
    """
    commune = get_commune(session, commune_id)
    check_year(commune, year)
    existing = list_existing(session, commune_id, year)
    return parse_villages(read_table(filename, content), existing, commune_code=commune.code)


def preview_rows(session: Session, commune_id: int, rows: Sequence[VillageRow], year: int) -> ImportPreview:
    """What importing rows that were read before would do now."""
    check_year(get_commune(session, commune_id), year)
    return compare_villages(rows, list_existing(session, commune_id, year))


def apply_import(
    session: Session, commune_id: int, preview: ImportPreview, year: int, *, by: int | None
) -> None:
    """Write what the preview says, in the caller's transaction.

    Raises:
        DomainError: the preview has problems.
        ListChanged: the villages are no longer those that the preview was made from.
    """
    if not preview.can_apply:
        raise DomainError(lazy("Danh sách còn lỗi nên chưa ghi gì."))
    # On PostgreSQL two imports of one commune must not both believe to be first.
    session.execute(select(Unit.id).where(Unit.id == commune_id).with_for_update())
    current = preview_rows(session, commune_id, preview.rows, year)
    if current.fingerprint != preview.fingerprint:
        raise ListChanged(current)
    commune = get_commune(session, commune_id)
    ids = {village.code: village.id for village in list_villages(session, commune_id)}
    matched = [*current.changed, *current.unchanged]
    _rename(session, [match for match in matched if match.is_renamed], ids)
    counted = [(ids[match.existing.code or ""], match.row.households) for match in matched]
    counted += _add(session, commune, current.added, ids)
    _put_counts(session, counted, year)
    record(
        session, by, "villages.import", unit_id=commune_id, year=year, added=len(current.added),
        changed=len(current.changed), unchanged=len(current.unchanged), absent=len(current.absent),
        households=current.household_total,
    )  # fmt: skip


def _put_counts(session: Session, counted: Sequence[tuple[int, int]], year: int) -> None:
    """Keep these counts as those of the year, whatever stood there."""
    unit_ids = [unit_id for unit_id, _ in counted]
    session.execute(
        delete(HouseholdCount).where(HouseholdCount.year == year, HouseholdCount.unit_id.in_(unit_ids))
    )
    session.execute(
        insert(HouseholdCount),
        [{"unit_id": unit_id, "year": year, "households": households} for unit_id, households in counted],
    )


def _rename(session: Session, matches: Sequence[VillageMatch], ids: dict[str, int]) -> None:
    changes = [
        {"id": ids[m.existing.code or ""], "name": m.row.name, "search_name": fold(m.row.name)}
        for m in matches
    ]
    if changes:
        session.execute(update(Unit), changes)


def _add(
    session: Session, commune: Unit, rows: Sequence[VillageRow], ids: dict[str, int]
) -> list[tuple[int, int]]:
    """Insert the villages; gives their ids with their households."""
    if not rows:
        return []
    codes = _number(commune.code, rows, ids)
    values = [_describe(commune, row, code) for row, code in zip(rows, codes, strict=True)]
    made = {
        code: unit_id for unit_id, code in session.execute(insert(Unit).returning(Unit.id, Unit.code), values)
    }
    return [(made[code], row.households) for row, code in zip(rows, codes, strict=True)]


def _number(commune_code: str, rows: Sequence[VillageRow], ids: dict[str, int]) -> list[str]:
    """The rows' own codes, and the next free numbers for those without."""
    taken = {code.casefold() for code in [*ids, *(row.code for row in rows if row.code)]}
    numbered = (f"{commune_code}.{number:02d}" for number in count(1))
    free = (code for code in numbered if code not in taken)
    return [row.code or next(free) for row in rows]


def _describe(commune: Unit, row: VillageRow, code: str) -> dict[str, Any]:
    usual = "Thôn" if asks_households(commune.type) else "Tổ dân phố"
    kind = _TYPES.get(split_type(fold(row.name))[0], usual)
    return {
        "code": code,
        "name": row.name,
        "level": Level.VILLAGE.value,
        "type": kind,
        "parent_id": commune.id,
        "valid_from": commune.valid_from,
        "valid_to": commune.valid_to,
        "search_name": fold(row.name),
        "rural": is_rural(kind),
        "area_class": None,
        "synthetic": commune.synthetic,
    }
