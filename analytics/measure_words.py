"""The measures beside a rate in plain words, a sentence each, for pages and papers."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.indicators import Share
from analytics.intervals import CONFIDENCE, Interval
from analytics.measures import Measures
from analytics.rates import write_rate
from translations.catalogue import gettext, lazy
from translations.numbers import NO_RATE, format_count, format_percent

HOLDS = lazy("đạt dù mọi hộ chưa trả lời đều chưa hài lòng")
FAILS = lazy("chưa đạt dù mọi hộ chưa trả lời đều hài lòng")
WHO_IS_SILENT = lazy(
    "Hộ chưa trả lời gồm hộ không gửi phiếu, hộ có phiếu không hợp lệ và hộ không nói rõ hài lòng hay chưa "
    "hài lòng ở nội dung đó."
)


def write_range(interval: Interval | None) -> str:
    """`97,95 % – 98,68 %`, one rate where both ends are the same, `–` where there is none."""
    if interval is None:
        return NO_RATE
    lower, upper = write_rate(interval.lower), write_rate(interval.upper)
    return lower if lower == upper else f"{lower} – {upper}"


def write_weighted(measures: Measures) -> str:
    """The rate weighted by village households; `–` where it may not be told or does not exist."""
    if measures.weighted is None:
        return NO_RATE
    value = measures.weighted.value
    return write_rate(Share(value.numerator, value.denominator, measures.rate.threshold))


def say_interval(measures: Measures) -> str:
    """What the interval says, and under what condition; nothing where there is none."""
    interval = measures.interval
    if interval is None:
        return ""
    households = format_count(measures.households)
    if measures.is_complete:
        return gettext(
            "Cả %(households)s hộ đều có phiếu được tính, nên đây là tỷ lệ của tất cả các hộ, không phải ước "
            "tính.",
            households=households,
        )
    return gettext(
        "Ước tính cho tất cả %(households)s hộ: từ %(lower)s đến %(upper)s hài lòng, với độ tin cậy "
        "%(confidence)s. Chỉ đúng nếu những hộ chưa trả lời cũng nghĩ như những hộ đã trả lời.",
        households=households,
        lower=write_rate(interval.lower),
        upper=write_rate(interval.upper),
        confidence=format_percent(CONFIDENCE),
    )


def say_bounds(measures: Measures) -> str:
    """What the bounds say; nothing where there are none, or nobody is silent."""
    bounds = measures.bounds
    if bounds is None or bounds.lower == bounds.upper:
        return ""
    return gettext(
        "Không cần ước tính: nếu mọi hộ chưa trả lời đều chưa hài lòng thì trong tất cả %(households)s hộ "
        "có %(lower)s hài lòng; nếu họ đều hài lòng thì có %(upper)s. Tỷ lệ thật không thể nằm ngoài hai số "
        "này.",
        households=format_count(measures.households),
        lower=write_rate(bounds.lower),
        upper=write_rate(bounds.upper),
    )


def say_holds(measures: Measures) -> str:
    """Whether the silent households could change the verdict on this rate; nothing where they could."""
    if measures.holds is None:
        return ""
    return str(HOLDS if measures.holds else FAILS)


def say_weighted(measures: Measures) -> str:
    """What the weighted rate says; nothing where there is none."""
    if measures.weighted is None:
        return ""
    return gettext(
        "Nếu mỗi thôn được tính theo số hộ của thôn thì tỷ lệ là %(weighted)s; tính gộp mọi phiếu như trên "
        "thì là %(rate)s.",
        weighted=write_weighted(measures),
        rate=write_rate(measures.rate),
    )


def say_without(names: Sequence[str]) -> str:
    """Which villages have no ballot; nothing where all have some."""
    if not names:
        return ""
    return gettext(
        "Không có phiếu, nên không có tỷ lệ và không được suy đoán thay: %(names)s.", names=", ".join(names)
    )
