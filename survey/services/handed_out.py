"""What was handed out to the households of a round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.services.paper_sheets import VillageSheet
from survey.store.slips import Slip


def count_issued(session: Session, round_id: int, sheets: Sequence[VillageSheet]) -> Mapping[int, int]:
    """By village the slips that are not void; where there are none, the forms on its confirmed sheet.

    A slip goes to a household whatever way it answers, a form only to those that answer on paper: where both
    were handed out, the slips are what households were asked with.
    """
    slips = select(Slip.unit_id, func.count()).where(Slip.round_id == round_id, Slip.state != "void")
    issued: dict[int, int] = dict(session.execute(slips.group_by(Slip.unit_id)).all())
    forms = {found.village.unit_id: found.counts.issued if found.counts else 0 for found in sheets}
    return forms | issued
