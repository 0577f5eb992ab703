"""Run one of the app's commands on a database, in this process."""

from __future__ import annotations

from click.testing import Result

from survey.cli import backup, database, purge, routes, staff
from tests.survey.web.staff_browser import run_app


def run_command(database_url: str, *words: object, text: str | None = None) -> Result:
    """What `flask --app app WORDS…` prints and returns; `text` is its standard input."""
    with run_app(database_url) as app:
        for module in (backup, database, purge, routes, staff):
            for command in module.commands:
                app.cli.add_command(command)
        return app.test_cli_runner().invoke(args=[str(word) for word in words], input=text)
