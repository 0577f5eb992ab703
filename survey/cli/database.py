"""`db`: the schema of the database."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from alembic.util import CommandError
from flask.cli import AppGroup

from survey.application import database
from survey.cli.running import fail
from survey.store import migrate
from survey.store.engine import create_database_engine

group = AppGroup("db", help="The schema of the database.")


@group.command()
@click.option("--revision", default="head", show_default=True, help="Stop at this revision.")
def upgrade(revision: str) -> None:
    """Bring the database to this version's schema; doing it twice changes nothing."""
    try:
        migrate.upgrade(database().engine, revision)
    except CommandError as problem:
        fail(problem)


@group.command()
@click.argument("revision")
@click.confirmation_option(prompt="Rows that the older schema has no place for are lost. Go on?")
def downgrade(revision: str) -> None:
    """Take the database back to an older REVISION (`base` for an empty one)."""
    try:
        migrate.downgrade(database().engine, revision)
    except CommandError as problem:
        fail(problem)


@group.command()
def check() -> None:
    """Compare models and migrations on a throwaway SQLite file; exit code 1 when they differ."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_database_engine(f"sqlite:///{Path(folder) / 'check.sqlite3'}")
        try:
            migrate.upgrade(engine)
            differences = migrate.find_differences(engine)
        finally:
            engine.dispose()
    for difference in differences:
        click.echo(f"{difference}", err=True)
    if differences:
        raise SystemExit(1)
    click.echo("The migrations make what the models say.", err=True)


commands = (group,)
