"""Run the benchmarks: `python -m tests.benchmarks [NAME…] [--json FILE]`.

A benchmark is a module `bench_NAME.py` with `measure()`, which yields `Measure`s.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.measure import Measure

_PREFIX = "bench_"
_FOLDER = Path(__file__).parent


def list_names() -> list[str]:
    return sorted(path.stem.removeprefix(_PREFIX) for path in _FOLDER.glob(f"{_PREFIX}*.py"))


def run(name: str) -> Iterator[Measure]:
    """The figures of one benchmark, each as soon as it is known."""
    module = importlib.import_module(f"tests.benchmarks.{_PREFIX}{name}")
    yield from module.measure()


def main() -> int:
    names = list_names()
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure what must stay fast."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(names)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    measures: list[Measure] = []
    for name in options.names or names:
        for measure in run(name):
            measures.append(measure)
            print(measure, flush=True)
    if options.json:
        figures = [asdict(measure) for measure in measures]
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
