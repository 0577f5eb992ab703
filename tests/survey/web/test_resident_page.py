"""What a resident's page weighs, and that an old phone understands it."""

from __future__ import annotations

import gzip
import re
from html import unescape
from pathlib import Path

import pytest

from tests.servers.pages import check_html
from tests.survey.web.live_rounds import RoundField
from tests.survey.web.visits import Answer, visit

CSS = (Path(__file__).parents[3] / "static" / "resident.css").read_text(encoding="utf-8")
SCRIPT = re.compile(r'<script defer src="(/static/[^"]+)"></script>')
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
    "layer or nesting": r"@layer|@container|@supports|&",
    "colour with alpha": r"#([0-9a-f]{4}|[0-9a-f]{8})\b",
    "sticky alone": r"position:sticky(?<!-webkit-sticky;position:sticky)",
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
    """Page, style and scripts together; the scripts hold nothing up."""
    official, pulse = field.plant(), field.plant(kind="pulse")
    for url in (official.slip_url, official.poster_url, pulse.poster_url, field.server.url + "/"):
        page = visit(url + query)
        scripts = SCRIPT.findall(page.text)
        assert len(scripts) == page.text.count("<script") == 2
        parts = [page, *(visit(field.server.url + unescape(script)) for script in scripts)]
        assert sum(weigh(part) for part in parts) <= ROUND_TRIP
        assert re.findall(r'<(?:img|iframe|link(?! rel="icon" href="data:,"))\b[^>]*', page.text) == []


def weigh(answer: Answer) -> int:
    """Bytes on the way to the phone, as a proxy compresses them."""
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return head + len(gzip.compress(answer.text.encode(), 6))


def test_a_script_at_the_address_of_its_content_is_kept_for_good(field: RoundField) -> None:
    root = field.server.url
    [script, *_] = SCRIPT.findall(visit(root + "/").text)
    assert "immutable" in visit(root + script).headers["Cache-Control"]
    for other in (script.partition("?")[0], re.sub("v=.*", "v=0000000000", script)):
        assert visit(root + other).headers["Cache-Control"] == "no-cache"
    assert visit(root + re.sub(r"/static/[^?]+", "/static/none.js", script)).status == 404


def test_the_worker_governs_the_whole_site_and_is_never_stale(field: RoundField) -> None:
    worker = visit(field.server.url + "/sw.js?lang=en")
    assert worker.status == 200
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in worker.headers["Content-Security-Policy"]


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
