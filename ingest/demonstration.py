"""A warehouse of made-up figures: marked for good, and closed to real files.

The program writes its made-up province only for a warehouse that never received anything (`warehouse.demonstration`), and puts
MARKER beside it, which lists its files. The first night that finds MARKER marks the warehouse. From then on it takes those
files, changed or not, what it has received before under any other name, and corrected copies of what it gave back: no others.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from ingest import archive
from ingest.folder import Seen
from ingest.formats import gate, properties
from ingest.names import storable
from ingest.returned import LABEL, submission_of
from warehouse.errors import LandingRefused
from warehouse.settings import Settings

Connection = psycopg.Connection[Any]
MARKER = "DEMONSTRATION.json"
NOTE = "演示数据（demonstration）：数字出自程序造的假想省份，不是真实情况，不得引用"


def since(conn: Connection) -> datetime | None:
    """Since when the warehouse is a demonstration; None where it is none, or was never set up."""
    if conn.execute("select to_regclass('ops.demonstration')").fetchone() == (None,):
        return None
    row = conn.execute("select since from ops.demonstration").fetchone()
    return row[0] if row else None


def guard(conn: Connection, landing: Path, seen: Seen, settings: Settings) -> None:
    """Mark the warehouse where the landing folder holds a demonstration, and see that made-up and real files never meet.

    Raises:
        LandingRefused: they would; the text says which files, and how to purge the demonstration.
    """
    marker = landing / MARKER
    if since(conn) is None:
        if not marker.is_file():
            return
        if conn.execute("select exists (select from ops.submissions)").fetchone() == (True,):
            raise LandingRefused(
                f"The landing folder {landing} holds the made-up province of a demonstration ({MARKER} lists its files), and this"
                " warehouse has received other files before: the two are never mixed. Take the files that it lists and"
                f" {MARKER} out of the folder, or set LONGCANG_LANDING to the counties' folder, and run again. Nothing was read."
            )
        _mark(conn, landing, _listed(marker))
    own = {path for (path,) in conn.execute("select path from ops.demonstration_files")}
    received = {sha256 for (sha256,) in conn.execute("select distinct sha256 from ops.submissions")}
    others = [
        path
        for path in seen.files
        if path not in own and seen.marks.get(path) not in received and not _corrects(conn, landing / path)
    ]
    if others:
        raise LandingRefused(
            f"This warehouse is a demonstration, filled with a made-up province, and the landing folder {landing} holds"
            f" {len(others):,} file(s) that are not of it (the first: {storable(others[0])}). Real files never go in there."
            f" To begin with them: {way_to_purge(settings)}, take the made-up files (and {MARKER}) out of the landing folder,"
            f" and run again. Corrected workbooks of the demonstration are known by their number ({LABEL}), which an xlsx"
            " keeps. Nothing was read."
        )


def way_to_purge(settings: Settings) -> str:
    """How to delete the warehouse, as a part of a sentence."""
    if not settings.is_embedded:
        return (
            "drop the databases that LONGCANG_DATABASE_URL and LONGCANG_AIRFLOW_DATABASE_URL name, make them anew, and delete"
            f" {settings.home}"
        )
    if settings.home == settings.project_root / ".longcang":
        return "`make purge CONFIRM=yes`"
    return f"`longcang down`, and delete {settings.home}"


def _listed(marker: Path) -> list[str]:
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))["files"]
        return [path for path in found if isinstance(path, str) and "\0" not in path]
    except (ValueError, LookupError, TypeError):
        raise LandingRefused(
            f"{marker} says that the landing folder holds a demonstration, but it is damaged. Take it and the made-up files out"
            " of the folder, and run again. Nothing was read."
        ) from None


def _mark(conn: Connection, landing: Path, files: list[str]) -> None:
    conn.execute("insert into ops.demonstration (landing) values (%s)", (storable(str(landing.resolve())),))
    conn.execute(
        "insert into ops.demonstration_files select distinct unnest(%s::text[])", ([storable(path) for path in files],)
    )


def _corrects(conn: Connection, path: Path) -> bool:
    """Whether a file carries, among its properties, the number under which this warehouse gave a workbook back."""
    try:
        state = archive.look(path)
        if state is None or state.size > gate.MAX_BYTES:
            return False
        number = submission_of(properties.custom(path.read_bytes()).get(LABEL, ""))
    except (OSError, ValueError):
        return False
    return conn.execute("select from ops.submissions where submission_id = %s", (number,)).fetchone() is not None
