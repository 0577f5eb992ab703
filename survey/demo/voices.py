"""Planting what follows from a result: reasons looked through, their themes counted, actions promised."""

from __future__ import annotations

from datetime import timedelta

from survey.demo.ground import Ground, HeldRound
from survey.domain.actions import ActionState
from survey.domain.clock import today
from survey.services.actions import ActionDraft, add_action
from survey.services.reasons import Decision, list_reasons, moderate
from survey.services.rounds import get_round
from survey.services.snapshots import read_snapshot
from survey.services.theme_counts import recount_themes

_AT_MOST = 500
"""Of one content."""
_ACTIONS = (
    ("Sửa mặt đường và thoát nước ở hai đoạn đường vào xóm hay lầy.", "UBND xã", 60, "q02", "giao-thong"),
    ("Thu gom rác mỗi tuần ba lần, đặt thêm thùng rác gần chợ.", "Hợp tác xã môi trường", 30, "q16", ""),
    ("Mở lớp học nghề buổi tối theo nhu cầu của thanh niên trong xã.", "Đoàn Thanh niên xã", 120, "q12", ""),
)
_STATES = (ActionState.DOING, ActionState.PLANNED, ActionState.PLANNED)


def answer_voices(ground: Ground, held: HeldRound) -> None:
    """Show every reason of a closed round as it is blacked out, and promise three things from today on."""
    by = ground.officer_of(held.planted.commune)
    with ground.database.write() as session:
        round_ = get_round(session, held.round_id)
        for question in read_snapshot(session, round_).questionnaire.questions:
            found, _more = list_reasons(session, round_, question.code, "new", limit=_AT_MOST)
            decisions = {one.id: Decision("shown", one.proposed) for one in found}
            moderate(session, round_, decisions, seen="new", by=by)
        for (text, responsible, days, content, theme), state in zip(_ACTIONS, _STATES, strict=True):
            due_on = today() + timedelta(days=days)
            draft = ActionDraft(
                text, responsible, due_on, state, question=content, theme=theme, published=True
            )
            add_action(session, round_, draft, by=by)
    recount_themes(ground.database, held.round_id, by=by)
