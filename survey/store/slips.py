"""What is handed out: poster links, batches of slips, and slips known by a keyed hash alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import UNORDERED, Base


class Link(Base):
    """A shared address on a village's poster."""

    __tablename__ = "link"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "unit_id"], ["round_unit.round_id", "round_unit.unit_id"]),
        UniqueConstraint("round_id", "code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int]
    unit_id: Mapped[int]
    code: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SlipBatch(Base):
    """Slips printed together for one village: numbers `first_number` to `last_number`.

    A quarantined batch has no slip: one of its codes had been drawn before, so none was kept or printed.
    `manifest` is JSON: count, first and last number, and SHA-256 of each part of the PDF.
    """

    __tablename__ = "slip_batch"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "unit_id"], ["round_unit.round_id", "round_unit.unit_id"]),
        CheckConstraint("last_number >= first_number AND first_number >= 1", name="numbers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int]
    unit_id: Mapped[int]
    first_number: Mapped[int]
    last_number: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    quarantined_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]
    manifest: Mapped[str | None] = mapped_column(Text)


class KeptPrint(Base):
    """A part of a batch's PDF, sealed, until the officer says that it is on paper or the day is over.

    It is left out of backups: the codes in plain exist nowhere else.
    """

    __tablename__ = "kept_print"

    batch_id: Mapped[int] = mapped_column(ForeignKey("slip_batch.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(deferred=True)


SENT, RETURNED = "online", "paper"
"""How a slip was used: its answers were sent, by whomever; or it came back with a paper ballot."""


class Slip(Base):
    """A household's single-use code. It keeps no time of use, and points at no ballot.

    A used slip knows one of two ways, `SENT` or `RETURNED`: with a rarer one, a village's only ballot by
    telephone would be tied to its slip.
    """

    __tablename__ = "slip"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("state IN ('issued', 'used', 'void')", name="state"),
        CheckConstraint("(state = 'used') = (channel IS NOT NULL)", name="used_by_channel"),
        UNORDERED,
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    number: Mapped[int]
    batch_id: Mapped[int] = mapped_column(ForeignKey("slip_batch.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str]
    channel: Mapped[str | None]
