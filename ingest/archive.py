"""The archive of original bytes: content-addressed, written once, closed to others.

A file over `gate.MAX_BYTES` is never read to its end, and none of it is kept: it is known by its size and its beginning.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.faults import MachineFault
from ingest.formats import gate
from warehouse.errors import LongcangError

CHUNK = 1 << 20


class ArchiveError(LongcangError, OSError):
    """The archive cannot be written; `errno` says why."""

    def __init__(self, archive: Path, error: OSError) -> None:
        super().__init__(error.errno, error.strerror)
        self.archive = archive

    def __str__(self) -> str:
        return (
            f"The archive {self.archive} cannot be written ({self.strerror}). Nothing is recorded of what should have gone "
            "there; make room, or see to who may write there, and run again."
        )


@dataclass(frozen=True)
class Look:
    """A file at one moment: what would move if somebody were still writing it."""

    size: int
    changed_ns: int
    inode: int


def look(path: Path) -> Look | None:
    """The file's state, or None where it is gone, no plain file, or a link.

    Raises:
        OSError: nobody can tell.
    """
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Look(found.st_size, found.st_mtime_ns, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def hash_of(path: Path) -> str | None:
    """SHA-256 of a plain file's bytes, or None where there is none, or none that this user may read."""
    try:
        poured = _pour(path, None, None)
    except PermissionError:
        return None
    return poured.sha256 if poured else None


def mark_of(path: Path) -> str | None:
    """What a sent file is known by: the SHA-256 of its bytes, or, where it is over the limit, of its beginning and size.
    None where it is gone, no plain file, or a link.

    Raises:
        OSError: it cannot be read.
    """
    poured = _pour(path, None, gate.MAX_BYTES)
    return poured.sha256 if poured else None


def path_of(archive: Path, sha256: str) -> Path:
    return archive / sha256[:2] / sha256[2:]


def store(path: Path, archive: Path) -> str | None:
    """Copy a file into the archive, durably, before anything is recorded of it.

    Returns:
        The SHA-256 of what was copied; None where the file vanished, is no plain file, is over the limit, or moved under
        the copy.

    Raises:
        ArchiveError: the archive cannot be written (a full disk, for one).
        OSError: the file cannot be read.
    """
    before = look(path)
    if before is None or before.size > gate.MAX_BYTES:
        return None
    with _Incoming(archive) as incoming:
        poured = _pour(path, incoming, gate.MAX_BYTES)
        if poured is None or poured.is_over or look(path) != before:
            return None
        incoming.finish()
        incoming.settle(poured.sha256)
        return poured.sha256


@dataclass(frozen=True)
class Kept:
    """What lies in the archive: the SHA-256 of its bytes and their number."""

    sha256: str
    size: int


def keep(contents: Iterable[Iterable[bytes]], archive: Path) -> list[Kept]:
    """Write several contents, each given in chunks, into the archive, durably; none of them where one raises.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    with ExitStack() as held:
        written = []
        for chunks in contents:
            total, size, incoming = hashlib.sha256(), 0, held.enter_context(_Incoming(archive))
            for chunk in chunks:
                total.update(chunk)
                size += len(chunk)
                incoming.write(chunk)
            incoming.finish()
            written.append((incoming, Kept(total.hexdigest(), size)))
        for incoming, kept in written:
            incoming.settle(kept.sha256)
    return [kept for _, kept in written]


def original(path: Path, sha256: str | None) -> bytes:
    """A file's bytes, which are hashed as they are read where a SHA-256 is asked for. Of a file over the limit it is no more
    than shows that.

    Raises:
        MachineFault: it is missing, cannot be read, or holds other bytes.
    """
    again = "put it back from a backup, or from the landing folder where the same file still lies there"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            os.close(descriptor)
            raise MachineFault(f"what lies at {path} is no file: {again}")
        with os.fdopen(descriptor, "rb") as source:
            data = source.read(min(found.st_size, gate.MAX_BYTES) + 1)
    except FileNotFoundError:
        raise MachineFault(f"there is no file at {path}: {again}") from None
    except OSError as error:
        shortage = error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
        raise MachineFault(
            f"{path} cannot be read ({error.strerror}): see to that disk and who may read it", may_pass=shortage
        ) from None
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise MachineFault(f"{path} no longer holds the bytes that were sent: {again}")
    return data


@contextmanager
def _writing(archive: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveError(archive, error) from None


class _Incoming:
    """A new file in the archive's folder: written, finished, settled. What has not been given its place is removed."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        with _writing(archive):
            archive.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=archive, prefix=".incoming-")
        self._out, self._path = os.fdopen(descriptor, "wb", buffering=0), Path(name)

    def __enter__(self) -> _Incoming:
        return self

    def __exit__(self, *error: object) -> None:
        self._out.close()
        self._path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        with _writing(self._archive):
            while left:
                left = left[self._out.write(left) or 0 :]

    def finish(self) -> None:
        """All is written, and lasts."""
        with _writing(self._archive):
            os.fsync(self._out.fileno())
            self._out.close()

    def settle(self, sha256: str) -> None:
        """Give it its place, where it does not lie there already. One that lies there and is damaged is mended."""
        target = path_of(self._archive, sha256)
        if hash_of(target) == sha256:
            return
        with _writing(self._archive):
            target.parent.mkdir(mode=0o700, exist_ok=True)
            os.chmod(self._path, 0o400)
            os.replace(self._path, target)
            _sync_folder(target.parent)


@dataclass(frozen=True)
class _Poured:
    """What was read of a file: its hash, and whether the file goes on past the limit."""

    sha256: str
    is_over: bool


def _pour(path: Path, out: _Incoming | None, limit: int | None) -> _Poured | None:
    """Hash a file, copying it on the way, no further than a limit. Neither follows a link nor waits at a pipe's end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.ENOTDIR):
            return None
        raise
    with os.fdopen(descriptor, "rb") as source:
        found = os.fstat(source.fileno())
        if not stat.S_ISREG(found.st_mode):
            return None
        total, left = hashlib.sha256(), limit
        while chunk := source.read(CHUNK if left is None else min(CHUNK, left)):
            total.update(chunk)
            if out is not None:
                out.write(chunk)
            left = None if left is None else left - len(chunk)
        is_over = left == 0 and bool(source.read(1))
        if is_over:
            total.update(f"and on to {found.st_size} bytes".encode())
    return _Poured(total.hexdigest(), is_over)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
