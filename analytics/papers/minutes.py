"""*Biên bản kiểm phiếu*: what one village returned, to be signed there; each village on pages of its own.

The figures are complete. Paper is told apart from the other ways only where neither is a small group:
the difference would be the answers of the few who answered the other way.
"""

from __future__ import annotations

from analytics.indicators import ContentCounts
from analytics.papers.letterheads import (
    Letterhead,
    Signature,
    add_letterhead,
    add_signatures,
    add_title,
)
from analytics.papers.material import NO_OPINION, PAPER, Material, VillageFigures
from analytics.papers.word import Paper
from analytics.papers.word_tables import SMALL_CELL, Column, Row, add_table
from analytics.papers.wording import (
    FOR_THE_FILE,
    NO_BALLOT,
    add_bases,
    add_marks,
    list_counts,
    name_channel,
    open_paper,
    say_record,
    write_between,
    write_share,
)
from analytics.rates import write_rate
from survey.frames import NotFound, RecordedSheet, is_residential_group, name_within
from translations.catalogue import DEFAULT_LOCALE, lazy, use_locale
from translations.dates import format_instant
from translations.numbers import format_count

_OPENING = (
    "Hồi ...... giờ ......, ngày ...... tháng ...... năm 20......, tại "
    "........................................, tổ lấy ý kiến kiểm phiếu của {village}, có hai đại diện hộ "
    "dân chứng kiến."
)
_CLOSING = "Biên bản lập thành ...... bản, đã đọc lại cho mọi người nghe và ký tên."
_REMARKS = "4. Ý kiến của người chứng kiến (nếu có):"


@use_locale(DEFAULT_LOCALE)
def write_minutes(material: Material, unit_id: int | None = None) -> bytes:
    """The minutes of every village, or of one; raises NotFound where the round has no such village."""
    villages = [one for one in material.villages if unit_id in (None, one.facts.unit_id)]
    if not villages:
        raise NotFound(lazy("Đợt này không lấy ý kiến ở thôn ấy."))
    paper = open_paper(material, "Biên bản kiểm phiếu")
    for place, village in enumerate(villages):
        if place:
            paper.start_section()
        _write_village(paper, material, village)
    return paper.to_bytes()


def _write_village(paper: Paper, material: Material, village: VillageFigures) -> None:
    name = village.facts.name
    add_letterhead(paper, Letterhead.MTTQ, village.facts.commune)
    add_title(paper, "BIÊN BẢN", f"Kiểm phiếu tại {name_within(name)}\n{material.facts.title}")
    add_marks(paper, material)
    add_bases(paper, material)
    paper.text(_OPENING.format(village=name_within(name)))
    paper.heading("1. Phiếu giấy")
    if village.sheet:
        _add_sheet(paper, material, village, village.sheet)
    else:
        paper.text(_say_no_sheet(village))
    paper.heading("2. Phiếu được tính, theo hình thức gửi")
    _add_channels(paper, village)
    paper.heading("3. Kết quả từng nội dung, tính trên mọi hình thức")
    if village.valid:
        _add_contents(paper, material, village)
    else:
        paper.text(f"{NO_BALLOT}.")
    paper.dots(_REMARKS, lines=2)
    paper.text(_CLOSING, keep=True)
    paper.text(f"{say_record(material)} {FOR_THE_FILE}", "Fine", italic=True, keep=True)
    add_signatures(paper, _list_signatures(name, village.sheet))


def _list_signatures(village: str, sheet: RecordedSheet | None) -> list[Signature]:
    head = "TỔ TRƯỞNG\nTỔ DÂN PHỐ" if is_residential_group(village) else "TRƯỞNG THÔN"
    entered, confirmed = (sheet.entered_by, sheet.confirmed_by) if sheet else ("", "")
    return [
        Signature("NGƯỜI NHẬP\nSỐ LIỆU", entered),
        Signature("NGƯỜI CHỐT\nSỐ LIỆU", confirmed),
        Signature(f"{head}\nHOẶC TRƯỞNG\nBAN CÔNG TÁC\nMẶT TRẬN"),
        *(Signature(f"ĐẠI DIỆN\nHỘ DÂN\nCHỨNG KIẾN\n{place}") for place in ("THỨ NHẤT", "THỨ HAI")),
    ]


def _say_no_sheet(village: VillageFigures) -> str:
    told = "Không có phiếu giấy nào của thôn được hai người kiểm và chốt."
    if village.handed_out.has_no_paper:
        told = "Thôn không có phiếu giấy."
    if village.handed_out.stubs:
        told += f" Có {format_count(village.handed_out.stubs)} thẻ mã hộ đã nộp kèm phiếu giấy."
    return told


