"""The verdict on files without a database: what `longcang check` shows."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest import archive, bundles
from ingest.context import Context
from ingest.faults import MachineFault
from ingest.formats import gate
from ingest.names import shown
from ingest.places import Gazetteer
from ingest.read import ReadResult
from ingest.workers import Answer, Setup, Task, Unread, read_all, too_large
from warehouse.errors import LongcangError
from warehouse.reference_files import local_folder

_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


class NoFileError(LongcangError):
    """What was named is no file that can be read; the text says which, and what it is."""


def check_files(paths: Sequence[Path | str], *, workers: int = 1) -> list[dict[str, Any]]:
    """Read files as ingest would and say what it would say, in the order given.

    Neither a database nor a landing folder is needed: the county is taken from a folder above the file, or from the
    file itself; where it cannot be told, that is an issue and the rows are judged all the same. Tokens are made under
    a key that is thrown away.

    Returns:
        Per file (of a zip, per file in it) a dict: name, path, outcome, form, form_title, county_code, county_name,
        scope_code, period, rows_read, rows_accepted, rows_refused, refusal_code, refusal, issues (dicts of
        `issues.Issue`), totals (dicts of `totals.Stated`), sums (per column, as written and as accepted), layout, fault.
        Where the machine failed, the outcome is ``unread`` and `fault` says why. What steers a terminal is escaped in names.

    Raises:
        NoFileError: one of the paths leads to no file; then none is read.
    """
    for path in paths:
        _look(Path(path))
    key = secrets.token_bytes(32)
    context = Context.load(key, local_reference=local_folder(), needs_county=False)
    with TemporaryDirectory(prefix="longcang-check-") as folder:
        wanted = [found for path in paths for found in _files(Path(path), Path(folder))]
        tasks = [_task(number, file, Path(folder), context.places) for number, file in enumerate(wanted)]
        answers: list[Answer | Unread] = [too_large(task) for task in tasks if task.sha256 is None]
        answers += read_all([task for task in tasks if task.sha256 is not None], Setup(key, context), workers)
    answers.sort(key=lambda answer: answer.task.key)
    return [_verdict(file, answer, context) for file, answer in zip(wanted, answers, strict=True)]


def _look(path: Path) -> None:
    """See that a path leads to a plain file that can be read, without waiting for anybody at a pipe's other end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise NoFileError(f"{shown(path)}: this is a socket or a device, not a file") from None
        raise NoFileError(f"{shown(path)}: this cannot be opened ({error.strerror})") from None
    kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
    os.close(descriptor)
    if kind != stat.S_IFREG:
        raise NoFileError(f"{shown(path)}: this is {_KINDS.get(kind, 'something else')}, not a file")


@dataclass(frozen=True)
class _File:
    """A file to read: its path as it was given, its name inside where it is one of a bundle, and the SHA-256 under which it
    was copied; None where it is too large."""

    path: str
    member: str
    sha256: str | None


def _files(path: Path, folder: Path) -> Iterator[_File]:
    """What is to be read of one path, copied into a folder: itself, or the files of a bundle.

    Raises:
        MachineFault: it moved while it was copied.
    """
    real = path.resolve()
    state = archive.look(real)
    if state is not None and state.size > gate.MAX_BYTES:
        yield _File(str(path), "", None)
        return
    sha256 = archive.store(real, folder)
    if sha256 is None:
        raise MachineFault(f"{shown(path)} changes while it is read; check it again when it is whole")
    members = bundles.unpack(archive.path_of(folder, sha256), folder)
    if members is None:
        yield _File(str(path), "", sha256)
    for member in members or ():
        yield _File(str(path), member.name, member.sha256)


def _task(number: int, file: _File, folder: Path, places: Gazetteer) -> Task:
    """The nearest folder above the file that is a county's names its county; the path below it is its name."""
    kept = archive.path_of(folder, file.sha256 or "")
    parts = (*Path(file.path).absolute().parts, *filter(None, file.member.split("/")))
    for at in range(len(parts) - 2, -1, -1):
        county = places.county(parts[at])
        if county is not None:
            return Task(number, kept, "/".join(parts[at:]), county.code, file.sha256)
    return Task(number, kept, parts[-1], None, file.sha256)


def _verdict(file: _File, answer: Answer | Unread, context: Context) -> dict[str, Any]:
    fault = str(answer.fault) if isinstance(answer, Unread) else None
    result = ReadResult(outcome="unread") if isinstance(answer, Unread) else answer.result
    county = context.places.counties[result.county_code].name if result.county_code else None
    return {
        "name": shown(file.member or Path(file.path).name),
        "path": shown(f"{file.path}/{file.member}" if file.member else file.path),
        "outcome": result.outcome,
        "form": result.form,
        "form_title": context.contracts[result.form].title if result.form else None,
        "county_code": result.county_code,
        "county_name": county,
        "scope_code": result.scope_code,
        "period": result.period,
        "rows_read": result.rows_read,
        "rows_accepted": result.rows_accepted,
        "rows_refused": result.rows_refused,
        "refusal_code": result.refusal_code,
        "refusal": result.refusal,
        "issues": [issue.as_dict() for issue in result.issues],
        "totals": result.totals.get("stated", []),
        "sums": result.totals.get("columns", {}),
        "layout": result.layout,
        "fault": fault,
    }
