"""The two pages every resident sees – the questions, and the thanks – rendered once and stamped each time.

A page is rendered with stand-ins for the code, the key and the receipt, and kept by everything else that
it shows: nothing has to be invalidated, since another title, day or language is another page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template

from forms.questionnaire import Questionnaire
from forms.resident import ParsedForm, new_submission_key
from survey.domain.codes import Code
from survey.services.audio import Listening
from survey.services.entry import Entry
from survey.web.templating import inline_style
from translations.catalogue import get_locale

_MOST_PAGES = 500
"""About 20 KB each."""
# A stand-in has an O, which no code and no receipt has.
_CODE = "CODE-CODE-CODE"
_KEY = "KEY-OF-KEYS-KEY-OF-KEY"
_RECEIPT = "CODE-OF-RECEIPT"


@dataclass(frozen=True)
class _Facts:
    """All that a page shows beside its stamps; the questionnaire follows from the round's digest."""

    name: str
    entry: Entry
    locale: str
    large: bool
    listening: Listening | None


_pages: dict[_Facts, str] = {}


def show_questions(
    entry: Entry, questionnaire: Questionnaire, listening: Listening | None, *, large: bool
) -> str:
    """A fresh page of questions, with a key of its own."""

    def render(stand_in: Entry) -> str:
        return render_questions(stand_in, questionnaire, listening, ParsedForm(key=_KEY))

    return _kept("questions", entry, large, render, listening).replace(_KEY, new_submission_key())


def render_questions(
    entry: Entry, questionnaire: Questionnaire, listening: Listening | None, form: ParsedForm
) -> str:
    """The page of questions with what was sent in it."""
    return render_template(
        "resident/questions.html",
        entry=entry,
        questionnaire=questionnaire,
        listening=listening,
        form=form,
        key=form.key or new_submission_key(),
    )


def show_thanks(entry: Entry, receipt: str, *, large: bool) -> str:
    def render(stand_in: Entry) -> str:
        return render_template("resident/thanks.html", entry=stand_in, receipt=_RECEIPT)

    return _kept("thanks", entry, large, render).replace(_RECEIPT, receipt)


def _kept(
    name: str,
    entry: Entry,
    large: bool,
    render: Callable[[Entry], str],
    listening: Listening | None = None,
) -> str:
    inline_style("resident.css")
    stand_in = Entry(Code(entry.code.kind, _CODE.replace("-", "")), entry.round, entry.village, None, None)
    facts = _Facts(name, stand_in, get_locale(), large, listening)
    page = _pages.get(facts)
    if page is None:
        if len(_pages) >= _MOST_PAGES:
            _pages.clear()
        page = _pages[facts] = render(stand_in)
    return page.replace(_CODE, entry.code.grouped)
