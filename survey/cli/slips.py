"""`flask slips …`: issue the households' slips, void and replace them, and see how they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from survey.application import database, settings
from survey.cli.new_files import NewFiles
from survey.cli.running import (
    fail,
    find_round_by_name,
    out_option,
    progress_bar,
    reading,
    round_option,
    telling_errors,
)
from survey.domain.clock import now
from survey.domain.errors import DomainError
from survey.domain.slip_numbers import parse_numbers, write_ranges
from survey.printing.slips import PerPage, count_parts
from survey.services.slip_changes import withdraw_slips
from survey.services.slip_issuing import Order, issue_batch, order_again, print_list
from survey.services.slip_returns import return_slips
from survey.services.slip_status import list_village_slips
from survey.services.slips import BATCH_LIMIT, check_takes_slips, get_village
from survey.store.slips import RETURNED, SENT, SlipBatch
from translations.catalogue import lazy

group = AppGroup("slips", help="Issue the households' slips, replace them, and see how they stand.")

_Command = Callable[..., Any]


class Numbers(click.ParamType[list[int]]):
    """Slip numbers as 1-20,35."""

    name = "1-20,35"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[int]:
        try:
            return parse_numbers(str(value))
        except DomainError as problem:
            self.fail(str(problem), param, ctx)


@dataclass
class FileShelf:
    """Writes the parts of a PDF, the collector's list and the manifest to new files."""

    files: NewFiles
    parts: Iterator[Path]
    list_path: Path | None
    manifest_path: Path | None

    def add(self, content: bytes) -> None:
        self.files.write(next(self.parts), content)

    def keep(self, session: Session, batch: SlipBatch) -> None:
        if self.list_path:
            out = BytesIO()
            print_list(session, batch, out)
            self.files.write(self.list_path, out.getvalue())
        if self.manifest_path:
            self.files.write(self.manifest_path, (batch.manifest or "").encode())
        batch.printed_at = batch.issued_at  # the files hold it; nothing is kept here


def _printing(command: _Command) -> _Command:
    """The options of commands that print slips."""
    path = click.Path(dir_okay=False, writable=True, path_type=Path)
    for option in (
        click.option(
            "--manifest", "manifest_path", type=path, help="Numbers and SHA-256 of each part, as JSON."
        ),
        click.option("--list", "list_path", type=path, help="The collector's list, a PDF without codes."),
        out_option,
        click.option(
            "--per-page",
            type=click.Choice(["1", "8", "10"]),
            default="8",
            show_default=True,
            help="1: a blank ballot to an A4 sheet, with the slip below to be cut off.",
        ),
    ):
        command = option(command)
    return command


numbers_option = click.option(
    "--numbers", type=Numbers(), required=True, help="Numbers of slips; used ones stay as they are."
)
because_option = click.option("--because", required=True, help="Why; it is kept in the log.")


@group.command("issue")
@round_option
@click.option("--unit", required=True, help="The village: its code, or its id.")
@click.option("--count", type=click.IntRange(1, BATCH_LIMIT), required=True)
@_printing
def issue(name: str, unit: str, count: int, per_page: str, **paths: Any) -> None:
    """Issue slips for a village and write them to new PDFs, the only place that ever holds their codes.

    More than 1,000 slips come in parts: slips-1.pdf, slips-2.pdf and so on. Prints the batch's first and
    last number and each file.
    """
    with reading() as session:
        round_ = find_round_by_name(session, name)
        check_takes_slips(round_)
        village = get_village(session, round_, unit)
    _issue(Order(round_.id, village.unit_id, count, cast(PerPage, int(per_page))), **paths)


@group.command("reissue")
@round_option
@numbers_option
@because_option
@_printing
def reissue(name: str, numbers: list[int], because: str, per_page: str, **paths: Any) -> None:
    """Void those of a village's slips that are not used, and issue as many new ones in their place."""
    with reading() as session:
        round_ = find_round_by_name(session, name)
        order = order_again(
            session, round_.id, numbers, because=because, per_page=cast(PerPage, int(per_page))
        )
    _issue(order, **paths)


def _issue(order: Order, out: Path, list_path: Path | None, manifest_path: Path | None) -> None:
    parts = _name_parts(out, count_parts(order.count, order.per_page))
    made = [*parts, *filter(None, (list_path, manifest_path))]
    if len({path.absolute() for path in made}) < len(made):
        raise click.UsageError("Give each file a name of its own")
    with telling_errors(), NewFiles(made) as files, progress_bar(order.count, "slips") as advance:
        batch = issue_batch(
            database(),
            settings().code_secret,
            settings().public_url,
            order,
            FileShelf(files, iter(parts), list_path, manifest_path),
            by=None,
            at=now(),
            progress=advance,
        )
        files.place()  # only what is on record gets its name
    for path in made:
        click.echo(f"{batch.first_number}–{batch.last_number}\t{path}")


def _name_parts(out: Path, parts: int) -> list[Path]:
    if parts == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{part}{out.suffix}") for part in range(1, parts + 1)]


@group.command("void")
@round_option
@numbers_option
@because_option
def void(name: str, numbers: list[int], because: str) -> None:
    """Void those of the slips that are not used; prints how many."""
    with reading() as session:
        round_ = find_round_by_name(session, name)
    with telling_errors():
        voided = withdraw_slips(database(), round_.id, numbers, because=because, by=None)
    if not voided:
        fail(lazy("Các thẻ này đã dùng hoặc đã hủy rồi. Không thẻ nào bị hủy thêm."))
    click.echo(f"{voided}\tvoid")


@group.command("return")
@round_option
@click.option("--numbers", type=Numbers(), required=True, help="Numbers of slips that came back with paper.")
def return_(name: str, numbers: list[int]) -> None:
    """Tick off slips that came back with paper ballots, before those are counted.

    Prints a line for each kind that there is, separated by tabs: how many, the kind, the numbers. Ballots of
    `counted` slips are to be counted, also those of `repeated` ones, which had been ticked off before; those
    of `answered` slips are set aside, their households having answered another way first.
    """
    with reading() as session:
        round_ = find_round_by_name(session, name)
    with telling_errors(), database().write() as session:
        returned = return_slips(session, round_.id, numbers, by=None, at=now())
    for kind, found in asdict(returned).items():
        if found:
            _echo(len(found), kind, write_ranges(found))


@group.command("status")
@round_option
def status(name: str) -> None:
    """Print a line per village, separated by tabs, under a line of headings.

    Counts are of slips: to be used, used by each channel, void. `quarantined` counts batches in which a
    code repeated, `kept` those whose PDF waits, sealed, to be printed.
    """
    with reading() as session:
        villages = list_village_slips(session, find_round_by_name(session, name).id, now())
    _echo("code", "village", "households", "unused", SENT, RETURNED, "void", "quarantined", "kept")
    for one in villages:
        used = [one.used.get(channel, 0) for channel in (SENT, RETURNED)]
        _echo(one.code, one.name, one.households, one.issued, *used, one.void, one.quarantined, one.waiting)


def _echo(*fields: object) -> None:
    click.echo("\t".join(map(str, fields)))


commands = (group,)
