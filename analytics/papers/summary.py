"""*Bảng tổng hợp*: village by village up to the whole area, wide; complete, to be signed.

No total is typed: each is the sum of the rows above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from analytics.papers.letterheads import (
    Letterhead,
    Signature,
    add_letterhead,
    add_signatures,
    add_title,
    sign_for,
)
from analytics.papers.material import Material, VillageFigures, sum_rates, sum_shares
from analytics.papers.word import Paper
from analytics.papers.word_tables import SMALL_CELL, Column, Row, add_table
from analytics.papers.wording import (
    FOR_THE_FILE,
    NO_BALLOT,
    add_bases,
    add_content_table,
    add_marks,
    name_channel,
    open_paper,
    say_period,
    say_record,
    write_range,
    write_share,
)
from analytics.rates import write_rate
from analytics.uncounted import say_uncounted, say_without
from analytics.web.words import NO_VALID_BALLOT
from forms.questionnaire import Question
from survey.frames import CHANNELS, name_within
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.numbers import format_count

_AT_A_TIME = 5
"""Contents in one table, each in a line with its counts."""


@use_locale(DEFAULT_LOCALE)
def write_summary(material: Material, letterhead: Letterhead = Letterhead.MTTQ) -> bytes:
    facts = material.facts
    paper = open_paper(material, "Bảng tổng hợp", wide=True)
    add_letterhead(paper, letterhead, facts.unit)
    add_title(paper, "BẢNG TỔNG HỢP", f"{facts.title}\ntừ thôn lên {name_within(facts.unit)}")
    add_marks(paper, material)
    add_bases(paper, material)
    paper.text(f"Thời gian lấy ý kiến: {say_period(material)}.")
    paper.heading("Biểu 1. Hộ tham gia, số phiếu và đánh giá chung của từng thôn")
    _add_participation(paper, material)
    for told in (say_without(material.result.silent), say_uncounted(material.uncounted)):
        if told:
            paper.text(told)
    paper.heading(f"Biểu 2. Kết quả từng nội dung, toàn {name_within(facts.unit)}")
    if material.official.valid:
        add_content_table(paper, material)
    else:
        paper.text(str(NO_VALID_BALLOT))
    paper.heading("Biểu 3. Tỷ lệ hài lòng từng nội dung của từng thôn (số thứ tự nội dung theo Biểu 2)")
    contents = list(enumerate(material.contents, start=1))
    for start in range(0, len(contents), _AT_A_TIME):
        _add_rates(paper, material, contents[start : start + _AT_A_TIME])
        paper.text("", "Line", keep=True)
    paper.text("Các dòng cộng được tính từ các dòng trên, không nhập tay.", keep=True)
    paper.text(f"{say_record(material)} {FOR_THE_FILE}", "Fine", italic=True, keep=True)
    add_signatures(paper, [Signature("NGƯỜI LẬP BẢNG"), sign_for(letterhead)])
    return paper.to_bytes()


def _add_participation(paper: Paper, material: Material) -> None:
    shares, width = ["Tỷ lệ hộ tham gia"], 44
    if material.official.issued:
        shares, width = ["Tỷ lệ hộ được phát phiếu", "Tỷ lệ hộ có phiếu được tính"], 25
    columns = [
        Column("TT", 8, "center"),
        Column("Thôn", width, "left"),
        *(Column(head, 14) for head in ("Số hộ", "Phát ra", "Được tính")),
        *(Column(head, 19) for head in shares),
        *(Column(head, 14) for head in ("Hợp lệ", "Không hợp lệ")),
        *(Column(name_channel(channel), 15, group="Được tính theo hình thức") for channel in CHANNELS),
        Column("Hài lòng", 14, group="Đánh giá chung"),
        Column("Tỷ lệ", 19, group="Đánh giá chung"),
        Column("Phiếu có nội dung chưa hài lòng", 27),
    ]
    overall = material.contents[-1]

    def write(villages: Sequence[VillageFigures]) -> list[str]:
        households = sum(one.facts.households for one in villages)
        rate = sum_rates(villages, overall.code)
        coverage = sum_shares(one.coverage for one in villages)
        issued = [one.issued for one in villages if one.issued]
        counts = [households, sum(one.handed_out.issued for one in villages), coverage.numerator]
        after = [sum(one.valid for one in villages), sum(one.invalid for one in villages)]
        after += [sum(sum(one.by_channel[channel]) for one in villages) for channel in CHANNELS]
        against = (sum(one.any_least for one in villages), sum(one.any_most for one in villages))
        return [
            *map(format_count, counts),
            *([write_rate(sum_shares(issued))] if issued else []),
            write_rate(coverage),
            *map(format_count, (*after, rate.numerator)),
            write_rate(rate),
            write_range(*against),
        ]

    add_table(paper, columns, list(_list_rows(material, write)), style=SMALL_CELL)


def _add_rates(paper: Paper, material: Material, contents: Sequence[tuple[int, Question]]) -> None:
    columns = [Column("TT", 8, "center"), Column("Thôn", 40, "left")]
    for place, question in contents:
        head = "Đánh giá chung" if question.overall else f"Nội dung {format_count(place)}"
        columns.append(Column(head, 41))

    def write(villages: Sequence[VillageFigures]) -> list[str]:
        if not any(one.valid for one in villages):
            return [NO_BALLOT]
        return [write_share(sum_rates(villages, question.code)) for _, question in contents]

    add_table(paper, columns, list(_list_rows(material, write)), style=SMALL_CELL, keep=True)


def _list_rows(material: Material, write: Callable[[Sequence[VillageFigures]], list[str]]) -> Iterator[Row]:
    """A row for each village, a sum for each commune where there are several, and the sum of all."""
    communes = material.communes
    for commune, villages in communes:
        for place, village in enumerate(villages, start=1):
            yield Row((format_count(place), village.facts.name, *write([village])))
        if len(communes) > 1:
            yield Row(("", f"Cộng {name_within(commune)}", *write(villages)), bold=True)
    yield Row(("", f"Toàn {name_within(material.facts.unit)}", *write(material.villages)), bold=True)
