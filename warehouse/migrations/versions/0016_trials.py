"""Trials: nights that are not published, and what they change taken back.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0016_trials.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: runs and publications may be trials."""
    raise NotImplementedError("trials are on record; restore a backup")
