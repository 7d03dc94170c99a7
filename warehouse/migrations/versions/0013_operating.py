"""What a failed rule says of each county, and who may look at the bookkeeping.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0013_operating.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: verdicts say which limits they were held against."""
    raise NotImplementedError("what verdicts say is not dropped; restore a backup")
