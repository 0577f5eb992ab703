"""Insertions that meet a row which is already there, in both databases' dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def _insert(session: Session, model: type[DeclarativeBase]) -> Any:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model.__table__)


def insert_if_new(session: Session, model: type[DeclarativeBase], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its key exists; says whether it was inserted."""
    statement = _insert(session, model).values(**values).on_conflict_do_nothing().returning(literal(1))
    return session.execute(statement).first() is not None


def add_to_counter(
    session: Session, model: type[DeclarativeBase], counter: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add each row's `counter` to the row with its key, which is made where it is missing."""
    if not rows:
        return
    statement = _insert(session, model)
    key = [column.name for column in model.__table__.primary_key]
    total = getattr(model, counter) + statement.excluded[counter]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_={counter: total}), list(rows))
