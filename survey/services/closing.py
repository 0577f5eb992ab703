"""Closing a round: no more ballots, the boxes mixed, all counted again, and the result put on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.errors import Conflict, DomainError
from survey.services.audit import record
from survey.services.checklist import list_open_points, require_sheets_that_fit
from survey.services.mixing import mix_round
from survey.services.paper_keying import abandon_open_sheets
from survey.services.paper_sheets import VillageSheet, list_sheets
from survey.services.recount import Recount, recount_round
from survey.services.repeated_rows import keep_repeated_rows
from survey.services.result_records import Record, find_latest, find_record
from survey.services.result_writing import fold_sheets, write_result
from survey.services.rounds import get_round, lock_round, require_state
from survey.services.theme_counts import recount_themes
from survey.settings import DEFAULT_MIN_BASE
from survey.store.engine import Database
from survey.store.paper import CONFIRMED, OPEN
from survey.store.results import Result
from survey.store.rounds import Round, RoundState
from translations.catalogue import DEFAULT_LOCALE, lazy, use_locale


def close_round(
    database: Database,
    round_id: int,
    *,
    by: int | None,
    at: datetime,
    despite: str | None = None,
    min_base: int = DEFAULT_MIN_BASE,
) -> Recount:
    """Close, mix what the boxes still hold, count again from the raw rows, and record the result.

    A ballot being taken meanwhile is either committed before the close, and then mixed, or finds the
    round closed and is refused: `submit` holds the round's row. Closing a closed round again finishes
    what a crash interrupted. `despite` says in writing why it closes with open points. Fewer than
    `min_base` last ballots of a pulse stay unmixed and untold. Equal rows are grouped here, once.

    Raises:
        DomainError: open points without a reason, a paper sheet that does not fit, or the recount disagrees.
    """
    with database.write() as session:
        round_ = get_round(session, round_id)
        session.refresh(round_, with_for_update={"of": Round})
        at_least = 1 if round_.counts_households else min_base
        if round_.state is not RoundState.CLOSED:
            _set_closed(session, round_, by, at, " ".join((despite or "").split()) or None, min_base)
            keep_repeated_rows(session, round_id, min_base=min_base, at_least=at_least)
    mix_round(database, round_id, at_least=at_least)
    recount_themes(database, round_id, by=by)
    recount = recount_round(database, round_id)
    _require_agreement(recount)
    with database.write() as session:
        round_ = get_round(session, round_id)
        lock_round(session, round_, RoundState.CLOSED)
        if find_latest(session, round_id) is None:
            _record_first(session, round_, recount, by, at, min_base)
    return recount


def _require_agreement(recount: Recount) -> None:
    if not recount.agrees:
        message = lazy("Đợt đã đóng nhưng số đếm lại không khớp. Xin báo quản trị hệ thống; chưa công bố.")
        raise DomainError(message)


def _set_closed(
    session: Session, round_: Round, by: int | None, at: datetime, despite: str | None, min_base: int
) -> None:
    require_state(round_, RoundState.OPEN)
    require_sheets_that_fit(session, round_)
    points = list_open_points(session, round_, at, min_base)
    if points and despite is None:
        told = " ".join(f"({place}) {point}" for place, point in enumerate(points, start=1))
        raise DomainError(lazy("Còn điểm chưa xong: %(points)s Muốn đóng, hãy ghi rõ lý do.", points=told))
    abandon_open_sheets(session, round_, at)
    round_.closed_at = at
    round_.closed_despite = despite if points else None
    record(
        session, by, "round.close", unit_id=round_.unit_id, round_id=round_.id,
        despite=round_.closed_despite, open_points=len(points),
    )  # fmt: skip


def _record_first(
    session: Session, round_: Round, recount: Recount, by: int | None, at: datetime, min_base: int
) -> None:
    assert round_.closed_at is not None  # the state was required
    sheets = fold_sheets(session, round_) if round_.counts_households else []
    with use_locale(DEFAULT_LOCALE):  # once paper is among what came back
        points = [str(point) for point in list_open_points(session, round_, round_.closed_at, min_base)]
    result = write_result(session, round_, recount, sheets, open_points=points, because=None, by=by, at=at)
    _record_event(session, round_, result, by)


def correct_result(
    database: Database, round_id: int, *, because: str, by: int | None, at: datetime
) -> Result:
    """Compute a round's result anew after a complaint or an error, from sheets that were reopened.

    The earlier result stays as it is, readable and marked. What was open when the round closed stays on
    record, beside the reason that was given for it.

    Raises:
        DomainError: there is no reason, a reopened sheet is not confirmed, or nothing has changed.
    """
    because = " ".join(because.split())
    if not because:
        raise DomainError(lazy("Hãy ghi lý do sửa kết quả."))
    recount = recount_round(database, round_id)
    _require_agreement(recount)
    with database.write() as session:
        round_ = get_round(session, round_id)
        lock_round(session, round_, RoundState.CLOSED, RoundState.PUBLISHED)
        standing = find_record(session, round_id)
        if standing is None:
            raise Conflict(lazy("Đợt này chưa có kết quả để sửa. Hãy đóng đợt lần nữa."))
        _require_changes(list_renewed(session, round_))
        require_sheets_that_fit(session, round_)
        sheets = fold_sheets(session, round_)
        points = standing.open_points
        result = write_result(
            session, round_, recount, sheets, open_points=points, because=because, by=by, at=at
        )
        _record_event(session, round_, result, by)
        return result


def list_renewed(session: Session, round_: Round) -> list[VillageSheet]:
    """The sheets of a closed round that are no longer as its standing result counts them."""
    standing = find_record(session, round_.id)
    if standing is None:
        return []
    return [found for found in list_sheets(session, round_) if _is_renewed(found, standing)]


def list_resettled(session: Session, round_: Round) -> list[VillageSheet]:
    """Those of them that two people agreed on again: the standing result only has to be computed anew."""
    return [found for found in list_renewed(session, round_) if found.is_settled]


def _is_renewed(found: VillageSheet, standing: Record) -> bool:
    counted = standing.sheets.get(found.village.unit_id)
    if found.sheet is None or counted is None:
        return found.sheet is not None and found.sheet.state in (OPEN, CONFIRMED)
    return found.sheet.version != counted.version


def _require_changes(renewed: list[VillageSheet]) -> None:
    if not renewed:
        raise Conflict(lazy("Chưa có phiếu kiểm nào được mở lại và chốt sau kết quả hiện có."))
    for found in renewed:
        if found.sheet and found.sheet.state == OPEN:
            name = found.village.name
            raise Conflict(
                lazy("Phiếu kiểm của %(village)s đang mở lại, chưa được hai người chốt.", village=name)
            )


def _record_event(session: Session, round_: Round, result: Result, by: int | None) -> None:
    record(
        session, by, "result.record", unit_id=round_.unit_id, round_id=round_.id,
        result=result.number, sha256=result.sha256, because=result.because,
    )  # fmt: skip
