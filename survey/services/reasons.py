"""Moderating what residents wrote: one by one or a page at a time, never in an order of time.

A text becomes public only by somebody's decision, and never with a number or an address that a machine
can tell: what is to be shown is blacked out again when it is kept. What still reads like a name is shown
only when somebody says that it is none. The log knows totals, never a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from forms.text import TextTooLong, clean_text
from survey.domain.errors import Conflict, DomainError
from survey.domain.name_hints import Span, find_names, may_name_somebody
from survey.domain.redaction import COVER, Private, find_private, redact
from survey.services.audit import record
from survey.services.rounds import get_round
from survey.store.ballots import Reason
from survey.store.rounds import Round, RoundState
from translations.catalogue import LazyText, lazy

State = Literal["new", "shown", "hidden"]
STATES: tuple[State, ...] = ("new", "shown", "hidden")
LONGEST_TEXT = 2_500
"""The longest answer, and some room for what covers it."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A text to look at; `proposed` is what would be shown of it, `private` what is blacked out and why.

    `names` are the places of `text` that read like names.
    """

    id: UUID
    text: str
    proposed: str
    private: tuple[Private, ...]
    names: tuple[Span, ...]

    @property
    def may_name(self) -> bool:
        """Whether what would be shown still reads as if it named somebody."""
        return may_name_somebody(self.proposed)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a text: shown as it is edited, or hidden.

    With `names_nobody` somebody has read the text and says that what reads like a name is none.
    """

    state: Literal["shown", "hidden"]
    text: str = ""
    names_nobody: bool = False


class InvalidTexts(DomainError):
    """Texts that cannot be shown as they are edited; `problems` says why, by id."""

    def __init__(self, problems: Mapping[UUID, LazyText]) -> None:
        super().__init__(lazy("Chưa ghi gì. Xin xem lại các câu được đánh dấu."))
        self.problems = dict(problems)


def require_told(round_: Round) -> None:
    """Raise `Conflict` while what residents wrote may not be read."""
    if round_.state in (RoundState.DRAFT, RoundState.OPEN):
        raise Conflict(lazy("Đợt chưa đóng nên chưa xem được ý kiến."))


def count_moderation(session: Session, round_id: int) -> dict[str, Counter[str]]:
    """How many texts of each state there are, by question."""
    counts: dict[str, Counter[str]] = {}
    rows = select(Reason.question, Reason.moderation, func.count()).where(Reason.round_id == round_id)
    for question, state, count in session.execute(rows.group_by(Reason.question, Reason.moderation)):
        counts.setdefault(question, Counter())[state] = count
    return counts


def count_unread(session: Session, round_id: int) -> int:
    """How many texts nobody has decided on."""
    return sum(counts["new"] for counts in count_moderation(session, round_id).values())


def list_reasons(
    session: Session, round_: Round, question: str, state: State, *, after: UUID | None = None, limit: int
) -> tuple[list[ReasonLine], UUID | None]:
    """A page of texts by their random ids, and the id after which the next page begins (None: the last)."""
    require_told(round_)
    statement = select(Reason).where(
        Reason.round_id == round_.id, Reason.question == question, Reason.moderation == state
    )
    if after is not None:
        statement = statement.where(Reason.id > after)
    found = list(session.scalars(statement.order_by(Reason.id).limit(limit + 1)))
    lines = [_tell(one) for one in found[:limit]]
    return lines, found[limit - 1].id if len(found) > limit else None


def _tell(found: Reason) -> ReasonLine:
    proposed = found.shown_text or redact(found.text)
    private, names = tuple(find_private(found.text)), tuple(find_names(found.text))
    return ReasonLine(found.id, found.text, proposed, private, names)


def list_reasons_by_id(session: Session, round_: Round, ids: Collection[UUID]) -> list[ReasonLine]:
    """The texts of a page that was sent, by their ids."""
    require_told(round_)
    statement = select(Reason).where(Reason.round_id == round_.id, Reason.id.in_(list(ids)))
    return [_tell(one) for one in session.scalars(statement.order_by(Reason.id))]


def moderate(
    session: Session, round_: Round, decisions: Mapping[UUID, Decision], *, seen: State, by: int | None
) -> int:
    """Carry decisions out on texts that are still as they were `seen`; returns on how many.

    Raises:
        Conflict: the round has not been closed.
        InvalidTexts: a text to be shown is empty, too long or may name somebody; nothing was written.
    """
    require_told(round_)
    texts = _clean(decisions)
    done: Counter[str] = Counter()
    for reason_id, decision in sorted(decisions.items()):
        values: dict[str, str] = {"moderation": decision.state}
        if decision.state == "shown":
            values["shown_text"] = texts[reason_id]
        result = session.execute(
            update(Reason)
            .where(Reason.round_id == round_.id, Reason.id == reason_id, Reason.moderation == seen)
            .values(values)
            .execution_options(synchronize_session=False)
        )
        done[decision.state] += result.rowcount if isinstance(result, CursorResult) else 0
    if done.total():
        record(
            session, by, "reasons.moderate", unit_id=round_.unit_id, round_id=round_.id,
            shown=done["shown"], hidden=done["hidden"],
        )  # fmt: skip
    return done.total()


def _clean(decisions: Mapping[UUID, Decision]) -> dict[UUID, str]:
    texts: dict[UUID, str] = {}
    problems: dict[UUID, LazyText] = {}
    for reason_id, decision in decisions.items():
        if decision.state != "shown":
            continue
        try:
            texts[reason_id] = redact(clean_text(decision.text, LONGEST_TEXT))
        except TextTooLong as problem:
            problems[reason_id] = problem.message
            continue
        if not texts[reason_id].replace(COVER, "").strip():
            problems[reason_id] = lazy("Câu này không còn chữ nào để hiện; xin chọn Ẩn.")
        elif may_name_somebody(texts[reason_id]) and not decision.names_nobody:
            problems[reason_id] = lazy(
                "Câu này có thể có tên người. Xin thay tên bằng “%(cover)s” hoặc đánh dấu “Không có tên ai”.",
                cover=COVER,
            )
    if problems:
        raise InvalidTexts(problems)
    return texts


def list_shown_reasons(session: Session, round_id: int, *, limit: int | None = None) -> dict[str, list[str]]:
    """What the public may read, by question, in no order of time: only what somebody decided to show.

    At most `limit` texts of each question (None: all).
    """
    require_told(get_round(session, round_id))
    shown = (Reason.round_id == round_id, Reason.moderation == "shown", Reason.shown_text.is_not(None))
    told: dict[str, list[str]] = {}
    for question in _list_questions(session, round_id):
        texts = select(Reason.shown_text).where(*shown, Reason.question == question).order_by(Reason.id)
        told[question] = [text for text in session.scalars(texts.limit(limit)) if text]
    return {question: texts for question, texts in told.items() if texts}


def _list_questions(session: Session, round_id: int) -> Sequence[str]:
    statement = select(Reason.question).where(Reason.round_id == round_id, Reason.moderation == "shown")
    return session.scalars(statement.distinct().order_by(Reason.question)).all()
