"""What is new in the landing folder: archived first, then recorded, then given out to be read.

A path whose bytes changed, or that came back after it was gone, is a new submission. The order of submissions is the
order in which nights saw them, and by path within a night; no clock and no date of the sender decides anything.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from ingest import archive
from ingest.context import Context
from ingest.digests import digest
from warehouse.errors import LongcangError
from warehouse.settings import Settings

SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".csv", ".tsv", ".zip"}
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial", ".swp")
SYSTEM = {"thumbs.db", "desktop.ini"}

Connection = psycopg.Connection[Any]


def discover(conn: Connection, landing: Path, run_id: str, settings: Settings, context: Context) -> list[int]:
    """Archive and record what is new, and say what is to be read.

    Args:
        conn: the owner's connection; everything recorded is one transaction of it.
        landing: holds a folder per county; what lies elsewhere in it is read where it is a spreadsheet.
        run_id: kept with each submission.

    Returns:
        Numbers of the submissions to read, in order: those never read, and those that speak for their scope (or were
        refused) under a digest that has changed since.

    Raises:
        LongcangError: the landing folder is missing. (An empty one would mean that every county took its files back.)
    """
    if not landing.is_dir():
        raise LongcangError(f"The landing folder {landing} is missing; create it or set LONGCANG_LANDING.")
    root = str(landing.resolve())
    conn.execute("select pg_advisory_xact_lock(hashtext('longcang.discover'))")
    known = {
        path: (sha256, gone)
        for path, sha256, gone in conn.execute(
            "select path, sha256, gone_at is not null from ops.landing_files where landing = %s", (root,)
        )
    }
    present = dict(_walk(landing))
    hashes = {path: archive.hash_of(landing / path) for path in present}
    changed = [path for path in present if hashes[path] and known.get(_printable(path)) != (hashes[path], False)]
    changed = _settled(landing, changed, present, settings.settle_seconds)
    for path in changed:
        sha256 = archive.store(landing / path, settings.archive)
        if sha256 is not None and sha256 == hashes[path]:
            _record(conn, root, path, sha256, present[path].size, run_id, context)
    there = {_printable(path) for path in present}
    conn.execute(
        "update ops.landing_files set last_seen_at = clock_timestamp() "
        "where landing = %s and gone_at is null and path = any(%s)",
        (root, sorted(there)),
    )
    gone = [path for path, (_, was_gone) in known.items() if not was_gone and path not in there]
    conn.execute(
        "update ops.landing_files set gone_at = clock_timestamp() where landing = %s and path = any(%s)", (root, gone)
    )
    return _to_read(conn, context)


def _walk(landing: Path) -> Iterator[tuple[str, archive.Look]]:
    """(path below the landing folder, state) of every plain file that is to be looked at, by path."""
    for folder, folders, files in os.walk(landing):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = Path(folder).relative_to(landing)
        for name in sorted(files):
            if name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED) or name.lower() in SYSTEM:
                continue
            is_root = below == Path(".")
            if is_root and Path(name).suffix.lower() not in SUFFIXES:
                continue
            state = archive.look(landing / below / name)
            if state is not None:
                yield (below / name).as_posix(), state


def _settled(landing: Path, paths: list[str], before: dict[str, archive.Look], seconds: float) -> list[str]:
    """Those of the paths that nobody is writing: they look the same some seconds later. The rest wait a night."""
    if paths and seconds:
        time.sleep(seconds)
    return [path for path in paths if archive.look(landing / path) == before[path]]


def _record(conn: Connection, root: str, path: str, sha256: str, size: int, run_id: str, context: Context) -> None:
    county = context.places.county(_printable(path).split("/")[0]) if "/" in path else None
    row = conn.execute(
        "insert into ops.submissions (path, sha256, size_bytes, folder_county_code, run_id) "
        "values (%s, %s, %s, %s, %s) returning submission_id",
        (_printable(path), sha256, size, county.code if county else None, run_id),
    ).fetchone()
    assert row is not None
    conn.execute(
        "insert into ops.landing_files (landing, path, sha256, size_bytes, submission_id) values (%s, %s, %s, %s, %s) "
        "on conflict (landing, path) do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes, "
        "submission_id = excluded.submission_id, last_seen_at = clock_timestamp(), gone_at = null",
        (root, _printable(path), sha256, size, row[0]),
    )


def _printable(path: str) -> str:
    """A path that the database can hold: names that are no UTF-8 (of a GBK system) are read as GB18030 or escaped."""
    return "/".join(_name(part) for part in path.split("/"))


def _name(part: str) -> str:
    raw = os.fsencode(part)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def _to_read(conn: Connection, context: Context) -> list[int]:
    """Submissions without a reading, and those of another digest that matter: the newest of each scope, and refused
    ones that nothing has replaced at their path."""
    never = conn.execute(
        "select submission_id from ops.submissions s "
        "where not exists (select from ops.readings r where r.submission_id = s.submission_id)"
    ).fetchall()
    read = conn.execute(
        """
        with latest as (
            select distinct on (submission_id) * from ops.readings order by submission_id, reading_id desc
        ),
        ranked as (
            select *, row_number() over (partition by form, county_code, scope_code, period
                                         order by submission_id desc) as newest
            from latest where outcome in ('loaded', 'partly')
        )
        select submission_id, form, county_code, digest from ranked where newest = 1
        union all
        select submission_id, form, county_code, digest from latest l where outcome = 'refused'
          and exists (select from ops.landing_files f where f.submission_id = l.submission_id)
        """
    ).fetchall()
    digests: dict[tuple[str | None, str | None], str] = {}
    again = []
    for submission_id, form, county, found in read:
        key = (form, county)
        if key not in digests:
            digests[key] = digest(context, *key)
        if digests[key] != found:
            again.append((submission_id,))
    return sorted(row[0] for row in (*never, *again))
