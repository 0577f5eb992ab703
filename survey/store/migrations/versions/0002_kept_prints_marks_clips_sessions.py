"""Kept prints, marks, read-aloud clips and helpers' sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.base import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audio_file",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_audio_file_seconds")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_audio_file")),
    )
    op.create_table(
        "audio_language",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_audio_language_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "code", name=op.f("pk_audio_language")),
    )
    op.create_table(
        "audio_clip",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("words_hash", sa.LargeBinary(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("option", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("uploaded_at", Instant(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["digest"], ["audio_file.digest"], name=op.f("fk_audio_clip_digest")),
        sa.ForeignKeyConstraint(
            ["unit_id", "language"],
            ["audio_language.unit_id", "audio_language.code"],
            name=op.f("fk_audio_clip_unit_id_language"),
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["staff.id"], name=op.f("fk_audio_clip_uploaded_by")),
        sa.PrimaryKeyConstraint("unit_id", "language", "words_hash", name=op.f("pk_audio_clip")),
    )
    op.create_index(op.f("ix_audio_clip_digest"), "audio_clip", ["digest"])

    op.create_table(
        "collection_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("assisted", sa.Integer(), nullable=False),
        sa.Column("phone", sa.Integer(), nullable=False),
        sa.CheckConstraint("assisted >= 0 AND phone >= 0", name=op.f("ck_collection_session_totals")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_collection_session_round_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_collection_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_session")),
    )
    op.create_index(op.f("ix_collection_session_round_id"), "collection_session", ["round_id"])
    op.create_index(
        "uq_collection_session_open",
        "collection_session",
        ["round_id", "staff_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "mark_count",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.CheckConstraint("mark IN ('honeypot')", name=op.f("ck_mark_count_mark")),
        sa.CheckConstraint("ballots > 0", name=op.f("ck_mark_count_ballots")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_mark_count_round_id")),
        sa.PrimaryKeyConstraint("round_id", "mark", name=op.f("pk_mark_count")),
    )
    op.create_table(
        "repeated_rows",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("contrasts", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.CheckConstraint("contrasts >= 0", name=op.f("ck_repeated_rows_contrasts")),
        sa.CheckConstraint("ballots > 1", name=op.f("ck_repeated_rows_ballots")),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_repeated_rows_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", "unit_id", "contrasts", name=op.f("pk_repeated_rows")),
    )
    op.create_table(
        "kept_print",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["slip_batch.id"], name=op.f("fk_kept_print_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "part", name=op.f("pk_kept_print")),
    )
    op.add_column("slip_batch", sa.Column("quarantined_at", Instant(timezone=True), nullable=True))
    op.add_column("slip_batch", sa.Column("printed_at", Instant(timezone=True), nullable=True))
    op.add_column("slip_batch", sa.Column("manifest", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("slip_batch", schema=None) as batch_op:
        batch_op.drop_column("manifest")
        batch_op.drop_column("printed_at")
        batch_op.drop_column("quarantined_at")

    op.drop_table("kept_print")
    op.drop_table("repeated_rows")
    op.drop_table("mark_count")
    op.drop_index(op.f("ix_collection_session_round_id"), "collection_session")
    op.drop_table("collection_session")
    op.drop_index(op.f("ix_audio_clip_digest"), "audio_clip")
    op.drop_table("audio_clip")
    op.drop_table("audio_language")
    op.drop_table("audio_file")
