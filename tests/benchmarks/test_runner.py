"""The benchmarks run, so that they cannot rot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.__main__ import list_names
from tests.benchmarks.measure import Measure
from tests.contracts.tree import ROOT


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_benchmark_prints_and_writes_its_figures(tmp_path):
    done = run("words", "--json", tmp_path / "figures.json")
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert len(figures) == len(done.stdout.splitlines())
    assert all(figure["value"] > 0 for figure in figures)


def test_a_figure_is_not_rounded_to_its_aim():
    missed = str(Measure("rate", 0.469, "", at_least=0.5))
    assert "0.469" in missed
    assert "MISSED" in missed
    assert "reached" in str(Measure("CPU", 3.4, "ms", at_most=4))
    assert "1,234.5" in str(Measure("pages", 1234.5, "1/s"))


def test_an_unknown_benchmark_is_bad_input():
    done = run("nothing")
    assert done.returncode == 2
    assert "nothing" in done.stderr


def test_benchmarks_are_found_by_name():
    assert "words" in list_names()
