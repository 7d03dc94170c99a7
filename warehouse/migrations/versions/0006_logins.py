"""The list of logins and of what each may see.

The SQL lies beside this file, so that it can be read, linted and reviewed as SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file in the migration's transaction."""
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((Path(__file__).parent / "0006_logins.sql").read_bytes())


def downgrade() -> None:
    """There is no way back: without the list, whoever may connect would see the province."""
    raise NotImplementedError("the list of logins is not dropped; restore a backup")
