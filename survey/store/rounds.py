"""Rounds, and the villages each one asks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.domain.timetable import RoundState as RoundState
from survey.domain.timetable import Timetable
from survey.store.base import Base
from survey.store.documents import Document
from survey.store.units import Unit


class Round(Timetable, Base):
    """One asking of one commune; what it is follows from the facts that are set, in order.

    `snapshot` holds questionnaire (all languages), rule set and household counts as they stood when
    the round opened, as canonical JSON whose SHA-256 is `snapshot_sha256`. `tag` begins every code
    of the round.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("kind IN ('official', 'pulse', 'drill')", name="kind"),
        CheckConstraint(
            "opened_at IS NULL OR (snapshot IS NOT NULL AND snapshot_sha256 IS NOT NULL)",
            name="open_is_frozen",
        ),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_after_open"),
        CheckConstraint("published_at IS NULL OR closed_at IS NOT NULL", name="published_after_closed"),
        CheckConstraint("kind = 'pulse' OR last_on IS NOT NULL", name="last_day"),
        CheckConstraint("grace_hours BETWEEN 0 AND 240", name="grace"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    questionnaire_key: Mapped[str]
    rule_set_key: Mapped[str | None]
    starts_on: Mapped[date]
    last_on: Mapped[date | None]
    grace_hours: Mapped[int]
    contact: Mapped[str]
    authorisation_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_despite: Mapped[str | None]
    published_at: Mapped[datetime | None]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), unique=True)
    superseded_at: Mapped[datetime | None]
    superseded_because: Mapped[str | None]
    snapshot: Mapped[str | None] = mapped_column(Text, deferred=True)
    snapshot_sha256: Mapped[str | None]

    unit: Mapped[Unit] = relationship()
    authorisation: Mapped[Document | None] = relationship()
    villages: Mapped[list[RoundUnit]] = relationship(back_populates="round", order_by="RoundUnit.position")


class RoundUnit(Base):
    """A village asked in a round, with its name and households as frozen at opening."""

    __tablename__ = "round_unit"
    __table_args__ = (CheckConstraint("households >= 0", name="households"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    households: Mapped[int]

    round: Mapped[Round] = relationship(back_populates="villages")
    unit: Mapped[Unit] = relationship()
