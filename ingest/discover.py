"""What is new in the landing folder: archived first, then recorded, then given out to be read.

A path whose bytes changed, or that came back after it was gone, is a new submission. The order of submissions is the
order in which nights saw them, and by path within a night; no clock and no date of the sender decides anything. Of one
county a night takes in no more than `Settings.new_files_per_county`: the rest waits, those that have waited longest first.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ingest import archive, bundles, demonstration, missing
from ingest.context import Context
from ingest.folder import look_at
from ingest.formats import gate
from ingest.names import decoded, storable
from ingest.personal_text import mask_path
from ingest.worklist import to_read
from warehouse import locks
from warehouse.settings import Settings

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
        LongcangError: the landing folder is missing, or cannot be listed.
        LandingRefused: more of it is missing than may be, or made-up and real files would meet.
    """
    locks.take(conn, locks.DISCOVER, f"discover {run_id}")
    seen = look_at(landing)
    root = str(landing.resolve())
    demonstration.guard(conn, landing, seen, settings)
    _mask_known(conn, context)
    known = _known(conn, root)
    shown = {path: _printable(path, context) for path in seen.files}
    absent = missing.judge(
        conn,
        landing,
        run_id,
        {path: state.sha256 for path, state in known.items() if not state.is_gone and state.bundle is None},
        seen,
        lambda path: _printable(path, context),
        settings,
    )
    missing.record(conn, run_id, absent)
    changed = [path for path in seen.files if not known.get(shown[path], _NEVER).holds(seen.marks.get(path))]
    changed = _settled(landing, changed, seen.files, settings.settle_seconds)
    taken: Counter[str | None] = Counter()
    waiting: dict[str, str | None] = {}
    for path in _in_turn(conn, root, changed, shown):
        sent = _Sent(root, shown[path], seen.marks[path] or "", seen.files[path].size, run_id)
        county = _county(sent, context)
        if taken[county] >= settings.new_files_per_county:
            waiting[sent.path] = county
        elif sent.is_over or archive.store(landing / path, settings.archive) == sent.sha256:
            taken[county] += _take_in(conn, sent, known, settings, context)
    _wait(conn, root, waiting, run_id)
    _note_presence(conn, root, set(shown.values()), set(absent.gone))
    return to_read(conn, context, run_id)


def _note_presence(conn: Connection, root: str, there: set[str], gone: set[str]) -> None:
    """Note what was seen and what has gone; what lies in a zip is there, or gone, with the zip."""
    states = {path: state for path, state in _known(conn, root).items() if not state.is_gone}
    there = there | {path for path, state in states.items() if state.bundle in there}
    gone = gone | {path for path, state in states.items() if state.bundle in gone}
    conn.execute(
        "update ops.landing_files set last_seen_at = clock_timestamp() "
        "where landing = %s and gone_at is null and path = any(%s)",
        (root, sorted(there)),
    )
    conn.execute(
        "update ops.landing_files set gone_at = clock_timestamp() where landing = %s and path = any(%s)",
        (root, sorted(gone)),
    )


def _settled(landing: Path, paths: list[str], before: dict[str, archive.Look], seconds: float) -> list[str]:
    """Those of the paths that nobody is writing: they look the same some seconds later. The rest wait a night."""
    if paths and seconds:
        time.sleep(seconds)
    return [path for path in paths if _is_same(landing / path, before[path])]


def _is_same(path: Path, before: archive.Look) -> bool:
    try:
        return archive.look(path) == before
    except OSError:
        return False


def _in_turn(conn: Connection, root: str, paths: list[str], shown: dict[str, str]) -> list[str]:
    """The paths (as recorded: `shown`) in the order in which they are taken in: those that wait since an earlier night first."""
    rows = conn.execute("select path, first_seen_at from ops.waiting_files where landing = %s", (root,)).fetchall()
    since = dict(rows)
    first = [path for path in paths if shown[path] in since]
    first.sort(key=lambda path: (since[shown[path]], path))
    return first + [path for path in paths if shown[path] not in since]


