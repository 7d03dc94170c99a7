"""The day that a snapshot stands for, of readings and of the parts of a publication.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0017_snapshot_days.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: publications rest on the days."""
    raise NotImplementedError("the days of snapshots are on record; restore a backup")
