"""Slips by the thousand: twenty thousand issued by the command, and every one read back off the paper.

The command runs in a process of its own, so that its memory is its own. A second run of one part alone
tells what a part costs: the peak must not grow with the batch.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
import zxingcpp
from sqlalchemy import select

from survey.domain.codes import hash_slip_code, parse_code
from survey.settings import read_settings
from survey.store.engine import Database, create_database_engine
from survey.store.migrate import upgrade
from survey.store.slips import Slip
from tests.benchmarks.measure import Measure
from tests.servers.live import ROOT, settings_environment
from tests.survey.open_rounds import open_round

SLIPS, PART = 20_000, 1_000
PUBLIC_URL = "https://khaosat.example.vn"
_DOTS_PER_INCH = 100
_PAGES_AT_A_TIME = 25


@dataclass(frozen=True)
class Run:
    """What one run of the command took; `peak` is of resident memory, in MB."""

    seconds: float
    cpu_seconds: float
    peak: float


def measure() -> Iterator[Measure]:
    with TemporaryDirectory() as folder:
        environ = settings_environment(f"sqlite:///{folder}/slips.sqlite3", PUBLIC_URL)
        _prepare(environ)
        part = _issue(environ, "19867.02", PART, Path(folder, "part.pdf"))
        whole = _issue(environ, "19867.01", SLIPS, Path(folder, "slips.pdf"))
        files = sorted(Path(folder).glob("slips-*.pdf"))
        size = sum(file.stat().st_size for file in files) / 2**20
        note = f"{SLIPS} in {len(files)} parts"
        yield Measure("slips issued and printed", SLIPS / whole.seconds, "1/s", note)
        yield Measure(
            "the same by a second of CPU", SLIPS / whole.cpu_seconds, "1/s", "as on an idle machine"
        )
        yield Measure("peak memory, whole batch", whole.peak, "MB", "one process, Python included")
        yield Measure("peak memory, one part", part.peak, "MB", f"{PART} slips")
        yield Measure("size of the PDF", size, "MB")
        started = time.perf_counter()
        addresses = _scan_all(files)
        spent = time.perf_counter() - started
        read_back = _count_known(environ, addresses)
        assert read_back == len(set(addresses)) == SLIPS, f"{read_back} of {SLIPS} slips were read back"
        yield Measure(
            "slips read back off the paper", read_back, "", f"in {spent:.0f} s at {_DOTS_PER_INCH} dpi"
        )


def _prepare(environ: dict[str, str]) -> None:
    engine = create_database_engine(environ["DATABASE_URL"])
    upgrade(engine)
    open_round(Database(engine), villages=2, households=SLIPS)
    engine.dispose()


def _issue(environ: dict[str, str], unit: str, count: int, out: Path) -> Run:
    """Run the command once."""
    words = [
        *(sys.executable, "-m", "flask", "--app", "app", "slips", "issue", "--round", "1", "--unit", unit),
        *("--count", str(count), "--per-page", "8", "--out", str(out)),
        *("--list", f"{out}.list.pdf", "--manifest", f"{out}.json"),
    ]
    started = time.perf_counter()
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"slips issue ended with {process.returncode}"
    unit_of_memory = 2**20 if sys.platform == "darwin" else 2**10
    return Run(
        seconds=time.perf_counter() - started,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss / unit_of_memory,
    )


def _scan_all(files: list[Path]) -> list[str]:
    jobs = [
        (file, first)
        for file in files
        for first in range(0, len(pdfium.PdfDocument(file.read_bytes())), _PAGES_AT_A_TIME)
    ]
    with ProcessPoolExecutor() as readers:
        return list(chain.from_iterable(readers.map(_scan, *zip(*jobs, strict=True))))


def _scan(file: Path, first: int) -> list[str]:
    """The addresses on some pages, as an independent reader sees them."""
    document = pdfium.PdfDocument(file)
    found: list[str] = []
    for number in range(first, min(first + _PAGES_AT_A_TIME, len(document))):
        image = document[number].render(scale=_DOTS_PER_INCH / 72, grayscale=True).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(image)]
    document.close()
    return found


def _count_known(environ: dict[str, str], addresses: list[str]) -> int:
    """How many addresses lead to a slip that the database knows."""
    secret = read_settings(environ).code_secret
    engine = create_database_engine(environ["DATABASE_URL"])
    with Database(engine).read() as session:
        known = set(session.scalars(select(Slip.code_hash)))
    engine.dispose()
    codes = (parse_code(address.removeprefix(f"{PUBLIC_URL}/")) for address in addresses)
    return sum(hash_slip_code(secret, code) in known for code in codes)
