"""Checks of a fetched page: valid HTML for any page, accessibility for one that stands in a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import html5lib
from axe_playwright_python.base import AXE_SCRIPT
from html5lib.constants import E as MESSAGES
from playwright.sync_api import Page

from tests.servers.browser import lend_script

_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_RUN_AXE = "async rules => (await axe.run(rules)).violations"


def find_html_problems(html: str) -> list[str]:
    """What the HTML standard's parser objects to, ids given twice, and references to no id."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(html)
    problems = [
        f"line {place[0]}, column {place[1]}: {MESSAGES.get(code, code) % details}"
        for place, code, details in parser.errors
    ]
    ids = Counter(element.get("id") for element in document.iter() if element.get("id") is not None)
    problems += [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    for element in document.iter():
        for attribute in _REFERENCES:
            for name in element.get(attribute, "").split():
                if name not in ids:
                    problems.append(f"<{element.tag} {attribute}={name!r}> points at no element")
    return problems


def check_html(html: str) -> None:
    """Fail with every problem of a page that is not valid."""
    problems = find_html_problems(html)
    assert not problems, "\n".join(problems)


def find_accessibility_problems(page: Page, *, ignored: Collection[str] = ()) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice; `ignored` holds ids of its rules."""
    with lend_script(page):
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found: list[dict[str, Any]] = page.evaluate(_RUN_AXE, _RULES)
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found
        if violation["id"] not in ignored
        for node in violation["nodes"]
    ]


def check_accessibility(page: Page, *, ignored: Collection[str] = ()) -> None:
    """Fail with every problem that axe-core finds on the page as it stands, with script or without."""
    problems = find_accessibility_problems(page, ignored=ignored)
    assert not problems, "\n".join(problems)
