"""The words that spread a round: a message for each village's group, and a text for the loudspeaker.

They are Vietnamese whatever the language of the page, for they leave it: nothing here is translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.printing.posters import Poster
from survey.services.posters import build_posters, find_about
from survey.store.rounds import Round
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.dates import format_date
from translations.spoken import speak, spell_date


@dataclass(frozen=True)
class GroupMessage:
    """What is pasted into a village's chat group; `url` is the village's poster, never a slip."""

    village: str
    url: str
    text: str


@dataclass(frozen=True)
class SharingKit:
    """Everything that tells the people of an open round."""

    messages: tuple[GroupMessage, ...]
    announcement: str


def build_kit(session: Session, public_url: str, round_: Round) -> SharingKit:
    """The kit of an open round.

    Raises:
        Conflict: the round is not open.
    """
    with use_locale(DEFAULT_LOCALE):
        posters = build_posters(session, public_url, round_)
        about = find_about(session, round_)
        messages = tuple(GroupMessage(one.village, one.url, write_message(one)) for one in posters)
    return SharingKit(messages, write_announcement(round_, about))


def join_messages(messages: Sequence[GroupMessage]) -> str:
    """All villages' messages as one text file, each under its village."""
    return "\n\n".join(f"----- {one.village} -----\n\n{one.text}" for one in messages) + "\n"


def write_message(poster: Poster) -> str:
    """The message for a village's group: who, until when, where, what is not asked, whom to call."""
    organiser = _organiser(poster.commune)
    until = (
        f"Hạn cuối: hết ngày {format_date(poster.last_on)}."
        if poster.last_on
        else "Nhận ý kiến thường xuyên."
    )
    ask = _ask_households(poster) if poster.needs_slip else _ask_everyone(poster)
    lines = [
        f"MỜI BÀ CON {poster.village.upper()} CHO Ý KIẾN",
        f"{organiser} mời bà con cho ý kiến. Nội dung: {poster.about}.",
        until,
        *ask,
        f"Cần giúp, xin gọi: {poster.contact}",
    ]
    return "\n".join(lines)


def _ask_households(poster: Poster) -> list[str]:
    return [
        "Ai trả lời: mỗi hộ một người, bằng mã in trên thẻ mã hộ đã phát tận nhà.",
        f"Bấm vào đây rồi gõ mã trên thẻ: {poster.url}",
        "Không ghi tên, không ghi số điện thoại. Mỗi hộ được tính một lần.",
        "Xin đừng chụp thẻ đưa lên nhóm: ai có mã thì gửi thay được phiếu của gia đình.",
    ]


def _ask_everyone(poster: Poster) -> list[str]:
    return [
        "Ai trả lời: ai cũng trả lời được, không cần thẻ.",
        f"Bấm vào đây: {poster.url}",
        "Không ghi tên, không ghi số điện thoại. Chỉ mất khoảng một phút.",
    ]


def write_announcement(round_: Round, about: str) -> str:
    """About a minute for the loudspeaker, as one says it."""
    place = round_.unit.name[:1].lower() + round_.unit.name[1:]
    paragraphs = [
        f"Kính thưa toàn thể bà con {place}!",
        f"{_organiser(round_.unit.name)} xin thông báo: {_when(round_)}, {_what(round_, about)}",
        *(_HOUSEHOLDS if round_.counts_households else _EVERYONE),
        f"Bà con cần hỏi thêm, xin gọi {round_.contact}.",
        f"{_organiser(round_.unit.name)} mong bà con trả lời đúng ý mình. Xin trân trọng cảm ơn bà con.",
    ]
    return "\n\n".join(map(speak, paragraphs)).replace("DỰ THẢO", "dự thảo")


def _organiser(commune: str) -> str:
    return f"Ủy ban Mặt trận Tổ quốc Việt Nam {commune[:1].lower()}{commune[1:]}"


def _when(round_: Round) -> str:
    if round_.last_on is None:
        return f"từ {spell_date(round_.starts_on)}"
    start = spell_date(round_.starts_on, with_year=round_.starts_on.year != round_.last_on.year)
    return f"từ {start} đến hết {spell_date(round_.last_on)}"


def _what(round_: Round, about: str) -> str:
    if round_.counts_households:
        return f"mời mỗi hộ gia đình gửi một phiếu ý kiến. Nội dung là: {about}."
    return f"mời bà con góp ý thường xuyên. Nội dung là: {about}."


_HOUSEHOLDS = (
    "Mỗi hộ được phát một tấm thẻ có in hình vuông và một dãy mã. Bà con mở máy ảnh hoặc Zalo trên điện "
    "thoại, quét hình vuông ấy, bấm chọn hài lòng hay chưa hài lòng với từng nội dung, rồi bấm gửi.",
    "Phiếu không ghi tên, không ghi số điện thoại. Cán bộ chỉ xem số chung, không xem phiếu của từng hộ. "
    "Mỗi hộ được tính một lần. Bà con giữ kín mã trên thẻ, đừng đưa cho người ngoài.",
    "Nhà nào không có điện thoại thông minh, hoặc chưa nhận được thẻ, xin báo trưởng thôn để được giúp.",
)
_EVERYONE = (
    "Ai cũng trả lời được, không cần thẻ. Bà con mở máy ảnh hoặc Zalo trên điện thoại, quét hình "
    "vuông trên áp phích treo ở nhà văn hóa thôn, bấm chọn mức hài lòng với từng nội dung, rồi bấm gửi. "
    "Việc này chỉ mất khoảng một phút.",
    "Phiếu không ghi tên, không ghi số điện thoại. Cán bộ chỉ xem số chung, không xem phiếu của từng người.",
    "Nhà nào không có điện thoại thông minh, xin nhờ người nhà hoặc trưởng thôn giúp.",
)
