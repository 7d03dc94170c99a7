"""Everything that must stand before the first query, in one call."""

from __future__ import annotations

from warehouse.airflow_setup import migrate_airflow
from warehouse.migrate import migrate
from warehouse.roles import provision
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings

__all__ = ["ensure_database", "migrate_airflow"]


def ensure_database(settings: Settings) -> None:
    """Start the embedded server if need be, make roles and databases, migrate to the newest version.

    Safe to repeat, and under concurrency. Raises LongcangError with one sentence that says what is in the way.
    """
    settings.make_folders()
    if settings.is_embedded:
        EmbeddedServer(settings).start()
    provision(settings)
    migrate(settings)
