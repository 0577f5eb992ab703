"""A phone: Debian's Chromium at 360 × 640, with and without script, cut off from the network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, Request, expect, sync_playwright

PHONE = {"width": 360, "height": 640}

# Of several lists Chromium takes the last, so Playwright's own stands here again.
_FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    # Each window would draw two pages for its address bar: half of what a window costs.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    f"--disable-features={','.join(_FEATURES_OFF)}",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
_LOCAL_SCHEMES = {"about", "blob", "data"}
_PATIENCE_MS = 30_000
"""How long a page may take over anything: a bound for slow machines, no claim about speed."""

expect.set_options(timeout=_PATIENCE_MS)


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


class PageErrors(list[str]):
    """What went wrong on a phone's page: script errors, refusals by the CSP, requests to other hosts."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.append(message.text)

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _LOCAL_SCHEMES and address.hostname not in {"127.0.0.1", "localhost"}:
            self.append(f"request to another host: {request.url}")


@contextmanager
def open_phone(browser: Browser, *, script: bool = True, **options: object) -> Iterator[Page]:
    """A phone's page in a context of its own; at the end, fails for what went wrong on it.

    `options` go to Playwright's `new_context` (`color_scheme="dark"`, `offline=True` …).
    """
    settings: dict[str, object] = {
        "viewport": PHONE,
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
    }
    context = browser.new_context(**{**settings, **options})  # type: ignore[arg-type]
    context.set_default_timeout(_PATIENCE_MS)
    errors = PageErrors()
    context.on("page", errors.watch)
    try:
        page = context.new_page()
        if not script:
            _switches[page] = context.new_cdp_session(page)
            _set_script(page, on=False)
        yield page
    finally:
        context.close()
    assert not errors, "\n".join(errors)


# Playwright's own java_script_enabled=False cannot be lifted, and axe needs timers to run.
_switches: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


@contextmanager
def lend_script(page: Page) -> Iterator[None]:
    """Let a checker's script run on a page without script; the page's own scripts stay unread."""
    if page not in _switches:
        yield
        return
    _set_script(page, on=True)
    try:
        yield
    finally:
        _set_script(page, on=False)


def _set_script(page: Page, *, on: bool) -> None:
    _switches[page].send("Emulation.setScriptExecutionDisabled", {"value": not on})


@contextmanager
def run_chromium(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one per test process."""
    program = find_chromium()
    if program is None:
        missing = "Chromium is not installed (make test installs it where it may)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with run_chromium(program) as chromium:
        yield chromium


Phone = Callable[..., Page]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Phone]:
    """Open phones, each with its own cookies: `phone()`, `phone(script=False)`."""
    with ExitStack() as opened:

        def take(*, script: bool = True, **options: object) -> Page:
            return opened.enter_context(open_phone(browser, script=script, **options))

        yield take


@pytest.fixture
def page(phone: Phone) -> Page:
    """A phone's page with script."""
    return phone()


@pytest.fixture
def plain_page(phone: Phone) -> Page:
    """A phone's page without script."""
    return phone(script=False)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def any_page(request: pytest.FixtureRequest, phone: Phone) -> Page:
    """A phone's page, once with script and once without."""
    return phone(script=request.param)
