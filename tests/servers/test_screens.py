"""Each check of a drawn page finds what it is for, and nothing on a page that is well."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.servers.screens import (
    find_drawing_problems,
    find_focus_problems,
    find_forced_colour_problems,
    find_large_text_problems,
    find_narrow_problems,
    find_screen_problems,
)

HEAD = (
    '<!doctype html><html lang="vi"><head><title>Trang</title>'
    '<meta name="viewport" content="width=device-width">'
)
RING = "<style>:focus{outline:3px solid #b45309}</style>"
GOOD = '<h1>Thôn Đông</h1><p>Hai câu <a href="/">đường dẫn</a></p><button>Gửi</button>'


def show(page: Page, body: str, head: str = RING) -> None:
    page.set_content(f"{HEAD}{head}</head><body><main>{body}</main></body></html>")


def test_a_page_that_is_well_has_no_problem(page: Page) -> None:
    show(page, GOOD)
    assert find_screen_problems(page) == []


@pytest.mark.parametrize(
    ("check", "body", "words"),
    [
        (find_drawing_problems, '<div style="width:500px">rộng quá</div>', "wider than 360"),
        (find_drawing_problems, '<div style="width:40px;overflow:hidden">Chữdàibịcắt</div>', "cut"),
        (find_drawing_problems, '<svg viewBox="0 0 50 20"><text y="15">100,00 %</text></svg>', "out of its"),
        (find_drawing_problems, '<svg><text y="15">Một</text><text y="18">Hai</text></svg>', "lies across"),
        (find_drawing_problems, '<p>Một</p><p style="margin-top:-35px">Hai</p>', "lies across"),
        (find_narrow_problems, '<div style="width:330px">vừa 360</div>', "wider than 320"),
        (find_large_text_problems, '<p style="width:18rem">chữ to</p>', "wider than 360"),
        (find_focus_problems, '<button style="outline:0">Gửi</button>', "focus does not show"),
        (find_focus_problems, '<a href="/" style="outline:1px solid">Đi</a>', "focus does not show"),
        (find_forced_colour_problems, '<button style="border:0">Gửi</button>', "no edge"),
        (find_forced_colour_problems, '<input aria-label="Mã" style="border:0">', "no edge"),
    ],
)
def test_a_fault_is_found(page: Page, check: Callable[[Page], list[str]], body: str, words: str) -> None:
    show(page, GOOD)
    assert check(page) == []
    show(page, body)
    assert any(words in problem for problem in check(page))


def test_axe_is_asked(page: Page) -> None:
    show(page, "<h1>Trang</h1><img src='data:,'>")
    assert any(problem.startswith("axe: image-alt") for problem in find_screen_problems(page))


def test_the_page_is_left_as_it_was(plain_page: Page) -> None:
    show(plain_page, GOOD)
    find_screen_problems(plain_page)
    assert plain_page.viewport_size == {"width": 360, "height": 640}
    assert plain_page.locator("html").get_attribute("style") in (None, "")
