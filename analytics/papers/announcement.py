"""*Bài phát thanh*: a result as it is read out on the loudspeaker, in words, with nothing hidden in it."""

from __future__ import annotations

import re

from analytics.indicators import Share, Verdict
from analytics.papers.letterheads import lower_first, name_organiser
from analytics.papers.material import Material
from analytics.papers.notice import has_rates, is_told, say_why_hidden
from analytics.papers.wording import end, join
from analytics.rates import write_rate
from analytics.tables import Figure
from analytics.uncounted import write_uncounted
from analytics.web.words import ALL_SATISFIED, NO_VALID_BALLOT
from survey.frames import RoundFacts, name_within
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.dates import format_date
from translations.numbers import format_count
from translations.spoken import speak, spell_date

_MOST = 3
_LAST_ZEROS = re.compile(r"(?<=,\d)0+(?!\d)|,0+(?!\d)")
_POSTED = "Kết quả từng nội dung được niêm yết tại nhà văn hóa thôn."
_VERDICTS = {
    Verdict.MET: "Như vậy, kết quả đạt mức quy định.",
    Verdict.NOT_MET: "Như vậy, kết quả chưa đạt mức quy định.",
    Verdict.NOT_ENOUGH_COVERAGE: "Số hộ tham gia chưa đủ theo quy định, nên không kết luận về sự hài lòng.",
    Verdict.NO_BALLOT: "Chưa có đủ phiếu hợp lệ để kết luận.",
    Verdict.NO_RULE: "Đợt này không có quy định để kết luận đạt hay chưa đạt.",
}


@use_locale(DEFAULT_LOCALE)
def write_announcement(material: Material) -> str:
    """About two minutes of reading, a paragraph each."""
    facts = material.facts
    organiser = name_organiser(facts.unit)
    paragraphs = [
        f"Kính thưa toàn thể bà con {name_within(facts.unit)}!",
        f"{organiser} xin thông báo kết quả {lower_first(facts.title)}.",
        *_say_marks(material),
        *_say_figures(material),
        *_say_missing(material),
        *_say_voices(material),
        f"{_POSTED if has_rates(material) else ''} Bà con hỏi thêm hoặc khiếu nại, xin báo "
        f"{end(material.more.contact)}",
        f"{organiser} trân trọng cảm ơn bà con đã cho ý kiến.",
    ]
    return "\n\n".join(map(speak, paragraphs)) + "\n"


def _say_marks(material: Material) -> list[str]:
    facts, told = material.facts, []
    if facts.kind == "drill":
        told.append("Đây là đợt chạy thử, không phải kết quả thật.")
    if facts.draft_parts:
        told.append("Đây là bản dự thảo, vì mẫu phiếu hoặc quy định chưa có văn bản chính thức.")
    if facts.record and facts.record.because:
        told.append(f"Kết quả này thay kết quả đã báo trước đây. Lý do: {end(facts.record.because)}")
    return told


def _say_figures(material: Material) -> list[str]:
    result = material.result
    verdict = _VERDICTS[result.told_verdict] if result.told_verdict else ""
    if not is_told(material):
        return [one for one in (*say_why_hidden(material), verdict) if one]
    covered, issued = _say(result.find_returned(), "hộ"), result.find_issued()
    handed_out = f"phiếu đã phát đến {_say_counted(issued, 'hộ')} và " if issued else ""
    took_part = f"{_say_days(material.facts)}, {handed_out}{covered} có phiếu được tính."
    if not has_rates(material):
        return [took_part, str(NO_VALID_BALLOT)]
    overall = material.contents[-1].code
    rate = _say(result.tables[overall].figure(), "phiếu")
    return [took_part, f"Đánh giá chung, {rate} trả lời hài lòng. {verdict}", _say_lowest(material)]


def _say_lowest(material: Material) -> str:
    lowest = material.result.lowest_contents
    named = [f"{lower_first(str(table.text))}, {_say_rate(table.figure())}" for table in lowest.named]
    if not named:
        return str(ALL_SATISFIED)
    tied = [lowest.say_tied()] if lowest.tied else []
    return f"Những nội dung ít phiếu hài lòng nhất là: {'; '.join([*named, *tied])}."


def _say_missing(material: Material) -> list[str]:
    """Villages that no rate speaks of: nothing came, or paper that was not counted."""
    result, told = material.result, []
    if result.silent:
        told.append(f"Chưa có phiếu nào từ {join([name_within(name) for name in result.silent])}.")
    papers = [
        f"{name_within(paper.village)} {write_uncounted(paper)}"
        for paper in result.find_uncounted(result.min_base).values()
    ]
    return [*told, f"Còn {'; '.join(papers)}."] if papers else told


def _say_days(facts: RoundFacts) -> str:
    first, last = facts.starts_on, facts.ended_on
    if last is None:
        return f"Từ {spell_date(first)}"
    if last <= first:
        return f"Trong {spell_date(last)}"
    return f"Từ {spell_date(first, with_year=first.year != last.year)} đến {spell_date(last)}"


def _say(figure: Figure, what: str) -> str:
    if not figure.count:
        return f"không {what} nào trong {format_count(figure.base or 0)} {what}"
    return f"có {_say_counted(figure, what)}"


def _say_counted(figure: Figure, what: str) -> str:
    """Of a figure that may be told."""
    counted = f"{format_count(figure.count or 0)} trong {format_count(figure.base or 0)} {what}"
    return f"{counted}, tức {_say_rate(figure)},"


def _say_rate(figure: Figure) -> str:
    """Without the zeros at its end, which nobody says."""
    return _LAST_ZEROS.sub("", write_rate(Share(figure.count or 0, figure.base or 0, figure.threshold)))


def _say_voices(material: Material) -> list[str]:
    told = []
    if themes := material.voices.most_named(_MOST):
        named = "; ".join(lower_first(name) for name, _ in themes)
        told.append(f"Bà con nhắc nhiều nhất đến: {named}.")
    if actions := material.voices.actions[:_MOST]:
        planned = "; ".join(
            f"{lower_first(action.text.rstrip('.'))}, xong trước ngày {format_date(action.due_on)}"
            for action in actions
        )
        told.append(f"Việc sẽ làm: {planned}.")
    return told
