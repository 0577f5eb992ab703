"""Keying a village's paper ballots: two people, blind to each other; where they agree, it is confirmed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from survey.domain.clock import now
from survey.domain.errors import Conflict, DomainError
from survey.domain.paper_ballots import add_up, check_ballot
from survey.domain.paper_counts import SheetLayout, SumProblem, to_plain
from survey.domain.paper_sums import check_sheet
from survey.services.audit import record
from survey.services.paper_sheets import (
    SheetState,
    VillageSheet,
    compare,
    get_sheet,
    layout_of,
    read_finished,
    share_any,
)
from survey.services.rounds import get_round, require_state
from survey.store.paper import ABANDONED, CONFIRMED, NO_PAPER, OPEN, PaperKeying, PaperSheet
from survey.store.rounds import Round, RoundState, RoundUnit
from translations.catalogue import lazy


@dataclass(frozen=True)
class Keyed:
    """What became of a keying that was sent: it is kept whatever is wrong with it.

    `problems` keep it from being finished; `differences` are fields in which the two people disagree.
    """

    revision: int
    problems: Sequence[SumProblem] = ()
    differences: Sequence[str] = ()
    state: SheetState = SheetState.KEYING


def save_keying(
    session: Session,
    round_id: int,
    unit_id: int,
    typed: Mapping[str, str],
    ballots: Sequence[str] | None = None,
    *,
    seen: int,
    by: int,
    finish: bool = False,
    version: int | None = None,
) -> Keyed:
    """Keep what a person has typed, sense or nonsense; with `finish`, hold it against every sum.

    `ballots` are those keyed one by one (survey.domain.paper_ballots), None where totals are typed.
    `seen` is the revision that the person's page showed, 0 for a new one, `version` its sheet's version.
    To send again what is kept already changes nothing, whatever was seen: the answer may have got lost.

    Raises:
        Conflict: the page showed an older revision or version, the sheet is settled, or others are at it.
        DomainError: a keyed ballot is none.
    """
    round_ = lock_for_keying(session, round_id)
    layout = layout_of(session, round_)
    for ballot in ballots or ():
        if problem := check_ballot(layout, ballot):
            raise DomainError(problem)
    sheet = _require_open(session, get_sheet(session, round_, unit_id), version)
    keying = _take_place(sheet, by)
    _keep(keying, layout, typed, ballots, seen)
    session.flush()
    if finish:
        return _finish(session, round_, layout, keying)
    return Keyed(keying.revision, state=get_sheet(session, round_, unit_id).state)


def _keep(
    keying: PaperKeying,
    layout: SheetLayout,
    typed: Mapping[str, str],
    ballots: Sequence[str] | None,
    seen: int,
) -> None:
    known = {name: typed[name].strip() for name in layout.fields if typed.get(name, "").strip()}
    if ballots is not None:
        known |= add_up(layout, ballots)
    kept = keying.typed, keying.ballots
    keying.typed = json.dumps(known, ensure_ascii=False, sort_keys=True)
    keying.ballots = None if ballots is None else json.dumps(list(ballots))
    if keying.revision and (keying.typed, keying.ballots) == kept:
        return
    if keying.revision != seen:
        raise Conflict(
            lazy("Phiếu kiểm này vừa được lưu ở một cửa sổ hay máy khác. Hãy xem lại số đã lưu rồi lưu tiếp.")
        )
    keying.revision += 1
    keying.finished_at = None


def lock_for_keying(session: Session, round_id: int) -> Round:
    """One sheet of a round is written at a time, and the round can't close meanwhile; ballots keep coming."""
    round_ = get_round(session, round_id)
    session.refresh(round_, with_for_update={"key_share": True, "of": Round})
    require_state(round_, RoundState.OPEN, RoundState.CLOSED, RoundState.PUBLISHED)
    if not round_.has_begun_at(now()):
        raise Conflict(lazy("Đợt lấy ý kiến chưa bắt đầu."))
    return round_


def _take_place(sheet: PaperSheet, by: int) -> PaperKeying:
    """The person's own keying; a new one, of revision 0, as first or as second person."""
    keying = next((one for one in sheet.keyings if one.staff_id == by), None)
    if keying is None:
        _check_may_join(sheet)
        keying = PaperKeying(
            round_id=sheet.round_id, unit_id=sheet.unit_id, version=sheet.version,
            place=len(sheet.keyings) + 1, staff_id=by, revision=0, typed="{}",
        )  # fmt: skip
        sheet.keyings.append(keying)
    return keying


def _check_may_join(sheet: PaperSheet) -> None:
    if len(sheet.keyings) == 2:
        raise Conflict(lazy("Phiếu kiểm này đã có hai người nhập."))
    for one in sheet.keyings:
        if one.finished_at is None:
            raise _tell_busy(one)


def _tell_busy(keying: PaperKeying) -> Conflict:
    name = keying.staff.display_name
    return Conflict(lazy("%(name)s đang nhập phiếu kiểm này và chưa xong.", name=name))


