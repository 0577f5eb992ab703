"""What residents said about a round, as far as somebody decided to show it, and what the commune will do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from analytics.charts import Bar, draw_bars
from analytics.indicators import Share
from forms.questionnaire import Question
from survey.frames import (
    ActionLine,
    RoundFacts,
    count_texts,
    count_themes,
    list_actions,
    list_shown_reasons,
)
from translations.catalogue import lazy
from translations.numbers import format_count

_MOST_TEXTS, _MOST_THEMES = 200, 10


@dataclass(frozen=True)
class Voices:
    """`texts` is how many were written; `themes` are the most named ones, `reasons` by question."""

    texts: int
    themes: tuple[tuple[str, int], ...]
    reasons: Mapping[Question, list[str]]
    actions: tuple[ActionLine, ...]
    chart: Markup


def tell_voices(session: Session, facts: RoundFacts) -> Voices:
    """Read from counters and moderated texts alone."""
    named: Counter[str] = Counter()
    for one in count_themes(session, facts.id):
        named[one.name] += one.texts
    texts = sum(count_texts(session, facts.id).values())
    themes = tuple(named.most_common(_MOST_THEMES))
    shown = list_shown_reasons(session, facts.id, limit=_MOST_TEXTS)
    bars = [Bar(name, Share(count, texts).value, format_count(count)) for name, count in themes]
    return Voices(
        texts=texts,
        themes=themes,
        reasons={one: shown[one.code] for one in facts.questionnaire.questions if one.code in shown},
        actions=tuple(list_actions(session, facts.id)),
        chart=draw_bars("chart-themes", str(lazy("Bà con nhắc nhiều nhất")), bars),
    )
