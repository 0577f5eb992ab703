"""`flask ballots …`: print the blank ballot."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click
from flask.cli import AppGroup

from survey.application import database
from survey.cli.running import find_round_by_name, out_option, reading, round_option, telling_errors
from survey.printing.ballots import Size
from survey.services.blank_ballots import build_ballot, write_ballot

group = AppGroup("ballots", help="Print the blank ballot.")


@group.command("print")
@round_option
@click.option("--size", type=click.Choice(get_args(Size)), default="A4", show_default=True)
@out_option
def print_(name: str, size: Size, out: Path) -> None:
    """Write one PDF with the blank ballot of an open round, to be printed as often as it is needed.

    It bears no number. A4-lon is in large type. `slips issue --per-page 1` prints it with each household's
    slip below, to be cut off.
    """
    with reading() as session:
        round_ = find_round_by_name(session, name)
        ballot = build_ballot(session, round_)
    with telling_errors(), out.open("wb") as file:
        pages = write_ballot(database(), round_, ballot, size, file, by=None)
    click.echo(f"{pages}\t{out}")


commands = (group,)
