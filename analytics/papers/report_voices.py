"""What residents wrote, in a report: counted by theme, quoted where it may be, and answered by actions."""

from __future__ import annotations

from collections import defaultdict

from analytics.papers.material import MOST_SHOWN, Material
from analytics.papers.word import Paper
from analytics.papers.word_tables import Column, Row, add_table
from survey.frames import ACTION_STATE_NAMES, CountedTheme
from translations.dates import format_date
from translations.numbers import format_count


def add_voices(paper: Paper, material: Material) -> None:
    """Content by content: how many texts, the themes they name, and texts that were decided to be shown."""
    voices = material.voices
    themes: dict[str, list[CountedTheme]] = defaultdict(list)
    for theme in voices.themes:
        themes[theme.question].append(theme)
    told = [
        question
        for question in material.facts.questionnaire.questions
        if question.code in voices.texts or question.code in voices.shown
    ]
    if not told:
        paper.text("Không có ý kiến nào được ghi, hoặc ý kiến chưa được duyệt.")
        return
    paper.text(
        "Mỗi ý kiến có thể thuộc nhiều chủ đề. Chỉ nêu nguyên văn những ý kiến đã được duyệt, đã che số điện "
        "thoại, số giấy tờ và tên người; ý kiến không gắn với thôn hay với phiếu."
    )
    for question in told:
        paper.heading(str(question.text), 2)
        if question.code in voices.texts:
            paper.text(_say_themes(voices.texts[question.code], themes[question.code]))
        for text in voices.shown.get(question.code, ()):
            paper.text(f"- “{text}”")
        if len(voices.shown.get(question.code, ())) == MOST_SHOWN:
            paper.text(f"(nêu {format_count(MOST_SHOWN)} ý kiến đầu)", "Fine", italic=True)


def _say_themes(texts: int, themes: list[CountedTheme]) -> str:
    counted = "; ".join(f"{theme.name}: {format_count(theme.texts)}" for theme in themes)
    told = f"{format_count(texts)} ý kiến"
    return f"{told}. {counted}." if counted else f"{told}."


def add_actions(paper: Paper, material: Material) -> None:
    """What the commune has said publicly that it will do."""
    actions = material.voices.actions
    if not actions:
        paper.text("Chưa có việc nào được công bố.")
        return
    columns = (
        Column("TT", 8, "center"),
        Column("Việc", 82, "left"),
        Column("Ai chịu trách nhiệm", 35, "left"),
        Column("Xong trước", 22, "center"),
        Column("Tình trạng", 18, "left"),
    )
    rows = [
        Row(
            (
                format_count(place),
                action.text,
                action.responsible,
                format_date(action.due_on),
                str(ACTION_STATE_NAMES[action.state]),
            )
        )
        for place, action in enumerate(actions, start=1)
    ]
    add_table(paper, columns, rows)
