"""The register of units as it is kept: finding one, its past and its future, what is above and below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from survey.domain.area import AreaClass
from survey.domain.errors import NotFound
from survey.domain.names import fold, matches, name_key, split_type
from survey.domain.register import load_register
from survey.domain.units import Level, UnitKey
from survey.services.audit import record
from survey.store.units import Unit, UnitSuccession
from translations.catalogue import lazy

_IN_LIST_ORDER = (func.length(Unit.code), Unit.code)
"""19867.2 before 19867.10, and official codes, all of one length, as the official list has them."""


@dataclass(frozen=True)
class Successors:
    """What became of a unit. `unknown` says that some part's successor is chưa xác định, perhaps one of
    `candidates`."""

    known: tuple[Unit, ...]
    unknown: bool
    candidates: tuple[Unit, ...]


@dataclass(frozen=True)
class Predecessors:
    """What a unit was made of; `possible` ones ended with an unknown successor that may be this unit."""

    known: tuple[Unit, ...]
    possible: tuple[Unit, ...]


def get_unit(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound(lazy("Không có đơn vị này."))
    return unit


def find_unit(session: Session, code: str, on: date) -> Unit | None:
    """The unit that bore `code` on a day."""
    return session.scalar(select(Unit).where(Unit.code == code, _is_valid(on)))


def _is_valid(on: date) -> ColumnElement[bool]:
    return (Unit.valid_from <= on) & (Unit.valid_to.is_(None) | (Unit.valid_to >= on))


def search_units(session: Session, query: str, on: date | None = None, *, limit: int = 200) -> list[Unit]:
    """Units of every era, or of one day, whose name matches without regard to accents or whose code it is.

    Exactly spelt names come first, then the higher and the newer units.
    """
    words = split_type(fold(query))[1]
    code = query.strip()
    if not fold(query):
        return []
    # No wildcard can be among the words: folding keeps letters, digits and single spaces only.
    named = literal(" ").concat(Unit.search_name).like(f"% {words}%")
    statement = select(Unit).where(or_(Unit.code == code, named)).options(joinedload(Unit.parent))
    if on is not None:
        statement = statement.where(_is_valid(on))
    found = [u for u in session.scalars(statement) if u.code == code or matches(query, u.name)]
    exact, levels = name_key(query), list(Level)
    found.sort(key=lambda u: (len(u.code), u.code))
    found.sort(key=lambda u: u.valid_from, reverse=True)
    found.sort(key=lambda u: (exact not in name_key(u.name), levels.index(Level(u.level))))
    return found[:limit]


def list_units(session: Session, on: date, level: Level) -> list[Unit]:
    """The units of a level on a day, in the order of the official list."""
    return list(
        session.scalars(
            select(Unit)
            .where(Unit.level == level.value, _is_valid(on))
            .options(joinedload(Unit.parent))
            .order_by(*_IN_LIST_ORDER)
        )
    )


def list_lineage(session: Session, unit_id: int) -> list[int]:
    """The unit's id and those of all units above it."""
    above = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte(recursive=True)
    parent = aliased(Unit)
    above = above.union_all(select(parent.id, parent.parent_id).join(above, parent.id == above.c.parent_id))
    return list(session.scalars(select(above.c.id)))


def list_below(session: Session, unit_ids: Sequence[int]) -> list[int]:
    """The ids of the given units and of everything below them."""
    below = select(Unit.id).where(Unit.id.in_(unit_ids)).cte(recursive=True)
    child = aliased(Unit)
    below = below.union_all(select(child.id).join(below, child.parent_id == below.c.id))
    return list(session.scalars(select(below.c.id)))


def list_children(session: Session, unit_id: int) -> list[Unit]:
    return list(session.scalars(select(Unit).where(Unit.parent_id == unit_id).order_by(*_IN_LIST_ORDER)))


def list_villages(session: Session, commune_id: int) -> list[Unit]:
    statement = select(Unit).where(Unit.parent_id == commune_id, Unit.level == Level.VILLAGE.value)
    return list(session.scalars(statement.order_by(*_IN_LIST_ORDER)))


def find_successors(session: Session, unit: Unit) -> Successors:
    """What became of the unit; nothing known and nothing unknown for one that lasts or whose level ended."""
    known = session.scalars(
        select(Unit)
        .join(UnitSuccession, UnitSuccession.successor_id == Unit.id)
        .where(UnitSuccession.predecessor_id == unit.id)
        .order_by(*_IN_LIST_ORDER)
    )
    open_end = (UnitSuccession.predecessor_id == unit.id) & UnitSuccession.successor_id.is_(None)
    unknown = session.scalar(select(UnitSuccession.id).where(open_end).limit(1)) is not None
    keys = [key for s in load_register().list_successions(_key(unit)) for key in s.candidates]
    return Successors(tuple(known), unknown, _list_by_key(session, keys) if unknown else ())


def find_predecessors(session: Session, unit: Unit) -> Predecessors:
    """What the unit was made of, as far as it is known."""
    known = session.scalars(
        select(Unit)
        .join(UnitSuccession, UnitSuccession.predecessor_id == Unit.id)
        .where(UnitSuccession.successor_id == unit.id)
        .order_by(*_IN_LIST_ORDER)
    )
    keys = [s.predecessor for s in load_register().successions if _key(unit) in s.candidates]
    return Predecessors(tuple(known), _list_by_key(session, keys))


def _key(unit: Unit) -> UnitKey:
    return UnitKey(unit.code, unit.valid_from)


def _list_by_key(session: Session, keys: Iterable[UnitKey]) -> tuple[Unit, ...]:
    statement = select(Unit).where(tuple_(Unit.code, Unit.valid_from).in_(list(keys)))
    return tuple(session.scalars(statement.order_by(*_IN_LIST_ORDER)))


def read_area_class(unit: Unit) -> AreaClass:
    return AreaClass(unit.area_class) if unit.area_class else AreaClass.UNDETERMINED


def set_area(
    session: Session, unit: Unit, area_class: AreaClass, rural: bool | None, *, by: int | None
) -> None:
    """Record what a commune declares about itself; an undetermined class is kept as none."""
    kept = None if area_class is AreaClass.UNDETERMINED else area_class.value
    if (unit.area_class, unit.rural) == (kept, rural):
        return
    unit.area_class, unit.rural = kept, rural
    record(session, by, "unit.set_area", unit_id=unit.id, area_class=area_class.value, rural=rural)
