"""The results in a report: who took part, each content, the overall rate, and the verdict."""

from __future__ import annotations

from collections import Counter

from analytics.indicators import Test
from analytics.lowest import MOST_NAMED, find_lowest
from analytics.papers.material import Material
from analytics.papers.report_measures import add_channels, add_measures
from analytics.papers.word import Paper
from analytics.papers.word_tables import SMALL_CELL, Column, Row, add_table
from analytics.papers.wording import (
    NO_BALLOT,
    PASSED,
    TEST_NAMES,
    VERDICTS,
    add_content_table,
    join,
    write_between,
    write_requirement,
    write_share,
)
from analytics.rates import write_rate
from analytics.uncounted import say_uncounted
from analytics.web.words import ALL_SATISFIED, NO_VALID_BALLOT
from survey.frames import name_within
from translations.numbers import format_count


def add_results(paper: Paper, material: Material) -> None:
    paper.heading("1. Hộ tham gia", 2)
    _add_participation(paper, material)
    paper.heading("2. Từng nội dung", 2)
    _add_contents(paper, material)
    paper.heading("3. Đánh giá chung", 2)
    _add_overall(paper, material)
    paper.heading("4. Kết luận", 2)
    _add_verdict(paper, material)
    paper.heading("5. Kết quả chắc đến đâu", 2)
    add_measures(paper, material)
    paper.heading("6. So các hình thức gửi phiếu", 2)
    add_channels(paper, material)


def _add_participation(paper: Paper, material: Material) -> None:
    official = material.official
    paper.text(
        f"{write_share(official.coverage)} hộ có phiếu được tính, gồm {format_count(official.valid)} phiếu "
        f"hợp lệ và {format_count(official.invalid)} phiếu không hợp lệ."
    )
    if official.issued:
        paper.text(
            f"{write_share(official.issued)} hộ được phát phiếu, mỗi hộ tính nhiều nhất một phiếu. Quy định "
            "xét tỷ lệ hộ tham gia theo phiếu phát ra, không theo phiếu được tính."
        )
    if told := _say_invalid(material):
        paper.text(told)
    columns = [
        Column("TT", 8, "center"),
        Column("Thôn", 40, "left"),
        *(Column(head, 14) for head in ("Số hộ", "Được tính")),
        Column("Tỷ lệ hộ", 19),
        *(Column(head, 14) for head in ("Hợp lệ", "Không hợp lệ")),
        Column("Hài lòng chung", 45),
    ]
    code = material.contents[-1].code
    rows = []
    for place, village in enumerate(material.villages, start=1):
        counts = map(format_count, (village.facts.households, village.returned))
        after = map(format_count, (village.valid, village.invalid))
        coverage = write_rate(village.coverage)
        rate = write_share(village.rates[code]) if village.valid else NO_BALLOT
        rows.append(Row((format_count(place), village.facts.name, *counts, coverage, *after, rate)))
    total = (official.coverage.denominator, official.coverage.numerator)
    after = map(format_count, (official.valid, official.invalid))
    name = f"Toàn {name_within(material.facts.unit)}"
    rate = write_share(official.overall) if official.valid else NO_BALLOT
    cells = ("", name, *map(format_count, total), write_rate(official.coverage), *after, rate)
    add_table(paper, columns, [*rows, Row(cells, bold=True)], style=SMALL_CELL)
    if material.result.silent:
        paper.text(f"Thôn không có phiếu: {join(material.result.silent)}.")
    if told := say_uncounted(material.uncounted):
        paper.text(told)


def _say_invalid(material: Material) -> str:
    """Why paper ballots are invalid, and how many were set aside."""
    reasons: Counter[str] = Counter()
    aside = 0
    for sheet in material.facts.sheets.values():
        reasons.update(sheet.counts.invalid)
        aside += sheet.counts.set_aside
    rules = material.facts.rules
    told = [
        f"{str(one.label).lower()}: {format_count(reasons[one.code])}"
        for one in (rules.invalid_reasons if rules else ())
        if reasons[one.code]
    ]
    sentences = [f"Phiếu không hợp lệ vì {'; '.join(told)}."] if told else []
    if aside:
        sentences.append(
            f"{format_count(aside)} phiếu giấy để riêng, không tính, vì hộ đã trả lời cách khác."
        )
    return " ".join(sentences)


def _add_contents(paper: Paper, material: Material) -> None:
    official = material.official
    if not official.valid:
        paper.text(str(NO_VALID_BALLOT))
        return
    add_content_table(paper, material)
    for sentence in _list_extremes(material):
        paper.text(sentence)
    against = write_between(official.any_not_satisfied.numerator, official.any_at_most.numerator)
    paper.text(
        f"Phiếu có ít nhất một nội dung “Chưa hài lòng”: {against} trên {format_count(official.valid)} phiếu."
    )


def _list_extremes(material: Material) -> list[str]:
    """The contents of least and of greatest rate, the latter only where they are not the same ones."""
    official = material.official
    names = {question.code: str(question.text) for question in material.contents}
    rates = {code: write_share(share) for code, share in official.contents.items()}
    lowest, highest = find_lowest(official.contents.items()), official.highest
    if not lowest.named:
        return [str(ALL_SATISFIED)]
    named = "; ".join(f"{names[code]} – {rates[code]}" for code in lowest.named)
    told = [f"Nội dung hài lòng thấp nhất: {named}{f'; {lowest.say_tied()}' if lowest.tied else ''}."]
    if highest != official.lowest:
        more = len(highest) - MOST_NAMED
        others = f" và {format_count(more)} nội dung khác" if more > 0 else ""
        named = "; ".join(names[code] for code in highest[:MOST_NAMED])
        told.append(f"Nội dung hài lòng cao nhất: {named}{others} – {rates[highest[0]]}.")
    return told


def _add_overall(paper: Paper, material: Material) -> None:
    if not material.official.valid:
        paper.text(str(NO_VALID_BALLOT))
        return
    paper.text(
        f"{write_share(material.official.overall)} phiếu hài lòng. Đây là câu hỏi cuối của phiếu, "
        "tính riêng, không phải trung bình của các nội dung."
    )


def _add_verdict(paper: Paper, material: Material) -> None:
    tests = material.official.tests
    if tests:
        columns = (
            Column("Điều kiện", 79, "left"),
            Column("Kết quả", 48),
            Column("Yêu cầu", 18),
            Column("Xét", 20, "center"),
        )
        rows = [
            Row(
                (
                    _name_test(material, test),
                    write_share(test.share),
                    write_requirement(test),
                    PASSED[test.passed],
                )
            )
            for test in tests
        ]
        add_table(paper, columns, rows)
        paper.text("Xét trên số phiếu, không xét trên tỷ lệ đã làm tròn.", "Fine", italic=True)
    paper.text(f"Kết luận: {VERDICTS[material.official.verdict]}.", bold=True)


def _name_test(material: Material, test: Test) -> str:
    name = TEST_NAMES[test.what]
    if test.question:
        name += f": {material.facts.questionnaire.question(test.question).text}"
    communes = {one.commune_code: one.commune for one in material.facts.villages}
    return f"{name} – {communes[str(test.commune)]}" if test.commune else name
