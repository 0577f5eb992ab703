"""The pages of one paper sheet: to be keyed, and as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import render_template, url_for
from sqlalchemy.orm import Session

from forms.questionnaire import Question
from survey.domain.errors import DomainError
from survey.domain.paper_ballots import add_up, write_ballot
from survey.domain.paper_counts import (
    NO_ANSWER,
    NOT_SATISFIED,
    SheetLayout,
    SumProblem,
    content_field,
    invalid_field,
)
from survey.domain.paper_words import HEAD_NAMES, name_fields, name_option
from survey.domain.permissions import Permission
from survey.services.paper_sheets import VillageSheet, compare, read_finished, share_any
from survey.services.paper_steps import PaperStep, may_read_counts, next_step
from survey.services.units import list_lineage
from survey.store.rounds import Round, RoundState
from survey.web.context import actor
from survey.web.paper_forms import ReopenForm, SheetDraft, draft_of
from survey.web.paper_words import STATE_BADGES, STATE_NAMES


@dataclass(frozen=True)
class SheetPage:
    """A village's sheet with its round and its fields."""

    round: Round
    layout: SheetLayout
    found: VillageSheet


@dataclass(frozen=True)
class Pair:
    """A field in which two versions differ, each as it was typed."""

    field: str
    name: str
    one: str
    other: str

    def tell(self, names: Sequence[str]) -> str:
        """Whose numbers they are."""
        return f"{names[0]}: {self.one or '–'} · {names[1]}: {self.other or '–'}"


def may(session: Session, round_: Round, permission: Permission) -> bool:
    return actor().may(permission, list_lineage(session, round_.unit_id))


def draw_keying(
    page: SheetPage,
    draft: SheetDraft,
    *,
    problems: Sequence[SumProblem] = (),
    ballot_problem: DomainError | None = None,
    conflict: DomainError | None = None,
) -> str:
    """The page with the fields as `draft` has them; nothing that was typed is left out.

    `problems` are sums that are off. After a `conflict` the draft stands beside what is kept, and is kept in
    its place if it is sent again.
    """
    kept = draft_of(page.layout, page.found, actor().staff_id)
    if conflict and draft.version == kept.version:
        draft = replace(draft, seen=kept.seen)
    keying, sheet = page.found.keying_of(actor().staff_id), page.found.sheet
    names = [one.staff.display_name for one in sheet.keyings] if sheet else []
    may_compare = next_step(page.found, actor().staff_id) is PaperStep.COMPARE
    pairs = list_pairs(page.layout, page.found) if may_compare else []
    return render_template(
        "paper/totals.html" if draft.ballots is None else "paper/ballots.html",
        **_describe(page),
        draft=draft,
        **_describe_ballots(page.layout, draft),
        problems=problems,
        problems_at=_by_field(problems) or {pair.field: [pair.tell(names)] for pair in pairs},
        ballot_problem=ballot_problem,
        conflict=conflict,
        kept=kept if conflict and kept.seen else None,
        changes=list_changes(page.layout, draft, kept) if conflict else [],
        is_second=keying.place == 2 if keying else bool(names),
        is_finished=bool(keying and keying.finished_at),
        pairs=pairs,
        names=names,
    )


def draw_settled(session: Session, page: SheetPage, reopen: ReopenForm) -> str:
    """How the sheet stands, with its totals for those who may read them."""
    found, staff_id = page.found, actor().staff_id
    reads_result = may(session, page.round, Permission.READ_RESULT)
    counts = found.counts if may_read_counts(found, staff_id, reads_result=reads_result) else None
    may_manage = may(session, page.round, Permission.MANAGE_ROUND)
    if reopen.errors:
        reopen.because.render_kw = {"autofocus": True}
    return render_template(
        "paper/settled.html",
        **_describe(page),
        counts=page.layout.write(counts) if counts else {},
        content_names={
            name for question in page.layout.contents for name in _fields_of(page.layout, question)
        },
        waits=next_step(found, staff_id) is PaperStep.WAIT,
        form=reopen,
        may_reopen=_takes_changes(page) and (may_manage or not found.closed),
    )


