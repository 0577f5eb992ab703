"""Accounts of staff, and the roles they hold on units."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from survey.domain.clock import now
from survey.domain.delegation import ROLE_LEVELS
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.permissions import ROLE_NAMES, Role
from survey.services.audit import record
from survey.services.passwords import check_password_rules, hash_password, new_password
from survey.services.staff_sessions import revoke_sessions
from survey.store.staff import Grant, Staff
from survey.store.units import Unit
from survey.store.upsert import insert_if_new
from translations.catalogue import lazy

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_LONGEST_NAME = 100


def find_staff(session: Session, username: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.username == username.strip().lower()))


def get_staff(session: Session, username: str) -> Staff:
    found = find_staff(session, username)
    if found is None:
        raise NotFound(lazy("Không có tài khoản “%(username)s”.", username=username))
    return found


def list_staff(session: Session, unit_ids: Iterable[int] | None = None) -> list[Staff]:
    """All accounts, or those with a grant on one of the units, by username, with grants and units."""
    statement = (
        select(Staff)
        .options(selectinload(Staff.grants).joinedload(Grant.unit).joinedload(Unit.parent))
        .order_by(Staff.username)
    )
    if unit_ids is not None:
        statement = statement.where(Staff.grants.any(Grant.unit_id.in_(list(unit_ids))))
    return list(session.scalars(statement))


def list_grants(session: Session, staff: Staff) -> list[Grant]:
    """An account's grants with their units, oldest first."""
    statement = (
        select(Grant).where(Grant.staff_id == staff.id).options(joinedload(Grant.unit)).order_by(Grant.id)
    )
    return list(session.scalars(statement))


def create_staff(
    session: Session,
    username: str,
    display_name: str,
    password: str,
    *,
    by: int | None = None,
    must_change_password: bool = True,
) -> Staff:
    """Make an account without any grant.

    Raises:
        DomainError: for a name or a password that does not fit the rules.
        Conflict: the name is taken.
    """
    username, display_name = username.strip().lower(), " ".join(display_name.split())
    if not _USERNAME.fullmatch(username):
        raise DomainError(lazy("Tên đăng nhập gồm 3–40 chữ thường không dấu, số, dấu chấm hoặc gạch."))
    if not display_name or len(display_name) > _LONGEST_NAME:
        raise DomainError(lazy("Hãy ghi tên hiển thị (không quá %(count)s ký tự).", count=_LONGEST_NAME))
    check_password_rules(password, username)
    values = {
        "username": username,
        "display_name": display_name,
        "password_hash": hash_password(password),
        "must_change_password": must_change_password,
        "created_at": now(),
    }
    if not insert_if_new(session.connection(), Staff, values):
        raise Conflict(lazy("Tên đăng nhập “%(username)s” đã có người dùng.", username=username))
    record(session, by, "staff.create", username=username)
    return get_staff(session, username)


def grant_role(session: Session, staff: Staff, role: Role, unit: Unit, *, by: int | None = None) -> None:
    """Give a role on a unit and everything below it; giving it twice changes nothing.

    Whether `by` may give it is for `survey.services.authority` to say.

    Raises:
        DomainError: the role belongs to another level of units.
    """
    if unit.level not in ROLE_LEVELS[role]:
        raise DomainError(
            lazy("Vai trò “%(role)s” không giao được ở %(unit)s.", role=ROLE_NAMES[role], unit=unit.name)
        )
    grant = {"staff_id": staff.id, "role": role.value, "unit_id": unit.id}
    if insert_if_new(session.connection(), Grant, grant):
        session.expire(staff, ["grants"])
        record(session, by, "staff.grant", unit_id=unit.id, username=staff.username, role=role.value)


def revoke_role(session: Session, staff: Staff, role: Role, unit: Unit, *, by: int | None = None) -> None:
    """Take a role back; it ends with the holder's next request.

    Raises:
        NotFound: the account does not hold it.
    """
    found = session.scalar(
        select(Grant).where(Grant.staff_id == staff.id, Grant.role == role.value, Grant.unit_id == unit.id)
    )
    if found is None:
        raise NotFound(lazy("Tài khoản này không giữ vai trò “%(role)s” ở đơn vị đó.", role=ROLE_NAMES[role]))
    session.delete(found)
    session.flush()
    session.expire(staff, ["grants"])
    record(session, by, "staff.revoke", unit_id=unit.id, username=staff.username, role=role.value)


def reset_password(session: Session, staff: Staff, *, by: int | None) -> str:
    """Give a new password, to be changed at the next sign-in, and end all sessions."""
    password = new_password()
    staff.password_hash = hash_password(password)
    staff.must_change_password = True
    revoke_sessions(session, staff.id)
    record(session, by, "staff.reset_password", username=staff.username)
    return password


def close_account(session: Session, staff: Staff, *, by: int | None) -> None:
    """Close an account and end its sessions; its grants stay, and it can be opened again."""
    if staff.disabled_at is None:
        staff.disabled_at = now()
        revoke_sessions(session, staff.id)
        record(session, by, "staff.close", username=staff.username)


def reopen_account(session: Session, staff: Staff, *, by: int | None) -> str:
    """Open a closed account again, with a new password."""
    if staff.disabled_at is None:
        raise Conflict(lazy("Tài khoản “%(username)s” đang dùng được.", username=staff.username))
    staff.disabled_at = None
    record(session, by, "staff.reopen", username=staff.username)
    return reset_password(session, staff, by=by)


def count_staff(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Staff)) or 0
