"""Known files that are not in the landing folder any more: taken away by somebody, or out of sight for a night.

A share that is not mounted looks like a folder whose files were taken away. So a landing folder that shrinks by more than a
little stops the night, unless somebody says that it is meant; and what cannot be looked at is never counted as gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from ingest import decisions
from ingest.folder import Seen
from ingest.names import storable
from warehouse.errors import LandingRefused
from warehouse.settings import Settings

Connection = psycopg.Connection[Any]
NAMED = 3


@dataclass
class Judged:
    """Known paths that are not there: `gone` were taken away or moved; of `kept` nobody can tell. `troubles` are rows for
    ops.landing_troubles: path, kind, problem, how many known files."""

    gone: list[str] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    troubles: list[tuple[str, str, str | None, int]] = field(default_factory=list)


def judge(
    conn: Connection,
    landing: Path,
    run_id: str,
    known: Mapping[str, str],
    seen: Seen,
    name_of: Callable[[str], str],
    settings: Settings,
) -> Judged:
    """Tell what was taken away from what is out of sight.

    Args:
        known: what each path held that was there before: its SHA-256. Files in a zip go with the zip, and are not among them.
        name_of: turns a path into what is recorded of it.

    Raises:
        LandingRefused: more is missing than may be, and no decision for this run says that it is meant.
    """
    there = {name_of(path) for path in seen.files}
    hidden = Seen(unreadable={name_of(path): why for path, why in seen.unreadable.items()})
    absent = [path for path in known if path not in there]
    judged = Judged(kept={path for path in absent if hidden.is_out_of_sight(path)})
    for path, why in sorted(hidden.unreadable.items()):
        judged.troubles.append((path, "unreadable", why, sum(_is_below(one, path) for one in known)))
    absent = [path for path in absent if path not in judged.kept]
    moved_to = set(seen.marks.values())
    missing = [path for path in absent if known[path] not in moved_to]
    if not decisions.are_missing_accepted(conn, run_id):
        allowed = max(settings.missing_files_allowed, int(settings.missing_share_limit * len(known)))
        if len(missing) > (allowed if seen.files else min(allowed, 1)):
            raise _refused(landing, missing, len(known), settings)
        for folder, paths in sorted(_emptied(missing, there, settings.missing_files_allowed).items()):
            judged.kept |= set(paths)
            judged.troubles.append((folder, "emptied", None, len(paths)))
    judged.gone = [path for path in absent if path not in judged.kept]
    return judged


def record(conn: Connection, run_id: str, judged: Judged) -> None:
    """Keep what the run could not look at, for its report."""
    conn.execute("delete from ops.landing_troubles where run_id = %s", (run_id,))
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into ops.landing_troubles (run_id, path, kind, problem, n_files) values (%s, %s, %s, %s, %s)",
            [(run_id, *trouble) for trouble in judged.troubles],
        )


def _emptied(missing: list[str], there: Collection[str], allowed: int) -> dict[str, list[str]]:
    """Folders of the landing folder that held more files than may vanish and hold none: a share of one county's, it may be."""
    left = {path.split("/")[0] for path in there if "/" in path}
    found = defaultdict(list)
    for path in missing:
        folder = path.split("/")[0]
        if "/" in path and folder not in left:
            found[folder].append(path)
    return {folder: paths for folder, paths in found.items() if len(paths) > allowed}


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _refused(landing: Path, missing: list[str], known: int, settings: Settings) -> LandingRefused:
    named = ", ".join(storable(path) for path in sorted(missing)[:NAMED]) + (", …" if len(missing) > NAMED else "")
    return LandingRefused(
        f"{len(missing):,} of the {known:,} files that were in the landing folder {landing} are not there ({named}). Nothing"
        " was counted as gone, and nothing was read. Where the folder is a share, see that it is mounted and whole, and run"
        " again; where the files were taken away on purpose, run once"
        ' `longcang run --accept-missing --by NAME --reason "…"`. (LONGCANG_MISSING_SHARE_LIMIT is'
        f" {settings.missing_share_limit:g}, LONGCANG_MISSING_FILES_ALLOWED {settings.missing_files_allowed}.)"
    )
