"""What the states of a paper sheet and a person's next steps are called."""

from __future__ import annotations

from collections.abc import Mapping

from survey.services.paper_sheets import SheetState
from survey.services.paper_steps import PaperStep
from translations.catalogue import LazyText, lazy

STATE_NAMES: Mapping[SheetState, LazyText] = {
    SheetState.NOT_BEGUN: lazy("Chưa nhập"),
    SheetState.KEYING: lazy("Đang nhập"),
    SheetState.TO_CONFIRM: lazy("Chờ người thứ hai"),
    SheetState.DIFFERS: lazy("Hai người nhập lệch nhau"),
    SheetState.CONFIRMED: lazy("Đã chốt"),
    SheetState.NO_PAPER: lazy("Không có phiếu giấy"),
    SheetState.ABANDONED: lazy("Chưa chốt khi đóng đợt"),
}
STATE_BADGES: Mapping[SheetState, str] = {
    SheetState.KEYING: "warn",
    SheetState.TO_CONFIRM: "warn",
    SheetState.DIFFERS: "bad",
    SheetState.CONFIRMED: "good",
    SheetState.ABANDONED: "bad",
}
STEP_NAMES: Mapping[PaperStep, LazyText] = {
    PaperStep.BEGIN: lazy("Nhập phiếu kiểm"),
    PaperStep.CONTINUE: lazy("Nhập tiếp"),
    PaperStep.CONFIRM: lazy("Nhập lại để chốt"),
    PaperStep.COMPARE: lazy("Xem chỗ lệch"),
    PaperStep.WAIT: lazy("Xem"),
    PaperStep.LEAVE: lazy("Xem"),
    PaperStep.READ: lazy("Xem"),
}
WAITING_NAMES: Mapping[PaperStep, LazyText] = {
    PaperStep.BEGIN: lazy("Thôn chưa có phiếu kiểm"),
    PaperStep.CONTINUE: lazy("Thôn ông/bà nhập dở"),
    PaperStep.CONFIRM: lazy("Thôn chờ nhập lại để chốt"),
    PaperStep.COMPARE: lazy("Thôn hai người nhập lệch nhau"),
}
"""How many villages wait, and for what."""
