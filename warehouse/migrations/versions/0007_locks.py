"""Who holds a lock, in words, and publications that a person's move of the pointer holds back.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0007_locks.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: publications and runs may be in the new state."""
    raise NotImplementedError("publications may be held by a person; restore a backup")
