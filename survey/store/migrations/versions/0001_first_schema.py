"""First schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.base import Instant
from survey.store.migrations.append_only import keep_append_only, release_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("scan", sa.LargeBinary(), nullable=True),
        sa.Column("scan_type", sa.String(), nullable=True),
        sa.Column("scan_sha256", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", Instant(timezone=True), nullable=True),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("search_name", sa.String(), nullable=False),
        sa.Column("rural", sa.Boolean(), nullable=True),
        sa.Column("area_class", sa.String(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'commune', 'village')", name=op.f("ck_unit_level")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_unit_validity")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_unit_code_valid_from")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index("ix_unit_parent_id", ["parent_id"], unique=False)

    op.create_table(
        "adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("adopted_by", sa.Integer(), nullable=False),
        sa.Column("adopted_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["adopted_by"], ["staff.id"], name=op.f("fk_adoption_adopted_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_adoption_document_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_adoption_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
        sa.UniqueConstraint(
            "unit_id", "kind", "key", "version", name=op.f("uq_adoption_unit_id_kind_key_version")
        ),
    )
    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("evidence_url", sa.String(), nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["declared_by"], ["staff.id"], name=op.f("fk_declaration_declared_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_declaration_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.create_index("ix_declaration_unit_id_target", ["unit_id", "target"], unique=False)

    op.create_table(
        "grant_on_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_grant_on_unit_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_grant_on_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_on_unit")),
        sa.UniqueConstraint(
            "staff_id", "role", "unit_id", name=op.f("uq_grant_on_unit_staff_id_role_unit_id")
        ),
    )
    op.create_table(
        "household_count",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.CheckConstraint("households >= 0", name=op.f("ck_household_count_households")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_household_count_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "year", name=op.f("pk_household_count")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("questionnaire_key", sa.String(), nullable=False),
        sa.Column("rule_set_key", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("grace_hours", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("authorisation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("opened_at", Instant(timezone=True), nullable=True),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.Column("closed_despite", sa.String(), nullable=True),
        sa.Column("published_at", Instant(timezone=True), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", Instant(timezone=True), nullable=True),
        sa.Column("superseded_because", sa.String(), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("snapshot_sha256", sa.String(), nullable=True),
        sa.CheckConstraint("kind = 'pulse' OR last_on IS NOT NULL", name=op.f("ck_round_last_day")),
        sa.CheckConstraint("kind IN ('official', 'pulse', 'drill')", name=op.f("ck_round_kind")),
        sa.CheckConstraint(
            "closed_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_round_closed_after_open")
        ),
        sa.CheckConstraint("grace_hours BETWEEN 0 AND 240", name=op.f("ck_round_grace")),
        sa.CheckConstraint(
            "opened_at IS NULL OR (snapshot IS NOT NULL AND snapshot_sha256 IS NOT NULL)",
            name=op.f("ck_round_open_is_frozen"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR closed_at IS NOT NULL", name=op.f("ck_round_published_after_closed")
        ),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["document.id"], name=op.f("fk_round_authorisation_id")
        ),
        sa.ForeignKeyConstraint(["supersedes_id"], ["round.id"], name=op.f("fk_round_supersedes_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_round_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_round_supersedes_id")),
        sa.UniqueConstraint("tag", name=op.f("uq_round_tag")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "unit_succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["unit.id"], name=op.f("fk_unit_succession_predecessor_id")
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_unit_succession_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_succession")),
        sa.UniqueConstraint(
            "predecessor_id", "successor_id", name=op.f("uq_unit_succession_predecessor_id_successor_id")
        ),
    )
    with op.batch_alter_table("unit_succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_succession_successor_id"), ["successor_id"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint("action <> ''", name=op.f("ck_audit_event_action")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_audit_event_round_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_event_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_audit_event_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_unit_id", ["unit_id"], unique=False)

    op.create_table(
        "day_count",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('online', 'assisted', 'paper', 'phone')", name=op.f("ck_day_count_channel")
        ),
        sa.CheckConstraint("ballots > 0", name=op.f("ck_day_count_ballots")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_day_count_round_id")),
        sa.PrimaryKeyConstraint("round_id", "day", "channel", name=op.f("pk_day_count")),
    )
    op.create_table(
        "late_arrival",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_late_arrival_round_id")),
        sa.PrimaryKeyConstraint("round_id", "key_hash", name=op.f("pk_late_arrival")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answers_mac", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_ledger_round_id")),
        sa.PrimaryKeyConstraint("round_id", "key_hash", name=op.f("pk_ledger")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_ledger_receipt_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reason",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("moderation", sa.String(), nullable=False),
        sa.CheckConstraint("moderation IN ('new', 'shown', 'hidden')", name=op.f("ck_reason_moderation")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reason_round_id")),
        sa.PrimaryKeyConstraint("round_id", "id", name=op.f("pk_reason")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reason_box",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reason_box_round_id")),
        sa.PrimaryKeyConstraint("round_id", "id", name=op.f("pk_reason_box")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "round_unit",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.CheckConstraint("households >= 0", name=op.f("ck_round_unit_households")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_unit_round_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_round_unit_unit_id")),
        sa.PrimaryKeyConstraint("round_id", "unit_id", name=op.f("pk_round_unit")),
    )
    op.create_table(
        "box",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('online', 'assisted', 'paper', 'phone')", name=op.f("ck_box_channel")
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_box_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", "id", name=op.f("pk_box")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("box", schema=None) as batch_op:
        batch_op.create_index("ix_box_round_id_unit_id", ["round_id", "unit_id"], unique=False)

    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_link_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_link_round_id_code")),
    )
    op.create_table(
        "response",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('online', 'assisted', 'paper', 'phone')", name=op.f("ck_response_channel")
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_response_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", "id", name=op.f("pk_response")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "slip_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("issued_at", Instant(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "last_number >= first_number AND first_number >= 1", name=op.f("ck_slip_batch_numbers")
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["staff.id"], name=op.f("fk_slip_batch_issued_by")),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_slip_batch_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_batch")),
    )
    op.create_table(
        "tally",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("option", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count >= 0 OR option = 'sum'", name=op.f("ck_tally_count")),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_tally_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "unit_id", "channel", "question", "option", name=op.f("pk_tally")
        ),
    )
    op.create_table(
        "slip",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'used') = (channel IS NOT NULL)", name=op.f("ck_slip_used_by_channel")),
        sa.CheckConstraint("state IN ('issued', 'used', 'void')", name=op.f("ck_slip_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["slip_batch.id"], name=op.f("fk_slip_batch_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_slip_round_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_slip_unit_id")),
        sa.PrimaryKeyConstraint("round_id", "code_hash", name=op.f("pk_slip")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_slip_round_id_number")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("slip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slip_batch_id"), ["batch_id"], unique=False)

    keep_append_only("audit_event")


def downgrade() -> None:
    release_append_only("audit_event")
    with op.batch_alter_table("slip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slip_batch_id"))

    op.drop_table("slip")
    op.drop_table("tally")
    op.drop_table("slip_batch")
    op.drop_table("response")
    op.drop_table("link")
    with op.batch_alter_table("box", schema=None) as batch_op:
        batch_op.drop_index("ix_box_round_id_unit_id")

    op.drop_table("box")
    op.drop_table("round_unit")
    op.drop_table("reason_box")
    op.drop_table("reason")
    op.drop_table("ledger")
    op.drop_table("late_arrival")
    op.drop_table("day_count")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_unit_id")

    op.drop_table("audit_event")
    with op.batch_alter_table("unit_succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_succession_successor_id"))

    op.drop_table("unit_succession")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_unit_id"))

    op.drop_table("round")
    op.drop_table("household_count")
    op.drop_table("grant_on_unit")
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.drop_index("ix_declaration_unit_id_target")

    op.drop_table("declaration")
    op.drop_table("adoption")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_parent_id")

    op.drop_table("unit")
    op.drop_table("staff")
    op.drop_table("document")
