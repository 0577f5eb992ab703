"""In a report: how sure the rates are, what each village weighs, and the ways of answering side by side."""

from __future__ import annotations

from analytics.measure_words import (
    WHO_IS_SILENT,
    say_bounds,
    say_holds,
    say_interval,
    say_weighted,
    write_range,
    write_weighted,
)
from analytics.measures import Measures, measure_official
from analytics.papers.material import Material
from analytics.papers.word import Paper
from analytics.papers.word_tables import SMALL_CELL, Column, Row, add_table
from analytics.papers.wording import join, name_channel, write_counts, write_share
from analytics.rates import write_rate
from analytics.tables import QuestionTable
from analytics.uncounted import say_uncounted, say_without
from analytics.weighting import WeightedRate
from translations.numbers import NO_RATE, format_count, format_percent

_HOW_TO_READ = (
    "Khoảng ước tính chỉ đúng nếu hộ chưa trả lời cũng nghĩ như hộ đã trả lời; giới hạn chắc chắn đúng dù họ "
    "nghĩ thế nào."
)


def add_measures(paper: Paper, material: Material) -> None:
    official, names = material.official, {one.unit_id: one.name for one in material.facts.villages}
    if official.overfull:
        told = join([names[int(village)] for village in official.overfull])
        paper.text(f"Không tính, vì có thôn thu về nhiều phiếu hơn số hộ đã chốt: {told}.")
        return
    overall = material.contents[-1].code
    found = measure_official(official, overall, material.facts.rules)
    if found[overall].interval is None:
        paper.text("Không tính, vì không có phiếu hợp lệ.")
        return
    for sentence in _list_sentences(found[overall], material):
        paper.text(f"- {sentence}")
    _add_ranges(paper, material, found)
    if weighted := found[overall].weighted:
        _add_weights(paper, material, weighted)


def _list_sentences(overall: Measures, material: Material) -> list[str]:
    """What is said of the overall rate."""
    holds = say_holds(overall)
    told = [say_interval(overall), say_bounds(overall)]
    if holds and overall.threshold is not None:
        told.append(f"So với mức {format_percent(overall.threshold)}: {holds}.")
    told += [say_weighted(overall), say_without(material.result.silent), say_uncounted(material.uncounted)]
    return [one for one in told if one]


def _add_ranges(paper: Paper, material: Material, found: dict[str, Measures]) -> None:
    columns = (
        Column("TT", 8, "center"),
        Column("Tỷ lệ", 20),
        Column("Khoảng ước tính", 37),
        Column("Giới hạn chắc chắn", 37),
        Column("Theo số hộ từng thôn", 21),
        Column("Dù hộ chưa trả lời nghĩ thế nào", 42, "left"),
    )
    rows = []
    for place, question in enumerate(material.contents, start=1):
        one = found[question.code]
        cells = (
            format_count(place),
            write_rate(one.rate),
            write_range(one.interval),
            write_range(one.bounds),
            write_weighted(one),
            say_holds(one) or NO_RATE,
        )
        rows.append(Row(cells, bold=question.overall))
    add_table(paper, columns, rows, style=SMALL_CELL)
    paper.text(f"Số thứ tự theo bảng ở mục 2. {_HOW_TO_READ} {WHO_IS_SILENT}", "Fine", italic=True)


def _add_weights(paper: Paper, material: Material, weighted: WeightedRate) -> None:
    names = {one.unit_id: one.name for one in material.facts.villages}
    columns = (
        Column("Thôn", 70, "left"),
        Column("Số hộ", 20),
        Column("Trọng số", 25),
        Column("Hài lòng chung", 50),
    )
    rows = [
        Row(
            (
                names[int(one.village)],
                format_count(one.households),
                format_percent(one.share, 2),
                write_share(one.rate),
            )
        )
        for one in weighted.weights
    ]
    rows += [Row((names[int(one)], "Không có phiếu hợp lệ, không có trọng số")) for one in weighted.without]
    paper.text("Trọng số của từng thôn khi tính theo số hộ:", keep=True)
    add_table(paper, columns, rows, style=SMALL_CELL)


def add_channels(paper: Paper, material: Material) -> None:
    """Answers by channel; what would tell those of a few households is left out even here."""
    result = material.result
    if not result.channels:
        paper.text("Không thu được phiếu nào.")
        return
    columns = [Column("TT", 8, "center"), Column("Nội dung", 57, "left")]
    columns += [Column(name_channel(channel), 100 / len(result.channels)) for channel in result.channels]
    ballots = [
        format_count(sum(one.by_channel[channel][0] for one in material.villages))
        for channel in result.channels
    ]
    rows = [Row(("", "Phiếu hợp lệ", *ballots), bold=True)]
    for place, question in enumerate(material.contents, start=1):
        table = result.tables[question.code]
        cells = [_write_channel(table, channel) for channel in result.channels]
        rows.append(Row((format_count(place), str(question.text), *cells)))
    add_table(paper, columns, rows, style=SMALL_CELL)
    least = format_count(result.min_base)
    if any("*" in row.cells for row in rows):
        paper.text(
            f"(*) Hình thức có dưới {least} phiếu, hoặc trừ ra được số của hình thức ấy: chỉ nêu số phiếu, "
            "để giữ kín câu trả lời của vài hộ.",
            "Fine",
            italic=True,
        )


def _write_channel(table: QuestionTable, channel: str) -> str:
    """The rate in a line of its own, since four columns have no room for both beside each other."""
    share = table.figure(channel=channel).share
    return "*" if share is None else f"{write_counts(share)}\n({write_rate(share)})"
