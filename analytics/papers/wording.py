"""Words and figures that several papers share; documents are Vietnamese, so nothing here is translated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analytics.codebook import CHANNEL_NAMES
from analytics.indicators import ContentCounts, Share, Test, Verdict
from analytics.papers.letterheads import name_organiser
from analytics.papers.material import Material
from analytics.papers.word import Paper
from analytics.papers.word_tables import Column, Row, add_table
from analytics.rates import write_rate
from analytics.web.words import say_days
from translations.dates import format_date, format_instant
from translations.numbers import format_count, format_percent

FOR_THE_FILE = "Tài liệu lưu hồ sơ, có đủ số liệu của cả thôn ít phiếu: không niêm yết, không đăng tải."
NO_BALLOT = "Không có phiếu hợp lệ, không tính tỷ lệ"
TEST_NAMES: Mapping[str, str] = {
    "coverage": "Tỷ lệ hộ tham gia",
    "issued": "Tỷ lệ hộ tham gia, tính theo phiếu phát ra",
    "overall": "Tỷ lệ hài lòng chung",
    "content": "Tỷ lệ hài lòng",
}
PASSED: Mapping[bool | None, str] = {True: "đạt", False: "chưa đạt", None: "không xét"}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.MET: "ĐẠT",
    Verdict.NOT_MET: "CHƯA ĐẠT",
    Verdict.NOT_ENOUGH_COVERAGE: "CHƯA ĐỦ TỶ LỆ HỘ THAM GIA, không xét sự hài lòng",
    Verdict.NO_BALLOT: "CHƯA CÓ ĐỦ PHIẾU ĐỂ KẾT LUẬN",
    Verdict.NO_RULE: "KHÔNG CÓ BỘ QUY ĐỊNH ĐỂ KẾT LUẬN",
}
_GAP = re.compile(r"(?<=\d) (?=\d)")
_DRAFTS: Mapping[str, str] = {
    "questionnaire": "mẫu phiếu chưa có văn bản chính thức",
    "rule_set": "bộ quy định (tỷ lệ, ngưỡng) chưa được kiểm chứng hoặc công nhận",
}


def list_marks(material: Material) -> list[str]:
    """What every page has to say of a paper that is not, or no longer, the last word."""
    facts = material.facts
    marks = ["DỰ THẢO"] if facts.draft_parts else []
    if facts.kind == "drill":
        marks.append("CHẠY THỬ")
    if facts.superseded_because is not None or (facts.record and facts.record.superseded_by):
        marks.append("ĐÃ ĐƯỢC THAY THẾ")
    return marks


def open_paper(material: Material, name: str, *, wide: bool = False) -> Paper:
    """An empty paper of a round, to be written by its issuer."""
    facts = material.facts
    title = f"{name} – {facts.title} – {facts.unit}"
    marks = list_marks(material)
    return Paper(title, name_organiser(facts.unit), made_at=material.closed_at, marks=marks, wide=wide)


def explain_marks(material: Material) -> list[str]:
    """A sentence for each mark."""
    facts, told = material.facts, []
    if facts.draft_parts:
        told.append(f"Dự thảo: {'; '.join(_DRAFTS[part] for part in facts.draft_parts)}.")
    if facts.kind == "drill":
        told.append("Chạy thử: số liệu để tập làm, không phải ý kiến của người dân.")
    if facts.superseded_because is not None:
        told.append(f"Đợt này đã được thay bằng một đợt khác. Lý do: {end(facts.superseded_because)}")
    if facts.record and facts.record.superseded_by:
        told.append(f"Kết quả này đã được thay bằng kết quả số {facts.record.superseded_by} của cùng đợt.")
    return told


def add_marks(paper: Paper, material: Material) -> None:
    for told in explain_marks(material):
        paper.text(told, italic=True)


def add_bases(paper: Paper, material: Material) -> None:
    """What the paper rests on, as it is configured: law, adopted papers, and the leave to ask online."""
    facts = material.facts
    bases = [facts.legal_basis] if facts.legal_basis else []
    bases += [
        f"{one.title} (số {one.number} ngày {format_date(one.issued_on)}, {one.issuer})"
        for one in material.more.bases
    ]
    for place, base in enumerate(bases, start=1):
        paper.text(f"Căn cứ {base}{'.' if place == len(bases) else ';'}", italic=True)


def add_content_table(paper: Paper, material: Material) -> None:
    """Every content with its counts, complete; the overall one last and apart."""
    answers = [
        "Hài lòng",
        "Chưa hài lòng",
        *(["Không ý kiến"] if material.has_no_opinion else []),
        "Bỏ trống",
    ]
    columns = [
        Column("TT", 8, "center"),
        Column("Nội dung", 78, "left"),
        *(Column(head, 15) for head in (*answers, "Cộng")),
        Column("Tỷ lệ hài lòng", 21),
    ]
    rows = []
    for place, question in enumerate(material.contents, start=1):
        counts = material.official.counts[question.code]
        rate = material.rates[question.code]
        cells = [format_count(place), str(question.text), *list_counts(material, counts)]
        cells += [format_count(counts.valid), write_rate(rate)]
        rows.append(Row(cells, bold=question.overall))
    add_table(paper, columns, rows)


def list_counts(material: Material, counts: ContentCounts) -> list[str]:
    """Satisfied, not satisfied, without opinion where the ballot has it, and blank."""
    told = [counts.satisfied, counts.not_satisfied]
    told += [counts.no_opinion] if material.has_no_opinion else []
    return [format_count(count) for count in (*told, counts.no_answer)]


def say_record(material: Material) -> str:
    """Which recorded result the paper tells, and the hash that it can be checked by."""
    record = material.facts.record
    if record is None:
        return f"Mã kiểm SHA-256 khi mở đợt: {material.facts.sha256}."
    told = f"Theo kết quả số {record.number}; mã kiểm SHA-256 của bản ghi: {record.sha256}."
    if record.because:
        told += f" Kết quả này thay kết quả số {record.number - 1}. Lý do: {end(record.because)}"
    return told


def say_period(material: Material) -> str:
    return f"{say_days(material.facts)}; đóng đợt lúc {format_instant(material.closed_at)}"


def name_channel(channel: str) -> str:
    return str(CHANNEL_NAMES[channel])


def write_share(share: Share) -> str:
    """`1.880/1.893 (99,31 %)`, `–` of nothing."""
    rate = write_rate(share)
    return f"{write_counts(share)} ({rate})" if share.denominator else rate


def write_counts(share: Share) -> str:
    return f"{format_count(share.numerator)}/{format_count(share.denominator)}"


def write_between(least: int, most: int) -> str:
    """`từ 10 đến 15`, or one number where both are the same."""
    return format_count(least) if least == most else f"từ {format_count(least)} đến {format_count(most)}"


def write_range(least: int, most: int) -> str:
    """The same for a cell: `10 – 15`."""
    return format_count(least) if least == most else f"{format_count(least)} – {format_count(most)}"


def write_requirement(test: Test) -> str:
    return f"{'≥' if test.operator == '>=' else '>'} {format_percent(test.threshold)}"


def join(words: Sequence[str]) -> str:
    """`A, B và C`."""
    return " và ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def keep_numbers(text: str) -> str:
    """With no line broken within a telephone number."""
    return _GAP.sub("\N{NO-BREAK SPACE}", text)


def end(sentence: str) -> str:
    """With a full stop, unless it has one."""
    return sentence if sentence.rstrip().endswith((".", "!", "?")) else f"{sentence.rstrip()}."
