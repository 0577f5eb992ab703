"""The result that a scan's paper tells"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from survey.store.base import Instant
from survey.store.migrations.append_only import keep_append_only, release_append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REFERENCE = "fk_round_scan_round_id_result"
_AUDIT = sa.table(
    "audit_event",
    sa.column("round_id", sa.Integer()),
    sa.column("action", sa.String()),
    sa.column("at", Instant(timezone=True)),
    sa.column("detail", sa.String()),
)
_RESULT = sa.table(
    "result",
    sa.column("round_id", sa.Integer()),
    sa.column("number", sa.Integer()),
    sa.column("made_at", Instant(timezone=True)),
)
_SCAN = sa.table(
    "round_scan",
    sa.column("round_id", sa.Integer()),
    sa.column("document_id", sa.Integer()),
    sa.column("result", sa.Integer()),
)


def upgrade() -> None:
    with op.batch_alter_table("round_scan") as batch_op:
        batch_op.add_column(sa.Column("result", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(_REFERENCE, "result", ["round_id", "result"], ["round_id", "number"])
    _name_results()
    keep_append_only("round_scan")


def _name_results() -> None:
    """Give each scan the result that stood when it was uploaded, which the log tells.

    Where it does not, the first one: a later result then asks for a scan of its own.
    """
    connection = op.get_bind()
    uploads = sa.select(_AUDIT.c.round_id, _AUDIT.c.detail, _AUDIT.c.at)
    uploaded = {
        (round_id, json.loads(detail).get("document")): at
        for round_id, detail, at in connection.execute(uploads.where(_AUDIT.c.action == "round.attach_scan"))
    }
    results = connection.execute(sa.select(_RESULT)).all()
    for round_id, document_id in connection.execute(sa.select(_SCAN.c.round_id, _SCAN.c.document_id)).all():
        at = uploaded.get((round_id, document_id))
        stood = [
            number
            for of_round, number, made_at in results
            if of_round == round_id and (number == 1 or (at is not None and made_at <= at))
        ]
        scan = sa.update(_SCAN).where(_SCAN.c.round_id == round_id, _SCAN.c.document_id == document_id)
        connection.execute(scan.values(result=max(stood, default=None)))


def downgrade() -> None:
    release_append_only("round_scan")
    with op.batch_alter_table("round_scan") as batch_op:
        batch_op.drop_constraint(_REFERENCE, type_="foreignkey")
        batch_op.drop_column("result")
