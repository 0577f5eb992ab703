"""Words and numbers: a result page formats some thousand of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tests.benchmarks.measure import Measure, time_calls
from translations.catalogue import gettext
from translations.numbers import format_count, format_rate


def measure() -> Iterator[Measure]:
    yield Measure("message looked up", time_calls(lambda: gettext("Chưa xác định")), "1/s")
    yield Measure("count formatted", time_calls(lambda: format_count(1_234_567)), "1/s")
    yield Measure("rate formatted", time_calls(lambda: format_rate(1893, 2552)), "1/s")
    near = Decimal("0.9")
    yield Measure(
        "rate formatted near a threshold",
        time_calls(lambda: format_rate(8_999_999, 10_000_000, threshold=near)),
        "1/s",
        "8.999.999 of 10.000.000 under 90 %",
    )
