"""A phone as the journeys break it: its storage, its network, and what it still holds of a ballot."""

from __future__ import annotations

from typing import cast

from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select

from survey.domain.codes import hash_receipt
from survey.store.ballots import Box, Ledger
from tests.survey.web.live_rounds import QUESTIONS, PlantedRound, RoundField

SEND = "main form .button"
THANKS = "Cảm ơn ông/bà. Phiếu đã được ghi nhận."
WAITING = "Đang chờ mạng – phiếu được giữ trên máy này và sẽ tự gửi."

_THROWING = "() => { throw new DOMException('denied', 'SecurityError'); }"
_NO_DATABASE = f"Object.defineProperty(window, 'indexedDB', {{get: {_THROWING}}});"
_SILENT_DATABASE = "IDBFactory.prototype.open = function () { return {}; };"
_FULL_DATABASE = "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); };"
SLOW_DATABASES = {
    "slow to open": """
        const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (...names) {
            const real = open.apply(this, names), slow = {};
            real.onupgradeneeded = () => { slow.result = real.result; slow.onupgradeneeded(); };
            real.onsuccess = () => setTimeout(() => {
                slow.result = real.result;
                slow.onsuccess();
                window.answers = (window.answers || 0) + 1;
            }, 3000);
            return slow;
        };
    """,
    "slow to say that it has stored": """
        const complete = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'oncomplete');
        Object.defineProperty(IDBTransaction.prototype, 'oncomplete', {set(tell) {
            complete.set.call(this, () => setTimeout(() => {
                tell();
                window.answers = (window.answers || 0) + 1;
            }, 3000));
        }});
    """,
}
_NO_STORAGE = "".join(
    f"Object.defineProperty(window, '{name}', {{get: {_THROWING}}});"
    for name in ("localStorage", "sessionStorage")
)
_FULL_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
BROKEN_IN_PART = {
    "no database": _NO_DATABASE,
    "a database that stays silent": _SILENT_DATABASE,
    "a full database": _FULL_DATABASE,
    "no storage": _NO_STORAGE,
    "a full storage": _FULL_STORAGE,
    "no chance": "Object.defineProperty(window, 'crypto', {value: undefined});",
    "no worker": "delete Navigator.prototype.serviceWorker;",
}
BROKEN = {
    "nothing may be kept": _NO_DATABASE + _NO_STORAGE,
    "everything is full": _FULL_DATABASE + _FULL_STORAGE,
    "silence and refusal": _SILENT_DATABASE + _NO_STORAGE,
}
_INVENTORY = """async () => {
  const found = [...Object.keys(localStorage), ...Object.keys(sessionStorage)];
  for (const {name, version} of await indexedDB.databases()) {
    found.push(...await new Promise(done => {
      const opening = indexedDB.open(name, version);
      opening.onsuccess = () => {
        const base = opening.result, all = base.transaction('items').objectStore('items').getAll();
        all.onsuccess = () => { base.close(); done(all.result.map(one => `${name}:${one.id} ${one.body}`)); };
      };
    }));
  }
  for (const request of await (await caches.open('longdan-pages')).keys()) {
    const path = new URL(request.url).pathname;
    if (!path.startsWith('/static/')) found.push(`page:${path}`);
  }
  return found;
}"""
_WIPE = """async () => {
  localStorage.clear();
  sessionStorage.clear();
  for (const name of await caches.keys()) await caches.delete(name);
  for (const {name} of await indexedDB.databases())
    await new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = done; });
}"""


def choose(page: Page, question: str, option: str) -> None:
    page.locator(f"label[for={question}-{option}]").tap()


def answer_all(page: Page, option: str = "satisfied") -> None:
    """Choose everywhere at once, as nineteen taps would."""
    page.evaluate(
        """([questions, option]) => questions.forEach(
             name => document.getElementById(`${name}-${option}`).click())""",
        [QUESTIONS, option],
    )


def list_kept(page: Page) -> list[str]:
    """What the browser holds: names in its storages, waiting ballots, pages (`page:/CODE`)."""
    return cast(list[str], page.evaluate(_INVENTORY))


def wipe(page: Page) -> None:
    page.evaluate(_WIPE)


def await_forgotten(page: Page, round_: PlantedRound) -> None:
    """Until the device holds no ballot, and of the round's slips neither a draft nor a page."""
    names = [name for code in round_.slips for name in (code.grouped, code.text)]
    page.wait_for_function(
        f"""async names => {{
          const kept = await ({_INVENTORY})();
          return !kept.some(one => /-ballots:/.test(one) || names.some(name => one.includes(name)));
        }}""",
        arg=names,
    )


def await_kept_page(page: Page) -> None:
    """Until the opened page would survive a loss of the network."""
    page.wait_for_function(
        """async () => {
          const kept = await (await caches.open('longdan-pages')).keys();
          const worker = (await navigator.serviceWorker.ready).active;
          return kept.length > 2 && worker.state === 'activated' && !!navigator.serviceWorker.controller;
        }"""
    )


def lift_limits(page: Page) -> None:
    """As on a page whose questionnaire has other limits by the time that it is sent."""
    page.evaluate("document.querySelectorAll('[data-most]').forEach(one => one.removeAttribute('data-most'))")


def cut(context: BrowserContext) -> None:
    context.set_offline(True)


def reconnect(context: BrowserContext) -> None:
    context.set_offline(False)


def await_network(page: Page) -> None:
    """Until the page's worker is on the network again: it notices later than the page does."""
    page.wait_for_function("() => fetch('/static/icon.svg?' + Math.random()).then(it => it.ok, () => false)")


def play_portal(route: Route) -> None:
    """A captive portal: a friendly page for whatever is asked."""
    if route.request.method == "POST":
        route.fulfill(status=200, content_type="text/html", body="<h1>Chào mừng đến với Wi-Fi</h1>")
    else:
        route.fallback()


def lose_answer(route: Route) -> None:
    """The request arrives, its answer does not."""
    if route.request.method == "POST":
        route.fetch()
        route.abort()
    else:
        route.fallback()


def fill_in(page: Page, round_: PlantedRound, option: str = "satisfied") -> None:
    page.goto(round_.slip_url)
    answer_all(page, option)


def fill_in_and_lose_the_network(page: Page, round_: PlantedRound) -> None:
    fill_in(page, round_)
    await_kept_page(page)
    cut(page.context)
    page.locator(SEND).tap()
    expect_waiting(page)


def expect_thanks(page: Page) -> str:
    """The receipt that is shown."""
    expect(page.locator("h1")).to_have_text(THANKS)
    return page.locator(".receipt").inner_text()


def expect_waiting(page: Page) -> None:
    expect(page.locator("#sending")).to_have_text(WAITING)


def check_counted(field: RoundField, round_: PlantedRound, *receipts: str) -> None:
    """The box holds as many ballots as there are receipts, and the ledger knows exactly these."""
    assert field.count(Box, round_) == len(receipts) == len(set(receipts))
    with field.database.read() as session:
        known = set(session.scalars(select(Ledger.receipt_hash).filter_by(round_id=round_.id)))
    assert known == {hash_receipt(field.secret, receipt) for receipt in receipts}
