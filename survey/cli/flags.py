"""`flask flags …`: what says that a round's counts are worth a second look."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from survey.application import settings
from survey.cli.running import find_round_by_name, reading, round_option
from survey.services.flags import list_flags

group = AppGroup("flags", help="Flags: a round's counts are worth a second look.")


@group.command("show")
@round_option
def show(name: str) -> None:
    """Print a line per flag: its kind, the village (or - for the round), and what was seen.

    A round without a flag prints nothing. No flag removes a ballot.
    """
    with reading() as session:
        for flag in list_flags(session, find_round_by_name(session, name), settings().min_base):
            click.echo(f"{flag.kind}\t{flag.village or '-'}\t{flag.seen}")


commands = (group,)
