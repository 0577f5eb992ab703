"""What a command finds around it, and how it speaks: bars on a terminal, mistakes with exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from tqdm import tqdm

from survey.application import database
from survey.domain.clock import today
from survey.domain.errors import DomainError
from survey.domain.ids import read_id
from survey.services.rounds import get_round
from survey.services.units import find_unit
from survey.store.rounds import Round
from survey.store.units import Unit

BAD_INPUT = 2


class Failure(click.ClickException):
    """Bad input: one sentence on stderr, exit code 2."""

    exit_code = BAD_INPUT


def fail(message: object) -> NoReturn:
    raise Failure(str(message))


@contextmanager
def telling_errors() -> Iterator[None]:
    """Tell bad input, a file or a database that cannot be used in a sentence instead of a stack trace."""
    try:
        yield
    except DomainError as problem:
        fail(problem)
    except OSError as problem:
        fail(f"{problem.filename}: {problem.strerror}" if problem.filename else problem)
    except (OperationalError, ProgrammingError) as problem:
        fail(f"The database cannot be used ({problem.orig}). Has `db upgrade` been run?")


@contextmanager
def reading() -> Iterator[Session]:
    with telling_errors(), database().read() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction; a domain error undoes it and is told as bad input."""
    with telling_errors(), database().write() as session:
        yield session


@contextmanager
def progress_bar(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, on a terminal only; what it gives is told how many more are done."""
    with tqdm(total=total, desc=what, leave=False, file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

        def advance(done: int) -> None:
            bar.update(done)

        yield advance


def find_unit_by_name(session: Session, text: str, on: date | None = None) -> Unit:
    """The unit with this official code on a day, else the one with this id; fails for neither."""
    found = find_unit(session, text, on or today())
    unit_id = read_id(text)
    if found is None and unit_id is not None:
        found = session.get(Unit, unit_id)
    return found or fail(f"No unit has the code or id {text!r}")


def find_round_by_name(session: Session, text: str) -> Round:
    """The round with this id or tag; fails for neither."""
    with telling_errors():
        return get_round(session, text)


class Day(click.ParamType[date]):
    """A date as 2026-11-23."""

    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-23", param, ctx)


DAY = Day()

round_option = click.option("--round", "name", required=True, help="The round's id or tag.")
out_option = click.option(
    "--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="The file."
)
