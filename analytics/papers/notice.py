"""*Bản niêm yết*: a result for the notice board, read standing; every figure in it may be told to anybody."""

from __future__ import annotations

from analytics.papers.letterheads import (
    Letterhead,
    add_foot,
    add_letterhead,
    add_title,
    lower_first,
)
from analytics.papers.material import Material
from analytics.papers.word import Paper
from analytics.papers.word_tables import Column, Row, add_table
from analytics.papers.wording import (
    VERDICTS,
    add_marks,
    end,
    join,
    open_paper,
    say_days,
    say_record,
    write_counts,
    write_requirement,
)
from analytics.rates import write_rate
from analytics.web.words import write_figure
from survey.frames import BALLOT
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.dates import format_date
from translations.numbers import format_count

_MOST = 5
"""Themes and actions on the board."""


@use_locale(DEFAULT_LOCALE)
def write_notice(material: Material, letterhead: Letterhead = Letterhead.MTTQ) -> bytes:
    facts = material.facts
    paper = open_paper(material, "Bản niêm yết")
    add_letterhead(paper, letterhead, facts.unit)
    add_title(paper, "BẢN NIÊM YẾT", f"Kết quả {lower_first(facts.title)}")
    add_marks(paper, material)
    paper.text(f"{say_days(material).capitalize()}; mỗi hộ một phiếu, không ghi tên.")
    for line in _list_headlines(material):
        paper.text(line, bold=True)
    _add_contents(paper, material)
    for line in _list_voices(material):
        paper.text(line)
    contact = f"Hỏi thêm hoặc khiếu nại, xin báo: {end(material.more.contact)}"
    add_foot(paper, letterhead, [*_list_remarks(material), contact])
    paper.text(say_record(material), "Fine", italic=True)
    return paper.to_bytes()


def is_told(material: Material) -> bool:
    """Whether anything may be told of the round as a whole."""
    return material.result.tables[BALLOT].suppression.shown()


def _list_headlines(material: Material) -> list[str]:
    result = material.result
    overall = material.contents[-1].code
    covered, issued = write_figure(result.find_returned(), result.min_base), result.find_issued()
    rate = write_figure(result.tables[overall].figure(), result.min_base)
    needed = {test.what: f"; yêu cầu {write_requirement(test)}" for test in material.official.tests}
    told = [f"Hộ tham gia: {covered}{needed.get('coverage', '')}."]
    if issued:
        handed_out = write_figure(issued, result.min_base)
        told = [f"Hộ được phát phiếu: {handed_out}{needed['issued']}.", f"Hộ có phiếu thu về: {covered}."]
    told.append(f"Hài lòng chung: {rate}{needed.get('overall', '')}.")
    return [*told, f"Kết luận: {VERDICTS[material.official.verdict]}."] if is_told(material) else told


def _add_contents(paper: Paper, material: Material) -> None:
    result = material.result
    columns = (
        Column("TT", 8, "center"),
        Column("Nội dung", 109, "left"),
        Column("Hài lòng", 27),
        Column("Tỷ lệ", 21),
    )
    rows = []
    for place, question in enumerate(material.contents, start=1):
        figure = result.tables[question.code].figure()
        cells = [format_count(place), str(question.text)]
        if figure.share is None:
            cells.append(write_figure(figure, result.min_base))
        else:
            cells += [write_counts(figure.share), write_rate(figure.share)]
        rows.append(Row(cells, bold=question.overall))
    add_table(paper, columns, rows)


def _list_remarks(material: Material) -> list[str]:
    """The three lowest contents by their numbers in the table, and who is missing."""
    result, told = material.result, []
    places = {question.code: place for place, question in enumerate(material.contents, start=1)}
    named = [
        f"{format_count(places[table.code])} ({write_rate(share)})"
        for table in result.lowest_contents()
        if (share := table.figure().share)
    ]
    if named:
        told.append(f"Hài lòng thấp nhất: nội dung {join(named)}.")
    if material.silent:
        told.append(f"Thôn không có phiếu: {join(material.silent)}.")
    return told


def _list_voices(material: Material) -> list[str]:
    """What residents named most, and what will be done about it."""
    told = []
    if themes := material.voices.most_named(_MOST):
        named = "; ".join(f"{name} ({format_count(texts)} ý kiến)" for name, texts in themes)
        told.append(f"Bà con nhắc nhiều nhất: {named}.")
    if actions := material.voices.actions[:_MOST]:
        planned = "; ".join(
            f"{action.text.rstrip('.')} ({action.responsible}, trước ngày {format_date(action.due_on)})"
            for action in actions
        )
        told.append(f"Việc sẽ làm: {planned}.")
    return told
