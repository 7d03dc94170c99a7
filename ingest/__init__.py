"""Reading what counties send: bytes of a spreadsheet in, typed rows and issues out.

The pure middle (`read`, and what it calls) knows neither files nor a database. The thin edges are `discover` (landing
folder to archive), `batch` (archived bytes to the database, through child processes) and `check` (files to a verdict,
without a database).
"""

from ingest.digests import digest

__all__ = ["digest"]
