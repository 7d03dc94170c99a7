"""Withdrawn submissions, and a pinned publication.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0015_withdrawn_and_pinned.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: decisions are only ever added to."""
    raise NotImplementedError("what people decided is not dropped; restore a backup")
