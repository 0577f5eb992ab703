"""What the demonstration's households write: made up, and naming nobody."""

from __future__ import annotations

REASONS: dict[str, tuple[str, ...]] = {
    "q01": ("Chưa được nghe phổ biến về quy hoạch.", "Bản đồ quy hoạch treo ở xã, người ở xa khó xem."),
    "q02": ("Đường vào xóm còn lầy khi mưa.", "Đường liên thôn nhiều ổ gà.", "Thiếu đèn đường buổi tối."),
    "q03": ("Kênh nội đồng bồi lắng, thiếu nước vụ hè thu.", "Mùa lụt thoát nước chậm."),
    "q04": ("Điện yếu vào giờ cao điểm.",),
    "q05": ("Trường thiếu phòng học bán trú.", "Đường đến trường xa."),
    "q06": ("Nhà văn hóa thôn đã xuống cấp.", "Chưa có sân cho các cháu chơi."),
    "q07": ("Chợ chật, hay ngập.", "Chợ họp lấn ra đường."),
    "q08": ("Loa truyền thanh nghe không rõ.", "Sóng internet chập chờn."),
    "q09": ("Còn nhà tạm chưa được hỗ trợ.",),
    "q10": ("Giá nông sản bấp bênh.", "Thu nhập chưa đủ trang trải."),
    "q11": ("Xét hộ nghèo chưa thật công khai.",),
    "q12": ("Thanh niên phải đi làm xa.", "Lớp học nghề chưa hợp nhu cầu."),
    "q13": ("Hợp tác xã chưa bao tiêu được sản phẩm.", "Chưa liên kết được với doanh nghiệp."),
    "q14": ("Trạm y tế thiếu thuốc.",),
    "q15": ("Việc cưới, việc tang còn tốn kém.",),
    "q16": ("Rác thu gom chậm.", "Nước sinh hoạt có khi đục.", "Kênh gần chợ có mùi hôi."),
    "q17": ("Làm giấy tờ phải đi lại nhiều lần.", "Cán bộ giải thích chưa rõ."),
    "q18": ("Ban đêm còn gây ồn.",),
}
"""By content of `xa-ntm`; the overall question has none."""

SUGGESTIONS = (
    "Mong xã sớm sửa đường vào xóm.",
    "Đề nghị thu gom rác đều hơn.",
    "Mong có thêm việc làm tại chỗ cho thanh niên.",
    "Cảm ơn cán bộ đã hướng dẫn bà con.",
)
