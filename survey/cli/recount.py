"""`flask recount`: prove that the tallies are what the raw rows say."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from flask.cli import with_appcontext

from survey.application import database
from survey.cli.running import find_round_by_name, progress_bar, reading
from survey.services.recount import Recount, list_opened, recount_round


@click.command("recount")
@click.option("--round", "name", help="Only this round (id or tag); all rounds without it.")
@click.option("--check", is_flag=True, help="Exit with 1 where a tally is not what the raw rows say.")
@with_appcontext
def recount(name: str | None, check: bool) -> None:
    """Count again from the raw rows and compare with the tallies and the ledger."""
    with reading() as session:
        round_ids = [find_round_by_name(session, name).id] if name else list_opened(session)
    with progress_bar(len(round_ids), "rounds") as advance:
        recounts = []
        for round_id in round_ids:
            recounts.append(recount_round(database(), round_id))
            advance(1)
    if not _tell(recounts) and check:
        sys.exit(1)


def _tell(recounts: Iterable[Recount]) -> bool:
    """Print a line per round, and each difference on stderr; says whether all agree."""
    agree = True
    for recount in recounts:
        verdict = "ok" if recount.agrees else "DIFFERS"
        click.echo(
            f"{recount.round_id}\t{recount.responses} responses\t{recount.boxed} boxed\t"
            f"{recount.ledger} in the ledger\t{verdict}"
        )
        for cell in recount.differences:
            where = f"unit {cell.unit_id} {cell.channel} {cell.question}/{cell.option}"
            message = f"round {recount.round_id} {where}: tallied {cell.tallied}, counted {cell.counted}"
            click.echo(message, err=True)
        agree = agree and recount.agrees
    return agree


commands = (recount,)
