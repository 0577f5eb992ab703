"""What residents wrote: blacking out and coding one text, as a close does for each."""

from __future__ import annotations

from collections.abc import Iterator

from survey.domain.redaction import redact
from survey.domain.theme_lists import shipped_themes
from tests.benchmarks.measure import Measure, time_calls

TEXT = (
    "Đường từ thôn ra trung tâm xã lầy lội, nhiều ổ gà, đèn đường hỏng đã lâu không ai sửa. Nước sinh hoạt "
    "nhiễm phèn, rác không ai gom, đề nghị ủy ban xã giải quyết, gọi tôi 0912 345 678."
)


def measure() -> Iterator[Measure]:
    themes, note = shipped_themes(), f"{len(TEXT)} characters"
    yield Measure("text blacked out", time_calls(lambda: redact(TEXT)), "1/s", note)
    yield Measure("text coded into themes", time_calls(lambda: themes.find_themes(TEXT)), "1/s", note)
