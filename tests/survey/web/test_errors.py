"""A page that breaks says so in a sentence, and its log line holds neither code nor answer."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from app import create_app
from survey.application import detach
from survey.domain.codes import new_slip_code
from survey.settings import read_settings
from survey.store.engine import create_database_engine


def test_a_broken_page_tells_a_sentence_and_logs_no_code(
    database_url: str, tmp_path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(read_settings({"DATABASE_URL": database_url}, tmp_path))
    engine = create_database_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE slip RENAME TO lost"))
    engine.dispose()
    code = new_slip_code("ABC")
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get(f"/{code.grouped}")
    detach(app)
    assert answer.status_code == 500
    assert "trục trặc" in answer.text
    assert "Traceback" not in answer.text
    assert "Exception in resident.open_code" in caplog.text
    assert code.text not in caplog.text
    assert code.grouped not in caplog.text
