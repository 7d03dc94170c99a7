"""More reference data: checks between forms, what is due when, the directory of the 甘味 brand.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0002_reference.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: publications were formed with the rows of these tables."""
    raise NotImplementedError("reference data that publications were formed with is not dropped; restore a backup")
