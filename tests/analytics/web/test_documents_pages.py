"""The page of a round's papers: who may have which, that each comes as a file, and that it is logged."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from survey.domain.permissions import PERMISSIONS, Permission, Role
from survey.store.rounds import Round
from survey.store.staff import AuditEvent
from tests.analytics.papers.reading import open_paper
from tests.analytics.season import close, plant
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html

COMPLETE = ("bien-ban", "tong-hop", "bao-cao", "ho-so.zip")
TOLD = ("niem-yet", "bai-phat-thanh")


@pytest.fixture
def house(database_url) -> Iterator[House]:
    with run_house(database_url) as found:
        plant(found.database, found.opened)
        close(found.database, found.opened)
        yield found


def page_of(house: House) -> str:
    return f"/ket-qua/{house.opened.round_id}/ho-so"


def test_those_in_charge_get_every_paper_as_a_file_that_no_cache_keeps(house) -> None:
    browser = house.signed_in("mttq.xa")
    for name in (*COMPLETE, *TOLD):
        answer = browser.get(f"{page_of(house)}/{name}", buffered=True)
        assert answer.status_code == 200, name
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["Cache-Control"] == "no-store"
        if name == "ho-so.zip":
            assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
        elif name == "bai-phat-thanh":
            assert answer.content_type == "text/plain; charset=utf-8"
            assert answer.text.startswith("Kính thưa")
        else:
            assert open_paper(answer.data).sections


@pytest.mark.parametrize("username", ["ubnd.xa", "phantich"])
def test_whoever_reads_the_result_gets_what_is_posted_and_nothing_complete(house, username) -> None:
    browser = house.signed_in(username)
    page = browser.get(page_of(house))
    assert page.status_code == 200
    assert "niem-yet" in page.text
    assert "bien-ban" not in page.text
    assert "ho-so.zip" not in page.text
    assert all(browser.get(f"{page_of(house)}/{name}", buffered=True).status_code == 200 for name in TOLD)
    assert all(browser.get(f"{page_of(house)}/{name}", buffered=True).status_code == 404 for name in COMPLETE)


@pytest.mark.parametrize("username", ["mttq.khac", "to.lay.ykien"])
def test_nobody_else_gets_anything(house, username) -> None:
    browser = house.signed_in(username)
    for name in ("", *(f"/{one}" for one in (*COMPLETE, *TOLD))):
        assert browser.get(f"{page_of(house)}{name}").status_code in (403, 404)


def test_only_the_front_of_the_commune_makes_complete_papers() -> None:
    assert [role for role in Role if Permission.MAKE_PAPERS in PERMISSIONS[role]] == [Role.FRONT_COMMUNE]


def test_the_page_is_linked_from_the_round_and_from_its_result_and_is_valid(house) -> None:
    browser = house.signed_in("mttq.xa")
    for address in (f"/dot/{house.opened.round_id}", f"/ket-qua/{house.opened.round_id}"):
        assert f'href="{page_of(house)}"' in browser.get(address).text
    page = browser.get(page_of(house)).text
    check_html(page)
    assert "không niêm yết" in page
    for village in house.opened.village_ids:
        assert f"bien-ban?thon={village}" in page


def test_every_download_is_on_the_log_with_who_took_it(house) -> None:
    browser = house.signed_in("mttq.xa")
    for name in ("bien-ban", "ho-so.zip"):
        browser.get(f"{page_of(house)}/{name}", buffered=True)
    with house.database.read() as session:
        events = session.scalars(select(AuditEvent).filter_by(action="results.download")).all()
        assert [json.loads(event.detail)["form"] for event in events] == ["bien-ban", "ho-so"]
        assert {event.staff and event.staff.username for event in events} == {"mttq.xa"}


def test_a_village_and_a_letterhead_are_asked_for_in_the_address(house) -> None:
    browser = house.signed_in("mttq.xa")
    village = house.opened.village_ids[1]
    one = browser.get(f"{page_of(house)}/bien-ban?thon={village}")
    assert len(open_paper(one.data).sections) == 1
    assert browser.get(f"{page_of(house)}/bao-cao?the-thuc=ubnd").status_code == 200
    assert browser.get(f"{page_of(house)}/bao-cao?the-thuc=khac").status_code == 404
    assert browser.get(f"{page_of(house)}/bien-ban?thon=99999").status_code == 404
    assert browser.get(f"{page_of(house)}/bien-ban?the-thuc=ubnd").status_code == 409


def test_no_two_papers_of_a_round_are_saved_under_one_name(house) -> None:
    browser = house.signed_in("mttq.xa")
    papers = [
        *(f"bien-ban?thon={village}" for village in house.opened.village_ids),
        *(
            f"{key}?the-thuc={form}"
            for key in ("tong-hop", "bao-cao", "niem-yet")
            for form in ("mttq", "ubnd")
        ),
        *("bien-ban", "bai-phat-thanh", "ho-so.zip"),
    ]
    names = []
    for paper in papers:
        answer = browser.get(f"{page_of(house)}/{paper}", buffered=True)
        names.append(answer.headers["Content-Disposition"].removeprefix("attachment; filename=").strip('"'))
    assert len(set(names)) == len(papers), names
    with house.database.read() as session:
        tag = session.get_one(Round, house.opened.round_id).tag.lower()
    assert names[0] == f"bien-ban-kiem-phieu-19867-01-thon-1-{tag}.docx"
    assert f"bao-cao-ket-qua-ubnd-{tag}.docx" in names
    assert all(name.isascii() and len(name) <= 80 for name in names)


def test_an_open_round_and_a_pulse_have_no_papers(database_url) -> None:
    with run_house(database_url, kind="pulse") as found:
        browser = found.signed_in("mttq.xa")
        for name in ("", *(f"/{one}" for one in (*COMPLETE, *TOLD))):
            assert browser.get(f"{page_of(found)}{name}").status_code == 409, name


def test_a_drill_has_papers_marked_as_one_and_no_evidence(database_url) -> None:
    with run_house(database_url, kind="drill") as found:
        plant(found.database, found.opened)
        close(found.database, found.opened)
        browser = found.signed_in("mttq.xa")
        paper = open_paper(browser.get(f"{page_of(found)}/bien-ban").data)
        assert "CHẠY THỬ" in paper.sections[0].header.paragraphs[1].text
        assert "ho-so.zip" not in browser.get(page_of(found)).text
        assert browser.get(f"{page_of(found)}/ho-so.zip").status_code >= 400
