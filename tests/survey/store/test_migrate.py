"""The migrations make what the models say, on both databases, and take it back."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from survey.store import migrate
from survey.store.engine import create_database_engine
from survey.store.schema import METADATA


@pytest.fixture
def bare(bare_database_url):
    engine = create_database_engine(bare_database_url)
    yield engine
    engine.dispose()


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_upgrading_from_nothing_makes_the_models(bare):
    migrate.upgrade(bare)
    assert migrate.find_differences(bare) == []
    assert _tables(bare) == set(METADATA.tables)


def test_a_difference_is_found(bare):
    migrate.upgrade(bare)
    with bare.begin() as connection:
        connection.execute(text("ALTER TABLE declaration DROP COLUMN value"))
    assert "value" in repr(migrate.find_differences(bare))


def test_upgrading_twice_changes_nothing(bare):
    migrate.upgrade(bare)
    migrate.upgrade(bare)
    assert migrate.find_differences(bare) == []


def test_every_step_goes_down_and_up_again(bare):
    scripts = ScriptDirectory(str(migrate._SCRIPTS))
    revisions = [script.revision for script in scripts.walk_revisions()][::-1]
    for revision in revisions:
        migrate.upgrade(bare, revision)
    for revision in [*revisions[:-1][::-1], "base"]:
        migrate.downgrade(bare, revision)
    assert _tables(bare) == set()
    migrate.upgrade(bare)
    assert migrate.find_differences(bare) == []


def test_going_down_leaves_no_function_behind(postgresql_databases):
    engine = create_database_engine(postgresql_databases.create())
    migrate.downgrade(engine, "base")
    with engine.connect() as connection:
        left = text("SELECT proname FROM pg_proc WHERE proname LIKE '%append_only'")
        assert connection.scalars(left).all() == []
    engine.dispose()


def test_a_failed_upgrade_leaves_nothing_half_made(bare):
    """A table that is in the way stops the migration, which takes all of its own back."""
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE unit (id INTEGER)"))
    with pytest.raises(Exception, match="unit"):
        migrate.upgrade(bare)
    assert _tables(bare) == {"unit"}