def _add_sheet(paper: Paper, material: Material, village: VillageFigures, sheet: RecordedSheet) -> None:
    counts, stubs = sheet.counts, village.handed_out.stubs
    invalid = sum(counts.invalid.values())
    rules = material.facts.rules
    reasons = rules.invalid_reasons if rules else ()
    rows = [
        ("Phiếu phát ra", counts.issued),
        ("Phiếu thu về (a = b + c + d)", counts.returned),
        ("Phiếu hợp lệ (b)", counts.valid),
        ("Phiếu không hợp lệ (c)", invalid),
        *((f"– {reason.label}", counts.invalid.get(reason.code, 0)) for reason in reasons),
        ("Để riêng, không tính vì hộ đã trả lời cách khác (d)", counts.set_aside),
    ]
    if stubs is not None:
        rows.append(("Thẻ mã hộ nộp kèm phiếu giấy", stubs))
    columns = (Column("Phiếu giấy", 5, "left"), Column("Số phiếu", 1))
    lines = [Row((name, format_count(count))) for name, count in rows]
    add_table(paper, columns, lines, style=SMALL_CELL)
    returned, valid, aside = map(format_count, (counts.returned, counts.valid, counts.set_aside))
    paper.text(
        f"Đối chiếu: {returned} phiếu thu về = {valid} hợp lệ + {format_count(invalid)} không hợp lệ "
        f"+ {aside} để riêng. {sheet.entered_by} nhập, {sheet.confirmed_by} nhập lại từ bản giấy mà không "
        f"xem số của người trước; hai lần khớp nhau, chốt lúc {format_instant(sheet.confirmed_at)} "
        f"(bản thứ {format_count(sheet.version)})."
    )


def _add_channels(paper: Paper, village: VillageFigures) -> None:
    ways = list(village.by_channel.values())
    rows = [("Hợp lệ", [valid for valid, _ in ways]), ("Không hợp lệ", [invalid for _, invalid in ways])]
    rows.append(("Cộng", [sum(both) for both in ways]))
    columns = (
        Column("", 3, "left"),
        *(Column(name_channel(channel), 3) for channel in village.by_channel),
        Column("Cộng", 2),
    )
    lines = [
        Row((name, *map(format_count, (*counts, sum(counts)))), bold=name == "Cộng") for name, counts in rows
    ]
    add_table(paper, columns, lines, style=SMALL_CELL)
    told = f"Tỷ lệ hộ tham gia: {write_share(village.coverage)} số hộ của thôn."
    if village.issued:
        told = (
            f"Hộ được phát phiếu: {write_share(village.issued)} số hộ của thôn. Hộ có phiếu được tính: "
            f"{write_share(village.coverage)}."
        )
    if village.handed_out.stubs is not None:
        told += f" Thẻ mã hộ đã phát: {format_count(village.handed_out.issued)}."
    paper.text(told)


def _add_contents(paper: Paper, material: Material, village: VillageFigures) -> None:
    split = _count_paper(material, village)
    columns = _head_contents(material, splits=split is not None)
    rows = []
    for place, question in enumerate(material.contents, start=1):
        counts = village.contents[question.code]
        rate = village.rates[question.code]
        cells = [format_count(place), str(question.text), *list_counts(material, counts)]
        cells.append(write_rate(rate))
        cells += list_counts(material, split[question.code]) if split else []
        rows.append(Row(cells, bold=question.overall))
    add_table(paper, columns, rows, style=SMALL_CELL)
    paper.text(
        f"Ở mỗi nội dung, các ô cộng lại bằng {format_count(village.valid)} phiếu hợp lệ. Câu cuối là đánh "
        "giá chung, tính riêng. Phiếu có ít nhất một nội dung “Chưa hài lòng”: "
        f"{write_between(village.any_least, village.any_most)} phiếu."
    )


def _count_paper(material: Material, village: VillageFigures) -> dict[str, ContentCounts] | None:
    """The paper ballots alone; None where there is nothing to tell apart, or a group is too small to."""
    valid = village.by_channel[PAPER][0]
    least = min(valid, village.valid - valid)
    if village.sheet is None or least < material.result.min_base:
        return None
    return {
        code: ContentCounts(
            *(options.get(one, 0) for one in ("satisfied", "not_satisfied", NO_OPINION, "no_answer"))
        )
        for code, options in village.sheet.counts.contents.items()
    }


def _head_contents(material: Material, *, splits: bool) -> list[Column]:
    neither = ["Không ý kiến"] if material.has_no_opinion else []
    answers = ["Hài lòng", "Chưa hài lòng", *neither, "Bỏ trống"]
    group = "Mọi hình thức" if splits else ""
    return [
        Column("TT", 8, "center"),
        Column("Nội dung", 60, "left"),
        *(Column(head, 13, group=group) for head in answers),
        Column("Tỷ lệ hài lòng", 19, group=group),
        *(Column(head, 12, group="Riêng phiếu giấy") for head in (answers if splits else ())),
    ]
