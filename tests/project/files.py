"""What belongs to the project: the files that git tracks or would track."""

from __future__ import annotations

import fnmatch
import functools
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".sql", ".yml", ".yaml", ".md", ".toml", ".sh", ".csv", ".json", ".cfg", ".ini", ".txt", ".lock", ""}


@functools.cache
def project_files() -> tuple[Path, ...]:
    """Tracked files and those not ignored, as absolute paths; a deleted one is left out."""
    names = _listed_by_git() if (ROOT / ".git").exists() else None
    if names is None:  # an unpacked archive, or a machine without git
        names = _found_by_walking()
    return tuple(sorted(path for name in names if (path := ROOT / name).is_file()))


def _listed_by_git() -> list[str] | None:
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return [name for name in listed.split("\0") if name]


def _found_by_walking() -> list[str]:
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split() if not line.startswith("#")]
    found = []
    for folder, folders, names in os.walk(ROOT):
        inside = Path(folder).relative_to(ROOT)
        for entry in (*folders, *names):
            path = (inside / entry).as_posix()
            if entry == ".git" or any(fnmatch.fnmatch(entry, p) or fnmatch.fnmatch(path, p) for p in ignored):
                (folders if entry in folders else names).remove(entry)
        found += [(inside / name).as_posix() for name in names]
    return found


def text_files() -> list[Path]:
    """Those of them that people read and write as text."""
    return [path for path in project_files() if path.suffix in TEXT]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
