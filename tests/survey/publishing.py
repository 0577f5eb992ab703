"""Publishing a closed round as an officer does: the scan of the signed minutes first."""

from __future__ import annotations

from analytics.public_files import write_public_files
from survey.domain.clock import now
from survey.services.publishing import attach_scan, publish_round
from survey.store.engine import Database
from tests.survey.scans import write_pdf

SCAN = write_pdf()


def attach_minutes(database: Database, round_id: int, *, result: int | None = None) -> None:
    with database.write() as session:
        attach_scan(session, round_id, "01/BB", "Biên bản kiểm phiếu", SCAN, result=result, by=None, at=now())


def publish(database: Database, round_id: int) -> None:
    attach_minutes(database, round_id)
    publish_round(database, round_id, by=None, at=now(), files=write_public_files)
