"""Schemas, bookkeeping, reference data, publications and who sees what.

The SQL lies beside this file in two parts, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTS = ("0001_bookkeeping.sql", "0001_visibility.sql")


def upgrade() -> None:
    """Run both files in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    for part in PARTS:
        driver_connection.execute((Path(__file__).parent / part).read_bytes())


def downgrade() -> None:
    """There is no way back to nothing: the archive and the bookkeeping are the record of what was published."""
    raise NotImplementedError("the first migration is not undone; make a new database instead")
