"""Reading in child processes: one file at a time each, so that a file that bursts, hangs or crashes harms only itself."""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ingest import wire
from ingest.contracts import FOLDER as CONTRACTS
from ingest.issues import UNREADABLE
from ingest.read import ReadResult

Given = TypeVar("Given", contravariant=True)
Made = TypeVar("Made", covariant=True)

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Limits:
    """What one file may cost: address space in bytes (so that less than that is ever resident), processor and
    wall-clock seconds."""

    memory_bytes: int = 2 << 30
    cpu_seconds: int = 120
    wall_seconds: float = 180.0


@dataclass(frozen=True)
class Setup:
    """What every child is told first."""

    token_key: bytes
    reference: Path
    contracts: Path = CONTRACTS
    refused_share_limit: float = 0.5
    needs_county: bool = True
    reads_hidden_rows: bool = True
    reads_hidden_sheets: bool = False
    limits: Limits = Limits()

    def __repr__(self) -> str:
        return "Setup(…)"

    def frame(self) -> bytes:
        values: dict[str, Any] = {
            "token_key": self.token_key.hex(),
            "reference": str(self.reference),
            "contracts": str(self.contracts),
            "refused_share_limit": self.refused_share_limit,
            "needs_county": self.needs_county,
            "reads_hidden_rows": self.reads_hidden_rows,
            "reads_hidden_sheets": self.reads_hidden_sheets,
            "memory_bytes": self.limits.memory_bytes,
            "cpu_seconds": self.limits.cpu_seconds,
            "file_bytes": 0,
        }
        return json.dumps(values).encode()


@dataclass(frozen=True)
class Task:
    """One file to read: a key of the caller's, where its bytes lie, its name in the landing folder, its county."""

    key: Any
    path: Path
    name: str
    folder_county: str | None


@dataclass
class Answer:
    """What became of a task. `digest` is None where the child did not live to tell it."""

    task: Task
    result: ReadResult
    digest: str | None
    county: str | None
    seconds: float


class Died(Exception):
    """A child ended over a task; `code` is its exit status."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"exit status {code}")
        self.code = code


class Child:
    """A limited child process, started when first needed and again after it died.

    Args:
        module: what it runs; it ends in a call of `ingest.child.run`.
        setting: the first frame, as JSON.
        wall_seconds: what one task may take.
    """

    def __init__(self, module: str, setting: bytes, wall_seconds: float) -> None:
        self._module, self._setting, self._wall_seconds = module, setting, wall_seconds
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, message: dict[str, Any], count: int) -> list[bytes]:
        """Send a task; the frames that answer it.

        Raises:
            wire.TooSlow: it took too long, and the child was ended. Died: the child ended.
        """
        process = self._ready()
        assert process.stdin is not None and process.stdout is not None
        deadline = time.monotonic() + self._wall_seconds
        try:
            wire.send(process.stdin, json.dumps(message).encode())  # type: ignore[arg-type]
            return [wire.receive_in_time(process.stdout.fileno(), deadline) for _ in range(count)]
        except wire.TooSlow:
            self.stop()
            raise
        except (wire.Closed, BrokenPipeError):
            raise Died(self.stop()) from None

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                cwd=ROOT,
            )
            assert self._process.stdin is not None
            wire.send(self._process.stdin, self._setting)  # type: ignore[arg-type]
        return self._process

    def stop(self) -> int | None:
        """End the child; its exit status."""
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
            return process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None


class Worker:
    """Reads files in one child."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._child = Child("ingest.child", setup.frame(), setup.limits.wall_seconds)

    def do(self, task: Task) -> Answer:
        """Read one file. A child that was killed from outside gets the file once more; one that died of it does not."""
        started = time.monotonic()
        for is_last in (False, True):
            try:
                return self._once(task, started)
            except wire.TooSlow:
                limit = self._setup.limits.wall_seconds
                sentence = f"读取超过 {limit:g} 秒仍未完成，内容不像正常的表格，请检查后重新保存报送"
                break
            except Died as death:
                sentence = reason(death.code)
                if is_last or death.code != -signal.SIGKILL:
                    break
        result = ReadResult()
        result.refuse(UNREADABLE, sentence)
        return Answer(task, result, None, task.folder_county, time.monotonic() - started)

    def _once(self, task: Task, started: float) -> Answer:
        message = {"path": str(task.path), "name": task.name, "folder_county": task.folder_county}
        told, head, body = self._child.ask(message, 3)
        try:
            known, result = json.loads(told), wire.unpack(head, body)
        except ValueError:
            raise Died(self._child.stop()) from None
        if known["is_spent"]:
            log.error("reading task %s broke off: %s", task.key, known["fault"])
            self._child.stop()
        return Answer(task, result, known["digest"], known["county"], time.monotonic() - started)

    def stop(self) -> None:
        """End the child."""
        self._child.stop()


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
    """Why a child died, for the sender."""
    if code == -signal.SIGXCPU:
        return "解析超时：内容不像正常的表格，请检查后重新保存报送"
    if code in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGBUS):
        return "工作簿展开后过大或结构损坏，读取程序无法打开，请用 WPS 或 Excel 重新另存后报送"
    return "工作簿结构损坏，读取程序无法打开，请用 WPS 或 Excel 重新另存后报送"


def read_all(tasks: list[Task], setup: Setup, workers: int) -> Iterator[Answer]:
    """Read files by several children at once; answers come as they are ready."""
    return spread(tasks, lambda: Worker(setup), workers)


class Doer(Protocol[Given, Made]):
    """What does tasks one after another, and is ended at the end."""

    def do(self, task: Given, /) -> Made: ...

    def stop(self) -> None: ...


def spread(tasks: Sequence[Given], make: Callable[[], Doer[Given, Made]], workers: int) -> Iterator[Made]:
    """Have tasks done by several doers at once; what they make comes as it is ready.

    Where the caller stops early, or an error is raised at it, the doers are ended.
    """
    waiting: queue.SimpleQueue[Given] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    count = max(1, min(workers, len(tasks)))
    answers: queue.Queue[tuple[bool, Any]] = queue.Queue(maxsize=count)
    stopping = threading.Event()

    def serve() -> None:
        doer = make()
        try:
            while not stopping.is_set():
                try:
                    task = waiting.get_nowait()
                except queue.Empty:
                    return
                answers.put((True, doer.do(task)))
        except BaseException as error:  # told to the caller, who waits for an answer
            answers.put((False, error))
        finally:
            doer.stop()

    threads = [threading.Thread(target=serve, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        for _ in tasks:
            is_answer, answer = answers.get()
            if not is_answer:
                raise answer
            yield answer
    finally:
        stopping.set()
        while any(thread.is_alive() for thread in threads):
            try:
                answers.get(timeout=0.05)
            except queue.Empty:
                pass
