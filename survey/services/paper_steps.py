"""What a person does next with a village's paper sheet, and how many sheets of a round wait for them."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from sqlalchemy.orm import Session

from survey.services.paper_sheets import SheetState, VillageSheet, list_sheets, list_unsettled
from survey.store.rounds import Round


class PaperStep(StrEnum):
    BEGIN = "begin"
    CONTINUE = "continue"
    CONFIRM = "confirm"
    """Key it from the paper as second person."""
    COMPARE = "compare"
    """Look at what the two keyed differently, and correct one's own."""
    WAIT = "wait"
    """One's own part is done."""
    LEAVE = "leave"
    """Others are at it."""
    READ = "read"
    """It is settled, or has to be reopened first."""


def next_step(found: VillageSheet, staff_id: int) -> PaperStep:
    """What the person does next."""
    state, own = found.state, found.keying_of(staff_id)
    if state in (SheetState.CONFIRMED, SheetState.NO_PAPER, SheetState.ABANDONED):
        return PaperStep.READ
    if found.sheet is None and found.closed:
        return PaperStep.READ
    if own is None:
        return _step_of_newcomer(found)
    if own.finished_at is None:
        return PaperStep.CONTINUE
    return PaperStep.COMPARE if state is SheetState.DIFFERS else PaperStep.WAIT


def _step_of_newcomer(found: VillageSheet) -> PaperStep:
    keyings = found.sheet.keyings if found.sheet else []
    if not keyings:
        return PaperStep.BEGIN
    return PaperStep.CONFIRM if len(keyings) == 1 and keyings[0].finished_at else PaperStep.LEAVE


def may_read_counts(found: VillageSheet, staff_id: int, *, reads_result: bool) -> bool:
    """Whether the confirmed totals may be shown: to who keyed them, and after the close with the result."""
    return found.keying_of(staff_id) is not None or (found.closed and reads_result)


def count_waiting(session: Session, round_: Round, staff_id: int) -> Counter[PaperStep]:
    """How many sheets of an opened round wait for the person, by step: of those that its close asks for."""
    steps = (next_step(found, staff_id) for found in list_unsettled(list_sheets(session, round_)))
    return Counter(step for step in steps if step in WORK)


WORK = (PaperStep.BEGIN, PaperStep.CONTINUE, PaperStep.CONFIRM, PaperStep.COMPARE)
