"""Ballots before and after mixing, and the ledger that knows only that they were sent.

No table here has a time, a sequence or a client's trace, and nothing in `response` or `reason`
can be joined to `ledger` or `slip` (design: survey/decisions/0002).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import UNORDERED, Base

CHANNELS = ("online", "assisted", "paper", "phone")
_CHANNEL = "channel IN ('online', 'assisted', 'paper', 'phone')"


def _village() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["round_id", "unit_id"], ["round_unit.round_id", "round_unit.unit_id"])


class Ledger(Base):
    """A submission happened: keyed hashes of its key, its option codes and its receipt."""

    __tablename__ = "ledger"
    __table_args__ = (UniqueConstraint("receipt_hash"), UNORDERED)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    answers_mac: Mapped[bytes]
    receipt_hash: Mapped[bytes]


class LateArrival(Base):
    """A submission that came after the grace: counted as late, nothing more."""

    __tablename__ = "late_arrival"
    __table_args__ = (UNORDERED,)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)


class DayCount(Base):
    """Ballots received on a day through a channel, over the whole round."""

    __tablename__ = "day_count"
    __table_args__ = (
        CheckConstraint("ballots > 0", name="ballots"),
        CheckConstraint(_CHANNEL, name="channel"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    ballots: Mapped[int]


class MarkCount(Base):
    """Ballots of a round that a check marked, over the whole round: counted like all others."""

    __tablename__ = "mark_count"
    __table_args__ = (
        CheckConstraint("ballots > 0", name="ballots"),
        CheckConstraint("mark IN ('honeypot')", name="mark"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    ballots: Mapped[int]


class Box(Base):
    """A ballot not yet mixed; `answers` is canonical JSON of option codes."""

    __tablename__ = "box"
    __table_args__ = (
        _village(),
        CheckConstraint(_CHANNEL, name="channel"),
        Index("ix_box_round_id_unit_id", "round_id", "unit_id"),
        UNORDERED,
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    channel: Mapped[str]
    answers: Mapped[str] = mapped_column(Text)


class ReasonBox(Base):
    """What one ballot said in free words, not yet mixed; apart from the ballot and its village.

    What was keyed from paper (`on_paper`) waits to be mixed with others, and never makes the k of a mixing.
    """

    __tablename__ = "reason_box"
    __table_args__ = (UNORDERED,)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    texts: Mapped[str] = mapped_column(Text)
    on_paper: Mapped[bool] = mapped_column(default=False, server_default=false())


class Response(Base):
    """A ballot after mixing, under an id that was drawn then."""

    __tablename__ = "response"
    __table_args__ = (_village(), CheckConstraint(_CHANNEL, name="channel"), UNORDERED)

    round_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    channel: Mapped[str]
    answers: Mapped[str] = mapped_column(Text)


class Reason(Base):
    """One free text about one question, at the commune's level.

    `shown_text` is what of it may be published, private numbers blacked out; None until somebody has looked.
    """

    __tablename__ = "reason"
    __table_args__ = (
        CheckConstraint("moderation IN ('new', 'shown', 'hidden')", name="moderation"),
        CheckConstraint(
            "(moderation <> 'new' OR shown_text IS NULL)"
            " AND (moderation <> 'shown' OR (shown_text IS NOT NULL AND shown_text <> ''))",
            name="shown_text",
        ),
        Index("ix_reason_round_id_question_moderation", "round_id", "question", "moderation"),
        UNORDERED,
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    question: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    moderation: Mapped[str] = mapped_column(default="new")
    shown_text: Mapped[str | None] = mapped_column(Text)
