"""Paper sheets, results with their publications, and scans"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.base import Instant
from survey.store.migrations.append_only import keep_append_only, release_append_only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NEVER_CHANGED = ("result", "publication", "published_file")


def upgrade() -> None:
    op.create_table(
        "result",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.CheckConstraint("(number = 1) = (because IS NULL)", name=op.f("ck_result_correction_because")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_result_number")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_result_made_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_result_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_result")),
    )
    op.create_table(
        "round_scan",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_round_scan_document_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_scan_round_id")),
        sa.PrimaryKeyConstraint("round_id", "document_id", name=op.f("pk_round_scan")),
    )
    op.create_table(
        "paper_sheet",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("begun_at", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'confirmed') = (counts IS NOT NULL) AND (state = 'open') = (ended_at IS NULL)",
            name=op.f("ck_paper_sheet_confirmed_with_counts"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'no_paper', 'abandoned')", name=op.f("ck_paper_sheet_state")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_paper_sheet_version")),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_paper_sheet_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", "unit_id", "version", name=op.f("pk_paper_sheet")),
    )
    op.create_table(
        "publication",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", Instant(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["published_by"], ["staff.id"], name=op.f("fk_publication_published_by")),
        sa.ForeignKeyConstraint(
            ["round_id", "number"],
            ["result.round_id", "result.number"],
            name=op.f("fk_publication_round_id_number"),
        ),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_publication")),
    )
    op.create_table(
        "paper_keying",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("ballots", sa.Text(), nullable=True),
        sa.Column("finished_at", Instant(timezone=True), nullable=True),
        sa.CheckConstraint("place IN (1, 2)", name=op.f("ck_paper_keying_place")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_paper_keying_revision")),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id", "version"],
            ["paper_sheet.round_id", "paper_sheet.unit_id", "paper_sheet.version"],
            name=op.f("fk_paper_keying_round_id_unit_id_version"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_paper_keying_staff_id")),
        sa.PrimaryKeyConstraint("round_id", "unit_id", "version", "place", name=op.f("pk_paper_keying")),
        sa.UniqueConstraint(
            "round_id",
            "unit_id",
            "version",
            "staff_id",
            name=op.f("uq_paper_keying_round_id_unit_id_version_staff_id"),
        ),
    )
    op.create_table(
        "published_file",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_published_file_size")),
        sa.ForeignKeyConstraint(
            ["round_id", "number"],
            ["publication.round_id", "publication.number"],
            name=op.f("fk_published_file_round_id_number"),
        ),
        sa.PrimaryKeyConstraint("round_id", "number", "name", name=op.f("pk_published_file")),
    )
    op.create_index(op.f("ix_published_file_sha256"), "published_file", ["sha256"])
    for table in _NEVER_CHANGED:
        keep_append_only(table)


def downgrade() -> None:
    for table in _NEVER_CHANGED:
        release_append_only(table)
    op.drop_index(op.f("ix_published_file_sha256"), "published_file")
    op.drop_table("published_file")
    op.drop_table("paper_keying")
    op.drop_table("publication")
    op.drop_table("paper_sheet")
    op.drop_table("round_scan")
    op.drop_table("result")
