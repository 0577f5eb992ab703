"""The words of results: kinds, verdicts, tests, and a figure as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from analytics.disclosure import BASE
from analytics.indicators import Share, Verdict
from analytics.rates import write_rate
from analytics.tables import Figure
from survey.frames import RoundFacts
from translations.catalogue import LazyText, gettext, lazy
from translations.dates import format_date
from translations.numbers import format_count, format_decimal

KIND_NAMES: Mapping[str, LazyText] = {
    "official": lazy("Chính thức"),
    "pulse": lazy("Phản hồi thường xuyên"),
    "drill": lazy("Chạy thử"),
}

PART_NAMES: Mapping[str, LazyText] = {
    "questionnaire": lazy("mẫu phiếu"),
    "rule_set": lazy("bộ quy định"),
}

RESULT_VERDICTS: Mapping[Verdict, tuple[LazyText, str]] = {
    Verdict.MET: (lazy("Đạt"), "good"),
    Verdict.NOT_MET: (lazy("Chưa đạt"), "bad"),
    Verdict.NOT_ENOUGH_COVERAGE: (lazy("Chưa đủ tỷ lệ hộ tham gia"), "warn"),
    Verdict.NO_BALLOT: (lazy("Chưa có đủ phiếu để kết luận"), "warn"),
    Verdict.NO_RULE: (lazy("Không có bộ quy định để kết luận"), "quiet"),
}

VERDICT_SENTENCES: Mapping[Verdict, LazyText] = {
    Verdict.MET: lazy("Tỷ lệ hộ tham gia và tỷ lệ hài lòng đều đạt mức quy định."),
    Verdict.NOT_MET: lazy("Có tỷ lệ hài lòng chưa đạt mức quy định."),
    Verdict.NOT_ENOUGH_COVERAGE: lazy(
        "Số hộ tham gia chưa đủ theo quy định, nên không kết luận về sự hài lòng."
    ),
    Verdict.NO_BALLOT: lazy("Chưa có đủ phiếu hợp lệ để kết luận."),
    Verdict.NO_RULE: lazy("Đợt này không có bộ quy định nên không xét đạt hay chưa đạt."),
}

TEST_NAMES: Mapping[str, LazyText] = {
    "coverage": lazy("Tỷ lệ hộ tham gia"),
    "issued": lazy("Tỷ lệ hộ tham gia, tính theo phiếu phát ra"),
    "overall": lazy("Tỷ lệ hài lòng chung"),
    "content": lazy("Tỷ lệ hài lòng từng nội dung"),
}

SIGNED_PAPERS = lazy("Biên bản đã ký có đủ số liệu và được giữ tại xã.")
NO_VALID_BALLOT = lazy("Không có phiếu hợp lệ, nên không có tỷ lệ hài lòng và không có kết luận.")
ALL_SATISFIED = lazy("Ở mọi nội dung, tất cả các phiếu đều hài lòng.")

ACTION_LOOKS: Mapping[str, str] = {"planned": "quiet", "doing": "warn", "done": "good", "dropped": "bad"}


def write_size(size: int) -> str:
    """`3,1 KB`: in thousands of bytes from there on, else in bytes."""
    if size < 1_000:
        return f"{format_count(size)} B"
    thousands = Fraction(size, 1_000)
    return (
        f"{format_decimal(thousands, 1)} KB"
        if thousands < 1_000
        else f"{format_decimal(thousands / 1_000, 1)} MB"
    )


def say_days(facts: RoundFacts) -> str:
    """On which days ballots were taken: `từ ngày 26/11/2026 đến ngày 06/12/2026`."""
    first, last = facts.starts_on, facts.ended_on
    if last is None:
        return gettext("từ ngày %(first)s", first=format_date(first))
    if last <= first:
        return gettext("ngày %(day)s", day=format_date(last))
    return gettext("từ ngày %(first)s đến ngày %(last)s", first=format_date(first), last=format_date(last))


def explain_hidden(reason: str, k: int) -> str:
    """Why the totals of a round are not told; `reason` is one of `analytics.disclosure`."""
    if reason == BASE:
        return gettext(
            "Cả xã có chưa đến %(k)s phiếu; nêu số liệu thì dễ đoán ra từng hộ trả lời thế nào.",
            k=format_count(k),
        )
    return gettext(
        "Bản này chỉ khác bản trước ở một số ít phiếu; nêu số liệu thì ai đem so hai bản cũng biết mấy phiếu "
        "ấy trả lời thế nào."
    )


def write_figure(figure: Figure, k: int) -> str:
    """`74,17 % (1.893/2.552)`, or that it is hidden and why."""
    if figure.hidden == "base":
        return gettext("ẩn – dưới %(k)s phiếu", k=format_count(k))
    if figure.hidden == "difference":
        return gettext("ẩn – để không so với bản trước mà ra số nhỏ")
    if figure.hidden:
        return gettext("ẩn – để giữ kín số khác")
    share = figure.share or Share(0, 0)
    counts = f" ({format_count(share.numerator)}/{format_count(share.denominator)})"
    return write_rate(share) + (counts if share.denominator else "")


def write_between(least: Figure, most: Figure, k: int) -> str:
    """A figure of which only the range is known: `từ 27 đến 34 phiếu trong 190 (14,21 % – 17,89 %)`."""
    if least.share is None or most.share is None or least == most:
        return write_figure(least, k)
    low, high = map(write_rate, (least.share, most.share))
    return gettext(
        "từ %(least)s đến %(most)s phiếu trong %(base)s (%(low)s – %(high)s)",
        least=format_count(least.share.numerator),
        most=format_count(most.share.numerator),
        base=format_count(least.share.denominator),
        low=low,
        high=high,
    )
