"""`flask units …`: load the register, import a commune's villages, show a unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup

from survey.cli.running import DAY, fail, find_unit_by_name, reading, writing
from survey.domain.clock import today
from survey.domain.units import Level
from survey.domain.villages import ImportPreview
from survey.services.register import load_units
from survey.services.units import find_predecessors, find_successors, list_children, read_area_class
from survey.services.villages import apply_import, list_household_counts, preview_import
from survey.store.units import Unit

group = AppGroup("units", help="Load the register of units, import villages, show a unit.")


@group.command("load")
def load() -> None:
    """Bring the database to the shipped register; adds and updates, never deletes."""
    with writing() as session:
        report = load_units(session)
    click.echo(
        f"{report.added} units added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.successions} successions added"
    )


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--commune", required=True, help="The commune: its official code, or its id.")
@click.option("--year", type=int, help="Year of the household counts; this year by default.")
@click.option("--dry-run", is_flag=True, help="Print what would change and write nothing.")
def import_villages(file: Path, commune: str, year: int | None, dry_run: bool) -> None:
    """Import a commune's villages and households from a CSV or XLSX FILE, all of them or none."""
    with reading() if dry_run else writing() as session:
        unit = find_unit_by_name(session, commune)
        year = year or (unit.valid_to or today()).year
        preview = preview_import(session, unit.id, file.name, file.read_bytes(), year)
        _print_preview(preview)
        if not preview.can_apply:
            fail("Nothing was written.")
        if not dry_run:
            apply_import(session, unit.id, preview, year, by=None)
    done = "would be" if dry_run else "were"
    click.echo(f"{len(preview.rows)} villages {done} written to {unit.name} for {year}")


def _print_preview(preview: ImportPreview) -> None:
    for row in preview.added:
        click.echo(f"+ {row.name}\t{row.households}")
    for match in preview.changed:
        old = match.existing
        click.echo(f"~ {old.code} {old.name}\t{old.households} -> {match.row.name}\t{match.row.households}")
    for village in preview.absent:
        click.echo(f"  {village.code} {village.name}\t{village.households} (not in the file, kept)")
    for problem in (*preview.warnings, *preview.problems):
        click.echo(str(problem), err=True)


@group.command("show")
@click.argument("code")
@click.option("--on", type=DAY, help="The day on which the unit bore the code; today by default.")
def show(code: str, on: date | None) -> None:
    """Print a unit, what it was made of, what became of it, and what is below it."""
    with reading() as session:
        unit = find_unit_by_name(session, code, on)
        click.echo(f"{_line(unit)}\t{unit.type}\t{unit.level}\tid {unit.id}")
        if unit.level == Level.COMMUNE:
            click.echo(f"area: {read_area_class(unit).value}, rural: {unit.rural}")
        predecessors, successors = find_predecessors(session, unit), find_successors(session, unit)
        for heading, listed in (
            ("made of", predecessors.known),
            ("perhaps also of", predecessors.possible),
            ("became", successors.known),
            ("successor unknown, perhaps", successors.candidates),
        ):
            for other in listed:
                click.echo(f"{heading}: {_line(other)}")
        if successors.unknown and not successors.candidates:
            click.echo("successor unknown")
        children = list_children(session, unit.id)
        counts = list_household_counts(session, [child.id for child in children])
        for child in children:
            years = ", ".join(
                f"{year}: {households}" for year, households in counts.get(child.id, {}).items()
            )
            click.echo(f"below: {_line(child)}" + (f"\t{years}" if years else ""))


def _line(unit: Unit) -> str:
    return f"{unit.code} {unit.name} ({unit.valid_from} – {unit.valid_to or '…'})"


commands = (group,)
