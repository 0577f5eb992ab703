"""What the log's actions and details are called on its page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from survey.domain.permissions import ROLE_NAMES, Role
from translations.catalogue import LazyText, lazy

ACTION_NAMES: Mapping[str, LazyText] = {
    "session.open": lazy("Đăng nhập"),
    "session.end": lazy("Kết thúc một phiên đăng nhập của mình"),
    "staff.create": lazy("Tạo tài khoản"),
    "staff.grant": lazy("Giao vai trò"),
    "staff.revoke": lazy("Thu vai trò"),
    "staff.change_password": lazy("Đổi mật khẩu của mình"),
    "staff.reset_password": lazy("Đặt lại mật khẩu cho người khác"),
    "staff.close": lazy("Đóng tài khoản"),
    "staff.reopen": lazy("Mở lại tài khoản"),
    "units.load": lazy("Nạp danh mục đơn vị hành chính"),
    "units.import": lazy("Nhập danh sách thôn và số hộ"),
    "villages.import": lazy("Nhập danh sách thôn và số hộ"),
    "unit.set_area": lazy("Khai báo phân loại địa bàn"),
    "document.record": lazy("Ghi nhận văn bản"),
    "questionnaire.adopt": lazy("Công nhận mẫu phiếu"),
    "rule_set.adopt": lazy("Công nhận bộ quy định"),
    "round.create": lazy("Tạo đợt lấy ý kiến"),
    "round.edit": lazy("Sửa đợt lấy ý kiến"),
    "round.authorise": lazy("Ghi văn bản cho phép lấy ý kiến trực tuyến"),
    "round.open": lazy("Mở đợt lấy ý kiến"),
    "round.close": lazy("Đóng đợt lấy ý kiến"),
    "round.publish": lazy("Công bố kết quả"),
    "round.supersede": lazy("Thay đợt bằng đợt làm lại"),
    "round.purge": lazy("Xóa dấu vết tham gia của đợt đã hết hạn lưu"),
    "slips.issue": lazy("Cấp thẻ mã hộ"),
    "slips.void": lazy("Hủy thẻ mã hộ"),
    "links.issue": lazy("Cấp mã áp phích"),
    "posters.print": lazy("In áp phích"),
    "results.download": lazy("Tải số liệu"),
    "reason.moderate": lazy("Duyệt lý do"),
    "declaration.add": lazy("Khai báo số liệu chỉ tiêu"),
    "database.backup": lazy("Sao lưu cơ sở dữ liệu"),
    "database.restore": lazy("Khôi phục cơ sở dữ liệu"),
    "database.purge": lazy("Dọn dữ liệu hết hạn lưu"),
}

DETAIL_NAMES: Mapping[str, LazyText] = {
    "username": lazy("Tài khoản"),
    "role": lazy("Vai trò"),
    "number": lazy("Số văn bản"),
    "because": lazy("Lý do"),
    "title": lazy("Tên"),
    "kind": lazy("Loại"),
    "count": lazy("Số lượng"),
    "slips": lazy("Số thẻ"),
    "rows": lazy("Số dòng"),
    "target": lazy("Chỉ tiêu"),
    "format": lazy("Định dạng"),
    "sessions": lazy("Số phiên đăng nhập"),
    "ledger": lazy("Số biên nhận"),
    "late": lazy("Số phiếu đến muộn"),
    "key": lazy("Mã"),
    "version": lazy("Phiên bản"),
}


def describe_action(action: str) -> str:
    name = ACTION_NAMES.get(action)
    return action if name is None else str(name)


def describe_detail(detail: str) -> list[tuple[str, str]]:
    """The details of an event as (name, value) pairs; what has no name keeps its key."""
    values: dict[str, object] = json.loads(detail)
    return [
        (str(DETAIL_NAMES.get(key, key)), _describe_value(key, value))
        for key, value in values.items()
        if value is not None
    ]


def _describe_value(key: str, value: object) -> str:
    if key == "role" and value in list(Role):
        return str(ROLE_NAMES[Role(str(value))])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
