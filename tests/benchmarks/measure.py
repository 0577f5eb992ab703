"""One measured figure, and a way to time a small call."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A figure with its unit (`1/s`, `ms`, `MB`); `note` says on what it was measured."""

    name: str
    value: float
    unit: str
    note: str = ""


def time_calls(call: Callable[[], object], *, seconds: float = 0.5, repeats: int = 3) -> float:
    """Calls per second, the median of `repeats` runs after one call to warm up."""
    call()
    rates = []
    for _ in range(repeats):
        calls, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < seconds / repeats:
            call()
            calls += 1
        rates.append(calls / spent)
    return statistics.median(rates)
