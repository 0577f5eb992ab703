"""Signing in and out: sessions are rows, so that they can be ended from anywhere, at once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session, selectinload

from survey.domain.actors import Actor
from survey.domain.clock import now
from survey.domain.errors import DomainError, NotFound
from survey.domain.permissions import Role
from survey.services.audit import record
from survey.services.passwords import check_password_rules, fits, hash_password
from survey.store.engine import Database
from survey.store.staff import Staff, StaffSession
from translations.catalogue import lazy


class WrongPassword(DomainError):
    """The name and the password do not belong together."""


def _hash_token(token: str) -> bytes:
    return sha256(token.encode()).digest()


def sign_in(database: Database, username: str, password: str, hours: int) -> str:
    """Open a session and return its token, which is stored only as a hash.

    The slow check runs between transactions: guessing passwords must not hold up residents' ballots.

    Raises:
        WrongPassword: whether the name or the password is wrong takes the same time and says the same.
    """
    with database.read() as session:
        staff = session.scalar(select(Staff).where(Staff.username == username.strip().lower()))
    fitting = fits(staff.password_hash if staff else None, password)
    if staff is None or not fitting or staff.disabled_at:
        raise WrongPassword(lazy("Tên đăng nhập hoặc mật khẩu không đúng."))
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        session.add(
            StaffSession(
                token_hash=_hash_token(token),
                staff_id=staff.id,
                created_at=now(),
                expires_at=now() + timedelta(hours=hours),
            )
        )
        record(session, staff.id, "session.open")
    return token


def find_actor_by_token(session: Session, token: str) -> Actor | None:
    """Who holds a session's token, unless it has ended or the account is closed."""
    staff = session.scalar(
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.token_hash == _hash_token(token),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > now(),
            Staff.disabled_at.is_(None),
        )
        .options(selectinload(Staff.grants))
    )
    return actor_of(staff) if staff else None


def actor_of(staff: Staff) -> Actor:
    """The person with what they hold."""
    grants = tuple((Role(grant.role), grant.unit_id) for grant in staff.grants)
    return Actor(staff.id, staff.username, staff.display_name, staff.must_change_password, grants)


def _is_live(staff_id: int) -> ColumnElement[bool]:
    return and_(
        StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None), StaffSession.expires_at > now()
    )


def list_sessions(session: Session, staff_id: int) -> list[StaffSession]:
    """A person's live sessions, newest first."""
    statement = select(StaffSession).where(_is_live(staff_id)).order_by(StaffSession.created_at.desc())
    return list(session.scalars(statement))


def is_session_of(token: str, row: StaffSession) -> bool:
    """Whether the browser that holds `token` is the one this row stands for."""
    return row.token_hash == _hash_token(token)


def end_session(session: Session, staff_id: int, token_hash: bytes) -> None:
    """End one of a person's own sessions; one that has already ended stays so.

    Raises:
        NotFound: no such session, or another person's.
    """
    row = session.get(StaffSession, token_hash)
    if row is None or row.staff_id != staff_id:
        raise NotFound(lazy("Không có phiên đăng nhập này."))
    if row.revoked_at is None:
        row.revoked_at = now()
        record(session, staff_id, "session.end")


def sign_out(session: Session, token: str) -> None:
    """End the session that this browser holds."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == _hash_token(token), StaffSession.revoked_at.is_(None))
        .values(revoked_at=now())
    )


def revoke_sessions(session: Session, staff_id: int, *, but: str | None = None) -> None:
    """End a person's sessions everywhere, except the one with the token `but`."""
    statement = update(StaffSession).where(
        StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None)
    )
    if but:
        statement = statement.where(StaffSession.token_hash != _hash_token(but))
    session.execute(statement.values(revoked_at=now()))


def change_password(database: Database, staff_id: int, old: str, new: str, token: str) -> None:
    """Change one's own password and end one's other sessions.

    Raises:
        WrongPassword: `old` is not the password.
        DomainError: `new` does not fit the rules.
    """
    with database.read() as session:
        staff = session.get_one(Staff, staff_id)
    if not fits(staff.password_hash, old):
        raise WrongPassword(lazy("Mật khẩu hiện tại không đúng."))
    if fits(staff.password_hash, new):
        raise DomainError(lazy("Mật khẩu mới phải khác mật khẩu hiện tại."))
    check_password_rules(new, staff.username)
    password_hash = hash_password(new)
    with database.write() as session:
        staff = session.get_one(Staff, staff_id)
        staff.password_hash = password_hash
        staff.must_change_password = False
        revoke_sessions(session, staff_id, but=token)
        record(session, staff_id, "staff.change_password")
