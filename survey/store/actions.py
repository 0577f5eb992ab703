"""What a commune will do about what its residents are not satisfied with."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base


class Action(Base):
    """Something to be done after a round, by whom and until when; it may answer a question, a theme or both.

    `revision` grows with every edit: who saves says which one was seen.
    """

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'doing', 'done', 'dropped')", name="state"),
        CheckConstraint("text <> '' AND responsible <> ''", name="text"),
        CheckConstraint("state <> 'dropped' OR note <> ''", name="dropped_because"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    question: Mapped[str | None]
    theme: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(Text)
    published: Mapped[bool]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
