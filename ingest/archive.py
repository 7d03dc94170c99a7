"""The archive of original bytes: content-addressed, written once, closed to others."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


@dataclass(frozen=True)
class Look:
    """A file at one moment: what would move if somebody were still writing it."""

    size: int
    changed_ns: int
    inode: int


def look(path: Path) -> Look | None:
    """The file's state, or None where it is gone, no plain file, or a link."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return Look(found.st_size, found.st_mtime_ns, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def hash_of(path: Path) -> str | None:
    """SHA-256 of a plain file's bytes, or None where it cannot be read."""
    return _pour(path, None)


def path_of(archive: Path, sha256: str) -> Path:
    return archive / sha256[:2] / sha256[2:]


def store(path: Path, archive: Path) -> str | None:
    """Copy a file into the archive, durably, before anything is recorded of it.

    Returns:
        The SHA-256 of what was copied; None where the file vanished, is no plain file, or moved under the copy.

    Raises:
        OSError: the archive cannot be written (a full disk, for one).
    """
    before = look(path)
    if before is None:
        return None
    with _incoming(archive) as (out, temporary):
        sha256 = _pour(path, out)
        if sha256 is None or look(path) != before:
            return None
        _settle(out, temporary, archive, sha256)
        return sha256


def keep(chunks: Iterable[bytes], archive: Path) -> str:
    """Write bytes into the archive, durably; their SHA-256. Nothing is left where `chunks` raises."""
    total = hashlib.sha256()
    with _incoming(archive) as (out, temporary):
        for chunk in chunks:
            total.update(chunk)
            out.write(chunk)
        _settle(out, temporary, archive, total.hexdigest())
    return total.hexdigest()


@contextmanager
def _incoming(archive: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in the archive's folder; what has not been given its place by then is removed."""
    archive.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=archive, prefix=".incoming-")
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _settle(out: BinaryIO, temporary: Path, archive: Path, sha256: str) -> None:
    """Give a file that is whole its place, where it does not lie there already."""
    out.flush()
    os.fsync(out.fileno())
    target = path_of(archive, sha256)
    if not target.exists():
        target.parent.mkdir(mode=0o700, exist_ok=True)
        os.chmod(temporary, 0o400)
        os.replace(temporary, target)
        _sync_folder(target.parent)


def _pour(path: Path, out: BinaryIO | None) -> str | None:
    """Hash a file, copying it on the way. Neither follows a link nor waits at a pipe's end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.EACCES, errno.ENXIO, errno.ENOTDIR):
            return None
        raise
    with os.fdopen(descriptor, "rb") as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            return None
        total = hashlib.sha256()
        while chunk := source.read(CHUNK):
            total.update(chunk)
            if out is not None:
                out.write(chunk)
    return total.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
