"""Reasons from before moderation keep their words, and none becomes public by the migration."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from survey.store import migrate
from survey.store.engine import create_database_engine

_UNIT = """
INSERT INTO unit (id, code, name, level, type, valid_from, search_name, synthetic)
VALUES (1, '19867', 'Xã', 'commune', 'Xã', '2025-07-01', 'xa', :no)
"""
_ROUND = """
INSERT INTO round
(id, tag, unit_id, kind, title, questionnaire_key, starts_on, last_on, grace_hours, contact, created_at)
VALUES (1, 'ABC', 1, 'drill', 'Đợt', 'xa-ntm', '2026-01-01', '2026-01-20', 0, 'x', '2026-01-01 00:00:00+00')
"""
_REASON = (
    "INSERT INTO reason (round_id, id, question, text, moderation) VALUES (1, :id, 'q02', :text, :state)"
)
_BOX = "INSERT INTO reason_box (round_id, id, texts) VALUES (1, :id, '{}')"


@pytest.fixture
def before(bare_database_url):
    """A database from before moderation, with a reason of each state and one in the box."""
    engine = create_database_engine(bare_database_url)
    migrate.upgrade(engine, "0003")
    with engine.begin() as connection:
        connection.execute(text(_UNIT), {"no": False})
        connection.execute(text(_ROUND))
        for state in ("new", "shown", "hidden"):
            values = {"id": uuid4().hex, "text": f"Đường {state}", "state": state}
            connection.execute(text(_REASON), values)
        connection.execute(text(_BOX), {"id": uuid4().hex})
    yield engine
    engine.dispose()


def read(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return dict(connection.execute(text("SELECT text, moderation FROM reason")).all())


def test_texts_stay_and_what_nobody_looked_at_is_not_shown(before: Engine) -> None:
    migrate.upgrade(before)
    assert read(before) == {"Đường new": "new", "Đường shown": "new", "Đường hidden": "hidden"}
    with before.connect() as connection:
        assert not connection.scalar(text("SELECT on_paper FROM reason_box"))
    migrate.downgrade(before, "0003")
    assert read(before) == {"Đường new": "new", "Đường shown": "new", "Đường hidden": "hidden"}


@pytest.mark.parametrize("revision", ["0003", "head"])
def test_the_rows_keep_no_order_and_only_known_states(before: Engine, revision: str) -> None:
    """SQLite makes the table anew: it must stay without row numbers, and keep its checks."""
    migrate.upgrade(before)
    if revision != "head":
        migrate.downgrade(before, revision)
    if before.dialect.name == "sqlite":
        with before.connect() as connection:
            sql = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'reason'"))
        assert "WITHOUT ROWID" in str(sql)
    values = {"id": uuid4().hex, "text": "Đường", "state": "public"}
    with pytest.raises(Exception, match="ck_reason_moderation"), before.begin() as connection:
        connection.execute(text(_REASON), values)
