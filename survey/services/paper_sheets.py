"""How the paper sheets of a round stand: village by village, with what each has to agree with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from survey.domain.errors import Conflict
from survey.domain.paper_counts import SheetCounts, SheetLayout, SumProblem, list_differences
from survey.domain.paper_sums import Surroundings, check_sheet
from survey.services.progress import count_sent
from survey.services.slips import get_village
from survey.services.snapshots import read_snapshot
from survey.store.paper import NO_PAPER, OPEN, PaperKeying, PaperSheet
from survey.store.rounds import Round, RoundUnit
from survey.store.slips import RETURNED, Slip
from translations.catalogue import lazy


class SheetState(StrEnum):
    NOT_BEGUN = "not_begun"
    KEYING = "keying"
    """Somebody is at it, and has not finished."""
    TO_CONFIRM = "to_confirm"
    """One person has finished; another one is to key it from the paper."""
    DIFFERS = "differs"
    CONFIRMED = "confirmed"
    NO_PAPER = "no_paper"
    ABANDONED = "abandoned"
    """The round closed before two people had agreed."""


@dataclass(frozen=True)
class VillageSheet:
    """A village with its latest sheet, None where nobody has begun; `closed` says that its round is."""

    village: RoundUnit
    sheet: PaperSheet | None
    around: Surroundings
    closed: bool

    @property
    def state(self) -> SheetState:
        if self.sheet is None:
            return SheetState.NOT_BEGUN
        if self.sheet.state != OPEN:
            return SheetState(self.sheet.state)
        finished = [one for one in self.sheet.keyings if one.finished_at]
        if len(finished) == 2:
            return SheetState.DIFFERS
        if finished:
            return SheetState.TO_CONFIRM
        return SheetState.KEYING if self.sheet.keyings else SheetState.NOT_BEGUN

    @property
    def is_settled(self) -> bool:
        return self.state in (SheetState.CONFIRMED, SheetState.NO_PAPER)

    @property
    def has_paper(self) -> bool:
        """Whether anything says that paper ballots came from here."""
        begun = self.sheet is not None and self.sheet.state != NO_PAPER
        return begun or bool(self.around.stubs)

    @property
    def may_lack_paper(self) -> bool:
        """Whether it can still be said that no paper ballot came from here."""
        return self.state in (SheetState.NOT_BEGUN, SheetState.KEYING) and not self.around.stubs

    @property
    def is_uncounted(self) -> bool:
        """Whether paper came back from here that no confirmed sheet counts."""
        return self.has_paper and self.counts is None

    @property
    def counts(self) -> SheetCounts | None:
        """The confirmed totals."""
        return SheetCounts.from_json(self.sheet.counts) if self.sheet and self.sheet.counts else None

    def keying_of(self, staff_id: int) -> PaperKeying | None:
        """The person's own keying of the latest version, the only one to be shown before both are done."""
        keyings = self.sheet.keyings if self.sheet else []
        return next((one for one in keyings if one.staff_id == staff_id), None)


def layout_of(session: Session, round_: Round) -> SheetLayout:
    """The fields of the round's sheets; raises Conflict for a draft, or where no households are counted."""
    if round_.opened_at is None:
        raise Conflict(lazy("Đợt này chưa mở."))
    snapshot = read_snapshot(session, round_)
    if snapshot.rules is None:
        raise Conflict(lazy("Đợt phản hồi thường xuyên không có phiếu giấy."))
    return SheetLayout(snapshot.questionnaire, snapshot.rules)


def list_sheets(session: Session, round_: Round) -> list[VillageSheet]:
    """Every village of an opened round with its latest sheet, in the round's order."""
    sheets = _read_latest(session, round_.id)
    sent, stubs = count_sent(session, round_.id), _count_stubs(session, round_.id)
    villages = (
        select(RoundUnit)
        .where(RoundUnit.round_id == round_.id)
        .options(joinedload(RoundUnit.unit))
        .order_by(RoundUnit.position)
    )
    return [
        VillageSheet(
            village,
            sheets.get(village.unit_id),
            Surroundings(village.households, sent.get(village.unit_id, 0), stubs.get(village.unit_id)),
            round_.closed_at is not None,
        )
        for village in session.scalars(villages)
    ]


def list_unsettled(sheets: Sequence[VillageSheet]) -> list[VillageSheet]:
    """Villages whose paper two people have not settled; none in a round without a trace of paper anywhere."""
    has_paper = any(found.has_paper for found in sheets)
    return [found for found in sheets if has_paper and not found.is_settled]


def get_sheet(session: Session, round_: Round, name: int | str) -> VillageSheet:
    """The sheet of the village with this id or code; raises NotFound."""
    village = get_village(session, round_, name)
    return next(one for one in list_sheets(session, round_) if one.village.unit_id == village.unit_id)


def list_reopened(session: Session, round_id: int) -> set[int]:
    """The villages whose sheet is open; after the close those are being corrected."""
    return {unit_id for unit_id, sheet in _read_latest(session, round_id).items() if sheet.state == OPEN}


def _read_latest(session: Session, round_id: int) -> dict[int, PaperSheet]:
    statement = (
        select(PaperSheet)
        .where(PaperSheet.round_id == round_id)
        .options(selectinload(PaperSheet.keyings).joinedload(PaperKeying.staff))
        .order_by(PaperSheet.version)
        .execution_options(populate_existing=True)
    )
    return {sheet.unit_id: sheet for sheet in session.scalars(statement)}


def _count_stubs(session: Session, round_id: int) -> dict[int, int]:
    """Slips ticked off as returned on paper, of every village that was given slips."""
    returned = func.count().filter(Slip.channel == RETURNED)
    statement = select(Slip.unit_id, returned).where(Slip.round_id == round_id, Slip.state != "void")
    return dict(session.execute(statement.group_by(Slip.unit_id)).all())


def compare(layout: SheetLayout, found: VillageSheet) -> tuple[str, ...]:
    """The fields in which the two finished keyings differ; empty while one is missing."""
    both = read_finished(layout, found.sheet)
    if len(both) < 2:
        return ()
    return tuple(list_differences(layout, *share_any(*both)))


def read_finished(layout: SheetLayout, sheet: PaperSheet | None) -> list[SheetCounts]:
    """The counts of those keyings of a sheet that are finished, the first person's first."""
    finished = [one for one in (sheet.keyings if sheet else ()) if one.finished_at]
    read = [layout.read(json.loads(one.typed)) for one in finished]
    return [counts for counts in read if isinstance(counts, SheetCounts)]


def share_any(one: SheetCounts, other: SheetCounts) -> tuple[SheetCounts, SheetCounts]:
    """Who keys totals need not know how many ballots hold a *chưa hài lòng*: the other's count stands."""
    if one.any_not_satisfied is None:
        return replace(one, any_not_satisfied=other.any_not_satisfied), other
    if other.any_not_satisfied is None:
        return one, replace(other, any_not_satisfied=one.any_not_satisfied)
    return one, other


def check_confirmed(session: Session, round_: Round) -> list[tuple[VillageSheet, list[SumProblem]]]:
    """Confirmed sheets that no longer fit what else is known of their village, with the sums that are off."""
    layout = layout_of(session, round_)
    checked = [
        (found, check_sheet(layout, counts, found.around))
        for found in list_sheets(session, round_)
        if (counts := found.counts) is not None
    ]
    return [(found, problems) for found, problems in checked if problems]
