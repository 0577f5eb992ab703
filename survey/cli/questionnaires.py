"""`flask questionnaires …`: check questionnaire files before they are used."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from forms.loader import load_questionnaire
from forms.problems import DataError
from survey.cli.running import BAD_INPUT

group = AppGroup("questionnaires", help="Check questionnaire files.")


@group.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def check(files: tuple[Path, ...]) -> None:
    """Report every problem of every file with its place; exit with 2 where there is one."""
    failed = False
    for path in files:
        try:
            questionnaire = load_questionnaire(path)
        except DataError as error:
            failed = True
            for problem in error.problems:
                click.echo(f"{path}: {problem}", err=True)
        else:
            count = len(questionnaire.questions)
            click.echo(f"{path}: {questionnaire.key} {questionnaire.version}, {count} questions, ok")
    if failed:
        sys.exit(BAD_INPUT)


commands = (group,)
