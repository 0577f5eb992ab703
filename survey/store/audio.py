"""Read-aloud clips: recordings of a question's or an option's words, in the languages a commune adds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base


class AudioLanguage(Base):
    """A language in which a commune reads its questionnaires aloud; `code` is BCP 47, as in `vi` or `ktv`."""

    __tablename__ = "audio_language"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class AudioFile(Base):
    """A recording by the SHA-256 of its bytes: whoever knows the name always gets the same sound."""

    __tablename__ = "audio_file"
    __table_args__ = (CheckConstraint("seconds > 0", name="seconds"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    mime: Mapped[str]
    seconds: Mapped[float]
    content: Mapped[bytes] = mapped_column(deferred=True)


class AudioClip(Base):
    """The recording of certain words in a language of a commune.

    `words_hash` is the SHA-256 of the Vietnamese words that were read: a clip follows its words from round
    to round, and never reads others. `question` and `option` ("" for the question itself) say where the words
    stood when it was recorded.
    """

    __tablename__ = "audio_clip"
    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "language"], ["audio_language.unit_id", "audio_language.code"]),
    )

    unit_id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    words_hash: Mapped[bytes] = mapped_column(primary_key=True)
    question: Mapped[str]
    option: Mapped[str]
    digest: Mapped[str] = mapped_column(ForeignKey("audio_file.digest"), index=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
