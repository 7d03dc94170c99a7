"""Everything that must stand before the first query, in one call."""

from __future__ import annotations

from warehouse.airflow_setup import migrate_airflow
from warehouse.migrate import migrate, refuse_newer
from warehouse.roles import is_made, provision
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings

__all__ = ["ensure_database", "migrate_airflow"]


def ensure_database(settings: Settings) -> None:
    """Start the embedded server if need be, make roles and databases, migrate to the newest version.

    Safe to repeat, and under concurrency. Raises LongcangError with one sentence that says what is in the way. A database
    of a newer program is refused before a role, a grant or a row in it is touched.
    """
    settings.make_folders()
    if settings.is_embedded:
        EmbeddedServer(settings).start()
    if is_made(settings):
        refuse_newer(settings)
    provision(settings)
    migrate(settings)
