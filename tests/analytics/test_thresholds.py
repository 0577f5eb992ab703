"""A rate that misses its threshold by a hair is nowhere rounded into reach, whoever writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from html import unescape

import pytest

from analytics.indicators import Share
from analytics.papers.announcement import write_announcement
from analytics.papers.material import read_material
from analytics.papers.minutes import write_minutes
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from analytics.papers.summary import write_summary
from analytics.public_files import DATA, SUMMARY, TABLE
from analytics.rates import read_threshold, write_rate, write_threshold
from analytics.verification.given import read_given
from analytics.verification.verify import verify_files
from survey.domain.permissions import Role
from survey.domain.rule_sets import shipped_rule_sets
from survey.services.publishing import list_published_files, read_published_file
from tests.analytics.papers.reading import read_text
from tests.analytics.season import close, plant
from tests.analytics.web.house import House
from tests.survey.open_rounds import open_round
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app

ASKED = Fraction("0.6667")
"""Two thirds miss it, and with two decimals both read 66,67 %."""
REQUIREMENT = re.compile(r"(≥|ít nhất|nội dung:|yêu cầu|dưới mức|cần từ) 66,67 %")
RULES = replace(
    shipped_rule_sets()["qd51-xa-2026"],
    coverage_share=ASKED,
    overall_threshold=ASKED,
    content_threshold=ASKED,
)


@pytest.fixture
def house(database_url) -> Iterator[House]:
    """Two villages of 45 households: 30 ballots each, of which 20 are satisfied overall and with q02."""
    with run_app(database_url) as app:
        database = database_of(app)
        opened = open_round(database, villages=2, households=45, rules=RULES)
        add_staff(database, "mttq.xa", (Role.FRONT_COMMUNE, opened.commune_id))
        plant(database, opened, {(0, "online"): (30, 10), (1, "assisted"): (30, 10)})
        close(database, opened, publish=True)
        yield House(app, opened)


@pytest.fixture
def files(house) -> Mapping[str, bytes]:
    round_id = house.opened.round_id
    with house.database.read() as session:
        names = [one.name for one in list_published_files(session, round_id, 1)]
        return {name: read_published_file(session, round_id, 1, name) for name in names}


def without_requirements(text: str) -> str:
    return REQUIREMENT.sub("", unescape(text).replace("\N{NO-BREAK SPACE}", " "))


def test_no_page_says_that_it_reaches_it(house) -> None:
    number = house.opened.round_id
    staff = house.signed_in("mttq.xa")
    for browser, address in (
        (Browser(house.app), "/ket-qua-cong-khai/"),
        (Browser(house.app), f"/ket-qua-cong-khai/{number}"),
        (staff, f"/ket-qua/{number}"),
    ):
        page = without_requirements(browser.get(address).text)
        assert "66,667" in page, address
        assert "66,67 %" not in page, address


def test_no_paper_says_so(house) -> None:
    with house.database.read() as session:
        material = read_material(session, house.opened.round_id, 10)
    papers = [
        read_text(write(material)) for write in (write_notice, write_report, write_summary, write_minutes)
    ]
    for text in map(without_requirements, papers):
        assert "66,667" in text
        assert "66,67 %" not in text
    spoken = write_announcement(material)
    assert "sáu mươi sáu phẩy sáu sáu bảy phần trăm" in spoken
    assert "sáu mươi sáu phẩy sáu bảy phần trăm" not in spoken


def test_no_file_says_so_and_each_row_names_its_threshold(files) -> None:
    for name in (DATA, TABLE):
        assert "66,667" in files[name].decode()
        assert "66,67\N{NO-BREAK SPACE}%" not in files[name].decode()
    rated = [row for row in json.loads(files[DATA])["rows"] if row["rate_text"].startswith("66,66")]
    assert {row["option"] for row in rated} == {"returned", "satisfied"}
    assert {row["threshold"] for row in rated} == {0.6667}


def test_a_file_that_rounds_it_into_reach_differs(files) -> None:
    assert verify_files([read_given(TABLE, files[TABLE])])[0].differs == []
    rounded = files[TABLE].replace(b"66,667", b"66,67", 1)
    (report,) = verify_files([read_given(TABLE, rounded)])
    assert "rate_text is 66,67" in report.differs[0]
    assert "makes 66,667" in report.differs[0]


def test_the_summary_tells_thresholds_that_its_tests_are_made_on(files) -> None:
    assert verify_files([read_given(SUMMARY, files[SUMMARY])])[0].differs == []
    lowered = files[SUMMARY].replace(b'"threshold": "6667/10000"', b'"threshold": "1/2"', 1)
    (report,) = verify_files([read_given(SUMMARY, lowered)])
    assert report.differs[0] == "the test of coverage is made against 1/2, its figure against 6667/10000"


def test_a_threshold_survives_being_written_as_a_number() -> None:
    for percent in range(0, 10_001):
        asked = Fraction(percent, 10_000)
        assert read_threshold(write_threshold(asked)) == asked
        assert read_threshold(str(write_threshold(asked))) == asked
    assert (read_threshold(""), read_threshold(None), write_threshold(None)) == (None, None, None)


def test_the_example_of_the_domain() -> None:
    assert write_rate(Share(11_254, 12_505)) == "90,00\N{NO-BREAK SPACE}%"
    assert write_rate(Share(11_254, 12_505, Fraction(9, 10))) == "89,996\N{NO-BREAK SPACE}%"
    both = Share(11_000, 12_000, Fraction(9, 10)) + Share(254, 505, Fraction(9, 10))
    assert write_rate(both) == "89,996\N{NO-BREAK SPACE}%"
