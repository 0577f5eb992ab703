"""Closing a round, mixing what is left in its boxes, and publishing its result."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.errors import Conflict, DomainError
from survey.services.audit import record
from survey.services.mixing import forget_boxes, mix_round
from survey.services.recount import Recount, recount_round
from survey.services.repeated_rows import keep_repeated_rows
from survey.services.rounds import get_round, lock_round, require_state
from survey.settings import DEFAULT_MIN_BASE
from survey.store.engine import Database
from survey.store.rounds import Round, RoundState
from translations.catalogue import lazy
from translations.dates import format_instant


def close_round(
    database: Database,
    round_id: int,
    *,
    by: int | None,
    at: datetime,
    despite: str | None = None,
    min_base: int = DEFAULT_MIN_BASE,
) -> Recount:
    """Close, mix what the boxes still hold, and count again from the raw rows.

    A ballot being taken meanwhile is either committed before the close, and then mixed, or finds the
    round closed and is refused: `submit` holds the round's row. Closing a closed round again finishes
    what a crash interrupted. `despite` says in writing why it closes before its time. Fewer than
    `min_base` last ballots of a pulse stay unmixed and untold. Equal rows are grouped here, once.

    Raises:
        DomainError: before its time without a reason, or the recount does not agree.
    """
    with database.write() as session:
        round_ = get_round(session, round_id)
        session.refresh(round_, with_for_update={"of": Round})
        at_least = 1 if round_.counts_households else min_base
        if round_.state is not RoundState.CLOSED:
            _set_closed(session, round_, by, at, " ".join((despite or "").split()) or None)
            keep_repeated_rows(session, round_id, min_base=min_base, at_least=at_least)
    mix_round(database, round_id, at_least=at_least)
    recount = recount_round(database, round_id)
    if not recount.agrees:
        message = lazy("Đợt đã đóng nhưng số đếm lại không khớp. Xin báo quản trị hệ thống; chưa công bố.")
        raise DomainError(message)
    return recount


def _set_closed(session: Session, round_: Round, by: int | None, at: datetime, despite: str | None) -> None:
    require_state(round_, RoundState.OPEN)
    end = round_.ends_at
    if end is not None and at < end and despite is None:
        until = format_instant(end)
        raise DomainError(lazy("Đợt nhận phiếu đến %(end)s. Muốn đóng sớm, hãy ghi rõ lý do.", end=until))
    round_.closed_at = at
    round_.closed_despite = despite if end is not None and at < end else None
    despite = round_.closed_despite
    record(session, by, "round.close", unit_id=round_.unit_id, round_id=round_.id, despite=despite)


def publish_round(database: Database, round_id: int, *, by: int | None, at: datetime) -> None:
    """Publish the result of a closed round whose boxes are empty and whose recount agrees."""
    with database.read() as session:
        require_state(get_round(session, round_id), RoundState.CLOSED)
    if not forget_boxes(database):
        raise Conflict(lazy("Đang có lần sao lưu hay đếm lại chưa xong. Xin công bố lại sau ít phút."))
    recount = recount_round(database, round_id)
    with database.write() as session:
        round_ = get_round(session, round_id)
        lock_round(session, round_, RoundState.CLOSED)
        if round_.kind == "drill":
            raise Conflict(lazy("Đợt chạy thử không được công bố."))
        if (recount.boxed and round_.counts_households) or not recount.agrees:
            raise Conflict(lazy("Phiếu chưa được trộn hết hoặc số đếm lại không khớp. Hãy đóng đợt lần nữa."))
        round_.published_at = at
        record(session, by, "round.publish", unit_id=round_.unit_id, round_id=round_.id)
