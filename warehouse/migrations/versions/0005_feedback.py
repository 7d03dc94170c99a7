"""Workbooks that go back to the counties, and which submission corrects which.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0005_feedback.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: readings say which submission they correct."""
    raise NotImplementedError("what readings say of themselves is not dropped; restore a backup")
