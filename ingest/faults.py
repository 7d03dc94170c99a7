"""Whose fault it is that a file was not read: the file's, or that of the machine on which it was to be read.

A verdict on a file is a reading, and goes back to its county. A machine's fault is none: nothing is recorded of the file,
and it is read again once the machine is well.
"""

from __future__ import annotations

import errno
import mmap
import os
from pathlib import Path

from warehouse.errors import LongcangError

# What the system refuses whatever the file: memory, processes, files open at once, room, a disk or a share that answers no more.
_SHORTAGES = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT})
_SYSTEM = _SHORTAGES | {
    errno.EIO,
    errno.ESTALE,
    errno.ENXIO,
    errno.ENODEV,
    errno.ETIMEDOUT,
    errno.EROFS,
    errno.ENOTCONN,
}
_SLACK = 64 << 20


class MachineFault(LongcangError):
    """Something could not be done for a reason that says nothing of the file; the text says what, where, and what to do.

    `may_pass`: trying again soon, with less going on beside it, may help.
    """

    def __init__(self, what: str, *, may_pass: bool = False) -> None:
        super().__init__(what)
        self.may_pass = may_pass


def fault_of(error: BaseException, memory_bytes: int) -> MachineFault | None:
    """The machine's fault behind an error that was raised over a file; None where it is the file's, or the program's.

    Args:
        memory_bytes: the limit on this process's address space. Memory that runs out below it is the machine's.
    """
    if isinstance(error, MachineFault):
        return error
    if isinstance(error, MemoryError) and not has_room(memory_bytes):
        return MachineFault(f"the machine had no memory left: {LESS_AT_ONCE}", may_pass=True)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _SYSTEM:
            reason = os.strerror(cause.errno)
            return MachineFault(f"the system refused ({reason}): see to that", may_pass=cause.errno in _SHORTAGES)
        cause = cause.__cause__ or cause.__context__
    return None


LESS_AT_ONCE = "give it more, stop what else runs on it, or lower LONGCANG_WORKERS"


def has_room(memory_bytes: int) -> bool:
    """Whether the system would still give this process what is left of its limit on address space, in bytes."""
    try:
        held = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    except OSError:
        return True  # a system that does not say
    left = memory_bytes - held - _SLACK
    if left <= 0:
        return True
    try:
        mmap.mmap(-1, left, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    except (OSError, MemoryError):
        return False
    return True
