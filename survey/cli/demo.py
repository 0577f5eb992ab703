"""`demo`: a synthetic season to try the product with, and the file that says how."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from survey.application import database, public_files, settings
from survey.cli.running import fail, progress_bar, telling_errors
from survey.demo.demonstration import plant_demonstration
from survey.demo.handout import Handout, write_handout
from survey.demo.season import (
    DEFAULT_HOUSEHOLDS,
    LEAST_HOUSEHOLDS,
    MOST_HOUSEHOLDS,
    plan_season,
)
from survey.domain.clock import today
from survey.services.register import load_units
from survey.settings import INSTANCE
from survey.store import migrate
from survey.store.units import Unit

DEFAULT_SEED = 132
demo_file_option = click.option(
    "--demo-file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=INSTANCE / "demo.json",
    help="Where the demonstration's addresses, accounts and codes are written (instance/demo.json).",
)


def prepare_database() -> None:
    """Bring the database to this version's schema, and load the units where there are none."""
    migrate.upgrade(database().engine)
    with database().write() as session:
        if session.scalar(select(Unit.id).limit(1)) is None:
            load_units(session)


def seed(path: Path, households: int = DEFAULT_HOUSEHOLDS, seed: int = DEFAULT_SEED) -> Handout:
    """Plant the demonstration and write its handout; fails for a database in use."""
    season = plan_season(households, seed, today())
    with telling_errors(), progress_bar(season.count_ballots(), "demo") as advance:
        handout = plant_demonstration(
            database(),
            settings().code_secret,
            season,
            min_base=settings().min_base,
            public_url=settings().public_url,
            files=public_files(),
            advance=advance,
        )
    write_handout(path, handout)
    return handout


@click.command("demo")
@click.option(
    "--households",
    type=click.IntRange(1, MOST_HOUSEHOLDS),
    default=DEFAULT_HOUSEHOLDS,
    show_default=True,
    help=f"Households of the four communes together, about; no fewer than {LEAST_HOUSEHOLDS} are made.",
)
@click.option("--seed", "seed_", type=int, default=DEFAULT_SEED, show_default=True)
@demo_file_option
def demo(households: int, seed_: int, path: Path) -> None:
    """Fill an empty database with a synthetic season: villages, rounds, ballots and accounts to try."""
    if settings().production:
        fail("A demonstration has no place in production (APP_ENV=production)")
    prepare_database()
    click.echo(tell(seed(path, households, seed_), path))


def tell(handout: Handout, path: Path) -> str:
    """The addresses and accounts to try, as lines to print."""
    lines = [
        "This is a demonstration: villages, households, ballots and figures are made up.",
        f"  staff      {handout.base}/dang-nhap",
        f"  household  {handout.base}/{handout.slips[0]}" if handout.slips else "",
        f"  poster     {handout.base}/{handout.pulse_code}",
        "Demo accounts (user name, password, role on unit):",
    ]
    lines += [f"  {one.username:22} {one.password}  {one.role} {one.unit}" for one in handout.staff]
    lines.append(f"All of this, with {len(handout.slips)} unused slips, is in {path}")
    return "\n".join(line for line in lines if line)


commands = (demo,)
