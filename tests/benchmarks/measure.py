"""One measured figure, and a way to time a small call."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A figure with its unit (`1/s`, `ms`, `MB`), what it was measured on (`note`), and what is aimed at."""

    name: str
    value: float
    unit: str
    note: str = ""
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        return f"{self.name:<44} {self._write():>14} {self.unit:<6} {self.note}{self._hold_against_aim()}"

    def _write(self) -> str:
        """Never rounded so far that a miss reads as a hit."""
        return f"{self.value:,.1f}" if abs(self.value) >= 100 else f"{self.value:.3g}"

    def _hold_against_aim(self) -> str:
        aims = [(">=", self.at_least, 1), ("<=", self.at_most, -1)]
        return "".join(
            f" [aim {sign} {aim:g}: {'reached' if (self.value - aim) * way >= 0 else 'MISSED'}]"
            for sign, aim, way in aims
            if aim is not None
        )


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
