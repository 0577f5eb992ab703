"""The checks see planted faults, and the phone reports what goes wrong on it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.servers.browser import PHONE, open_phone
from tests.servers.pages import (
    check_accessibility,
    check_html,
    find_accessibility_problems,
    find_html_problems,
)

GOOD = """<!doctype html>
<html lang="vi"><head><title>Lấy ý kiến</title></head>
<body><main><h1>Lấy ý kiến</h1>
<form><p><label for="code">Mã thẻ</label> <input id="code" name="code"></p></form>
</main></body></html>"""


def test_a_good_page_passes(any_page: Page):
    check_html(GOOD)
    any_page.set_content(GOOD)
    check_accessibility(any_page)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("</h1>", "</h2>", "h2"),
        ('for="code"', 'for="cod"', "points at no element"),
        ("<p>", '<p id="code">', "stands 2 times"),
        ("<!doctype html>", "", "DOCTYPE"),
        ("<main>", "<main></div>", "div"),
    ],
)
def test_invalid_html_is_named(old, new, problem):
    assert problem in " ".join(find_html_problems(GOOD.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('<label for="code">Mã thẻ</label>', "", "label"),
        (' lang="vi"', "", "html-has-lang"),
        ("<h1>", '<h1 style="color:#bbb;background:#fff">', "color-contrast"),
    ],
)
def test_an_inaccessible_page_is_named(any_page: Page, old, new, rule):
    any_page.set_content(GOOD.replace(old, new))
    assert any(problem.startswith(rule) for problem in find_accessibility_problems(any_page))


def test_the_phone_is_a_phone(page: Page):
    assert page.viewport_size == PHONE
    assert page.evaluate("navigator.language") == "vi-VN"


def test_without_script_no_script_runs(plain_page: Page):
    plain_page.set_content("<title>không</title><script>document.title = 'có'</script>")
    assert plain_page.title() == "không"


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("<script>quênMất()</script>", "script error"),
        ('<img src="http://elsewhere.test/pixel.png" alt="">', "another host"),
        (
            "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>",
            "Content Security Policy",
        ),
    ],
)
def test_the_phone_reports_what_goes_wrong(browser: Browser, fault, problem):
    with pytest.raises(AssertionError, match=problem):
        open_and_close(browser, fault)


def open_and_close(browser: Browser, html: str) -> None:
    with open_phone(browser) as page:
        page.set_content(html)
