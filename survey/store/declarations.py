"""What communes declare towards the plan's targets."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.store.base import Base
from survey.store.units import Unit


class Declaration(Base):
    """A unit's figure for a target as of a day; a later one replaces it, and both stay."""

    __tablename__ = "declaration"
    __table_args__ = (Index("ix_declaration_unit_id_target", "unit_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    target: Mapped[str]
    declared_on: Mapped[date]
    value: Mapped[str] = mapped_column(Text)
    evidence_url: Mapped[str]
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()
