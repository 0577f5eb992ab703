"""`flask reasons …`: how far the moderation of a round is, and counting its themes anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from survey.application import database
from survey.cli.running import find_round_by_name, reading, round_option, telling_errors
from survey.services.reasons import STATES, count_moderation, require_told
from survey.services.theme_counts import count_themes, recount_themes

group = AppGroup("reasons", help="Reasons: what residents wrote, moderated and counted by theme.")


@group.command("status")
@round_option
def status(name: str) -> None:
    """Print two tables, parted by a line with a dash.

    First a line per question: its code, and how many texts are new, shown and hidden. Then a line per
    question and theme: their codes, how many texts name the theme, and its name.
    """
    with reading() as session:
        round_ = find_round_by_name(session, name)
        with telling_errors():
            require_told(round_)
        for question, counts in sorted(count_moderation(session, round_.id).items()):
            click.echo("\t".join([question, *(str(counts[state]) for state in STATES)]))
        click.echo("-")
        for one in count_themes(session, round_.id):
            click.echo(f"{one.question}\t{one.theme}\t{one.texts}\t{one.name}")


@group.command("count")
@round_option
def count(name: str) -> None:
    """Count the themes of a closed round by the list that now holds, and print the number of texts."""
    with reading() as session:
        round_ = find_round_by_name(session, name)
        with telling_errors():
            require_told(round_)
    with telling_errors():
        texts = recount_themes(database(), round_.id, by=None)
    click.echo(f"{round_.id}\t{texts} texts")


commands = (group,)
