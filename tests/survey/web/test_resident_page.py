"""What a resident's page weighs, and that an old phone understands it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.servers.pages import check_html
from tests.survey.web.live_rounds import RoundField
from tests.survey.web.visits import visit

CSS = (Path(__file__).parents[3] / "static" / "resident.css").read_text(encoding="utf-8")
ROUND_TRIP = 14 * 1024
"""What a server may send on a new TCP connection before it hears of the phone again."""

# Chromium 37 to 40, the web view of Android 5 as sold, has none of these.
TOO_NEW = {
    "custom property": r"--[\w-]+\s*:|var\(",
    "grid": r"\bgrid\b|grid-",
    "flex gap": r"[;{](row-|column-)?gap:",
    "new selector": r":(has|is|where|focus-visible|focus-within|placeholder-shown|not\([^)]*[, ])",
    "logical property": r"(margin|padding|border|inset)-(inline|block)|inset:",
    "new function": r"\b(min|max|clamp|env|color-mix|light-dark)\(",
    "new unit": r"\d(dvh|svh|lvh|cqw|cqi)\b",
    "sticky": r"sticky",
    "layer or nesting": r"@layer|@container|@supports|&",
    "colour with alpha": r"#([0-9a-f]{4}|[0-9a-f]{8})\b",
    "another address": r"url\(|@import|@font-face",
}


@pytest.mark.parametrize("name", TOO_NEW)
def test_the_style_is_safe_for_android_5(name: str) -> None:
    assert re.findall(TOO_NEW[name], CSS) == []


def test_the_style_holds_nothing_that_closes_its_element() -> None:
    assert "<" not in CSS
    assert CSS.count("{") == CSS.count("}")


@pytest.mark.parametrize("query", ["", "?lang=en", "?chu=to"])
def test_the_first_view_is_one_request_and_one_round_trip(field: RoundField, query: str) -> None:
    official, pulse = field.plant(), field.plant(kind="pulse")
    for url in (official.slip_url, official.poster_url, pulse.poster_url, field.server.url + "/"):
        page = visit(url + query)
        head = sum(len(name) + len(value) + 4 for name, value in page.headers.items())
        assert head + len(gzip.compress(page.text.encode(), 6)) <= ROUND_TRIP
        assert re.findall(r'<(?:script|img|iframe|link(?! rel="icon" href="data:,"))\b[^>]*', page.text) == []


def test_every_page_is_valid(field: RoundField) -> None:
    official, pulse = field.plant(), field.plant(kind="pulse")
    closed, void = field.plant(closed=True), field.plant(void=True)
    root = field.server.url
    for url in (
        *(
            root + path
            for path in ("/", "/?ma=%22%3Cx", "/bien-nhan", "/quyen-rieng-tu", "/quyen-rieng-tu?lang=en")
        ),
        *(official.slip_url, official.poster_url, pulse.poster_url, closed.slip_url, void.slip_url),
        official.slip_url + "?chu=to&lang=en",
    ):
        check_html(visit(url).text)
