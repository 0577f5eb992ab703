"""Insertions that meet a row which is already there, in both databases' dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase


def _insert(dialect: str, model: type[DeclarativeBase]) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(model.__table__)


@cache
def _insert_if_new(dialect: str, model: type[DeclarativeBase]) -> Any:
    return _insert(dialect, model).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


@cache
def _add_to_counter(dialect: str, model: type[DeclarativeBase], counter: str) -> Any:
    statement = _insert(dialect, model)
    key = [column.name for column in model.__table__.primary_key]
    total = getattr(model, counter) + statement.excluded[counter]
    return statement.on_conflict_do_update(index_elements=key, set_={counter: total})


def insert_if_new(connection: Connection, model: type[DeclarativeBase], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its key exists; says whether it was inserted."""
    statement = _insert_if_new(connection.dialect.name, model)
    return connection.execute(statement, dict(values)).rowcount == 1


def add_to_counter(
    connection: Connection, model: type[DeclarativeBase], counter: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add each row's `counter` to the row with its key, which is made where it is missing."""
    if rows:
        statement = _add_to_counter(connection.dialect.name, model, counter)
        connection.execute(statement, [dict(row) for row in rows])
