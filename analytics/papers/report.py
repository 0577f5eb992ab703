"""*Báo cáo kết quả*: the whole result of a round, complete, for the file and the level above."""

from __future__ import annotations

from analytics.papers.letterheads import (
    Letterhead,
    add_foot,
    add_letterhead,
    add_title,
    lower_first,
    name_organiser,
)
from analytics.papers.material import Material
from analytics.papers.report_results import add_results
from analytics.papers.report_voices import add_actions, add_voices
from analytics.papers.word import Paper
from analytics.papers.wording import (
    FOR_THE_FILE,
    add_bases,
    add_marks,
    end,
    join,
    name_channel,
    open_paper,
    say_period,
)
from survey.frames import name_within
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.dates import format_instant
from translations.numbers import format_count

_COUNTED = (
    "Phiếu gửi trực tuyến, có người hỗ trợ hoặc qua điện thoại được trộn trước khi đếm, không gắn với hộ. "
    "Phiếu giấy do hai người nhập riêng từ bản giấy, khớp nhau mới chốt. Trước khi chốt kết quả, mọi phiếu "
    "được đếm lại từ bản gốc và khớp. Các tổng đều được tính ra, không nhập tay."
)
_RECIPIENTS = ("- ................................;", "- ................................;", "- Lưu: VT.")


@use_locale(DEFAULT_LOCALE)
def write_report(material: Material, letterhead: Letterhead = Letterhead.MTTQ) -> bytes:
    facts = material.facts
    paper = open_paper(material, "Báo cáo kết quả")
    add_letterhead(paper, letterhead, facts.unit)
    add_title(paper, "BÁO CÁO", f"Kết quả {lower_first(facts.title)}")
    add_marks(paper, material)
    add_bases(paper, material)
    paper.text(_say_who(letterhead, facts.unit))
    paper.heading("I. CÁCH LÀM")
    _add_method(paper, material)
    paper.heading("II. KẾT QUẢ")
    add_results(paper, material)
    paper.heading("III. LÝ DO VÀ Ý KIẾN CỦA NGƯỜI DÂN")
    add_voices(paper, material)
    paper.heading("IV. VIỆC SẼ LÀM")
    add_actions(paper, material)
    paper.heading("V. ĐIỂM CÒN MỞ KHI ĐÓNG ĐỢT")
    _add_open_points(paper, material)
    paper.heading("VI. CÁC LẦN GHI KẾT QUẢ VÀ MÃ KIỂM")
    _add_history(paper, material)
    if facts.record:
        paper.text(f"Báo cáo này theo kết quả số {facts.record.number}.", keep=True)
    paper.text(FOR_THE_FILE, "Fine", italic=True, keep=True)
    add_foot(paper, letterhead, _RECIPIENTS, "Nơi nhận:")
    return paper.to_bytes()


def _say_who(letterhead: Letterhead, unit: str) -> str:
    if letterhead is Letterhead.UBND:
        committee = f"Ủy ban nhân dân {name_within(unit)}"
        return f"{committee} báo cáo kết quả do {name_organiser(unit)} chủ trì lấy ý kiến như sau:"
    return f"{name_organiser(unit)} báo cáo kết quả như sau:"


def _add_method(paper: Paper, material: Material) -> None:
    facts, questionnaire = material.facts, material.facts.questionnaire
    households = sum(one.households for one in facts.villages)
    channels = [name_channel(one).lower() for one in material.result.channels]
    paper.text(f"1. Thời gian: {say_period(material)}.")
    paper.text(
        f"2. Đối tượng: mỗi hộ một phiếu; {format_count(households)} hộ ở "
        f"{format_count(len(facts.villages))} thôn, theo số hộ đã chốt khi mở đợt."
    )
    paper.text(f"3. Hình thức có phiếu: {join(channels)}." if channels else "3. Không thu được phiếu nào.")
    paper.text(
        f"4. Mẫu phiếu: {questionnaire.title} ({questionnaire.key}, bản {questionnaire.version}), "
        f"{format_count(len(questionnaire.contents))} nội dung và một câu đánh giá chung."
    )
    if facts.rules:
        paper.text(f"5. Bộ quy định: {facts.rules.title} ({facts.rules.key}).")
    paper.text(_COUNTED)


def _add_open_points(paper: Paper, material: Material) -> None:
    facts = material.facts
    for point in material.more.open_points:
        paper.text(f"- {end(point)}")
    if not material.more.open_points:
        paper.text("Không có.")
    if facts.closed_despite:
        paper.text(f"Lý do vẫn đóng đợt: {end(facts.closed_despite)}", bold=True)


def _add_history(paper: Paper, material: Material) -> None:
    for line in material.more.history:
        told = f"- Kết quả số {line.number}, ghi lúc {format_instant(line.made_at)}"
        if line.published_at:
            told += f", công bố lúc {format_instant(line.published_at)}"
        if line.because:
            told += f". Thay kết quả số {line.number - 1}, lý do: {end(line.because)}"
        paper.text(end(told))
        paper.text(f"SHA-256: {line.sha256}", "Fine")
    paper.text("- Mẫu phiếu, bộ quy định và số hộ khi mở đợt:")
    paper.text(f"SHA-256: {material.facts.sha256}", "Fine")
