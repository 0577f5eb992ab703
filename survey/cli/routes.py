"""`routes-access`: every address and whom it is for."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from survey.access import find_access

_IMPLIED = {"HEAD", "OPTIONS"}


def list_routes(app: Flask) -> list[str]:
    """One line per route: address, methods, endpoint, access; `UNCLASSIFIED` where a view says nothing."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - _IMPLIED))
        access = find_access(app.view_functions[rule.endpoint])
        whom = "public" if rule.endpoint == "static" else str(access or "UNCLASSIFIED")
        lines.append(f"{rule.rule}  {methods}  {rule.endpoint}  {whom}")
    return sorted(lines)


@click.command("routes-access")
@with_appcontext
def routes_access() -> None:
    """Print every route: address, methods, endpoint, and whom it is for."""
    for line in list_routes(current_app):
        click.echo(line)


commands = (routes_access,)
