"""Recognising the server's processes: by the folder they work in, never by a process id alone."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import psutil

from warehouse.errors import ServerError


def postmaster(data: Path) -> psutil.Process | None:
    """The running server of the cluster in `data`, or None (also where its process id belongs to another by now)."""
    try:
        pid = int((data / "postmaster.pid").read_text(errors="replace").splitlines()[0])
        process = psutil.Process(pid)
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None
    return process if _works_in(process, data) else None


def end_orphans(data: Path, patience: float = 3.0) -> None:
    """End what a killed server left behind: its children notice by themselves, save one deep in a long computation.

    Only processes named `postgres` whose working folder is `data` are touched. Raises ServerError where one stays.
    """
    for step in (None, psutil.Process.terminate, psutil.Process.kill):
        left = _processes_in(data)
        if not left:
            return
        if step is not None:
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    step(process)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and _processes_in(data):
            time.sleep(0.05)
    left = _processes_in(data)
    if left:
        raise ServerError(f"Process {left[0].pid} of an earlier server still works in {data}; end it first.")


def has_ended(process: psutil.Process, seconds: float) -> bool:
    """Wait for the end of a process that need not be our child; one that only waits to be reaped has ended."""
    deadline = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _processes_in(data: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _works_in(process, data)]


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.name() != "postgres":
            return False
        return os.path.realpath(process.cwd()) == os.path.realpath(data)
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return False
