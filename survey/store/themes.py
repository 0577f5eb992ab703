"""Themes of reasons: the lists that units keep, and how often each theme was named."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.base import Base

ALL_TEXTS = "*"
"""Stands in `theme` for the texts themselves, each counted once."""


class OwnThemeList(Base):
    """The list of a unit and of all units below it that keep none; earlier ones stand in the log."""

    __tablename__ = "theme_list"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ThemeCounting(Base):
    """With which list a round's texts were counted last: that of a unit, or the shipped one (None)."""

    __tablename__ = "theme_counting"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    list_sha256: Mapped[str]


class ThemeCount(Base):
    """How many texts about a question name a theme, which is called `name` in Vietnamese."""

    __tablename__ = "theme_count"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("theme_counting.round_id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    count: Mapped[int]
