"""Checks of a page as it is drawn on a phone: narrow, with large text, by keyboard, in forced colours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.servers.browser import PHONE, lend_script
from tests.servers.pages import find_accessibility_problems

NARROW = {"width": 320, "height": 640}
LARGE_TEXT = 2
_JUDGE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def find_screen_problems(page: Page) -> list[str]:
    """All that is wrong with the page that stands in the browser; it is left as it was found."""
    page.wait_for_load_state()  # a tap leads to it before its styles are there
    checks: tuple[tuple[str, Callable[[Page], list[str]]], ...] = (
        ("axe", find_accessibility_problems),
        ("drawn", find_drawing_problems),
        ("320 px", find_narrow_problems),
        ("200 %", find_large_text_problems),
        ("keyboard", find_focus_problems),
        ("forced colours", find_forced_colour_problems),
    )
    return [f"{name}: {problem}" for name, check in checks for problem in check(page)]


def find_drawing_problems(page: Page) -> list[str]:
    """Text that is cut off or lies across other text."""
    return _judge(page, "findCut") + _judge(page, "findOverlaps")


def find_narrow_problems(page: Page) -> list[str]:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    try:
        return find_drawing_problems(page)
    finally:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def find_large_text_problems(page: Page) -> list[str]:
    """As a phone does whose owner has doubled the size of all text."""
    root = page.locator("html")
    size = root.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    root.evaluate("(e, size) => { e.style.fontSize = size + 'px'; }", size * LARGE_TEXT)
    try:
        return find_drawing_problems(page)
    finally:
        root.evaluate("e => { e.style.fontSize = ''; }")


def find_focus_problems(page: Page) -> list[str]:
    page.keyboard.press("Tab")
    return _judge(page, "findHiddenFocus")


def find_forced_colour_problems(page: Page) -> list[str]:
    page.emulate_media(forced_colors="active")
    try:
        return _judge(page, "findEdgeless")
    finally:
        page.emulate_media(forced_colors="none")


def _judge(page: Page, check: str) -> list[str]:
    with lend_script(page):
        found: list[str] = page.evaluate(f"{_JUDGE}.{check}()")
    return found
