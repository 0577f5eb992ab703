"""`flask slips …`: issue the households' slips."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey.application import settings
from survey.cli.running import find_round_by_name, out_option, progress_bar, round_option, writing
from survey.printing.slips import print_slips
from survey.services.slips import build_sheet, get_village, issue_slips

group = AppGroup("slips", help="Issue the households' slips.")


@group.command("issue")
@round_option
@click.option("--unit", required=True, help="The village: its code, or its id.")
@click.option("--count", type=click.IntRange(1), required=True)
@out_option
def issue(name: str, unit: str, count: int, out: Path) -> None:
    """Issue slips for a village and write them to a new PDF, the only place that ever holds their codes."""
    with writing() as session, progress_bar(count, "slips") as advance:
        round_ = find_round_by_name(session, name)
        village = get_village(session, round_, unit)
        issued = issue_slips(session, settings().code_secret, round_.id, village.unit_id, count, by=None)
        sheet = build_sheet(session, issued, settings().public_url)
        with out.open("xb") as file:
            print_slips([sheet], file, title=f"{sheet.village}, {sheet.commune}", progress=advance)
    first, last = issued.batch.first_number, issued.batch.last_number
    click.echo(f"{first}–{last}\t{out}")


commands = (group,)
