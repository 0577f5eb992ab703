"""Alembic's entry point; the connection is handed over by survey.store.migrate."""

from __future__ import annotations

from alembic import context

from survey.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
