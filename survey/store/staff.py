"""Accounts, their grants and sessions, and the log of what they did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.store.base import Base
from survey.store.units import Unit


class Staff(Base):
    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    grants: Mapped[list[Grant]] = relationship(back_populates="staff", order_by="Grant.id")


class Grant(Base):
    """A role on a unit and everything below it."""

    __tablename__ = "grant_on_unit"
    __table_args__ = (UniqueConstraint("staff_id", "role", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))

    staff: Mapped[Staff] = relationship(back_populates="grants")
    unit: Mapped[Unit] = relationship()


class StaffSession(Base):
    """A signed-in browser, known by the hash of its token, so that it can be revoked."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()


class AuditEvent(Base):
    """What a member of staff did; append-only by trigger, and never about one ballot."""

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint("action <> ''", name="action"),
        Index("ix_audit_event_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    detail: Mapped[str]

    staff: Mapped[Staff | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
