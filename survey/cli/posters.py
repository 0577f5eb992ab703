"""`flask posters …`: print the villages' posters."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from flask.cli import AppGroup

from survey.application import database, settings
from survey.cli.running import (
    find_round_by_name,
    out_option,
    progress_bar,
    reading,
    round_option,
    telling_errors,
)
from survey.services.posters import build_posters, write_posters

group = AppGroup("posters", help="Print the villages' posters.")


@group.command("print")
@round_option
@click.option("--size", type=click.Choice(["A3", "A4", "A5"]), default="A4", show_default=True)
@out_option
def print_(name: str, size: Literal["A3", "A4", "A5"], out: Path) -> None:
    """Write one PDF with a poster per village of an open round."""
    with reading() as session:
        round_ = find_round_by_name(session, name)
        posters = build_posters(session, settings().public_url, round_)
    with telling_errors(), out.open("wb") as file, progress_bar(len(posters), "posters") as advance:
        pages = write_posters(database(), round_, posters, size, file, by=None, progress=advance)
    click.echo(f"{pages}\t{out}")


commands = (group,)
