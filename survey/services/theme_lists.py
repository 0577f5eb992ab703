"""Which list of themes holds for a unit: its own, that of the nearest unit above, or the shipped one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.clock import now
from survey.domain.errors import DomainError
from survey.domain.theme_lists import InvalidThemes, parse_list, shipped_themes, write_list
from survey.domain.themes import ThemeList
from survey.domain.units import Level
from survey.services.audit import record
from survey.services.units import list_lineage
from survey.store.themes import OwnThemeList
from survey.store.units import Unit
from translations.catalogue import lazy


@dataclass(frozen=True)
class ListInForce:
    """A list as it is written, and the unit that keeps it (None: it ships with the product)."""

    text: str
    themes: ThemeList
    unit_id: int | None

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


@lru_cache(maxsize=64)
def _parse(text: str) -> ThemeList | None:
    """None for a list that an earlier version took and this one does not."""
    try:
        return parse_list(text)
    except InvalidThemes:
        return None


def find_list(session: Session, unit_id: int) -> ListInForce:
    """The list that holds for a unit; one that can't be read any more gives way to the next above."""
    lineage = list_lineage(session, unit_id)
    kept = {
        row.unit_id: row.text
        for row in session.scalars(select(OwnThemeList).where(OwnThemeList.unit_id.in_(lineage)))
    }
    for above in lineage:
        themes = _parse(kept[above]) if above in kept else None
        if themes is not None:
            return ListInForce(kept[above], themes, above)
    return ListInForce(write_list(shipped_themes()), shipped_themes(), None)


def save_list(session: Session, unit: Unit, text: str, *, by: int | None) -> ThemeList:
    """Keep a unit's own list, for itself and for the units below that keep none; the one that holds already
    is not kept again.

    Raises:
        InvalidThemes: with every line that is wrong.
    """
    if unit.level == Level.VILLAGE:
        raise DomainError(lazy("Danh sách chủ đề lập cho xã hoặc cấp trên, không lập cho thôn."))
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip() + "\n"
    themes = parse_list(text)
    if find_list(session, unit.id).text == text:
        return themes
    kept = session.get(OwnThemeList, unit.id, with_for_update=True)
    if kept is None:
        session.add(OwnThemeList(unit_id=unit.id, text=text, updated_at=now(), updated_by=by))
    else:
        kept.text, kept.updated_at, kept.updated_by = text, now(), by
    record(session, by, "themes.save", unit_id=unit.id, themes=len(themes.themes), text=text)
    return themes


def drop_list(session: Session, unit: Unit, *, by: int | None) -> None:
    """Go back to the list of the unit above; what was kept stays in the log."""
    kept = session.get(OwnThemeList, unit.id, with_for_update=True)
    if kept is not None:
        session.delete(kept)
        record(session, by, "themes.drop", unit_id=unit.id, text=kept.text)
