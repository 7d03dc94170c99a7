"""The landing folder as it is at one moment: its files, what each is known by, and what of it cannot be looked at."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest import archive
from ingest.formats.bundle import is_listed
from warehouse.errors import LongcangError

SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".zip"}
NO_LONGER_THERE = (errno.ENOENT, errno.ENOTDIR)


@dataclass
class Seen:
    """Paths below the landing folder: of its files with their states, in order; of the files what each is known by (None:
    it vanished meanwhile); of files and folders that cannot be looked at, why, in Chinese."""

    files: dict[str, archive.Look] = field(default_factory=dict)
    marks: dict[str, str | None] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def is_out_of_sight(self, path: str) -> bool:
        """Whether a path, or a folder above it, could not be looked at: nobody knows whether there is a file."""
        parts = path.split("/")
        return any("/".join(parts[:depth]) in self.unreadable for depth in range(1, len(parts) + 1))


def look_at(landing: Path) -> Seen:
    """Look at every file.

    Raises:
        LongcangError: the landing folder itself is missing, or cannot be listed.
    """
    seen = Seen()
    seen.files = dict(_walk(landing, seen.unreadable))
    for path in seen.files:
        try:
            seen.marks[path] = archive.mark_of(landing / path)
        except OSError as error:
            seen.unreadable[path] = _reason(error)
    return seen


def is_empty(landing: Path) -> bool:
    """Whether there is nothing in it that a night would read; so it is where it is missing.

    Raises:
        LongcangError: it cannot be listed.
    """
    unreadable: dict[str, str] = {}
    return not landing.is_dir() or (next(_walk(landing, unreadable), None) is None and not unreadable)


def _walk(landing: Path, unreadable: dict[str, str]) -> Iterator[tuple[str, archive.Look]]:
    """(path below the landing folder, state) of every plain file that is to be looked at: of each folder its files by name,
    then its folders by name."""
    if not landing.is_dir():
        raise LongcangError(f"The landing folder {landing} is missing; create it or set LONGCANG_LANDING.")
    waiting = [""]
    while waiting:
        below = waiting.pop()
        folders = []
        for name, is_folder in _entries(landing, below, unreadable):
            path = f"{below}/{name}" if below else name
            if is_folder:
                if not name.startswith("."):
                    folders.append(path)
                continue
            if not is_listed(name) or (not below and Path(name).suffix.lower() not in SUFFIXES):
                continue
            try:
                state = archive.look(landing / path)
            except OSError as error:
                unreadable[path] = _reason(error)
                continue
            if state is not None:
                yield path, state
        waiting += reversed(folders)


def _entries(landing: Path, below: str, unreadable: dict[str, str]) -> list[tuple[str, bool]]:
    """Names in a folder, and whether each is a folder; none where it is gone or cannot be listed."""
    try:
        with os.scandir(landing / below) as found:
            return sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found)
    except OSError as error:
        if not below:
            raise LongcangError(
                f"The landing folder {landing} cannot be listed ({error.strerror}); see to its disk or share and to who may"
                " read it, and run again. Nothing was counted as gone."
            ) from None
        if error.errno not in NO_LONGER_THERE:
            unreadable[below] = _reason(error)
        return []


def _reason(error: OSError) -> str:
    return "没有读取的权限" if isinstance(error, PermissionError) else f"读取出错（{error.strerror}）"
