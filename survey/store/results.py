"""Results as they were computed and as they were published: rows that a trigger keeps from ever changing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.store.base import Base
from survey.store.documents import Document


class Result(Base):
    """What the close, or a correction after it, computed; the one with the highest number stands.

    `record` is canonical JSON over questionnaire, rules, households, all counts and a secret nonce
    (survey.services.result_records), and `sha256` is of its bytes. `because` is set for a correction.
    """

    __tablename__ = "result"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(number = 1) = (because IS NULL)", name="correction_because"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    because: Mapped[str | None]
    record: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str]


class Publication(Base):
    """A result was made public, with its files."""

    __tablename__ = "publication"
    __table_args__ = (ForeignKeyConstraint(["round_id", "number"], ["result.round_id", "result.number"]),)

    round_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PublishedFile(Base):
    """A file of the public data set, byte for byte; `content` is compressed with zlib, `sha256` is not."""

    __tablename__ = "published_file"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "number"], ["publication.round_id", "publication.number"]),
        CheckConstraint("size > 0", name="size"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(deferred=True)


class RoundScan(Base):
    """A scan of a round's signed papers.

    `result` is the number of the result that they tell; None is one from before the round had any.
    """

    __tablename__ = "round_scan"
    __table_args__ = (ForeignKeyConstraint(["round_id", "result"], ["result.round_id", "result.number"]),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    result: Mapped[int | None]

    document: Mapped[Document] = relationship()
