"""Versioned schema changes: alembic runs the files in `warehouse/migrations/versions` as the owner.

A change of ops, reference or raw is a new file there, never a `create if not exists` in the code. Each is plain SQL in
one transaction; PostgreSQL undoes the whole of it where a statement fails.
"""

from __future__ import annotations

import functools
import re
import time
from pathlib import Path
from typing import Any

from warehouse.connect import connect, sqlalchemy_url
from warehouse.errors import DatabaseError
from warehouse.locks import INSTANT, MIGRATE, LockTimeout, bounded, held
from warehouse.settings import Settings

FOLDER = Path(__file__).parent / "migrations"
# BI reads tables of ops through its views. A migration waits for such a reader an instant, since later ones would queue
# behind it, lets go and begins anew, for so many seconds in all.
PATIENCE_SECONDS = 60


@functools.cache
def head_version() -> str:
    """The newest version in the folder of migrations (their names begin with it). Spares alembic's import."""
    return max(re.match(r"\d+", path.name)[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))  # type: ignore[index]


def database_version(settings: Settings) -> str | None:
    """The version of the connected database, None where it was never migrated."""
    # On the embedded server as the administrator: the owner's password may be about to be set anew.
    role, database = ("admin", settings.database_name) if settings.is_embedded else ("owner", None)
    with connect(role, settings=settings, database=database) as connection:
        if connection.execute("select to_regclass('ops.schema_version')").fetchone() == (None,):
            return None
        row = connection.execute("select version_num from ops.schema_version").fetchone()
    return row[0] if row else None


def migrate(settings: Settings) -> bool:
    """Bring the warehouse's schema to the newest version. Returns whether anything was to do.

    Two at once take turns (one lock). Raises DatabaseError where the database is newer than this program, or where
    somebody keeps reading what the migration has to change.
    """
    found = refuse_newer(settings)
    if found == head_version():
        return False
    _upgrade(settings)
    return True


def refuse_newer(settings: Settings) -> str | None:
    """Raise DatabaseError where a newer program has migrated the database; else give its version, None where it has none."""
    found = database_version(settings)
    if found is not None and found > head_version():
        raise DatabaseError(
            f"The database is at schema version {found}, this program knows {head_version()}: a newer program has"
            " migrated it. Install that one again, or restore the backup from before it; nothing was changed."
        )
    return found


def _upgrade(settings: Settings) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    # Alembic formats its options with %: a folder may be named anything.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    engine = create_engine(
        sqlalchemy_url("owner", settings, driver="psycopg"), poolclass=NullPool, hide_parameters=True
    )

    def upgrade() -> None:
        with engine.begin() as connection:
            driver: Any = connection.connection.driver_connection
            with bounded(driver, INSTANT, "migrate"):
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    # The table of locks lies in ops, and alembic's version too: so the schema is there before the first migration.
    with held(MIGRATE, "migrate", settings):
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return upgrade()
            except LockTimeout as error:
                if time.monotonic() > give_up:
                    raise LockTimeout(PATIENCE_SECONDS, error.holders) from None
            time.sleep(1)
