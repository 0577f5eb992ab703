"""Helpers' sessions: who collected ballots for a round and how many in all, never which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base

_OPEN = text("ended_at IS NULL")


class CollectionSession(Base):
    """A helper's stretch of work in a round: ballots recorded with a helper at hand, and by telephone.

    A helper has one at a time in a round, on however many devices; ballots say nothing of it.
    """

    __tablename__ = "collection_session"
    __table_args__ = (
        CheckConstraint("assisted >= 0 AND phone >= 0", name="totals"),
        Index(
            "uq_collection_session_open",
            "round_id",
            "staff_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    assisted: Mapped[int] = mapped_column(default=0)
    phone: Mapped[int] = mapped_column(default=0)
