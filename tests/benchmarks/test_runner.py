"""The benchmarks run, so that they cannot rot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.__main__ import list_names
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


def test_an_unknown_benchmark_is_bad_input():
    done = run("nothing")
    assert done.returncode == 2
    assert "nothing" in done.stderr


def test_benchmarks_are_found_by_name():
    assert "words" in list_names()
