"""The blank ballot of an open round, printed from the questionnaire that was frozen with it."""

from __future__ import annotations

from typing import BinaryIO

from sqlalchemy.orm import Session

from survey.domain.errors import Conflict, DomainError
from survey.printing.ballot_layout import Ballot
from survey.printing.ballots import Size, print_ballot
from survey.services.adoptions import is_draft
from survey.services.audit import record
from survey.services.posters import find_printed_title
from survey.services.snapshots import read_snapshot
from survey.store.engine import Database
from survey.store.rounds import Round, RoundState
from translations.catalogue import DEFAULT_LOCALE, lazy, use_locale
from translations.catalogue import gettext as _


@use_locale(DEFAULT_LOCALE)
def build_ballot(session: Session, round_: Round) -> Ballot:
    """What stands on the ballot of every household.

    Raises:
        DomainError: the round counts no households, or is not open.
    """
    if not round_.counts_households:
        raise DomainError(lazy("Đợt phản hồi thường xuyên không dùng phiếu giấy."))
    if round_.state is not RoundState.OPEN:
        raise Conflict(lazy("Chỉ in phiếu giấy khi đợt đang mở."))
    snapshot, is_drill = read_snapshot(session, round_), round_.kind == "drill"
    marks = (
        _("CHẠY THỬ") if is_drill else "",
        _("DỰ THẢO") if is_draft(session, round_.unit_id, snapshot) else "",
    )
    return Ballot(
        commune=round_.unit.name,
        about=find_printed_title(session, round_) if is_drill else round_.title,
        questionnaire=snapshot.questionnaire,
        mark=" – ".join(filter(None, marks)),
        last_on=round_.last_on,
        contact=round_.contact,
    )


def write_ballot(
    database: Database, round_: Round, ballot: Ballot, size: Size, out: BinaryIO, *, by: int | None
) -> int:
    """Write a round's ballot as a PDF, put that on the log, and return the number of pages."""
    pages = print_ballot(ballot, size, out)
    with database.write() as session:
        record(
            session, by, "ballots.print", unit_id=round_.unit_id, round_id=round_.id, size=size, pages=pages
        )
    return pages
