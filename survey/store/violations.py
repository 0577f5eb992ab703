"""A violated constraint, told as a sentence: one map from the constraint's name."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.exc import IntegrityError

from survey.domain.errors import Conflict
from translations.catalogue import LazyText, lazy

_UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>.+)")
_CHECK = re.compile(r"CHECK constraint failed: (?P<name>\w+)")

_SENTENCES: dict[str, LazyText] = {
    "uq_adoption_unit_id_kind_key_version": lazy("Văn bản công nhận này vừa được ghi rồi."),
    "uq_grant_on_unit_staff_id_role_unit_id": lazy("Tài khoản này đã giữ vai trò ấy rồi."),
    "uq_round_supersedes_id": lazy("Đợt này đã có một đợt làm lại."),
    "uq_slip_round_id_number": lazy("Người khác vừa phát thẻ cùng lúc. Xin phát lại."),
    "uq_staff_username": lazy("Tên đăng nhập này đã có người dùng."),
    "uq_unit_code_valid_from": lazy("Mã đơn vị này đã có rồi."),
    "ck_household_count_households": lazy("Số hộ không được là số âm."),
    "ck_round_published_after_closed": lazy("Đợt chưa đóng nên chưa công bố được."),
}
_OTHERWISE = lazy("Số liệu vừa thay đổi nên việc này chưa được ghi. Xin tải lại trang và thử lần nữa.")


def find_constraint(error: IntegrityError) -> str | None:
    """The violated constraint's name; SQLite tells a unique one by its columns."""
    diagnosis: Any = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name: str | None = diagnosis.constraint_name
        return name
    if found := _CHECK.search(str(error.orig)):
        return found["name"]
    if found := _UNIQUE.search(str(error.orig)):
        table, columns = "", []
        for column in found["columns"].split(", "):
            table, _, name = column.partition(".")
            columns.append(name)
        return f"uq_{table}_{'_'.join(columns)}"
    return None


def tell_violation(error: IntegrityError) -> Conflict:
    return Conflict(_SENTENCES.get(find_constraint(error) or "", _OTHERWISE))
