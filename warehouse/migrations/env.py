"""Alembic's entry: run the migrations on the connection that `warehouse.migrate` hands over."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Run what is asked of alembic in one transaction: a migration that fails leaves the schema as it was."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        version_table="schema_version",
        version_table_schema="ops",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
