"""`serve`: prepare the database and serve it, as `make run` and production do alike."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from survey.application import database, settings
from survey.cli.demo import demo_file_option, prepare_database, seed, tell
from survey.cli.running import fail, reading
from survey.demo.handout import find_handout, renew_handout, write_handout
from survey.demo.planting import is_empty
from survey.settings import INSTANCE

_ROOT = INSTANCE.parent
_THREADS = 64
"""Enough that sixty stalled uploads do not block the others; a buffering proxy is the full cure."""
_AT_ONCE = 4 * _THREADS
"""Requests that a worker has in hand; more wait in the listening queue."""


@click.command("serve")
@demo_file_option
def serve(path: Path) -> None:
    """Upgrade the database, load the units, plant a demonstration into an empty one, and serve on HOST:PORT.

    In production (APP_ENV=production) nothing is planted.
    """
    host, port = _read_address()
    prepare_database()
    if not settings().production:
        _show_demonstration(path)
        _read_address()  # planting takes a while: another server may have come up meanwhile
    click.echo(f"Serving {settings().public_url} (listening on {host}:{port}; Ctrl-C stops)")
    sys.stdout.flush()
    os.chdir(_ROOT)
    # granian takes the place of this process: it gets the signals, and the database is opened anew.
    database().engine.dispose()
    os.execv(sys.executable, [sys.executable, "-m", "granian", *granian_options(host, port)])


def granian_options(host: str, port: int) -> list[str]:
    """SQLite has one writer, so one process; nothing logs a request, for its path is a code."""
    workers = 1 if database().is_sqlite else 2
    return [
        *("--interface", "wsgi", "--factory", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(_THREADS), "--respawn-failed-workers"),
        # A worker that will not end must not keep Ctrl-C waiting; what was acknowledged is on disk.
        *("--workers-kill-timeout", "10"),
        *("--backlog", "1024", "--backpressure", str(_AT_ONCE)),
        *("--log-level", "error", "--no-access-log"),
        "app:serve_app",
    ]


def _read_address() -> tuple[str, int]:
    """HOST and PORT of the environment, free to listen on."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        fail(f"PORT: {port!r} is not a port number")
    # Two servers would share the port in silence, and answer in turns.
    try:
        with socket.create_server((host, int(port))):
            return host, int(port)
    except OSError as problem:
        fail(f"Cannot listen on {host}:{port}: {problem.strerror or problem}")


def _show_demonstration(path: Path) -> None:
    """Plant the demonstration where there is nothing yet, else renew its file; say how to try it."""
    with reading() as session:
        is_new = is_empty(session)
    if is_new:
        click.echo("Planting a demonstration into the empty database; this takes up to a minute …")
        handout = seed(path)
    else:
        found = find_handout(path, database(), settings().code_secret)
        if found is None:
            click.echo(f"The database is in use, and {path} tells of no demonstration in it.")
            click.echo("If planting one was interrupted, delete the database and start again.")
            return
        handout = renew_handout(database(), settings().code_secret, found, settings().public_url)
        write_handout(path, handout)
    click.echo(tell(handout, path))
    if not handout.slips:
        click.echo("Its open round has no slip left to try. Delete the database to plant a new one.")


commands = (serve,)
