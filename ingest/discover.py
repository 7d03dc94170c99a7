"""What is new in the landing folder: archived first, then recorded, then given out to be read.

A path whose bytes changed, or that came back after it was gone, is a new submission. The order of submissions is the
order in which nights saw them, and by path within a night; no clock and no date of the sender decides anything.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from ingest import archive, bundles
from ingest.context import Context
from ingest.digests import digest
from ingest.formats.bundle import is_listed
from warehouse.errors import LongcangError
from warehouse.settings import Settings

SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".zip"}

# Control characters, ends of lines among them, and marks that turn the direction of writing
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Connection = psycopg.Connection[Any]


def discover(conn: Connection, landing: Path, run_id: str, settings: Settings, context: Context) -> list[int]:
    """Archive and record what is new, and say what is to be read.

    Args:
        conn: the owner's connection; everything recorded is one transaction of it.
        landing: holds a folder per county; what lies elsewhere in it is read where it is a spreadsheet.
        run_id: kept with each submission.

    Returns:
        Numbers of the submissions to read, in order: those never read, and those that speak for their scope (or were
        refused) under a digest that has changed since and that none of their readings has.

    Raises:
        LongcangError: the landing folder is missing. (An empty one would mean that every county took its files back.)
    """
    if not landing.is_dir():
        raise LongcangError(f"The landing folder {landing} is missing; create it or set LONGCANG_LANDING.")
    root = str(landing.resolve())
    conn.execute("select pg_advisory_xact_lock(hashtext('longcang.discover'))")
    known = _known(conn, root)
    present = dict(_walk(landing))
    hashes = {path: archive.hash_of(landing / path) for path in present}
    changed = [path for path in present if not known.get(_printable(path), _NEVER).holds(hashes[path])]
    changed = _settled(landing, changed, present, settings.settle_seconds)
    for path in changed:
        sha256 = archive.store(landing / path, settings.archive)
        if sha256 is not None and sha256 == hashes[path]:
            _take_in(conn, _Sent(root, _printable(path), sha256, present[path].size, run_id), known, settings, context)
    there = {_printable(path) for path in present}
    there |= {path for path, state in _known(conn, root).items() if state.bundle in there and not state.is_gone}
    conn.execute(
        "update ops.landing_files set last_seen_at = clock_timestamp() "
        "where landing = %s and gone_at is null and path = any(%s)",
        (root, sorted(there)),
    )
    gone = [path for path, state in known.items() if not state.is_gone and path not in there]
    conn.execute(
        "update ops.landing_files set gone_at = clock_timestamp() where landing = %s and path = any(%s)", (root, gone)
    )
    return _to_read(conn, context, run_id)


def _walk(landing: Path) -> Iterator[tuple[str, archive.Look]]:
    """(path below the landing folder, state) of every plain file that is to be looked at, by path."""
    for folder, folders, files in os.walk(landing):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = Path(folder).relative_to(landing)
        for name in sorted(files):
            if not is_listed(name):
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


@dataclass(frozen=True)
class _Known:
    """What was last seen at a path of the landing folder; `bundle` is the path of the zip that holds it."""

    sha256: str
    is_gone: bool
    bundle: str | None = None

    def holds(self, sha256: str | None) -> bool:
        """Whether these bytes lie there already; a file that could not be read changes nothing."""
        return sha256 is None or (self.sha256 == sha256 and not self.is_gone)


_NEVER = _Known("", is_gone=True)


@dataclass(frozen=True)
class _Sent:
    """A file as it came: its path below the landing folder `root`, its bytes' hash and number, by which run."""

    root: str
    path: str
    sha256: str
    size: int
    run_id: str
    bundle: str | None = None
    bundle_sha256: str | None = None


def _known(conn: Connection, root: str) -> dict[str, _Known]:
    rows = conn.execute(
        "select path, sha256, gone_at is not null, bundle from ops.landing_files where landing = %s", (root,)
    )
    return {path: _Known(*state) for path, *state in rows}


def _take_in(conn: Connection, sent: _Sent, known: dict[str, _Known], settings: Settings, context: Context) -> None:
    """Record a file as a submission; of a bundle, each file in it that has changed, and which it no longer holds."""
    members = bundles.unpack(archive.path_of(settings.archive, sent.sha256), settings.archive)
    if members is None:
        _see(conn, sent, _submit(conn, sent, context))
        members = []
    else:
        _see(conn, sent, None)
    for member in members:
        path = f"{sent.path}/{_storable(member.name)}"
        if not known.get(path, _NEVER).holds(member.sha256):
            part = _Sent(sent.root, path, member.sha256, member.size, sent.run_id, sent.path, sent.sha256)
            _see(conn, part, _submit(conn, part, context))
    conn.execute(
        "update ops.landing_files set gone_at = clock_timestamp() "
        "where landing = %s and bundle = %s and gone_at is null and not path = any(%s)",
        (sent.root, sent.path, [f"{sent.path}/{_storable(member.name)}" for member in members]),
    )


