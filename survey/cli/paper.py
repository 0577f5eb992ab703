"""`flask paper …`: count paper ballots by workbook, and see how the villages' sheets stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from survey.application import database
from survey.cli.new_files import NewFiles
from survey.cli.running import (
    fail,
    find_round_by_name,
    out_option,
    reading,
    round_option,
    telling_errors,
    writing,
)
from survey.domain.paper_table import open_paper_file
from survey.services.paper_files import FileProblems, get_counter, get_round_of, key_file, write_template
from survey.services.paper_keying import declare_no_paper, reopen_sheet
from survey.services.paper_sheets import SheetState, list_sheets
from survey.services.rounds import require_state
from survey.services.slips import get_village
from survey.store.rounds import RoundState
from translations.catalogue import LazyText, lazy

group = AppGroup("paper", help="Count paper ballots by workbook, and see how the sheets stand.")

_UNCHANGED = lazy("đã chốt, không đổi")
_OUTCOMES: Mapping[SheetState, LazyText] = {
    SheetState.TO_CONFIRM: lazy("đã nhập, chờ người thứ hai đối chiếu"),
    SheetState.DIFFERS: lazy("hai người nhập khác nhau"),
    SheetState.CONFIRMED: lazy("đã chốt"),
}

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
unit_option = click.option("--unit", required=True, help="The village: its code, or its id.")


@group.command("template")
@round_option
@out_option
def template(name: str, out: Path) -> None:
    """Write a new XLSX workbook to be filled in: a column per village, with instructions and checks."""
    if out.suffix.lower() != ".xlsx":
        raise click.UsageError("The file's name must end in .xlsx")
    with reading() as session:
        content = write_template(session, find_round_by_name(session, name))
    with telling_errors(), NewFiles([out]) as files:
        files.write(out, content)
        files.place()
    click.echo(out)


@group.command("import")
@file_argument
@click.option("--round", "name", help="The round's id or tag; the file names it.")
@click.option("--entered-by", "username", required=True, help="Username of the person who counted.")
def import_(file: Path, name: str | None, username: str) -> None:
    """Key the villages that are filled in in FILE (XLSX, or its table as CSV), all of them or none.

    Every problem goes to stderr with its village and cell, and nothing is written. Importing again
    replaces what the same person keyed, until another one has confirmed it.
    """
    _key(file, name, username, again=False)


@group.command("confirm")
@file_argument
@click.option("--round", "name", help="The round's id or tag; the file names it.")
@click.option("--confirmed-by", "username", required=True, help="Username of the second person.")
def confirm(file: Path, name: str | None, username: str) -> None:
    """Key villages a second time, from another person's FILE; where both are equal they are confirmed.

    Fields that differ go to stderr with both figures. They are kept, until either person corrects theirs.
    """
    _key(file, name, username, again=True)


def _key(file: Path, name: str | None, username: str, *, again: bool) -> None:
    with telling_errors(), _listing_problems(), database().write() as session:
        opened = open_paper_file(file.name, file.read_bytes())
        round_ = find_round_by_name(session, name) if name else get_round_of(session, opened)
        filed = key_file(session, round_, opened, by=get_counter(session, username, round_), again=again)
    for village in filed:
        outcome = _UNCHANGED if village.unchanged else _OUTCOMES[village.state]
        _echo(village.code, village.name, outcome)
    differing = [(village.name, one) for village in filed for one in village.differences]
    for where, one in differing:
        click.echo(f"{where}, {one.cell}\t{one.field}\t{one.first or '–'}\t{one.second or '–'}", err=True)
    if differing:
        fail(lazy("Hai người nhập khác nhau ở %(n)s ô; đã lưu cả hai để sửa.", n=len(differing)))


@contextmanager
def _listing_problems() -> Iterator[None]:
    """Tell each problem of a file on a line of its own, after its transaction was undone."""
    try:
        yield
    except FileProblems as found:
        for problem in found.problems:
            click.echo(str(problem), err=True)
        raise


@group.command("status")
@round_option
def status(name: str) -> None:
    """Print a line per village, separated by tabs, under a line of headings.

    `stubs` are slips that came back with a paper ballot, `-` where the village has no slips. `counted` are
    the valid and invalid ballots of a confirmed sheet, `-` before.
    """
    with reading() as session:
        round_ = find_round_by_name(session, name)
        require_state(round_, RoundState.OPEN, RoundState.CLOSED, RoundState.PUBLISHED)
        sheets = list_sheets(session, round_)
    _echo("code", "village", "households", "stubs", "state", "counted")
    for found in sheets:
        village, counts = found.village, found.counts
        stubs = "-" if found.around.stubs is None else found.around.stubs
        counted = counts.counted if counts else "-"
        _echo(village.unit.code, village.name, village.households, stubs, found.state, counted)


@group.command("reopen")
@round_option
@unit_option
@click.option("--because", required=True, help="Why; it is kept in the log.")
def reopen(name: str, unit: str, because: str) -> None:
    """Begin a village's sheet anew, confirmed or not; after the close a correction begins like this."""
    with writing() as session:
        round_ = find_round_by_name(session, name)
        village = get_village(session, round_, unit)
        reopen_sheet(session, round_.id, village.unit_id, because=because, by=None)
        _echo(village.unit.code, village.name, SheetState.NOT_BEGUN)


@group.command("none")
@round_option
@unit_option
def none(name: str, unit: str) -> None:
    """Say that no paper ballot came from a village."""
    with writing() as session:
        round_ = find_round_by_name(session, name)
        village = get_village(session, round_, unit)
        declare_no_paper(session, round_.id, village.unit_id, by=None)
        _echo(village.unit.code, village.name, SheetState.NO_PAPER)


def _echo(*fields: object) -> None:
    click.echo("\t".join(map(str, fields)))


commands = (group,)
