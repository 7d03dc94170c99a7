"""What a fault of the machine or the database is, in one sentence for who runs the warehouse: cause, log, what to do.

No error's own text is quoted that may hold values of rows: what a fault is follows from its class, its SQLSTATE or its
errno, and, where another program only left text behind, from a few fixed phrases in it.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import DatabaseError, LongcangError
from warehouse.settings import Settings

MB = 1024 * 1024
NEARLY_FULL = 32 * MB
RUN_AGAIN = "what was done stays done"
LOST_STATES = ("57P01", "57P02", "57P03", "57P05", "08000", "08001", "08003", "08004", "08006")


class StepFault(LongcangError):
    """A step of a run was stopped by a fault that is known; the text says which, where its log is and what to do."""


@dataclass(frozen=True)
class Cause:
    """A kind of fault. `what` and `todo` make up the sentence; `phrases` find it in another program's output."""

    name: str
    what: Callable[[Settings, str | None], str]
    todo: str
    phrases: tuple[str, ...] = ()


def _full_disk(settings: Settings, path: str | None) -> str:
    where = _place(settings, path)
    return f"the disk of {where} is full"


FULL_DISK = Cause(
    "full disk", _full_disk, f"make room on it and run again ({RUN_AGAIN})", ("No space left on device", "Disk quota")
)
DATABASE_DISK = Cause(
    "full database disk",
    lambda settings, path: f"the disk of the database ({_database_place(settings)}) is full",
    f"make room on it, `longcang up` where the database does not run, and run again ({RUN_AGAIN})",
    ("could not extend file", "could not write to file", "could not write init file"),
)
DATABASE_LOST = Cause(
    "database lost",
    lambda settings, path: f"the database ({_database_place(settings)}) went away in the middle of the work",
    f"`longcang up` starts the embedded one, one of your own has to be seen to; then run again ({RUN_AGAIN})",
    (
        *("server closed the connection", "terminating connection", "the database system is", "Connection refused"),
        *("the connection is closed", "No PostgreSQL answers", "connection to server at", "connection already closed"),
        *("SSL connection has been closed", "could not receive data from server", "consuming input failed"),
    ),
)
READ_ONLY = Cause(
    "read-only disk",
    lambda settings, path: f"the disk of {_place(settings, path)} cannot be written: it is mounted read-only",
    "see to the disk (it may be failing), mount it for writing and run again",
    ("Read-only file system",),
)
BAD_DISK = Cause(
    "failing disk",
    lambda settings, path: f"the disk of {_place(settings, path)} gives errors when it is read or written",
    "copy what is on it to another, see to the disk and run again",
    ("Input/output error",),
)
NO_PERMISSION = Cause(
    "no permission",
    lambda settings, path: (
        f"{f'the file or folder {path}' if path else 'a file or folder'} may not be read or written by this user"
    ),
    "give it to the user who runs longcang and run again",
    ("Permission denied",),
)
NO_MEMORY = Cause(
    "no memory",
    lambda settings, path: "the memory of this machine ran out",
    "end other programs or set LONGCANG_WORKERS to less, and run again",
    ("out of memory", "MemoryError", "Cannot allocate memory"),
)
TOO_MANY_CONNECTIONS = Cause(
    "no connection left",
    lambda settings, path: f"the database ({_database_place(settings)}) has no connection left",
    "close reports and tools that hold some, or raise max_connections, and run again",
    ("too many clients", "remaining connection slots", "too many connections"),
)
DAMAGED = Cause(
    "damaged database",
    lambda settings, path: f"the database ({_database_place(settings)}) found files of its own damaged",
    "stop it (`longcang down`), see to its disk, and put the last backup back",
    ("invalid page in block", "could not read blocks", "page verification failed"),
)
# In this order: a full disk also ends connections, and what ended them is what has to be mended.
IN_TEXT = (DATABASE_DISK, FULL_DISK, DAMAGED, TOO_MANY_CONNECTIONS, READ_ONLY, NO_MEMORY, DATABASE_LOST)
BY_ERRNO = {
    errno.ENOSPC: FULL_DISK,
    errno.EDQUOT: FULL_DISK,
    errno.EROFS: READ_ONLY,
    errno.EIO: BAD_DISK,
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.ENOMEM: NO_MEMORY,
}
BY_STATE = {
    **dict.fromkeys(LOST_STATES, DATABASE_LOST),
    "53100": DATABASE_DISK,
    "53200": NO_MEMORY,
    "53300": TOO_MANY_CONNECTIONS,
    "58030": DATABASE_DISK,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}


