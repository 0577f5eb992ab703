"""What papers stand on: adopted documents, the leave to ask online; and scans that do not fill memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import date

import pytest

from analytics.papers.evidence import open_spool, write_evidence
from analytics.papers.material import read_material
from analytics.papers.minutes import write_minutes
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from forms.loader import shipped_questionnaires
from survey.domain.clock import now, today
from survey.domain.rule_sets import list_rule_sets
from survey.domain.scans import SCAN_BYTES
from survey.services.adoptions import adopt, rule_set_version
from survey.services.documents import record_document
from survey.services.publishing import attach_scan
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.units import Unit
from tests.analytics.papers.conftest import MIN_BASE
from tests.analytics.papers.reading import read_text
from tests.analytics.season import hold_round
from tests.survey.open_rounds import OpenRound
from tests.survey.scans import write_pdf
from tests.survey.web.staff_browser import add_staff

SCANS = 10


def record(
    database: Database, opened: OpenRound, *, adopted: tuple[str, ...], authorised: bool = False
) -> None:
    """Documents that make the round's papers official."""
    staff_id = add_staff(database, "lan")
    questionnaire, rules = shipped_questionnaires()["xa-ntm"], list_rule_sets(today(), "xa")[0]
    versions = {
        "questionnaire": (questionnaire.key, questionnaire.version),
        "rule_set": (rules.key, rule_set_version(rules)),
    }
    with database.write() as session:
        unit = session.get_one(Unit, opened.commune_id)
        for kind in adopted:
            document = record_document(
                session, f"12/{kind}", date(2026, 3, 1), "UBMTTQ thành phố", f"Hướng dẫn {kind}", by=staff_id
            )
            adopt(session, unit, kind, *versions[kind], document, by=staff_id)  # type: ignore[arg-type]
        if authorised:
            leave = record_document(
                session, "34/CV", date(2026, 4, 2), "UBMTTQ thành phố", "Lấy ý kiến trực tuyến", by=staff_id
            )
            session.get_one(Round, opened.round_id).authorisation_id = leave.id


def read(database: Database, opened: OpenRound):
    with database.read() as session:
        return read_material(session, opened.round_id, MIN_BASE)


@pytest.mark.parametrize(
    ("adopted", "is_draft"),
    [((), True), (("questionnaire",), True), (("rule_set",), True), (("questionnaire", "rule_set"), False)],
)
def test_papers_are_drafts_until_both_questionnaire_and_rules_are_adopted(
    database, adopted, is_draft
) -> None:
    opened = hold_round(database)
    record(database, opened, adopted=adopted, authorised=True)
    material = read(database, opened)
    for content in (write_minutes(material), write_report(material), write_notice(material)):
        assert ("DỰ THẢO" in read_text(content)) == is_draft
    text = read_text(write_report(material))
    assert "Căn cứ QĐ 51/2025/QĐ-TTg, có hiệu lực từ ngày 15/2/2026;" in text
    assert "Căn cứ Lấy ý kiến trực tuyến (số 34/CV ngày 02/04/2026, UBMTTQ thành phố)." in text
    for kind in ("questionnaire", "rule_set"):
        assert (f"Hướng dẫn {kind} (số 12/{kind} ngày 01/03/2026" in text) == (kind in adopted)


def test_a_round_that_another_one_replaces_says_so(database) -> None:
    material = read(database, hold_round(database))
    facts = replace(material.facts, superseded_because="Sai danh sách hộ")
    content = write_report(replace(material, result=replace(material.result, facts=facts)))
    assert "Đợt này đã được thay bằng một đợt khác. Lý do: Sai danh sách hộ." in read_text(content)
    assert "DỰ THẢO – ĐÃ ĐƯỢC THAY THẾ" in read_text(content)


def test_a_pack_of_many_scans_takes_no_more_memory_than_a_few_of_them(database) -> None:
    opened = hold_round(database)
    with database.write() as session:
        for number in range(SCANS):
            scan = write_pdf(padding=bytes([number]) * (SCAN_BYTES - 1000))
            attach_scan(session, opened.round_id, f"{number}/BB", "Biên bản", scan, by=None, at=now())
    with open_spool() as spool:
        tracemalloc.start()
        write_evidence(database.read, opened.round_id, MIN_BASE, spool)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < SCANS * SCAN_BYTES / 2
