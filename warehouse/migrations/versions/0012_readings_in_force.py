"""Which reading speaks for its submission from when on, and which gate a publication was formed under.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0012_readings_in_force.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: when a reading came into force again is a record."""
    raise NotImplementedError("when readings came into force is not dropped; restore a backup")
