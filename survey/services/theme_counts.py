"""How often each theme is named in what residents wrote about each question: counted once, read ever after.

Every text counts, shown or hidden: hiding words from the public must not make a complaint fewer.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from survey.domain.theme_lists import shipped_themes
from survey.domain.themes import OTHER
from survey.services.audit import record
from survey.services.rounds import get_round
from survey.services.theme_lists import ListInForce, find_list
from survey.store.ballots import Reason
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.themes import ALL_TEXTS, ThemeCount, ThemeCounting
from translations.catalogue import DEFAULT_LOCALE, get_locale, use_locale

_AT_A_TIME = 1_000


class CountedTheme(NamedTuple):
    """How many `texts` about a question name a theme; `name` is in the language of the moment."""

    question: str
    theme: str
    name: str
    texts: int


def recount_themes(database: Database, round_id: int, *, by: int | None) -> int:
    """Count the themes of a round's texts anew, by the list that now holds; returns the number of texts."""
    while True:
        with database.read() as session:
            found = find_list(session, get_round(session, round_id).unit_id)
            counts = _count(session, round_id, found)
        with database.write() as session:
            round_ = session.get_one(Round, round_id, with_for_update={"key_share": True})
            texts = sum(count for (_, theme), count in counts.items() if theme == ALL_TEXTS)
            if texts == _count_texts(session, round_id):  # else some came in between
                _keep(session, round_id, found, counts)
                record(session, by, "themes.count", unit_id=round_.unit_id, round_id=round_id, texts=texts)
                return texts


def _count(session: Session, round_id: int, found: ListInForce) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    rows = select(Reason.question, Reason.text).where(Reason.round_id == round_id)
    for question, text in session.execute(rows.execution_options(yield_per=_AT_A_TIME)):
        counts[question, ALL_TEXTS] += 1
        for theme in found.themes.find_themes(text):
            counts[question, theme] += 1
    return counts


def _count_texts(session: Session, round_id: int) -> int:
    return session.scalar(select(func.count()).where(Reason.round_id == round_id)) or 0


def _keep(session: Session, round_id: int, found: ListInForce, counts: Counter[tuple[str, str]]) -> None:
    session.execute(delete(ThemeCount).where(ThemeCount.round_id == round_id))
    session.execute(delete(ThemeCounting).where(ThemeCounting.round_id == round_id))
    counting = {"round_id": round_id, "unit_id": found.unit_id, "list_sha256": found.sha256}
    session.execute(insert(ThemeCounting), [counting])
    with use_locale(DEFAULT_LOCALE):
        rows = [
            {
                "round_id": round_id,
                "question": question,
                "theme": theme,
                "name": found.themes.name_of(theme) or "",
                "count": count,
            }
            for (question, theme), count in sorted(counts.items())
        ]
    if rows:
        session.execute(insert(ThemeCount), rows)


def count_themes(session: Session, round_id: int) -> list[CountedTheme]:
    """The themes that were counted: by question, the most named first, texts without a theme last."""
    rows = session.execute(
        select(ThemeCount.question, ThemeCount.theme, ThemeCount.name, ThemeCount.count.label("texts"))
        .where(ThemeCount.round_id == round_id, ThemeCount.theme != ALL_TEXTS)
        .order_by(ThemeCount.question, ThemeCount.theme == OTHER, ThemeCount.count.desc(), ThemeCount.theme)
    )
    return [CountedTheme(row.question, row.theme, _name(row.theme, row.name), row.texts) for row in rows]


def total_themes(session: Session, round_id: int) -> list[CountedTheme]:
    """The themes over all questions (''), the most named first, texts without a theme last."""
    totals: Counter[tuple[str, str]] = Counter()
    for one in count_themes(session, round_id):
        totals[one.theme, one.name] += one.texts
    found = [CountedTheme("", theme, name, texts) for (theme, name), texts in totals.items()]
    return sorted(found, key=lambda one: (one.theme == OTHER, -one.texts, one.theme))


def _name(code: str, vietnamese: str) -> str:
    """What a theme is called now; a name that a unit chose has no other language."""
    shipped = shipped_themes()
    if get_locale() == DEFAULT_LOCALE:
        return vietnamese
    with use_locale(DEFAULT_LOCALE):
        is_shipped = shipped.name_of(code) == vietnamese
    return (shipped.name_of(code) if is_shipped else None) or vietnamese


def count_texts(session: Session, round_id: int) -> dict[str, int]:
    """How many texts were counted, by question: the base of `count_themes`."""
    rows = session.execute(
        select(ThemeCount.question, ThemeCount.count)
        .where(ThemeCount.round_id == round_id, ThemeCount.theme == ALL_TEXTS)
        .order_by(ThemeCount.question)
    )
    return dict(rows.all())


def is_counting_current(session: Session, round_: Round) -> bool:
    """Whether the counts hold every text, by the list that now holds."""
    counting = session.get(ThemeCounting, round_.id)
    if counting is None or counting.list_sha256 != find_list(session, round_.unit_id).sha256:
        return False
    return sum(count_texts(session, round_.id).values()) == _count_texts(session, round_.id)
