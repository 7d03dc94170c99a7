"""Limited child processes: one file at a time each, so that a file that bursts, hangs or crashes harms only itself.

What a file may cost is processor time and address space. A file that takes more, or that breaks a child twice, is to blame
(`Broken`). A child that cannot be started, that is killed from outside, or that is not let run while the clock does, says
nothing of the file (`MachineFault`).
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ingest import wire
from ingest.faults import LESS_AT_ONCE, MachineFault

ROOT = Path(__file__).resolve().parent.parent
# A child that got less of its time on the clock than this was not let run; with the limits below, one that was let run
# meets the limit on processor time first.
BUSY_SHARE = 0.5
# Signals that a process brings upon itself. All others come from outside.
_OWN_SIGNALS = frozenset({signal.SIGXCPU, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE,
                          signal.SIGSYS, signal.SIGTRAP})  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What one file may cost: address space in bytes (so that less than that is ever resident), processor and
    wall-clock seconds; and the seconds on the clock in which a child has to be ready for its first."""

    memory_bytes: int = 2 << 30
    cpu_seconds: int = 120
    wall_seconds: float = 180.0
    start_seconds: float = 180.0


class Broken(Exception):
    """A file is more than a child can do: `code` is the exit status with which it ended, None where it was too slow."""

    def __init__(self, code: int | None) -> None:
        super().__init__("too slow" if code is None else f"exit status {code}")
        self.code = code


class _Died(Exception):
    """A child ended; `code` is its exit status, None where it had to be ended. `had_room`: see `faults.has_room`."""

    def __init__(self, code: int | None, had_room: bool | None) -> None:
        super().__init__(code)
        self.code, self.had_room = code, had_room

    @property
    def is_final(self) -> bool:
        """Whether a second child would end the same way."""
        return self.code == -signal.SIGXCPU

    def verdict(self) -> Broken | MachineFault:
        """Whose fault it is, where a second child has ended, too."""
        how = "was stuck" if self.code is None else f"ended (exit status {self.code})"
        if self.had_room is None:
            return MachineFault(f"the process that reads it {how} while it started: {LESS_AT_ONCE}", may_pass=True)
        if self.code is None or (self.code < 0 and -self.code not in _OWN_SIGNALS):
            number = f"signal {-self.code}" if self.code else "it had closed its pipe"
            return MachineFault(
                f"the process that reads it was ended from outside, twice ({number}), as happens where memory runs out: "
                f"{LESS_AT_ONCE}",
                may_pass=True,
            )
        if not self.had_room and not self.is_final:
            return MachineFault(
                f"the process that reads it {how} where the machine had no memory left: {LESS_AT_ONCE}", may_pass=True
            )
        return Broken(self.code)


class Child:
    """A limited child process, started when first needed and again after it died.

    Args:
        module: what it runs; it ends in a call of `ingest.child.run`.
        setting: the first frame: plain values, the limits `memory_bytes`, `cpu_seconds` and `file_bytes` among them.
        limits: what one task may take on the clock, and the start.
    """

    def __init__(self, module: str, setting: dict[str, Any], limits: Limits) -> None:
        self._module, self._setting, self._limits = module, setting, limits
        self._process: subprocess.Popen[bytes] | None = None
        self._had_room = True

    def ask(self, message: dict[str, Any], count: int) -> list[bytes]:
        """Send a task; the `count` frames that answer it. Where the child ends over it, a new one gets it once more.

        Raises:
            Broken: the file is to blame. MachineFault: it is not.
        """
        for is_last in (False, True):
            try:
                return self._ask(json.dumps(message).encode(), count)
            except _Died as death:
                if is_last or death.is_final:
                    raise death.verdict() from None
            except MemoryError:
                self.stop()
                raise MachineFault(
                    f"there was no memory left to take its answer: {LESS_AT_ONCE}", may_pass=True
                ) from None
        raise AssertionError

    def _ask(self, message: bytes, count: int) -> list[bytes]:
        process = self._ready()
        incoming, outgoing = _pipes(process)
        deadline, used = time.monotonic() + self._limits.wall_seconds, _cpu_seconds(process)
        try:
            wire.send_in_time(outgoing, message, deadline)
            fault = json.loads(wire.receive_in_time(incoming, deadline))
            if fault is None:
                return [wire.receive_in_time(incoming, deadline) for _ in range(count)]
        except wire.TooSlow:
            used = _cpu_seconds(process) - used
            self.stop()
            raise self._too_slow(used) from None
        except (wire.Closed, BrokenPipeError, ValueError):
            raise _Died(self.stop(patience=10), self._had_room) from None
        self.stop()
        raise MachineFault(fault["what"], may_pass=fault["may_pass"])

    def _too_slow(self, used: float) -> Broken | MachineFault:
        limit = self._limits.wall_seconds
        if used >= BUSY_SHARE * limit:
            return Broken(None)
        return MachineFault(
            f"the process that reads it was not done within {limit:g} s, in which it was let run for {used:.1f} s only: "
            "see what else keeps the machine busy, or has stopped the process",
            may_pass=True,
        )

    def _ready(self) -> subprocess.Popen[bytes]:
        """The child, started and told its setting where it does not run."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                cwd=ROOT,
            )
        except OSError as error:
            raise MachineFault(
                f"no process could be started to read it ({error.strerror}): {LESS_AT_ONCE}", may_pass=True
            ) from None
        self._process = process
        incoming, outgoing = _pipes(process)
        os.set_blocking(outgoing, False)
        deadline = time.monotonic() + self._limits.start_seconds
        try:
            wire.send_in_time(outgoing, pickle.dumps(self._setting), deadline)
            self._had_room = bool(json.loads(wire.receive_in_time(incoming, deadline)))
        except wire.TooSlow:
            self.stop()
            raise _Died(None, None) from None
        except (wire.Closed, BrokenPipeError, ValueError):
            raise _Died(self.stop(patience=10), None) from None
        return process

    def stop(self, patience: float = 0.5) -> int | None:
        """End the child, which gets some seconds to do so itself; its exit status, None where it did not."""
        process, self._process = self._process, None
        if process is None:
            return None
        for stream in (process.stdin, process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                pass
        try:
            return process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pass  # it waits in the system for a disk that does not answer, and ends with that
        return None


def _pipes(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Where the child's answers come from, and where its tasks go."""
    assert process.stdin is not None and process.stdout is not None
    return process.stdout.fileno(), process.stdin.fileno()


def _cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    try:
        used = psutil.Process(process.pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(used.user + used.system)


def child_environment() -> dict[str, str]:
    """No password and no setting reaches a child; libraries are told to be content with one thread and little memory."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "POLARS_MAX_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def reason(code: int | None) -> str:
    """Why a child broke over a file, for the sender."""
    if code == -signal.SIGXCPU:
        return "解析超时：内容不像正常的表格，请检查后重新保存报送"
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        return "工作簿展开后过大或结构损坏，读取程序无法打开，请用 WPS 或 Excel 重新另存后报送"
    return "工作簿结构损坏，读取程序无法打开，请用 WPS 或 Excel 重新另存后报送"
