"""What a commune will do after a round: the states an action goes through."""

from __future__ import annotations

from enum import StrEnum

from translations.catalogue import LazyText, lazy


class ActionState(StrEnum):
    PLANNED = "planned"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


ACTION_STATE_NAMES: dict[ActionState, LazyText] = {
    ActionState.PLANNED: lazy("Sẽ làm"),
    ActionState.DOING: lazy("Đang làm"),
    ActionState.DONE: lazy("Đã xong"),
    ActionState.DROPPED: lazy("Không làm nữa"),
}
