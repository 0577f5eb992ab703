"""What paper ballots say in free words joins what was sent: at the commune's level, and no nearer.

The texts wait in the commune's box and are mixed with those that were sent, so that nothing of the person
who keyed them, nor of the moment or the village, stands beside a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from forms.questionnaire import Question, Questionnaire
from forms.text import TextTooLong, clean_text
from forms.types.registry import get_type
from survey.domain.errors import Conflict, DomainError
from survey.services.audit import record
from survey.services.mixing import forget_boxes, mix_reasons
from survey.services.rounds import get_round, lock_round
from survey.services.snapshots import questionnaire_of
from survey.services.theme_counts import recount_themes
from survey.store.ballots import ReasonBox
from survey.store.engine import Database
from survey.store.rounds import Round, RoundState
from survey.store.staff import AuditEvent
from translations.catalogue import LazyText, lazy
from translations.numbers import format_count

MOST_TEXTS = 300
"""Texts at a time."""
_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")


class InvalidPaperReasons(DomainError):
    """Lines that cannot be kept; `problems` says which and why."""

    def __init__(self, problems: Sequence[LazyText]) -> None:
        super().__init__(lazy("Chưa ghi gì. Xin xem lại các dòng sau."))
        self.problems = tuple(problems)


def list_written_questions(questionnaire: Questionnaire) -> list[Question]:
    """The questions beside which something is written: a reason, or an open answer."""
    return [question for question in questionnaire.questions if _limit(question) is not None]


def _limit(question: Question) -> int | None:
    kind = get_type(question.type)
    return kind.max_length(question) if kind.has_reason or kind.is_text else None


def add_paper_reasons(
    database: Database, round_id: int, question: str, text: str, *, key: str, by: int | None
) -> int:
    """Keep what paper ballots say about a question, one text a line; returns how many texts were kept.

    `key` is the page's own: the same page sent twice is kept once. Until the close the texts wait in the
    box; afterwards they are mixed and counted at once.

    Raises:
        DomainError: the round takes none now, there is no such question, or a line is too long.
    """
    with database.write() as session:
        round_ = get_round(session, round_id)
        lock_round(session, round_, RoundState.OPEN, RoundState.CLOSED)
        texts = _read(session, round_, question, text)
        if not _KEY.fullmatch(key):
            raise Conflict(lazy("Trang đã mở quá lâu. Xin tải lại trang rồi gửi lần nữa."))
        if not _is_kept(session, round_id, key):
            session.execute(insert(ReasonBox), list(_make_rows(round_id, question, texts)))
            record(
                session, by, "reasons.add_paper", unit_id=round_.unit_id, round_id=round_id,
                texts=len(texts), key=key,
            )  # fmt: skip
        is_closed = round_.state is RoundState.CLOSED
    if is_closed:
        mix_reasons(database, round_id, at_least=1)
        forget_boxes(database)
        recount_themes(database, round_id, by=by)
    return len(texts)


def _read(session: Session, round_: Round, question: str, text: str) -> list[str]:
    if not round_.counts_households:
        raise Conflict(lazy("Đợt phản hồi thường xuyên không có phiếu giấy."))
    asked = {one.code: one for one in list_written_questions(questionnaire_of(session, round_.id))}
    if question not in asked:
        raise DomainError(lazy("Nội dung này không có chỗ ghi ý kiến. Xin chọn nội dung khác."))
    texts = list(_read_lines(text, _limit(asked[question]) or 0))
    if not texts:
        raise DomainError(lazy("Chưa có ý kiến nào. Xin ghi mỗi ý kiến một dòng."))
    if len(texts) > MOST_TEXTS:
        most = format_count(MOST_TEXTS)
        raise DomainError(lazy("Mỗi lần nhập nhiều nhất %(most)s ý kiến, xin chia ra.", most=most))
    return texts


def _read_lines(text: str, limit: int) -> Iterator[str]:
    problems: list[LazyText] = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            cleaned = clean_text(line, limit)
        except TextTooLong as problem:
            problems.append(lazy("Dòng %(line)s: %(problem)s", line=number, problem=problem.message))
            continue
        if cleaned:
            yield cleaned
    if problems:
        raise InvalidPaperReasons(problems)


def _make_rows(round_id: int, question: str, texts: Sequence[str]) -> Iterator[dict[str, object]]:
    for text in texts:
        words = json.dumps({question: text}, ensure_ascii=False)
        yield {"round_id": round_id, "id": uuid4(), "texts": words, "on_paper": True}


def _is_kept(session: Session, round_id: int, key: str) -> bool:
    added = (AuditEvent.round_id == round_id, AuditEvent.action == "reasons.add_paper")
    sent = select(AuditEvent.id).where(*added)
    return session.scalar(sent.where(AuditEvent.detail.contains(key, autoescape=True)).limit(1)) is not None
