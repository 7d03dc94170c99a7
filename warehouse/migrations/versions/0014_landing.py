"""Warehouses that are demonstrations, and what a night could not look at in the landing folder.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0014_landing.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: a demonstration stays one."""
    raise NotImplementedError("what a warehouse was filled with is not forgotten; restore a backup")
