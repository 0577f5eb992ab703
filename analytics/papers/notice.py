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
    keep_numbers,
    open_paper,
    say_record,
    write_counts,
    write_requirement,
)
from analytics.rates import write_rate
from analytics.uncounted import say_uncounted
from analytics.web.words import (
    ALL_SATISFIED,
    NO_VALID_BALLOT,
    SIGNED_PAPERS,
    explain_hidden,
    say_days,
    write_figure,
)
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
    paper.text(f"{say_days(facts).capitalize()}; mỗi hộ một phiếu, không ghi tên.")
    for line in _list_headlines(material):
        paper.text(line, bold=True)
    if has_rates(material):
        _add_contents(paper, material)
    for line in _list_voices(material):
        paper.text(line)
    contact = f"Hỏi thêm hoặc khiếu nại, xin báo: {end(keep_numbers(material.more.contact))}"
    add_foot(paper, letterhead, [*_list_remarks(material), contact])
    paper.text(say_record(material), "Fine", italic=True)
    return paper.to_bytes()


def is_told(material: Material) -> bool:
    """Whether anything may be told of the round as a whole."""
    return material.result.tables[BALLOT].suppression.shown()


def has_rates(material: Material) -> bool:
    """Whether there is a rate of satisfaction that may be told."""
    return is_told(material) and material.official.valid > 0


def say_why_hidden(material: Material) -> list[str]:
    """Why the totals are not told, and where they are; nothing where they are told."""
    hidden = material.result.tables[BALLOT].suppression.reason()
    if hidden is None:
        return []
    why = explain_hidden(hidden, material.result.min_base)
    return [f"Không nêu số liệu chung. {why}", str(SIGNED_PAPERS)]


def _list_headlines(material: Material) -> list[str]:
    """Who took part, the overall rate and the verdict, or why they are not told."""
    result = material.result
    verdict = [f"Kết luận: {VERDICTS[result.told_verdict]}."] if result.told_verdict else []
    if not is_told(material):
        return [" ".join(say_why_hidden(material)), *verdict]
    overall = material.contents[-1].code
    covered, issued = write_figure(result.find_returned(), result.min_base), result.find_issued()
    rate = write_figure(result.tables[overall].figure(), result.min_base)
    needed = {test.what: f"; yêu cầu {write_requirement(test)}" for test in material.official.tests}
    told = [f"Hộ tham gia: {covered}{needed.get('coverage', '')}."]
    if issued:
        handed_out = write_figure(issued, result.min_base)
        told = [f"Hộ được phát phiếu: {handed_out}{needed['issued']}.", f"Hộ có phiếu được tính: {covered}."]
    if not has_rates(material):
        return [*told, str(NO_VALID_BALLOT)]
    return [*told, f"Hài lòng chung: {rate}{needed.get('overall', '')}.", *verdict]


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
    """The lowest contents by their numbers in the table, and the villages that no rate speaks of."""
    result = material.result
    told = [_say_lowest(material)] if has_rates(material) else []
    if result.silent:
        told.append(f"Thôn không có phiếu: {join(result.silent)}.")
    uncounted = say_uncounted(list(result.find_uncounted(result.min_base).values()))
    return [*told, uncounted] if uncounted else told


def _say_lowest(material: Material) -> str:
    lowest = material.result.lowest_contents
    places = {question.code: place for place, question in enumerate(material.contents, start=1)}
    named = [
        f"{format_count(places[table.code])} ({write_rate(share)})"
        for table in lowest.named
        if (share := table.figure().share)
    ]
    if not named:
        return str(ALL_SATISFIED)
    told = f"{', '.join(named)} {lowest.say_tied()}" if lowest.tied else join(named)
    return f"Hài lòng thấp nhất: nội dung {told}."


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
