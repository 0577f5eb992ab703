"""Papers that authorise: who adopted a draft, who allowed online collection."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.store.base import Base


class Document(Base):
    """An official paper: number, date, issuer, and its scan where one was given."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    issued_on: Mapped[date]
    issuer: Mapped[str]
    title: Mapped[str]
    scan: Mapped[bytes | None] = mapped_column(deferred=True)
    scan_type: Mapped[str | None]
    scan_sha256: Mapped[str | None]


class Adoption(Base):
    """A document that makes a draft questionnaire or rule set official for a unit and all below it."""

    __tablename__ = "adoption"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]
    key: Mapped[str]
    version: Mapped[str]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    adopted_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    adopted_at: Mapped[datetime]

    document: Mapped[Document] = relationship()
