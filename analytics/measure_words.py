"""The measures beside a rate in plain words, a sentence each, for pages and papers."""

from __future__ import annotations

from analytics.indicators import Share
from analytics.intervals import CONFIDENCE, Interval
from analytics.measures import Measures
from analytics.rates import write_rate
from translations.catalogue import gettext, lazy
from translations.numbers import NO_RATE, format_count, format_percent

HOLDS = lazy("đạt dù mọi hộ chưa trả lời đều chưa hài lòng")
FAILS = lazy("chưa đạt dù mọi hộ chưa trả lời đều hài lòng")
WHO_IS_SILENT = lazy(
    "Hộ chưa trả lời gồm hộ không có phiếu được tính, hộ có phiếu không hợp lệ và hộ không nói rõ hài lòng "
    "hay chưa hài lòng ở nội dung đó."
)


def write_range(interval: Interval | None) -> str:
    """`97,95 % – 98,68 %`, one rate where both ends are the same, `–` where there is none."""
    if interval is None:
        return NO_RATE
    lower, upper = _write_ends(interval)
    return lower if lower == upper else f"{lower} – {upper}"


def _write_ends(interval: Interval) -> tuple[str, str]:
    return write_rate(interval.lower), write_rate(interval.upper)


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
    households, (lower, upper) = format_count(measures.households), _write_ends(interval)
    if measures.is_complete:
        return gettext(
            "Cả %(households)s hộ đều có phiếu được tính, nên đây là tỷ lệ của tất cả các hộ, không phải ước "
            "tính.",
            households=households,
        )
    if lower == upper:
        return gettext(
            "Ước tính cho tất cả %(households)s hộ: khoảng %(rate)s hài lòng, với độ tin cậy %(confidence)s. "
            "Chỉ đúng nếu những hộ chưa trả lời cũng nghĩ như những hộ đã trả lời.",
            households=households,
            rate=lower,
            confidence=format_percent(CONFIDENCE),
        )
    return gettext(
        "Ước tính cho tất cả %(households)s hộ: từ %(lower)s đến %(upper)s hài lòng, với độ tin cậy "
        "%(confidence)s. Chỉ đúng nếu những hộ chưa trả lời cũng nghĩ như những hộ đã trả lời.",
        households=households,
        lower=lower,
        upper=upper,
        confidence=format_percent(CONFIDENCE),
    )


def say_bounds(measures: Measures) -> str:
    """What the bounds say; nothing where there are none, or nobody is silent."""
    bounds = measures.bounds
    if bounds is None or bounds.lower == bounds.upper:
        return ""
    households, (lower, upper) = format_count(measures.households), _write_ends(bounds)
    if lower == upper:
        return gettext(
            "Không cần ước tính: dù mọi hộ chưa trả lời nghĩ thế nào, trong tất cả %(households)s hộ cũng có "
            "khoảng %(rate)s hài lòng.",
            households=households,
            rate=lower,
        )
    return gettext(
        "Không cần ước tính: nếu mọi hộ chưa trả lời đều chưa hài lòng thì trong tất cả %(households)s hộ "
        "có %(lower)s hài lòng; nếu họ đều hài lòng thì có %(upper)s. Tỷ lệ thật không thể nằm ngoài hai số "
        "này.",
        households=households,
        lower=lower,
        upper=upper,
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
