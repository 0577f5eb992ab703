"""The resident's page on a phone: bytes and requests until it can be used, and until it is idle."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from survey.store.engine import Database, create_database_engine
from survey.store.migrate import upgrade
from tests.benchmarks.measure import Measure
from tests.servers.browser import find_chromium, open_phone, run_chromium
from tests.servers.live import run_app, settings_environment
from tests.survey.open_rounds import open_round

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_SHIFT = """() => new Promise(tell => {
  let total = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => { total += one.value; }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => tell(total), 300);
})"""


def measure() -> Iterator[Measure]:
    with TemporaryDirectory() as name:
        path = _open_round(Path(name))
        with run_app(f"sqlite:///{name}/round.sqlite3", Path(name)) as server:
            yield from _weigh(server.url + path)


def _open_round(folder: Path) -> str:
    """A round of nineteen questions; the address of one slip."""
    url = f"sqlite:///{folder}/round.sqlite3"
    engine = create_database_engine(url)
    upgrade(engine)
    secret = settings_environment(url, "")["CODE_SECRET"].encode()
    opened = open_round(Database(engine), villages=1, slips=1, secret=secret)
    engine.dispose()
    return f"/{opened.slips[opened.village_ids[0]][0].grouped}"


def _weigh(address: str) -> Iterator[Measure]:
    program = find_chromium()
    if program is None:
        raise SystemExit("Chromium is not installed")
    with run_chromium(program) as browser, open_phone(browser) as page:
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.url))
        page.goto(address, wait_until="load")
        page.wait_for_timeout(1000)
        yield Measure("first paint", page.evaluate(_PAINT), "ms", "loopback")
        yield Measure("layout shift", page.evaluate(_SHIFT), "", "0 is none")
    bodies = {each: urlopen(each).read() for each in addresses if each.startswith("http")}
    yield Measure("requests before it can be used", 1, "", "scripts are deferred")
    yield Measure("requests in all", len(bodies), "")
    yield Measure("HTML with its style", len(bodies[address]), "byte")
    yield Measure("in all", sum(map(len, bodies.values())), "byte")
    packed = sum(len(gzip.compress(body, 6)) for body in bodies.values())
    yield Measure("in all, gzip -6", packed, "byte", "the budget is 14 KB")
