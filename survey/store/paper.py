"""Paper ballots as the villages counted them: one sheet a village, keyed by two people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.store.base import Base
from survey.store.staff import Staff

OPEN, CONFIRMED, NO_PAPER, ABANDONED = "open", "confirmed", "no_paper", "abandoned"


class PaperSheet(Base):
    """A village's sheet; its latest version stands, the earlier ones were reopened.

    `counts` are the confirmed totals as canonical JSON (survey.domain.paper_counts.SheetCounts).
    `because` says why this version was begun after another, or after the close; an abandoned one was
    begun anew before two people had agreed.
    """

    __tablename__ = "paper_sheet"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "unit_id"], ["round_unit.round_id", "round_unit.unit_id"]),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("state IN ('open', 'confirmed', 'no_paper', 'abandoned')", name="state"),
        CheckConstraint(
            "(state = 'confirmed') = (counts IS NOT NULL) AND (state = 'open') = (ended_at IS NULL)",
            name="confirmed_with_counts",
        ),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str]
    because: Mapped[str | None]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    counts: Mapped[str | None] = mapped_column(Text)

    keyings: Mapped[list[PaperKeying]] = relationship(order_by="PaperKeying.place")


class PaperKeying(Base):
    """What one person keyed from the paper; the second one (`place` 2) never sees the first one's.

    `typed` is a JSON object of what stands in the fields, whether or not it makes sense yet. `ballots` is
    a JSON list of ballots, each without a number, where they are keyed one by one; it is forgotten when
    the sheet is no longer open. `revision` grows with every save: who saves says which one was seen.
    """

    __tablename__ = "paper_keying"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "unit_id", "version"],
            ["paper_sheet.round_id", "paper_sheet.unit_id", "paper_sheet.version"],
        ),
        UniqueConstraint("round_id", "unit_id", "version", "staff_id"),
        CheckConstraint("place IN (1, 2)", name="place"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    revision: Mapped[int]
    typed: Mapped[str] = mapped_column(Text)
    ballots: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()
