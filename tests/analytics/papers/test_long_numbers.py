"""Large communes: no number of a table breaks over two lines, and no telephone number of the notice."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analytics.indicators import ContentCounts, Share
from analytics.papers.material import Material
from analytics.papers.minutes import write_minutes
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from analytics.papers.summary import write_summary
from tests.analytics.papers.reading import needs_office, open_paper, render

MANY = 2_552


@pytest.fixture(scope="module")
def large(material: Material) -> Material:
    """Every household of every village has answered, and every one is satisfied."""
    villages = tuple(
        replace(
            village,
            facts=replace(village.facts, households=MANY),
            by_channel={**dict.fromkeys(village.by_channel, (0, 0)), "online": (MANY, 0)},
            rates=dict.fromkeys(village.rates, Share(MANY, MANY)),
            any_least=1_001,
            any_most=1_014,
        )
        for village in material.villages
    )
    found, total = material.official, len(villages) * MANY
    every = Share(total, total)
    official = replace(
        found,
        coverage=every,
        overall=every,
        valid=total,
        contents=dict.fromkeys(found.contents, every),
        counts=dict.fromkeys(found.counts, ContentCounts(total, 0)),
        tests=tuple(replace(test, share=every) for test in found.tests),
    )
    return replace(material, villages=villages, official=official)


@needs_office
@pytest.mark.parametrize("write", [write_report, write_summary, write_minutes, write_notice])
def test_no_percentage_breaks_over_two_lines(large, tmp_path, write) -> None:
    for page in render(write(large), tmp_path):
        assert not re.search(r"^\s*%", page, re.MULTILINE)
        assert not re.search(r"\d+,\d+\s*$", page, re.MULTILINE), page


def test_a_telephone_number_of_the_notice_stays_in_one_line(material) -> None:
    contact = replace(material.more, contact="Bà Nguyễn Thị Hoa, 0234 355 1234")
    document = open_paper(write_notice(replace(material, more=contact)))
    words = "".join(document.element.body.itertext())
    assert "0234 355 1234".replace(" ", "\N{NO-BREAK SPACE}") in words
    assert "Bà Nguyễn Thị Hoa" in words
