"""*Bài phát thanh*: a result as it is read out on the loudspeaker, in words, with nothing hidden in it."""

from __future__ import annotations

import re

from analytics.indicators import Verdict
from analytics.papers.letterheads import lower_first, name_organiser
from analytics.papers.material import Material
from analytics.papers.notice import is_told
from analytics.papers.wording import end, join
from analytics.rates import write_rate
from analytics.tables import Figure
from survey.frames import RoundFacts
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.dates import format_date
from translations.numbers import format_count
from translations.spoken import speak, spell_date

_MOST = 3
_LAST_ZEROS = re.compile(r"(?<=,\d)0+(?!\d)|,0+(?!\d)")
_TOO_FEW = "Số phiếu quá ít, nên không nêu số liệu, để giữ kín ý kiến của từng hộ."
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
        f"Kính thưa toàn thể bà con {lower_first(facts.unit)}!",
        f"{organiser} xin thông báo kết quả {lower_first(facts.title)}.",
        *_say_marks(material),
        *(_say_figures(material) if is_told(material) else [_TOO_FEW]),
        *_say_voices(material),
        "Kết quả từng nội dung được niêm yết tại nhà văn hóa thôn. Bà con hỏi thêm hoặc khiếu nại, xin báo "
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
    overall = material.contents[-1].code
    covered, issued = _say(result.find_returned(), "hộ"), result.find_issued()
    handed_out = f"phiếu đã phát đến {_say(issued, 'hộ')} và " if issued else ""
    rate = _say(result.tables[overall].figure(), "phiếu")
    told = [
        f"{_say_days(material.facts)}, {handed_out}có {covered} gửi phiếu.",
        f"Đánh giá chung, có {rate} trả lời hài lòng. {_VERDICTS[material.official.verdict]}",
    ]
    if lowest := result.lowest_contents(_MOST):
        named = [f"{lower_first(str(table.text))}, {_say_rate(table.figure())}" for table in lowest]
        told.append(f"Những nội dung ít phiếu hài lòng nhất là: {'; '.join(named)}.")
    if material.silent:
        told.append(f"Chưa có phiếu nào từ {join([lower_first(name) for name in material.silent])}.")
    return told


def _say_days(facts: RoundFacts) -> str:
    if facts.last_on is None:
        return f"Từ {spell_date(facts.starts_on)}"
    start = spell_date(facts.starts_on, with_year=facts.starts_on.year != facts.last_on.year)
    return f"Từ {start} đến hết {spell_date(facts.last_on)}"


def _say(figure: Figure, what: str) -> str:
    if figure.share is None:
        return f"một số {what}, không nêu số để giữ kín ý kiến của từng hộ,"
    counted = f"{format_count(figure.share.numerator)} trong {format_count(figure.share.denominator)} {what}"
    return f"{counted}, tức {_say_rate(figure)},"


def _say_rate(figure: Figure) -> str:
    """Without the zeros at its end, which nobody says."""
    if figure.share is None:
        return "không nêu số"
    return _LAST_ZEROS.sub("", write_rate(figure.share))


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
