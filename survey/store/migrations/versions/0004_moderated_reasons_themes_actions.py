"""Reasons as they may be shown, themes and their counts, and actions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.base import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MODERATION = "moderation IN ('new', 'shown', 'hidden')"
_SHOWN_TEXT = (
    "(moderation <> 'new' OR shown_text IS NULL)"
    " AND (moderation <> 'shown' OR (shown_text IS NOT NULL AND shown_text <> ''))"
)


def upgrade() -> None:
    # Nobody could moderate before; were a text marked as shown, nobody would have looked at it.
    op.execute("UPDATE reason SET moderation = 'new' WHERE moderation = 'shown'")
    with op.batch_alter_table("reason", copy_from=_reason()) as batch_op:
        batch_op.add_column(sa.Column("shown_text", sa.Text(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_reason_shown_text"), _SHOWN_TEXT)
    op.create_index(
        "ix_reason_round_id_question_moderation", "reason", ["round_id", "question", "moderation"]
    )
    op.add_column(
        "reason_box", sa.Column("on_paper", sa.Boolean(), server_default=sa.false(), nullable=False)
    )

    op.create_table(
        "theme_list",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_theme_list_unit_id")),
        sa.ForeignKeyConstraint(["updated_by"], ["staff.id"], name=op.f("fk_theme_list_updated_by")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_theme_list")),
    )
    op.create_table(
        "theme_counting",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("list_sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_theme_counting_round_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_theme_counting_unit_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_theme_counting")),
    )
    op.create_table(
        "theme_count",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_theme_count_count")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["theme_counting.round_id"], name=op.f("fk_theme_count_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "question", "theme", name=op.f("pk_theme_count")),
    )
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'dropped' OR note <> ''", name=op.f("ck_action_dropped_because")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_action_revision")),
        sa.CheckConstraint("state IN ('planned', 'doing', 'done', 'dropped')", name=op.f("ck_action_state")),
        sa.CheckConstraint("text <> '' AND responsible <> ''", name=op.f("ck_action_text")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_action_round_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_action_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_round_id"), "action", ["round_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_action_round_id"), "action")
    op.drop_table("action")
    op.drop_table("theme_count")
    op.drop_table("theme_counting")
    op.drop_table("theme_list")
    op.drop_column("reason_box", "on_paper")
    op.drop_index("ix_reason_round_id_question_moderation", "reason")
    with op.batch_alter_table("reason", copy_from=_reason(with_shown_text=True)) as batch_op:
        batch_op.drop_constraint(op.f("ck_reason_shown_text"), type_="check")
        batch_op.drop_column("shown_text")


def _reason(*, with_shown_text: bool = False) -> sa.Table:
    """The table as it is, for SQLite makes it anew and would forget what it does not reflect."""
    shown = [
        sa.Column("shown_text", sa.Text(), nullable=True),
        sa.CheckConstraint(_SHOWN_TEXT, name=op.f("ck_reason_shown_text")),
    ]
    return sa.Table(
        "reason",
        sa.MetaData(),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("moderation", sa.String(), nullable=False),
        sa.CheckConstraint(_MODERATION, name=op.f("ck_reason_moderation")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reason_round_id")),
        sa.PrimaryKeyConstraint("round_id", "id", name=op.f("pk_reason")),
        *(shown if with_shown_text else ()),
        sqlite_with_rowid=False,
    )
