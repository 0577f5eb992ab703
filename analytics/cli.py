"""Commands that tell: `results export`, `results record`, `results verify` and `plan show`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup

from analytics.exports import FORMATS, WRITERS, write_codebook_csv
from analytics.plan.board import Board, build_board, describe_board
from analytics.public_files import SUMS
from analytics.results import build_result
from analytics.verification.given import Given, Unreadable, read_given
from analytics.verification.kept import hold_against_database
from analytics.verification.verify import Report, verify_files
from survey.frames import (
    DomainError,
    NotFound,
    database,
    get_plan,
    get_round,
    keeps_results,
    min_base,
    read_record_text,
    record_download,
    round_facts,
    today,
)
from translations.catalogue import lazy
from translations.numbers import format_percent, format_rate

results = AppGroup("results", help="Figures of rounds that have ended.")
plan = AppGroup("plan", help="The plan's scoreboard.")
commands = (results, plan)


class _BadInput(click.ClickException):
    """One sentence on stderr, exit code 2."""

    exit_code = 2


def _fail(message: object) -> NoReturn:
    raise _BadInput(str(message))


@results.command("export")
@click.option("--round", "round_name", required=True, metavar="R", help="The round's id or tag.")
@click.option("--format", "form", required=True, type=click.Choice(list(FORMATS)), help="The file's format.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
def export(round_name: str, form: str, out: Path) -> None:
    """Write a closed round's summary, small bases suppressed, with its codebook.

    CSV has its codebook in a second file, FILE-codebook.csv; XLSX and JSON hold theirs inside.
    """
    try:
        with database().read() as session:
            result = build_result(session, get_round(session, round_name).id, min_base())
        files = {out: WRITERS[form](result)}
        if form == "csv":
            files[out.with_name(f"{out.stem}-codebook.csv")] = write_codebook_csv(result)
        for path, content in files.items():
            path.write_bytes(content)
            click.echo(path)
    except DomainError as problem:
        _fail(problem)
    except OSError as problem:
        _fail(f"Cannot write {problem.filename}: {problem.strerror}")


@results.command("record")
@click.option("--round", "round_name", required=True, metavar="R", help="The round's id or tag.")
@click.option("--number", type=click.IntRange(1), help="Which of its results (default: the one that stands).")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
def write_record(round_name: str, number: int | None, out: Path) -> None:
    """Write a result's full record, for those entitled to it: every count, however small, and the nonce.

    The file is its owner's alone, and that it was taken is put on the log.
    """
    try:
        with database().write() as session:
            facts = round_facts(session, get_round(session, round_name).id, number)
            if facts.record is None:
                raise NotFound(lazy("Đợt này chưa có kết quả được ghi lại."))
            content = read_record_text(session, facts.id, facts.record.number).encode()
            record_download(session, facts, "record", by=None)
            with open(out, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(content)
        click.echo(f"{out}\t{sha256(content).hexdigest()}")
    except DomainError as problem:
        _fail(problem)
    except OSError as problem:
        _fail(f"Cannot write {problem.filename}: {problem.strerror}")


@results.command("verify")
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
def verify(paths: Sequence[Path]) -> None:
    """Check published files and result records: against their sums, each other, SHA256SUMS, the database.

    Ends with 0 if everything holds, with 1 if something differs, else with 2 if a file cannot be read.
    """
    given: list[Given] = []
    unread: list[tuple[Path, str]] = []
    for path in paths:
        try:
            given.append(read_given(path.name, path.read_bytes(), _find_sums(path, paths)))
        except Unreadable as problem:
            unread.append((path, str(problem)))
        except OSError as problem:
            unread.append((path, problem.strerror or "cannot be read"))
    reports = verify_files(given)
    if keeps_results(database()):
        with database().read() as session:
            for report in reports:
                hold_against_database(session, report)
    for report in reports:
        _print(report)
    differs = [report for report in reports if report.differs]
    for path, why in unread:
        click.echo(f"{path}: cannot be read: {why}", err=True)
    raise SystemExit(1 if differs else 2 if unread else 0)


def _find_sums(path: Path, paths: Sequence[Path]) -> bytes | None:
    """The list of hashes that lies beside a file, or else the only one that is given."""
    beside, others = path.with_name(SUMS), [one for one in paths if one.name == SUMS]
    if beside.exists():
        return beside.read_bytes()
    return others[0].read_bytes() if len(others) == 1 else None


def _print(report: Report) -> None:
    click.echo(f"{report.given.name}: {report.given.kind}\n  SHA-256 {report.given.sha256}")
    for what in report.held:
        click.echo(f"  holds: {what}")
    for problem in report.differs:
        click.echo(f"  DIFFERS: {problem}")
    for note in report.notes or (() if report.held or report.differs else ("nothing to hold it against",)):
        click.echo(f"  note: {note}")


@plan.command("show")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="As 2025-06-30 (default: today, or the plan's end)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the units that are missing.")
def show(on: datetime | None, as_json: bool) -> None:
    """Show every target on a day: counts, share, verdict."""
    kept = get_plan()
    with database().read() as session:
        board = build_board(session, kept, on.date() if on else kept.default_date(today()))
    click.echo(json.dumps(describe_board(board), ensure_ascii=False, indent=2) if as_json else _write(board))


def _write(board: Board) -> str:
    lines = [f"{board.plan.key} on {board.on.isoformat()}"]
    for row in board.rows:
        counts = f"{row.share.numerator}/{row.share.denominator}"
        rate = format_rate(row.share.numerator, row.share.denominator, threshold=row.target.share)
        wanted = f"{row.target.operator} {format_percent(row.target.share)}"
        missing = len(row.not_met) + len(row.missing)
        verdict = row.verdict.value
        figures = f"{counts:>9} {rate:>10}  {wanted:<9}"
        lines.append(f"{row.target.key:<10} {figures} {verdict:<20} {missing} missing")
    return "\n".join(lines)
