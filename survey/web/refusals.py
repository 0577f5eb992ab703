"""What a resident reads instead of the questions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey.domain.clock import now
from survey.services.entry import AskedRound, Entry, SlipState
from survey.services.submit import Outcome
from translations.catalogue import LazyText, lazy
from translations.dates import format_date


@dataclass(frozen=True)
class Refusal:
    """What a resident reads instead of the questions, with the status that a machine reads."""

    status: int
    sentence: LazyText
    advice: LazyText
    outcome: str = "refused"
    """What a script reads in the header `Ballot-Outcome`."""


VOID = Refusal(
    410,
    lazy("Mã này không còn dùng được."),
    lazy("Nếu đã được phát thẻ mới, xin dùng mã trên thẻ mới."),
    outcome="slip_void",
)
REVOKED = Refusal(
    410,
    lazy("Áp phích này không còn dùng được."),
    lazy("Xin dùng mã trên áp phích mới ở nhà văn hóa thôn, hoặc hỏi người phụ trách."),
)
HOUSEHOLD_RECORDED = Refusal(
    409,
    lazy("Hộ này đã được ghi nhận."),
    lazy("Mỗi hộ được tính một lần; ông/bà không cần gửi lại."),
    outcome="household_recorded",
)
NOT_OPEN = Refusal(403, lazy("Đợt lấy ý kiến chưa bắt đầu."), lazy("Xin quay lại vào ngày đã thông báo."))
CLOSED = Refusal(
    410, lazy("Đợt lấy ý kiến đã kết thúc."), lazy("Kết quả sẽ được niêm yết tại nhà văn hóa thôn.")
)
OTHER_ANSWERS = Refusal(
    409,
    lazy("Phiếu của trang này đã được ghi nhận với câu trả lời trước."),
    lazy("Câu trả lời đã gửi trước được giữ nguyên."),
    outcome="other_answers",
)
LATE = Refusal(
    410,
    lazy("Phiếu đến sau khi đã hết hạn nên không được tính."),
    lazy("Số phiếu đến muộn được ghi lại, nội dung thì không."),
    outcome="late",
)
TOO_LARGE = Refusal(
    413,
    lazy("Ý kiến viết quá dài nên phiếu chưa được gửi."),
    lazy("Xin bấm nút quay lại của máy, viết gọn hơn rồi gửi lần nữa."),
)
OUTCOMES = {
    Outcome.OTHER_ANSWERS: OTHER_ANSWERS,
    Outcome.HOUSEHOLD_RECORDED: HOUSEHOLD_RECORDED,
    Outcome.SLIP_VOID: VOID,
    Outcome.LATE: LATE,
}


def tell_outcome(outcome: str) -> dict[str, str]:
    """The header by which a script knows our answer to a ballot from that of a captive portal."""
    return {"Ballot-Outcome": outcome}


def find_refusal(entry: Entry) -> Refusal | None:
    """Why this code may not answer, as far as the code and the first day are concerned."""
    if entry.revoked:
        return REVOKED
    if entry.slip_state is SlipState.VOID:
        return VOID
    if entry.slip_state is SlipState.USED:
        return HOUSEHOLD_RECORDED
    return None if entry.round.has_begun_at(now()) else not_open(entry.round)


def not_open(round_: AskedRound) -> Refusal:
    """A draft may still change its first day; an opened round has announced it."""
    if round_.opened_at is None:
        return NOT_OPEN
    day = format_date(round_.starts_on)
    return replace(NOT_OPEN, advice=lazy("Xin quay lại từ ngày %(day)s.", day=day))
