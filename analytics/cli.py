"""Commands that tell: `results export` and `plan show`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup

from analytics.exports import FORMATS, WRITERS, write_codebook_csv
from analytics.plan.board import Board, build_board, describe_board
from analytics.results import build_result
from survey.frames import DomainError, database, get_plan, get_round, min_base, today
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