def _takes_changes(page: SheetPage) -> bool:
    in_hand = page.round.state in (RoundState.OPEN, RoundState.CLOSED, RoundState.PUBLISHED)
    return in_hand and (page.found.sheet is not None or page.found.closed)


def _describe(page: SheetPage) -> dict[str, object]:
    """What every page of a sheet tells of its village and its fields."""
    layout = page.layout
    return {
        "round": page.round,
        "layout": layout,
        "found": page.found,
        "place": url_for("paper_sheets.show", round_id=page.round.id, unit_id=page.found.village.unit_id),
        "head": HEAD_NAMES,
        "field_names": name_fields(layout),
        "counted": ["valid", *(invalid_field(reason.code) for reason in layout.reasons)],
        "columns": _list_columns(layout),
        "content_field": content_field,
        "invalid_field": invalid_field,
        "fields_of": lambda question: _fields_of(layout, question),
        "state_names": STATE_NAMES,
        "state_badges": STATE_BADGES,
        "is_open": page.round.state is RoundState.OPEN,
    }


def _list_columns(layout: SheetLayout) -> dict[str, str]:
    """Every option that some content has, and what it is called."""
    return {
        option: name_option(question, option)
        for question in reversed(layout.contents)
        for option in layout.options_of(question)
    }


def _fields_of(layout: SheetLayout, question: Question) -> list[str]:
    return [content_field(question.code, option) for option in layout.options_of(question)]


def _describe_ballots(layout: SheetLayout, draft: SheetDraft) -> dict[str, object]:
    """What the page on which ballots are keyed one by one tells besides."""
    keyed = list(enumerate(draft.ballots or (), start=1))
    widest = max((_name_keys(layout, question) for question in layout.contents), key=len)
    return {
        "ballots": [(place, *_write_ballot(layout, ballot)) for place, ballot in reversed(keyed)],
        "sums": add_up(layout, draft.ballots or ()),
        "keys": list(enumerate(widest)),
        "key_names": lambda question: _name_keys(layout, question),
        "against_key": _find_key_against,
    }


def _name_keys(layout: SheetLayout, question: Question) -> list[str]:
    """What each key says on a content, from 0 on; an empty name is no key."""
    blank = name_option(question, NO_ANSWER) if layout.counts_blanks else ""
    return [blank, *(name_option(question, option) for option in question.option_codes)]


def _find_key_against(question: Question) -> str:
    codes = question.option_codes
    return str(codes.index(NOT_SATISFIED) + 1) if NOT_SATISFIED in codes else ""


def _by_field(problems: Sequence[SumProblem]) -> Mapping[str, list[str]]:
    told: dict[str, list[str]] = {}
    for problem in problems:
        told.setdefault(problem.field, []).append(str(problem.message))
    return told


def _write_ballot(layout: SheetLayout, ballot: str) -> tuple[str, str]:
    """A ballot as it is typed, in groups that the eye can follow; of an invalid one the reason as well."""
    typed = write_ballot(layout, ballot)
    if typed.startswith("x"):
        return typed, str(layout.reasons[int(typed[1:]) - 1].label)
    return " ".join(typed[start : start + 5] for start in range(0, len(typed), 5)), ""


def list_pairs(layout: SheetLayout, found: VillageSheet) -> list[Pair]:
    """The fields in which the two finished keyings differ, the first person's number before the second's."""
    first, second = (layout.write(one) for one in share_any(*read_finished(layout, found.sheet)))
    names = name_fields(layout)
    return [
        Pair(name, str(names[name]), first.get(name, ""), second.get(name, ""))
        for name in compare(layout, found)
    ]


def list_changes(layout: SheetLayout, draft: SheetDraft, kept: SheetDraft) -> list[Pair]:
    """The fields in which a draft and what is kept differ."""
    here, there, names = draft.fill(layout), kept.fill(layout), name_fields(layout)
    return [
        Pair(name, str(names[name]), here.get(name, ""), there.get(name, ""))
        for name in layout.fields
        if here.get(name, "") != there.get(name, "")
    ]
