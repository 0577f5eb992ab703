"""What the log's actions and details are called on its page."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from typing import Any

from survey.domain.actions import ACTION_STATE_NAMES, ActionState
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
    "result.record": lazy("Ghi kết quả vào hồ sơ"),
    "round.attach_scan": lazy("Tải bản chụp biên bản đã ký"),
    "round.publish": lazy("Công bố kết quả"),
    "round.supersede": lazy("Thay đợt bằng đợt làm lại"),
    "round.purge": lazy("Xóa dấu vết tham gia của đợt đã hết hạn lưu"),
    "slips.issue": lazy("Phát thẻ mã hộ"),
    "slips.void": lazy("Hủy thẻ mã hộ"),
    "slips.download": lazy("Tải tệp thẻ mã hộ để in"),
    "slips.printed": lazy("Báo thẻ mã hộ đã in xong"),
    "slips.quarantine": lazy("Tách riêng lô thẻ có mã trùng"),
    "slips.return": lazy("Nhận thẻ nộp kèm phiếu giấy"),
    "slips.undo_return": lazy("Gỡ ghi nhận thẻ nộp kèm phiếu giấy"),
    "paper.confirm": lazy("Chốt phiếu kiểm phiếu giấy"),
    "paper.differ": lazy("Hai người nhập phiếu kiểm lệch nhau"),
    "paper.reopen": lazy("Mở lại phiếu kiểm phiếu giấy"),
    "paper.none": lazy("Ghi thôn không có phiếu giấy"),
    "paper.file": lazy("Nhập phiếu kiểm từ tệp"),
    "posters.print": lazy("In áp phích"),
    "ballots.print": lazy("In phiếu giấy"),
    "audio.add_language": lazy("Thêm ngôn ngữ đọc thành tiếng"),
    "audio.remove_language": lazy("Bỏ ngôn ngữ đọc thành tiếng"),
    "audio.add": lazy("Ghi đoạn đọc thành tiếng"),
    "audio.remove": lazy("Gỡ đoạn đọc thành tiếng"),
    "collect.start": lazy("Bắt đầu buổi thu phiếu"),
    "collect.end": lazy("Kết thúc buổi thu phiếu"),
    "reasons.moderate": lazy("Duyệt ý kiến của người dân"),
    "reasons.add_paper": lazy("Nhập ý kiến trên phiếu giấy"),
    "themes.save": lazy("Ghi danh sách chủ đề và từ khóa"),
    "themes.drop": lazy("Bỏ danh sách chủ đề riêng"),
    "themes.count": lazy("Đếm ý kiến theo chủ đề"),
    "actions.add": lazy("Ghi việc sẽ làm"),
    "actions.edit": lazy("Sửa việc sẽ làm"),
    "results.download": lazy("Tải số liệu"),
    "declaration.add": lazy("Khai báo số liệu chỉ tiêu"),
    "database.backup": lazy("Sao lưu cơ sở dữ liệu"),
    "database.restore": lazy("Khôi phục cơ sở dữ liệu"),
    "database.purge": lazy("Dọn dữ liệu hết hạn lưu"),
}

DETAIL_NAMES: Mapping[str, LazyText] = {
    # accounts
    "username": lazy("Tài khoản"),
    "role": lazy("Vai trò"),
    # units and villages
    "added": lazy("Thêm mới"),
    "updated": lazy("Cập nhật"),
    "successions": lazy("Số lần thay đơn vị"),
    "area_class": lazy("Phân loại địa bàn"),
    "rural": lazy("Là nông thôn"),
    "year": lazy("Năm"),
    "changed": lazy("Thay đổi"),
    "unchanged": lazy("Không thay đổi"),
    "absent": lazy("Không có trong tệp"),
    "households": lazy("Số hộ"),
    # documents and what they adopt
    "document": lazy("Văn bản lưu số"),
    "number": lazy("Số văn bản"),
    "scan_sha256": lazy("Mã kiểm tra bản chụp (SHA-256)"),
    "key": lazy("Mã"),
    "version": lazy("Phiên bản"),
    # rounds
    "kind": lazy("Loại"),
    "title": lazy("Tên"),
    "questionnaire_key": lazy("Mẫu phiếu"),
    "rule_set_key": lazy("Bộ quy định"),
    "starts_on": lazy("Ngày bắt đầu"),
    "last_on": lazy("Ngày cuối nhận phiếu"),
    "grace_hours": lazy("Số giờ nhận thêm"),
    "contact": lazy("Người để bà con hỏi"),
    "sha256": lazy("Mã kiểm tra bản chốt (SHA-256)"),
    "villages": lazy("Số thôn"),
    "despite": lazy("Lý do đóng khi còn điểm chưa xong"),
    "open_points": lazy("Số điểm chưa xong"),
    "result": lazy("Kết quả số"),
    "because": lazy("Lý do"),
    "corrected": lazy("Đợt làm lại"),
    # slips, posters, downloads
    "batch": lazy("Lô thẻ"),
    "first": lazy("Từ thẻ số"),
    "last": lazy("Đến thẻ số"),
    "asked": lazy("Số thẻ nêu ra"),
    "voided": lazy("Số thẻ đã hủy"),
    "numbers": lazy("Các thẻ"),
    "part": lazy("Phần"),
    "counted": lazy("Số phiếu giấy được đếm"),
    "answered": lazy("Số hộ đã trả lời cách khác"),
    "size": lazy("Khổ giấy"),
    "count": lazy("Số lượng"),
    "pages": lazy("Số trang"),
    "form": lazy("Định dạng"),
    # paper
    "fields": lazy("Số chỗ lệch"),
    "entered_by": lazy("Người nhập thứ nhất"),
    "counts": lazy("Số đếm"),
    # paper counted by file
    "place": lazy("Người nhập thứ"),
    "file_sha256": lazy("Mã kiểm tra của tệp (SHA-256)"),
    # reading aloud
    "language": lazy("Ngôn ngữ"),
    "clips": lazy("Đoạn đọc"),
    # helpers' sessions
    "assisted": lazy("Số phiếu tại nhà, có người giúp"),
    "phone": lazy("Số phiếu qua điện thoại"),
    # what residents wrote, and what will be done
    "shown": lazy("Số câu cho hiện"),
    "hidden": lazy("Số câu ẩn"),
    "texts": lazy("Số ý kiến"),
    "themes": lazy("Số chủ đề"),
    "text": lazy("Lời văn"),
    "task": lazy("Việc số"),
    "responsible": lazy("Chịu trách nhiệm"),
    "due_on": lazy("Hạn xong"),
    "action_state": lazy("Tiến độ"),
    "note": lazy("Ghi chú"),
    "published": lazy("Công khai"),
    # declarations
    "target": lazy("Chỉ tiêu"),
    "declared_on": lazy("Ngày khai báo"),
    # the database
    "rows": lazy("Số dòng"),
    "written_at": lazy("Sao lưu lúc"),
    "sessions": lazy("Số phiên đăng nhập"),
    "rounds": lazy("Số đợt"),
    "ledger": lazy("Số biên nhận"),
    "late": lazy("Số phiếu đến muộn"),
    "slips": lazy("Số thẻ"),
}


_HIDDEN = lazy("chưa cho xem khi đợt còn mở")


def describe_action(action: str) -> str:
    name = ACTION_NAMES.get(action)
    return action if name is None else str(name)


def describe_detail(detail: str, hidden: Container[str] = ()) -> list[tuple[str, str]]:
    """The details of an event as (name, value) pairs; what has no name keeps its key.

    Of those that are `hidden` it is only told that they are there.
    """
    values: dict[str, object] = json.loads(detail)
    return [
        (str(DETAIL_NAMES.get(key, key)), str(_HIDDEN) if key in hidden else _describe_value(key, value))
        for key, value in values.items()
        if value is not None
    ]


def _describe_value(key: str, value: object) -> str:
    if key == "role" and value in list(Role):
        return str(ROLE_NAMES[Role(str(value))])
    if key == "action_state" and value in list(ActionState):
        return str(ACTION_STATE_NAMES[ActionState(str(value))])
    if key == "counts" and isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in _list_counts(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _list_counts(counts: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, int]]:
    """The numbers of a paper sheet by the codes of its fields."""
    for name, count in counts.items():
        if isinstance(count, dict):
            yield from _list_counts(count, f"{within}{name}.")
        elif count is not None:
            yield f"{within}{name}", count
