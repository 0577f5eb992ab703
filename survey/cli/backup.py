"""`backup` and `restore`: the whole database as one portable file."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from survey.application import database
from survey.cli.running import progress_bar, telling_errors
from survey.services.backup import count_backed_up, count_rows, restore_backup, write_backup


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the whole database to FILE, which must not exist yet.

    FILE is a zip with one JSON-lines file per table, read in one snapshot while the server runs. It
    can be restored on SQLite and on PostgreSQL. It does not hold CODE_SECRET: keep that apart, or
    slips handed out before a loss cannot be used after it.
    """
    if not file.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}", param_hint="FILE")
    with telling_errors(), progress_bar(count_rows(database()), "backup") as advance:
        rows = write_backup(database(), file, advance)
    click.echo(f"{rows} rows written to {file}", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Fill an empty, migrated database from FILE, whole or not at all.

    Prepare the database with `db upgrade` first. Afterwards `recount --check` proves the figures.
    """
    with telling_errors(), progress_bar(count_backed_up(file), "restore") as advance:
        rows = restore_backup(database(), file, advance)
    click.echo(f"{rows} rows restored from {file}", err=True)


commands = (backup, restore)
