"""What each flag is called, what it may innocently mean, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.domain.flags import FlagKind
from translations.catalogue import LazyText, lazy


@dataclass(frozen=True)
class Explanation:
    name: LazyText
    innocent: LazyText
    advice: LazyText


EXPLANATIONS: Mapping[FlagKind, Explanation] = {
    FlagKind.IDENTICAL_ROWS: Explanation(
        lazy("Nhiều phiếu giống hệt nhau"),
        lazy("Các nhà ngồi trả lời cùng nhau, hoặc cùng bức xúc về đúng những việc ấy."),
        lazy("Hỏi tổ lấy ý kiến xem phiếu được điền ở đâu, ai giúp; nhắc để từng hộ tự trả lời."),
    ),
    FlagKind.FULL_PARTICIPATION: Explanation(
        lazy("Thôn có đủ mọi hộ gửi phiếu"),
        lazy("Thôn nhỏ, tổ lấy ý kiến đến đủ từng nhà."),
        lazy("Hỏi thôn về những hộ đi vắng lâu ngày; xem thẻ của các hộ ấy ai giữ."),
    ),
    FlagKind.FULL_SATISFACTION: Explanation(
        lazy("Thôn có mọi phiếu đều hài lòng tất cả"),
        lazy("Thôn đã làm tốt và bà con thật lòng hài lòng."),
        lazy("Hỏi vài hộ xem phiếu có do chính tay gia đình điền không; không hỏi đã trả lời thế nào."),
    ),
    FlagKind.CHANNELS_APART: Explanation(
        lazy("Trên mạng và trên giấy cách xa nhau"),
        lazy("Người trẻ dùng điện thoại, người già dùng giấy, nên nhìn nhận khác nhau."),
        lazy("Xem phiếu giấy được phát, thu và đếm thế nào; nếu cần thì đếm lại trước hai người."),
    ),
    FlagKind.MORE_THAN_HOUSEHOLDS: Explanation(
        lazy("Phiếu nhiều hơn số hộ"),
        lazy("Số hộ khai lúc mở đợt đã cũ, có hộ mới tách hoặc mới đến."),
        lazy("Đối chiếu số hộ của thôn với số thẻ đã phát; nếu số hộ sai thì làm lại đợt cho đúng."),
    ),
    FlagKind.DAY_OUTSIDE: Explanation(
        lazy("Có phiếu ngoài thời gian nhận phiếu"),
        lazy("Đồng hồ máy chủ chạy sai."),
        lazy("Đề nghị quản trị hệ thống kiểm tra đồng hồ và đếm lại trước khi công bố."),
    ),
    FlagKind.DAY_ABOVE_HOUSEHOLDS: Explanation(
        lazy("Một ngày có nhiều phiếu hơn số hộ"),
        lazy("Số hộ khai lúc mở đợt quá thấp."),
        lazy("Đối chiếu số hộ với số thẻ đã phát. Đề nghị quản trị hệ thống đếm lại."),
    ),
    FlagKind.DAY_JUMP: Explanation(
        lazy("Một ngày có phiếu tăng vọt"),
        lazy("Hôm ấy họp thôn, phát loa, hoặc phiếu chờ mạng trên máy của tổ lấy ý kiến được gửi cùng lúc."),
        lazy("Hỏi xã hôm ấy có việc gì; đối chiếu với các phiên làm việc của tổ lấy ý kiến."),
    ),
    FlagKind.MARKED: Explanation(
        lazy("Phiếu có dấu của máy tự động"),
        lazy("Trình duyệt của một vài người tự điền vào mọi ô."),
        lazy(
            "Các phiếu này vẫn được tính. "
            "Nếu số phiếu lớn, kiểm tra thẻ của đợt có bị lộ mã không rồi báo quản trị."
        ),
    ),
    FlagKind.LATE: Explanation(
        lazy("Nhiều phiếu đến muộn"),
        lazy("Mất mạng, phiếu nằm chờ trên máy đến khi có mạng thì đợt đã hết hạn."),
        lazy("Phiếu muộn không được tính. Lần sau để thêm giờ nhận phiếu, hoặc nhắc tổ gửi sớm hơn."),
    ),
}
