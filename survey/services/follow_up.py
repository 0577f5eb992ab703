"""What a closed round still leaves to do: counting anew, correcting, publishing, reading, planning."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.services.closing import list_renewed
from survey.services.publishing import find_publication
from survey.services.reasons import count_moderation, count_unread
from survey.services.result_records import find_latest
from survey.store.actions import Action
from survey.store.rounds import Round


@dataclass(frozen=True)
class FollowUp:
    """Each part is empty once it is done.

    `reopened` and `settled` count the villages whose sheet is not as the standing result counts it: those
    that two people have yet to agree on, and those that only wait for the result to be computed anew.
    `unpublished` is the standing result's number, None once it is published; `unread` are the texts that
    nobody decided on.
    """

    reopened: int
    settled: int
    unpublished: int | None
    unread: int
    is_unanswered: bool
    """Residents wrote something, and the commune has put down nothing that it will do."""


def find_follow_up(session: Session, round_: Round) -> FollowUp:
    """Of a closed or published round; a drill is published by nobody and read by nobody."""
    renewed = list_renewed(session, round_)
    settled = sum(found.is_settled for found in renewed)
    if round_.kind == "drill":
        return FollowUp(len(renewed) - settled, settled, None, 0, False)
    return FollowUp(
        reopened=len(renewed) - settled,
        settled=settled,
        unpublished=_find_unpublished(session, round_.id),
        unread=count_unread(session, round_.id),
        is_unanswered=bool(count_moderation(session, round_.id)) and not _count_actions(session, round_.id),
    )


def _find_unpublished(session: Session, round_id: int) -> int | None:
    standing = find_latest(session, round_id)
    if standing is None or find_publication(session, round_id, standing.number):
        return None
    return standing.number


def _count_actions(session: Session, round_id: int) -> int:
    return session.scalar(select(func.count()).where(Action.round_id == round_id)) or 0
