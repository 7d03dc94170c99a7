"""Zip bundles: each file in one is archived and submitted as a file of its own, under the bundle's path."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest import archive
from ingest.formats import bundle, gate
from ingest.formats.kinds import ZIP, kind_of_names
from ingest.issues import Refusal


@dataclass(frozen=True)
class Member:
    """A file of a bundle in the archive: its name inside, the SHA-256 of its bytes and their number."""

    name: str
    sha256: str
    size: int


def unpack(path: Path, into: Path) -> list[Member] | None:
    """Archive every file of a bundle, none of them where one cannot be unpacked.

    Memory and disk that this takes are bounded by `bundle.MAX_…` and `gate.MAX_BYTES`, whatever the zip says of itself.

    Returns:
        The files by name; None where the file is no bundle, or one that cannot be unpacked whole: it is then read, and
        refused, as the one file that it is.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    with path.open("rb") as stream:
        if stream.read(4) != ZIP or os.fstat(stream.fileno()).st_size > gate.MAX_BYTES:
            return None
        stream.seek(0)
        data = stream.read()
    if not 0 <= bundle.directory_bytes(data[-(1 << 16) :]) <= bundle.MAX_DIRECTORY_BYTES:
        return None
    try:
        with gate.opened(data) as opened:
            if kind_of_names(opened) != "bundle":
                return None
            entries = bundle.entries(opened)
            kept = archive.keep((_chunks(opened, entry) for entry in entries), into)
            return [Member(entry.name, k.sha256, k.size) for entry, k in zip(entries, kept, strict=True)]
    except (Refusal, *gate.UNSOUND):
        return None


def _chunks(opened: zipfile.ZipFile, entry: bundle.Entry) -> Iterator[bytes]:
    """An entry's bytes: as many as the list of entries says, which has been looked at, with the sum that it says."""
    with opened.open(entry.info) as stream:
        while chunk := stream.read(archive.CHUNK):
            yield chunk
