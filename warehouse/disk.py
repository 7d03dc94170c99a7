"""What grows below LONGCANG_HOME: how much each folder takes, and what is past its days.

Only what can be made again is ever removed: dbt's targets, logs, pages of verdicts. Nothing here touches the archive, the
database, the secrets or the counties' workbooks.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from warehouse.processes import LARGEST_LOG
from warehouse.settings import Settings

DAY = 86_400
UNITS = ("B", "KB", "MB", "GB", "TB")


def sizes(settings: Settings) -> dict[str, int | None]:
    """Bytes in each folder below the home, by name; None where this user may not look."""
    if not settings.home.is_dir():
        return {}
    return {folder.name: _size(folder) for folder in sorted(settings.home.iterdir()) if folder.is_dir()}


def in_words(size: int | None) -> str:
    """1.2 GB."""
    if size is None:
        return "?"
    number, unit = float(size), UNITS[0]
    for unit in UNITS:
        if number < 1000 or unit == UNITS[-1]:
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == UNITS[0] or number >= 100 else f"{number:.1f} {unit}"


def clean(settings: Settings) -> int:
    """Remove logs, dbt's targets and verdict pages that nobody has written to for LONGCANG_KEEP_LOG_DAYS days.

    Safe to repeat, and beside whatever runs: what is in use was written to lately.

    Returns:
        How many bytes were freed.
    """
    before = time.time() - settings.keep_log_days * DAY
    freed = 0
    for path in _past(settings, before):
        with contextlib.suppress(OSError):
            freed += (_size(path) or 0) if path.is_dir() else path.lstat().st_size
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    freed += sum(_shorten(log) for log in settings.logs.glob("airflow-*.log"))
    _remove_empty(settings.airflow_home / "logs")
    return freed


def _past(settings: Settings, before: float) -> Iterator[Path]:
    """What nobody has written to since that moment."""
    for run in _children(settings.dbt_dir):  # a folder a run, and in it one a layer
        if run.is_dir() and max(_changed(path) for path in (run, *_children(run))) < before:
            yield run
    for folder, _, files in os.walk(settings.airflow_home / "logs"):
        for name in files:
            path = Path(folder) / name
            if _changed(path) < before or (path.is_symlink() and not path.exists()):
                yield path
    for log in _children(settings.logs):
        # A service that has nothing to say keeps its log open: it is shortened, never removed.
        if log.is_file() and not (log.name.startswith("airflow-") and log.suffix == ".log") and _changed(log) < before:
            yield log
    docs = settings.data_docs
    left_over = [path for path in _children(docs) if path.name.startswith(".")]  # of a gate that was killed
    for path in [*_children(docs / "verdicts"), *left_over]:
        if _changed(path) < before:
            yield path


def _shorten(log: Path) -> int:
    """Set a service's log aside once it is large: the service appends to the same file, so it is copied and emptied."""
    with contextlib.suppress(OSError):
        size = log.stat().st_size
        if size > LARGEST_LOG:
            aside = log.with_suffix(".log.1")
            freed = aside.stat().st_size if aside.exists() else 0
            shutil.copyfile(log, aside)
            os.chmod(aside, 0o600)
            os.truncate(log, 0)
            return freed
    return 0


def _remove_empty(root: Path) -> None:
    for folder, _, _ in os.walk(root, topdown=False):
        if Path(folder) != root:
            with contextlib.suppress(OSError):  # it is not empty, or somebody writes into it right now
                os.rmdir(folder)


def _children(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _changed(path: Path) -> float:
    """When it was last written to; what is gone meanwhile was written to just now."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return time.time()


def _size(folder: Path) -> int | None:
    try:
        total = 0
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                total += _size(Path(entry.path)) or 0
            else:
                with contextlib.suppress(FileNotFoundError):
                    total += entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0
    except OSError:
        return None
    return total
