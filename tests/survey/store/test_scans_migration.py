"""Scans from before they named their result get the one that stood when they were uploaded."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from survey.store import migrate
from survey.store.engine import create_database_engine

DAY = "2026-01-{:02d} 00:00:00+00"
STATEMENTS = (
    """
    INSERT INTO unit (id, code, name, level, type, valid_from, search_name, synthetic)
    VALUES (1, '19867', 'Xã', 'commune', 'Xã', '2025-07-01', 'xa', :no)
    """,
    *(
        f"""
        INSERT INTO round
        (id, tag, unit_id, kind, title, questionnaire_key, starts_on, grace_hours, contact, created_at)
        VALUES ({number}, 'A{number}', 1, 'pulse', 'Đợt', 'phan-hoi', '2026-01-01', 0, 'x', '{DAY.format(1)}')
        """
        for number in (1, 2)
    ),
    *(
        f"""
        INSERT INTO result (round_id, number, made_at, because, record, sha256)
        VALUES (1, {number}, '{DAY.format(day)}', {because}, '{{}}', 'x')
        """
        for number, day, because in ((1, 10, "NULL"), (2, 20, "'Đếm sót'"))
    ),
    *(
        f"""
        INSERT INTO document (id, number, issued_on, issuer, title)
        VALUES ({document_id}, '01/BB', '2026-01-01', 'MTTQ', 'Biên bản')
        """
        for document_id in range(1, 6)
    ),
    *(
        f"INSERT INTO round_scan (round_id, document_id) VALUES ({round_id}, {document_id})"
        for round_id, document_id in ((1, 1), (1, 2), (1, 3), (1, 4), (2, 5))
    ),
    *(
        f"""
        INSERT INTO audit_event (at, action, round_id, detail)
        VALUES ('{DAY.format(day)}', '{action}', 1, '{{"document"\\: {document_id}}}')
        """
        for day, action, document_id in (
            (11, "round.attach_scan", 1),
            (20, "round.attach_scan", 2),
            (25, "round.attach_scan", 3),
            (25, "document.record", 4),
        )
    ),
)


@pytest.fixture
def before(bare_database_url):
    """Uploads of two results; one that the log does not tell of, and one of a round without a result."""
    engine = create_database_engine(bare_database_url)
    migrate.upgrade(engine, "0004")
    with engine.begin() as connection:
        for statement in STATEMENTS:
            connection.execute(text(statement), {"no": False} if ":no" in statement else {})
    yield engine
    engine.dispose()


def test_each_scan_gets_the_result_that_stood_and_keeps_it(before: Engine) -> None:
    migrate.upgrade(before)
    with before.connect() as connection:
        found = connection.execute(text("SELECT document_id, result FROM round_scan ORDER BY document_id"))
        assert found.all() == [(1, 1), (2, 2), (3, 2), (4, 1), (5, None)]
    with pytest.raises(Exception, match="append-only"), before.begin() as connection:
        connection.execute(text("UPDATE round_scan SET result = 2"))
    assert migrate.find_differences(before) == []


def test_a_scan_names_no_result_that_there_is_not(before: Engine) -> None:
    migrate.upgrade(before)
    statement = "INSERT INTO round_scan (round_id, document_id, result) VALUES (2, 4, 1)"
    with pytest.raises(Exception, match=r"(?i)foreign key"), before.begin() as connection:
        connection.execute(text(statement))


def test_going_back_leaves_the_scans(before: Engine) -> None:
    migrate.upgrade(before)
    migrate.downgrade(before, "0004")
    with before.begin() as connection:
        assert len(connection.execute(text("SELECT * FROM round_scan")).all()) == 5
        connection.execute(text("DELETE FROM round_scan"))
