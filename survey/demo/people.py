"""The demonstration's accounts: one for every role, with passwords drawn anew for each database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.demo.season import MAIN
from survey.domain.errors import Conflict
from survey.domain.permissions import Role
from survey.services.accounts import create_staff, grant_role
from survey.services.passwords import new_password
from survey.services.units import find_unit
from translations.catalogue import lazy

PROVINCE = "46"
_PEOPLE = (
    (Role.FRONT_COMMUNE, MAIN, "mttq.quangdien", "MTTQ xã Quảng Điền (mẫu)"),
    (Role.COLLECTOR, MAIN, "tolayykien.quangdien", "Tổ lấy ý kiến xã Quảng Điền (mẫu)"),
    (Role.COMMITTEE_COMMUNE, MAIN, "ubnd.quangdien", "UBND xã Quảng Điền (mẫu)"),
    (Role.FRONT_PROVINCE, PROVINCE, "mttq.hue", "MTTQ thành phố Huế (mẫu)"),
    (Role.COMMITTEE_PROVINCE, PROVINCE, "ubnd.hue", "UBND thành phố Huế (mẫu)"),
    (Role.ANALYST, PROVINCE, "phantich", "Người phân tích số liệu (mẫu)"),
    (Role.ADMINISTRATOR, PROVINCE, "quantri", "Quản trị hệ thống (mẫu)"),
)


@dataclass(frozen=True)
class Person:
    """An account to try, its password in plain: it guards made-up figures only."""

    role: str
    unit: str
    username: str
    password: str
    staff_id: int


def plant_people(session: Session, on: date) -> list[Person]:
    people = []
    for role, code, username, name in _PEOPLE:
        unit = find_unit(session, code, on)
        if unit is None:
            raise Conflict(lazy("Chưa nạp danh sách đơn vị: không có đơn vị mang mã %(code)s.", code=code))
        password = new_password()
        staff = create_staff(session, username, name, password, must_change_password=False)
        grant_role(session, staff, role, unit)
        people.append(Person(role.value, code, username, password, staff.id))
    return people