def _submit(conn: Connection, sent: _Sent, context: Context) -> int:
    folders = sent.path.split("/")[:-1]
    if sent.bundle is not None and "/" not in sent.bundle:
        folders = folders[1:]  # a bundle that lies in no county's folder may hold such folders itself
    county = context.places.county(folders[0]) if folders else None
    row = conn.execute(
        "insert into ops.submissions (path, sha256, size_bytes, folder_county_code, run_id, bundle_sha256) "
        "values (%s, %s, %s, %s, %s, %s) returning submission_id",
        (sent.path, sent.sha256, sent.size, county.code if county else None, sent.run_id, sent.bundle_sha256),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _see(conn: Connection, sent: _Sent, submission_id: int | None) -> None:
    conn.execute(
        "insert into ops.landing_files (landing, path, sha256, size_bytes, submission_id, bundle) "
        "values (%s, %s, %s, %s, %s, %s) "
        "on conflict (landing, path) do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes, "
        "submission_id = excluded.submission_id, bundle = excluded.bundle, last_seen_at = clock_timestamp(), "
        "gone_at = null",
        (sent.root, sent.path, sent.sha256, sent.size, submission_id, sent.bundle),
    )


def _printable(path: str) -> str:
    """A path that the database can hold: names that are no UTF-8 (of a GBK system) are read as GB18030 or escaped."""
    return _storable("/".join(_name(part) for part in path.split("/")))


def _storable(name: str) -> str:
    """A name that a database can hold and a terminal can show: what is no character, or steers one, is escaped."""
    plain = _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), name)
    return plain.encode("utf-8", "backslashreplace").decode()


def _name(part: str) -> str:
    raw = os.fsencode(part)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def _to_read(conn: Connection, context: Context, run_id: str) -> list[int]:
    """Submissions without a reading, and those that matter whose reading is of another digest: the newest of each scope,
    and refused ones that nothing has replaced at their path."""
    _bring_back(conn, context, run_id)
    rows = conn.execute(
        """
        with latest as (
            select r.* from ops.readings_now n join ops.readings r using (reading_id)
        ),
        ranked as (
            select *, row_number() over (partition by form, county_code, scope_code, period
                                         order by submission_id desc) as newest
            from latest where outcome in ('loaded', 'partly')
        ),
        matter as (
            select submission_id, form, county_code, digest from ranked where newest = 1
            union all
            select submission_id, form, county_code, digest from latest l where outcome = 'refused'
              and exists (select from ops.landing_files f where f.submission_id = l.submission_id)
        )
        select m.submission_id from matter m
        where not exists (select from digests_now d where (d.form, d.county_code) is not distinct from
                          (m.form, m.county_code) and d.digest = m.digest)
        union all
        select s.submission_id from ops.submissions s
        where not exists (select from ops.readings r where r.submission_id = s.submission_id)
        order by 1
        """
    ).fetchall()
    return [row[0] for row in rows]


def _bring_back(conn: Connection, context: Context, run_id: str) -> None:
    """Where a reading's digest is no longer in force and an earlier one's is again, the earlier one speaks from now on:
    what was changed has been set back. Nothing is read for it.

    Leaves the digests in force in the temporary table ``digests_now``.
    """
    conn.execute(
        "create temp table if not exists digests_now (form text, county_code text, digest text) on commit drop"
    )
    conn.execute("truncate digests_now")
    known = conn.execute("select distinct form, county_code from ops.readings").fetchall()
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into digests_now values (%s, %s, %s)",
            [(form, county, digest(context, form, county)) for form, county in known],
        )
    # As a landing does: the cut of a publication that is being formed is clean.
    conn.execute("select pg_advisory_xact_lock_shared(hashtext('longcang.landing'))")
    conn.execute(
        """
        with holding as (
            select f.submission_id, f.reading_id, f.change_no
            from ops.readings_in_force f join ops.readings r using (reading_id)
            join digests_now d on d.digest = r.digest
             and (d.form, d.county_code) is not distinct from (r.form, r.county_code)
        )
        insert into ops.readings_in_force (submission_id, reading_id, is_return, run_id)
        select distinct on (h.submission_id) h.submission_id, h.reading_id, true, %s
        from holding h join ops.readings_now n using (submission_id)
        where not exists (select from holding o where o.reading_id = n.reading_id)
        order by h.submission_id, h.change_no desc
        """,
        (run_id,),
    )
