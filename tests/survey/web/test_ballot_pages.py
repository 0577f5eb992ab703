"""The page of the blank ballot."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pypdfium2 as pdfium
import pytest
from sqlalchemy import select

from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.services.closing import close_round
from survey.store.staff import AuditEvent
from tests.survey.web.office import Office, create, open_office, open_official, page
from tests.survey.web.staff_browser import add_staff


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with open_office(database_url) as office:
        yield office


def test_the_ballot_comes_in_three_sizes_and_each_is_on_the_log(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = open_official(office, browser)
    assert f"/dot/{round_id}/in-phieu" in page(browser, f"/dot/{round_id}")
    shown = page(browser, f"/dot/{round_id}/in-phieu")
    assert "DỰ THẢO" in shown
    assert f'href="/dot/{round_id}/the"' in shown
    for size, pages in (("A4", 1), ("A5", 2), ("A4-lon", 3)):
        assert f"kho={size}" in shown
        answer = browser.get(f"/dot/{round_id}/in-phieu?kho={size}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert f'filename="phieu-{round_id}-{size}.pdf"' in answer.headers["Content-Disposition"]
        assert len(pdfium.PdfDocument(answer.data)) == pages
    page(browser, f"/dot/{round_id}/in-phieu?kho=A3")
    with office.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "ballots.print")).all()
    assert [json.loads(event.detail) for event in events] == [
        {"size": "A4", "pages": 1},
        {"size": "A5", "pages": 2},
        {"size": "A4-lon", "pages": 3},
    ]
    assert all((event.unit_id, event.round_id) == (office.units["19867"], round_id) for event in events)
    assert "In phiếu giấy" in page(office.signed_in("quan-tri"), "/nhat-ky")


def test_it_is_vietnamese_whatever_the_officer_reads(office: Office) -> None:
    browser = office.signed_in("mttq")
    round_id = open_official(office, browser)
    english = browser.get(f"/dot/{round_id}/in-phieu?kho=A4&lang=en").data
    assert english == browser.get(f"/dot/{round_id}/in-phieu?kho=A4&lang=vi").data


def test_the_committee_prints_ballots_and_is_not_sent_to_the_slips(office: Office) -> None:
    round_id = open_official(office, office.signed_in("mttq"))
    add_staff(office.database, "ubnd", (Role.COMMITTEE_COMMUNE, office.units["19867"]))
    shown = page(office.signed_in("ubnd"), f"/dot/{round_id}/in-phieu")
    assert f'href="/dot/{round_id}/the"' not in shown
    assert office.signed_in("tinh").get(f"/dot/{round_id}/in-phieu").status_code == 404


def test_only_an_open_round_that_counts_households_has_a_ballot(office: Office) -> None:
    browser = office.signed_in("mttq")
    draft = create(office, browser)
    page(browser, f"/dot/{draft}/in-phieu", 409)
    round_id = open_official(office, browser)
    close_round(office.database, round_id, by=None, at=now(), despite="Thử")
    page(browser, f"/dot/{round_id}/in-phieu?kho=A4", 409)
    pulse = create(office, browser, kind="pulse", questionnaire="phan-hoi", rules="")
    assert browser.post(f"/dot/{pulse}/mo", page=f"/dot/{pulse}/mo").status_code == 303
    assert "in-phieu" not in page(browser, f"/dot/{pulse}")
    page(browser, f"/dot/{pulse}/in-phieu", 400)
