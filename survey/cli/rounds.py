"""`flask rounds …`: make, open, close, publish and list rounds."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO

import click
from flask.cli import AppGroup

from survey.application import database, public_files, settings
from survey.cli.running import (
    DAY,
    find_round_by_name,
    find_unit_by_name,
    reading,
    round_option,
    telling_errors,
    writing,
)
from survey.domain.clock import now
from survey.services.closing import close_round, correct_result
from survey.services.documents import record_document
from survey.services.opening import open_round
from survey.services.progress import commune_progress
from survey.services.publishing import attach_scan, publish_round
from survey.services.result_records import find_record
from survey.services.round_checks import KINDS, Draft, list_warnings
from survey.services.rounds import create_round, record_authorisation

group = AppGroup("rounds", help="Make, open, close, publish and list rounds.")


@group.command("create")
@click.option("--unit", required=True, help="The commune: its official code, or its id.")
@click.option("--kind", type=click.Choice(KINDS), default="official", show_default=True)
@click.option("--title", required=True)
@click.option("--questionnaire", required=True, help="Key of a shipped questionnaire.")
@click.option("--rules", help="Key of a shipped rule set; needed unless --kind is pulse, which has none.")
@click.option("--starts", "starts_on", type=DAY, required=True)
@click.option(
    "--last", "last_on", type=DAY, help="Last day on which ballots are taken; needed unless --kind is pulse."
)
@click.option("--contact", required=True, help="Whom residents may call: name and telephone.")
@click.option("--grace", "grace_hours", type=click.IntRange(0, 240), help="Hours for ballots on their way.")
def create(
    unit: str,
    kind: str,
    title: str,
    questionnaire: str,
    rules: str | None,
    starts_on: date,
    last_on: date | None,
    contact: str,
    grace_hours: int | None,
) -> None:
    """Make the draft of a round and print its id and tag."""
    for option, given in (("--rules", rules), ("--last", last_on)):
        if given is None and kind != "pulse":
            raise click.UsageError(f"Give {option}: only a pulse round goes without it.")
    with writing() as session:
        round_ = create_round(
            session,
            find_unit_by_name(session, unit, starts_on),
            kind,
            title,
            questionnaire,
            rules,
            starts_on,
            last_on,
            contact,
            grace_hours=grace_hours,
            by=None,
        )
        warnings = list_warnings(Draft.of(round_))
    for warning in warnings:
        click.echo(str(warning), err=True)
    click.echo(f"{round_.id}\t{round_.tag}")


@group.command("open")
@round_option
@click.option("--document", "number", help="Number of the paper that authorises online collection.")
@click.option("--document-date", "issued_on", type=DAY)
@click.option("--document-issuer", "issuer")
@click.option(
    "--document-title", "title", default="Văn bản cho phép lấy ý kiến trực tuyến", show_default=True
)
def open_(name: str, number: str | None, issued_on: date | None, issuer: str | None, title: str) -> None:
    """Freeze a draft and open it; an official round needs the authorising paper."""
    with writing() as session:
        round_ = find_round_by_name(session, name)
        if number or issued_on or issuer:
            if not (number and issued_on and issuer):
                raise click.UsageError("Give --document, --document-date and --document-issuer together")
            document = record_document(session, number, issued_on, issuer, title, by=None)
            record_authorisation(session, round_, document, by=None)
        open_round(session, round_, by=None, at=now())
        click.echo(f"{round_.id}\t{round_.tag}\t{round_.snapshot_sha256}")


@group.command("close")
@round_option
@click.option("--despite", help="Why it closes before its time; kept with the round.")
def close(name: str, despite: str | None) -> None:
    """Close an open round, mix the rest of its boxes and count again."""
    with reading() as session:
        round_id = find_round_by_name(session, name).id
    with telling_errors():
        recount = close_round(
            database(), round_id, by=None, at=now(), despite=despite, min_base=settings().min_base
        )
    with reading() as session:
        record = find_record(session, round_id)
    paper = sum(sheet.counts.counted for sheet in record.sheets.values()) if record else 0
    click.echo(f"{round_id}\t{recount.responses} responses\t{paper} on paper")


@group.command("publish")
@round_option
def publish(name: str) -> None:
    """Publish the result of a closed round."""
    with reading() as session:
        round_id = find_round_by_name(session, name).id
    with telling_errors():
        publish_round(
            database(),
            round_id,
            by=None,
            at=now(),
            files=public_files(),
            min_base=settings().min_base,
        )
    click.echo(f"{round_id}\tpublished")


@group.command("attach")
@round_option
@click.option("--scan", type=click.File("rb"), required=True, help="PDF, PNG or JPEG of at most 4 MB.")
@click.option("--number", required=True, help="Number of the signed paper.")
@click.option("--title", default="Biên bản kiểm phiếu", show_default=True)
@click.option("--result", type=int, help="Number of the result that was signed; refused if another stands.")
def attach(name: str, scan: BinaryIO, number: str, title: str, result: int | None) -> None:
    """Keep a scan of the minutes that were signed for the result that stands, and print that result's number.

    Each result of an official round is published with a scan of its own only.
    """
    with writing() as session:
        round_id = find_round_by_name(session, name).id
        kept = attach_scan(session, round_id, number, title, scan.read(), result=result, by=None, at=now())
        click.echo(f"{round_id}\t{kept.result}\t{kept.document.scan_sha256}")


@group.command("correct")
@round_option
@click.option("--because", required=True, help="Why the result is computed anew; it is printed with it.")
def correct(name: str, because: str) -> None:
    """Put a new result on record after sheets were reopened and confirmed; the earlier one stays."""
    with reading() as session:
        round_id = find_round_by_name(session, name).id
    with telling_errors():
        result = correct_result(database(), round_id, because=because, by=None, at=now())
    click.echo(f"{round_id}\t{result.number}\t{result.sha256}")


@group.command("list")
@click.option("--unit", help="Only rounds of this unit and of those below it.")
def list_(unit: str | None) -> None:
    """Print id, tag, state, kind, unit, ballots/households and title, separated by tabs."""
    with reading() as session:
        unit_ids = [find_unit_by_name(session, unit).id] if unit else None
        for line in commune_progress(session, unit_ids):
            round_ = line.round
            counts = f"{line.received}/{line.households}"
            fields = (
                round_.id,
                round_.tag,
                round_.state,
                round_.kind,
                round_.unit.name,
                counts,
                round_.title,
            )
            click.echo("\t".join(map(str, fields)))


commands = (group,)
