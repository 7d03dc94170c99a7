"""What unknown names of places may mean, and what people decided of it.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0004_alias_proposals.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: what people decided is a record."""
    raise NotImplementedError("decisions of people are not dropped; restore a backup")
