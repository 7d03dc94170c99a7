"""Background processes that outlive the command which started them: started once, found again, stopped for certain.

Each is the leader of a session of its own, recorded in a file with its process id, its start time and the machine's
boot. A recorded process is trusted only where all of that still fits, since process ids are used again. What it
started shares its session (Airflow's tasks change their process group, not their session), and ends with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from warehouse.server_config import MB, write_atomically

LARGEST_LOG = 50 * MB


@dataclass(frozen=True)
class Record:
    """What is written down of a background process."""

    pid: int
    started: float
    boot: str


class Background:
    """One background process: `name`, its record in `folder`, its output in `logs/<name>.log`."""

    def __init__(self, name: str, folder: Path, logs: Path) -> None:
        self.name = name
        self.record_path = folder / f"{name}.json"
        self.log_path = logs / f"{name}.log"
        self._asked: int | None = None

    def process(self) -> psutil.Process | None:
        """The running process, or None where it ended, was never started, or its id belongs to another by now."""
        record = self._record()
        if record is None:
            return None
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(record.pid)
            if process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - record.started) < 1:
                return process
        return None

    def start(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start `command` in `folder` with exactly `environment`; what an earlier one left behind is ended first."""
        self.stop(0)
        self.record_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LARGEST_LOG:
            os.replace(self.log_path, self.log_path.with_suffix(".log.1"))
        log = os.open(self.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(environment), cwd=folder,
                start_new_session=True, umask=0o077,
            )  # fmt: skip
        finally:
            os.close(log)
        started = psutil.Process(child.pid).create_time()
        write_atomically(self.record_path, json.dumps(asdict(Record(child.pid, started, _boot()))) + "\n")

    def ask_to_end(self) -> psutil.Process | None:
        """Send the process SIGTERM, once; returns it where it runs."""
        leader = self.process()
        if leader is not None and leader.pid != self._asked:
            self._asked = leader.pid
            with contextlib.suppress(psutil.NoSuchProcess):
                leader.send_signal(signal.SIGTERM)
        return leader

    def stop(self, patience: float = 30) -> bool:
        """End the process and all that it started: SIGTERM to the process, after `patience` seconds SIGKILL to all.

        Returns whether anything was running (also where it ended by itself once asked).
        """
        members = self._members()
        leader = self.ask_to_end() if patience > 0 else None
        if leader is not None:
            _wait_for_end([leader], patience)
        # The leader may have started more while it was ending; whoever is left now is not asked again.
        left = {process.pid: process for process in [*members, *self._members()] if _is_alive(process)}
        for process in left.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        _wait_for_end(list(left.values()), 10)
        self.record_path.unlink(missing_ok=True)
        return bool(members) or self._asked is not None

    def last_lines(self, count: int = 3) -> str:
        """The end of its log, for a message."""
        with contextlib.suppress(OSError):
            lines = [line for line in self.log_path.read_text(errors="replace").splitlines() if line.strip()]
            return " / ".join(line.strip()[:300] for line in lines[-count:])
        return ""

    def _record(self) -> Record | None:
        try:
            record = Record(**json.loads(self.record_path.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return record if record.boot == _boot() else None

    def _members(self) -> list[psutil.Process]:
        """The process and everything in its session.

        Where the leader is gone, its number is not given to another as long as its session lives; where another has
        it by now, the session is gone too.
        """
        record = self._record()
        if record is None or (psutil.pid_exists(record.pid) and self._is_other(record)):
            return []
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
                if os.getsid(process.pid) == record.pid and process.create_time() >= record.started - 1:
                    found.append(process)
        leader = self.process()
        if leader is not None:
            with contextlib.suppress(psutil.Error):
                found += leader.children(recursive=True)
        return [process for process in found if _is_alive(process)]

    def _is_other(self, record: Record) -> bool:
        try:
            return abs(psutil.Process(record.pid).create_time() - record.started) >= 1
        except psutil.Error:
            return False


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _wait_for_end(processes: list[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(_is_alive(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def _boot() -> str:
    """What tells this boot of the machine from others."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"{psutil.boot_time():.0f}"