def explain(error: BaseException, settings: Settings, log: Path | None = None) -> str | None:
    """The sentence for an error, None where it is no known fault; a LongcangError's own text is its sentence.

    `log` is named where the cause has no log of its own (the database's).
    """
    for each in _chain(error):
        if isinstance(each, LongcangError):
            is_lost = isinstance(each, DatabaseError) and cause_in(str(each)) is DATABASE_LOST
            return sentence(DATABASE_LOST, settings, log) if is_lost else str(each)
        found, path = _cause_of(each)
        if found is not None:
            return sentence(found, settings, log, path)
    return None


def sentence(cause: Cause, settings: Settings, log: Path | None = None, path: str | None = None) -> str:
    """The cause, what to do and the log, as one sentence."""
    what = cause.what(settings, path)
    logs = [str(each) for each in (_database_log(cause, settings), log) if each]
    where = f" (log: {', '.join(logs)})" if logs else ""
    return f"{what[0].upper()}{what[1:]}{where}; {cause.todo}."


def unforeseen(error: BaseException) -> str:
    """What to say of an error that nobody foresaw: its class and the place in our code, without its text, which may hold
    values."""
    if not isinstance(error, Exception):  # a signal, or the end of a task's time
        return f"it was stopped ({type(error).__name__}); run again ({RUN_AGAIN})."
    root = str(Path(__file__).resolve().parents[1])
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(root + os.sep)]
    frames = [f for f in frames if "site-packages" not in f.filename]
    where = f" at {frames[-1].filename.removeprefix(root + os.sep)}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}: a fault of this program; the task's log has the traceback."


def is_database_lost(error: BaseException) -> bool:
    """Whether the connection or the server is gone, so that the same work may succeed with a new connection."""
    return any(
        _cause_of(each)[0] is DATABASE_LOST
        or (isinstance(each, DatabaseError) and cause_in(str(each)) is DATABASE_LOST)
        for each in _chain(error)
    )


def cause_in(text: str) -> Cause | None:
    """The cause that another program's output shows."""
    return next((cause for cause in IN_TEXT if any(phrase in text for phrase in cause.phrases)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what it wraps (SQLAlchemy keeps the driver's in `orig`), and what it was raised from."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        each = left.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        left += [getattr(each, "orig", None), each.__cause__, None if each.__suppress_context__ else each.__context__]


def _cause_of(error: BaseException) -> tuple[Cause | None, str | None]:
    if isinstance(error, MemoryError):
        return NO_MEMORY, None
    if isinstance(error, OSError):
        path = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else None
        return (DATABASE_LOST if isinstance(error, ConnectionError) else BY_ERRNO.get(error.errno or 0)), path
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if isinstance(state, str):
        return BY_STATE.get(state), None
    # libpq's own errors have no SQLSTATE: the server did not get to say anything. Others wrap what they met as text.
    return (cause_in(str(error)) if isinstance(error, Exception) else None), None


def _place(settings: Settings, path: str | None) -> str:
    """The path that an error names, or, where it names none, those of our folders that have next to no room left."""
    if path:
        return path
    folders = (settings.archive, settings.feedback, settings.logs, settings.dbt_dir, settings.airflow_home)
    full = [str(folder) for folder in folders if (free := _free(folder)) is not None and free < NEARLY_FULL]
    return " and ".join(full) or str(settings.home)


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
    except OSError:
        return None


def _database_place(settings: Settings) -> str:
    if settings.is_embedded:
        from warehouse.server import EmbeddedServer

        return str(EmbeddedServer(settings).data)
    found = re.search(r"@([^/?]+)", settings.database_url or "")
    return found[1] if found else "LONGCANG_DATABASE_URL"


def _database_log(cause: Cause, settings: Settings) -> Path | None:
    if cause not in (DATABASE_DISK, DATABASE_LOST, DAMAGED) or not settings.is_embedded:
        return None
    from warehouse.server import EmbeddedServer

    return EmbeddedServer(settings).log_folder
