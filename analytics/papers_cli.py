"""`flask documents make`: a round's papers as files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup

from analytics.papers.evidence import open_spool, write_evidence
from analytics.papers.kinds import EVIDENCE, KINDS, write_paper
from analytics.papers.letterheads import Letterhead
from analytics.papers.material import Material, read_material
from survey.frames import Conflict, DomainError, NotFound, database, get_round, min_base, record_download
from translations.catalogue import lazy

documents = AppGroup("documents", help="Papers of rounds that have ended: to sign, to post, to read out.")
commands = (documents,)
LETTERHEADS = [letterhead.value for letterhead in Letterhead]


class _BadInput(click.ClickException):
    """One sentence on stderr, exit code 2."""

    exit_code = 2


def _fail(message: object) -> NoReturn:
    raise _BadInput(str(message))


@documents.command("make")
@click.option("--round", "round_name", required=True, metavar="R", help="The round's id or tag.")
@click.option(
    "--kind", required=True, type=click.Choice([*KINDS, EVIDENCE]), help="Which paper, or the pack."
)
@click.option("--unit", metavar="V", help="Minutes of this village only: its code, or its id.")
@click.option("--number", type=click.IntRange(1), help="Of this of its results (default: what stands).")
@click.option("--letterhead", type=click.Choice(LETTERHEADS), default=LETTERHEADS[0], show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
def make(
    round_name: str, kind: str, unit: str | None, number: int | None, letterhead: str, out: Path
) -> None:
    """Write a closed round's paper (DOCX, or text to read out), or its evidence pack (ZIP).

    Signed papers are complete and their files their owner's alone; what is posted or read out is suppressed.
    """
    try:
        with open_spool() as spool:
            if kind == EVIDENCE:
                _refuse(unit, number, letterhead)
                material = write_evidence(database().read, _find(round_name), min_base(), spool)
            else:
                with database().read() as session:
                    round_id = get_round(session, round_name).id
                    material = read_material(session, round_id, min_base(), number)
                unit_id = None if unit is None else _find_village(material, unit)
                spool.write(write_paper(material, kind, Letterhead(letterhead), unit_id))
            with database().write() as session:
                record_download(session, material.facts, kind, by=None)
            spool.seek(0)
            with open(out, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                shutil.copyfileobj(spool, file)
        click.echo(out)
    except DomainError as problem:
        _fail(problem)
    except OSError as problem:
        _fail(f"Cannot write {problem.filename}: {problem.strerror}")


def _find(round_name: str) -> int:
    with database().read() as session:
        return get_round(session, round_name).id


def _refuse(unit: str | None, number: int | None, letterhead: str) -> None:
    if unit is not None or number is not None or letterhead != Letterhead.MTTQ:
        raise Conflict(lazy("Hồ sơ chứng cứ gồm tất cả, theo thể thức của Mặt trận; không chọn riêng được."))


def _find_village(material: Material, name: str) -> int:
    for village in material.facts.villages:
        if name in (village.code, str(village.unit_id)):
            return village.unit_id
    raise NotFound(lazy("Đợt này không lấy ý kiến ở thôn ấy."))
