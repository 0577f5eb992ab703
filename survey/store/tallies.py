"""Counters that the mixing and the close keep, so that no page ever counts ballots."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base

BALLOT = "*"
"""Stands in `question` for the ballot as a whole, with the options below."""
VALID = "valid"
INVALID = "invalid"
"""Ballots that were returned and set no answer: on paper only."""
ANY_NOT_SATISFIED = "any_not_satisfied"
ANY_UNSURE = "any_unsure"
"""How many ballots more than `ANY_NOT_SATISFIED` says may be among them, where only totals are known."""


class Tally(Base):
    """How many mixed ballots of a village and channel chose an option of a question."""

    __tablename__ = "tally"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "unit_id"], ["round_unit.round_id", "round_unit.unit_id"]),
        CheckConstraint("count >= 0 OR option = 'sum'", name="count"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class RepeatedRows(Base):
    """Ballots in the largest group of equal rows of a village, by the contrasts of the row.

    Written once, as the round closes; never of a group under k.
    """

    __tablename__ = "repeated_rows"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "unit_id"], ["round_unit.round_id", "round_unit.unit_id"]),
        CheckConstraint("contrasts >= 0", name="contrasts"),
        CheckConstraint("ballots > 1", name="ballots"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    contrasts: Mapped[int] = mapped_column(primary_key=True)
    ballots: Mapped[int]