def _wait(conn: Connection, root: str, waiting: dict[str, str | None], run_id: str) -> None:
    """Keep what waits for a later night, and since when."""
    conn.execute("delete from ops.waiting_files where landing = %s and not path = any(%s)", (root, list(waiting)))
    conn.execute(
        "insert into ops.waiting_files (landing, path, county_code, first_seen_at, run_id) "
        "select %s, path, county, now(), %s from unnest(%s::text[], %s::text[]) as w (path, county) "
        "on conflict (landing, path) do update set county_code = excluded.county_code, run_id = excluded.run_id",
        (root, run_id, list(waiting), list(waiting.values())),
    )


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
    """A file as it came: its path below the landing folder `root`, what its bytes are known by and their number, by which
    run."""

    root: str
    path: str
    sha256: str
    size: int
    run_id: str
    bundle: str | None = None
    bundle_sha256: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is larger than a file may be: it is not kept, and refused unread."""
        return self.size > gate.MAX_BYTES


def _known(conn: Connection, root: str) -> dict[str, _Known]:
    rows = conn.execute(
        "select path, sha256, gone_at is not null, bundle from ops.landing_files where landing = %s", (root,)
    )
    return {path: _Known(*state) for path, *state in rows}


def _take_in(conn: Connection, sent: _Sent, known: dict[str, _Known], settings: Settings, context: Context) -> int:
    """Record a file as a submission; of a bundle, each file in it that has changed, and which it no longer holds.

    Returns:
        How many submissions that makes.
    """
    members = None if sent.is_over else bundles.unpack(archive.path_of(settings.archive, sent.sha256), settings.archive)
    count = 0
    if members is None:
        _see(conn, sent, _submit(conn, sent, context))
        members, count = [], 1
    else:
        _see(conn, sent, None)
    inside = {f"{sent.path}/{_storable(member.name, context)}": member for member in members}
    for path, member in inside.items():
        if not known.get(path, _NEVER).holds(member.sha256):
            part = _Sent(sent.root, path, member.sha256, member.size, sent.run_id, sent.path, sent.sha256)
            _see(conn, part, _submit(conn, part, context))
            count += 1
    conn.execute(
        "update ops.landing_files set gone_at = clock_timestamp() "
        "where landing = %s and bundle = %s and gone_at is null and not path = any(%s)",
        (sent.root, sent.path, list(inside)),
    )
    return count


def _county(sent: _Sent, context: Context) -> str | None:
    """Code of the county in whose folder a file lies."""
    folders = sent.path.split("/")[:-1]
    if sent.bundle is not None and "/" not in sent.bundle:
        folders = folders[1:]  # a bundle that lies in no county's folder may hold such folders itself
    county = context.places.county(folders[0]) if folders else None
    return county.code if county else None


def _submit(conn: Connection, sent: _Sent, context: Context) -> int:
    row = conn.execute(
        "insert into ops.submissions (path, sha256, size_bytes, folder_county_code, run_id, bundle_sha256) "
        "values (%s, %s, %s, %s, %s, %s) returning submission_id",
        (sent.path, sent.sha256, sent.size, _county(sent, context), sent.run_id, sent.bundle_sha256),
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


def _printable(path: str, context: Context) -> str:
    """A path that the database can hold: names that are no UTF-8 (of a GBK system) are read as GB18030 or escaped."""
    return _storable("/".join(decoded(part) for part in path.split("/")), context)


def _storable(name: str, context: Context) -> str:
    """A name that a database can hold and people may see: a token stands for each personal number; what is no character,
    or steers a terminal, is escaped."""
    return storable(mask_path(name, lambda written: context.tokens.digest("path", written)))


def _mask_known(conn: Connection, context: Context) -> None:
    """Mask paths that were recorded before a spelling of personal numbers was known: their files stay what they are."""
    for table, column in (
        *(("submissions", "path"), ("landing_files", "path"), ("landing_files", "bundle")),
        ("waiting_files", "path"),
    ):
        where = sql.Identifier("ops", table), sql.Identifier(column)
        paths = conn.execute(sql.SQL("select distinct {1} from {0} where {1} is not null").format(*where)).fetchall()
        masked = [(_storable(path, context), path) for (path,) in paths]
        for pair in [pair for pair in masked if pair[0] != pair[1]]:
            conn.execute(sql.SQL("update {0} set {1} = %s where {1} = %s").format(*where), pair)
