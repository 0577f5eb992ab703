"""Slips, posters and documents of a round, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey.domain.clock import now, today
from survey.domain.errors import Conflict, DomainError
from survey.printing.posters import Poster
from survey.services.adoptions import adopt, is_draft, is_official, rule_set_version
from survey.services.documents import record_document
from survey.services.posters import build_posters
from survey.services.rounds import (
    get_round,
)
from survey.services.slip_changes import void_slips
from survey.services.slip_issuing import build_sheet
from survey.services.snapshots import read_snapshot
from survey.services.submit import Outcome
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.slips import Slip
from survey.store.staff import Staff
from survey.store.units import Unit
from tests.survey.scans import draw_picture, write_pdf
from tests.survey.services.communes import (
    Commune,
    issue,
    opened,
    send,
)


def test_slips_never_outnumber_the_households(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    small = commune.village_ids[1]
    first = issue(database, round_id, small, 3)
    with pytest.raises(DomainError, match="thêm được 2 thẻ"):
        issue(database, round_id, small, 3)
    with database.write() as session:
        assert void_slips(session, round_id, [1, 2], because="Mất", by=None) == 2
    second = issue(database, round_id, small, 4)
    assert (first.batch.last_number, second.batch.first_number, second.batch.last_number) == (3, 4, 7)


def test_issuers_at_the_same_time_share_the_households_and_no_number(
    database: Database, commune: Commune
) -> None:
    round_id = opened(database, commune)

    def try_issue(_turn: int) -> int:
        try:
            return len(issue(database, round_id, commune.village_ids[0], 6).slips)
        except DomainError:
            return 0

    with ThreadPoolExecutor(6) as threads:
        counts = list(threads.map(try_issue, range(6)))
    assert sorted(counts) == [0, 0, 0, 6, 6, 6]
    with database.read() as session:
        assert sorted(session.scalars(select(Slip.number))) == list(range(1, 19))


def test_a_used_slip_cannot_be_voided(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 2)
    send(database, issued, 0)
    with database.write() as session:
        assert void_slips(session, round_id, [1, 2], because="Mất tờ in", by=None) == 1
        with pytest.raises(DomainError, match="77"):
            void_slips(session, round_id, [77], because="Nhầm", by=None)
    assert send(database, issued, 1) is Outcome.SLIP_VOID


def test_plain_codes_are_on_paper_only(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 2)
    with database.read() as session:
        sheet = build_sheet(session, issued, "https://khaosat.example.vn")
    assert [slip.number for slip in sheet.slips] == [1, 2]
    assert sheet.slips[0].url == f"https://khaosat.example.vn/{issued.slips[0].code.grouped}"
    with database.read() as session:
        assert all(
            slip.code.text.encode() not in hashed
            for slip in issued.slips
            for hashed in session.scalars(select(Slip.code_hash))
        )


def test_a_poster_per_village_carries_its_own_address(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.read() as session:
        posters: list[Poster] = build_posters(
            session, "https://khaosat.example.vn", get_round(session, round_id)
        )
    assert [poster.village for poster in posters] == ["Thôn 1", "Thôn 2"]
    assert len({poster.url for poster in posters}) == 2
    assert posters[0].url == f"https://{posters[0].short_address}"
    assert posters[0].needs_slip


def test_adopting_makes_a_draft_official_for_the_unit_and_below(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.write() as session:
        snapshot = read_snapshot(session, session.get_one(Round, round_id))
        assert is_draft(session, commune.id, snapshot)
        assert snapshot.rules is not None
        person = Staff(username="a", display_name="A", password_hash="x", created_at=now())
        session.add(person)
        session.flush()
        unit = session.get_one(Unit, commune.id)
        document = record_document(session, "1", today(), "MTTQ", "Mẫu phiếu", by=person.id)
        version = rule_set_version(snapshot.rules)
        adopt(session, unit, "questionnaire", "xa-ntm", "1", document, by=person.id)
        assert is_draft(session, commune.id, snapshot)
        adopt(session, unit, "rule_set", snapshot.rules.key, version, document, by=person.id)
        assert not is_draft(session, commune.id, snapshot)
        assert is_official(session, commune.village_ids[0], "rule_set", snapshot.rules.key, version)
        with pytest.raises(Conflict):
            adopt(session, unit, "questionnaire", "xa-ntm", "1", document, by=person.id)
        changed = replace(snapshot.rules, grace_hours=1)
        assert rule_set_version(changed) != version


@pytest.mark.parametrize(
    ("scan", "kind"),
    [
        (write_pdf(), "application/pdf"),
        (draw_picture("PNG"), "image/png"),
        (draw_picture("JPEG"), "image/jpeg"),
        (b"<html><script>", None),
        (b"%PDF-1.4\nhello", None),
    ],
    ids=["pdf", "png", "jpeg", "html", "broken"],
)
def test_a_scan_is_judged_by_its_bytes(database: Database, scan: bytes, kind: str | None) -> None:
    with database.write() as session:
        if kind is None:
            with pytest.raises(DomainError):
                record_document(session, "1", today(), "MTTQ", "Cho phép", scan=scan, by=None)
        else:
            document = record_document(session, "1", today(), "MTTQ", "Cho phép", scan=scan, by=None)
            assert document.scan_type == kind
