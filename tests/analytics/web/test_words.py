"""The days on which ballots were taken, as pages and papers tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from analytics.web.words import say_days
from tests.analytics.counted import write_facts

EVENING = datetime(2026, 11, 12, 16, 59, tzinfo=UTC)
"""Still 12 November in Viet Nam, by a minute."""


@pytest.mark.parametrize(
    ("last_on", "closed_at", "said"),
    [
        (date(2026, 11, 20), datetime(2026, 11, 21, tzinfo=UTC), "từ ngày 01/11/2026 đến ngày 20/11/2026"),
        (date(2026, 11, 20), EVENING, "từ ngày 01/11/2026 đến ngày 12/11/2026"),
        (date(2026, 11, 20), EVENING.replace(hour=17), "từ ngày 01/11/2026 đến ngày 13/11/2026"),
        (date(2026, 11, 20), datetime(2026, 11, 1, 9, tzinfo=UTC), "ngày 01/11/2026"),
        (date(2026, 11, 20), None, "từ ngày 01/11/2026 đến ngày 20/11/2026"),
        (None, EVENING, "từ ngày 01/11/2026 đến ngày 12/11/2026"),
        (None, None, "từ ngày 01/11/2026"),
    ],
)
def test_the_period_ends_with_the_last_day_or_with_an_earlier_close(last_on, closed_at, said) -> None:
    assert say_days(replace(write_facts([10]), last_on=last_on, closed_at=closed_at)) == said