def _require_open(session: Session, found: VillageSheet, version: int | None = None) -> PaperSheet:
    """The sheet that is keyed now, begun where there is none; after the close only one that was reopened."""
    sheet = found.sheet
    if sheet is None and not found.closed:
        sheet = _begin(session, found.village, 1, None)
    if sheet is None or sheet.state != OPEN:
        raise Conflict(lazy("Phiếu kiểm này đã chốt. Muốn sửa, hãy mở lại và ghi lý do."))
    if version not in (None, sheet.version):
        raise Conflict(
            lazy("Phiếu kiểm này vừa được mở lại. Hãy tải lại trang rồi nhập lại từ tờ phiếu kiểm.")
        )
    return sheet


def _end(sheet: PaperSheet, state: str) -> None:
    """Nobody keys it any more: the totals stay, single ballots are forgotten."""
    sheet.state, sheet.ended_at = state, now()
    for keying in sheet.keyings:
        keying.ballots = None


def _begin(session: Session, village: RoundUnit, version: int, because: str | None) -> PaperSheet:
    sheet = PaperSheet(
        round_id=village.round_id, unit_id=village.unit_id, version=version,
        state=OPEN, because=because, begun_at=now(), keyings=[],
    )  # fmt: skip
    session.add(sheet)
    session.flush()
    return sheet


def _finish(session: Session, round_: Round, layout: SheetLayout, keying: PaperKeying) -> Keyed:
    counts = layout.read(json.loads(keying.typed))
    if isinstance(counts, list):
        return Keyed(keying.revision, problems=counts)
    found = get_sheet(session, round_, keying.unit_id)
    problems = check_sheet(layout, counts, found.around)
    if problems:
        return Keyed(keying.revision, problems=problems)
    keying.finished_at = keying.finished_at or now()
    session.flush()
    differences = compare(layout, found)
    assert found.sheet is not None  # it holds the keying
    if differences:
        record(
            session, keying.staff_id, "paper.differ", unit_id=keying.unit_id, round_id=round_.id,
            version=keying.version, fields=len(differences),
        )  # fmt: skip
    elif found.state is SheetState.DIFFERS:
        _confirm(session, round_, layout, found.sheet)
    return Keyed(keying.revision, differences=differences, state=found.state)


def _confirm(session: Session, round_: Round, layout: SheetLayout, sheet: PaperSheet) -> None:
    counts, _same = share_any(*read_finished(layout, sheet))
    sheet.counts = counts.to_json()
    _end(sheet, CONFIRMED)
    session.flush()
    entered, confirmed = sheet.keyings
    record(
        session, confirmed.staff_id, "paper.confirm", unit_id=sheet.unit_id, round_id=round_.id,
        version=sheet.version, entered_by=entered.staff.username, counts=to_plain(counts),
    )  # fmt: skip


def reopen_sheet(session: Session, round_id: int, unit_id: int, *, because: str, by: int | None) -> None:
    """Begin a new version of a sheet, with a reason; what stood before stays in the log and in its row.

    After the close this is how a correction begins, also for a village whose sheet was forgotten.

    Raises:
        DomainError: there is no reason, or the round does not allow it.
    """
    because = " ".join(because.split())
    if not because:
        raise DomainError(lazy("Hãy ghi lý do mở lại phiếu kiểm."))
    round_ = lock_for_keying(session, round_id)
    layout_of(session, round_)
    found = get_sheet(session, round_, unit_id)
    if found.sheet is None and round_.state is RoundState.OPEN:
        raise Conflict(lazy("Thôn này chưa có phiếu kiểm để mở lại."))
    old = found.counts
    version = found.sheet.version if found.sheet else 0
    if found.sheet and found.sheet.state == OPEN:
        _end(found.sheet, ABANDONED)
    _begin(session, found.village, version + 1, because)
    record(
        session, by, "paper.reopen", unit_id=unit_id, round_id=round_id, version=version, because=because,
        counts=to_plain(old) if old else None,
    )  # fmt: skip


def abandon_open_sheets(session: Session, round_: Round, at: datetime) -> None:
    """At the close: what two people have not agreed on counts for nothing; its totals stay in their rows."""
    unsettled = update(PaperSheet).where(PaperSheet.round_id == round_.id, PaperSheet.state == OPEN)
    session.execute(unsettled.values(state=ABANDONED, ended_at=at))
    session.execute(update(PaperKeying).where(PaperKeying.round_id == round_.id).values(ballots=None))


def declare_no_paper(session: Session, round_id: int, unit_id: int, *, by: int | None) -> None:
    """Say that no paper ballot came from a village.

    Raises:
        Conflict: slips came back with paper, somebody has finished a sheet, or someone else is at it.
    """
    round_ = lock_for_keying(session, round_id)
    layout_of(session, round_)
    found = get_sheet(session, round_, unit_id)
    if found.around.stubs:
        raise Conflict(lazy("Thôn này đã có thẻ nộp kèm phiếu giấy, nên phải có phiếu kiểm."))
    if found.state not in (SheetState.NOT_BEGUN, SheetState.KEYING):
        raise Conflict(lazy("Phiếu kiểm của thôn này đã có người nhập xong."))
    sheet = _require_open(session, found)
    for keying in sheet.keyings:
        if keying.staff_id != by:
            raise _tell_busy(keying)
    _end(sheet, NO_PAPER)
    record(session, by, "paper.none", unit_id=unit_id, round_id=round_id, version=sheet.version)
