"""`purge`: retention, looked at first and carried out when told so."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from survey.application import database
from survey.cli.running import progress_bar, reading, telling_errors
from survey.domain.clock import now
from survey.services.purge import KEPT_DAYS, carry_out, plan_purge


@click.command()
@click.option(
    "--days",
    type=click.IntRange(min=30, max=36500),
    default=KEPT_DAYS,
    show_default=True,
    help="How long after a round has ended receipts and slips can still be looked up.",
)
@click.option("--yes", is_flag=True, help="Do it; without this, only say what would be done.")
@with_appcontext
def purge(days: int, yes: bool) -> None:
    """Forget who took part in rounds ended long ago, old staff sessions, and expired prints of slips.

    Ledger, late arrivals and slips keep their numbers and lose what could be looked up in them:
    receipts can no longer be checked, and no slip can be told to have been used. Every figure,
    tally, snapshot, mixed response and log entry stays, and `recount --check` still agrees.
    """
    at = now()
    with reading() as session:
        plan = plan_purge(session, at, days)
    click.echo(f"staff sessions: {plan.sessions}")
    click.echo(f"expired prints of slips: {plan.prints}")
    for traces in plan.rounds:
        counts = f"ledger {traces.ledger}, late {traces.late}, slips {traces.slips}"
        click.echo(f"round {traces.round_id} ({traces.tag}): {counts}")
    if not yes:
        click.echo("Nothing was changed. Run again with --yes to do it.", err=True)
    elif not plan.is_empty:
        with telling_errors(), progress_bar(len(plan.rounds), "purge") as advance:
            carry_out(database(), plan, at, on_round=lambda: advance(1))
        click.echo("Done.", err=True)


commands = (purge,)
