"""Reading in child processes: one file at a time each, so that a file that bursts, hangs or crashes harms only itself."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ingest import wire
from ingest.children import Broken, Child, Limits, reason
from ingest.context import Context
from ingest.faults import LESS_AT_ONCE, MachineFault
from ingest.formats import gate
from ingest.issues import UNREADABLE
from ingest.read import ReadResult

Given = TypeVar("Given", contravariant=True)
Made = TypeVar("Made", covariant=True)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setup:
    """What every child is told first: the context under which the parent judges, and the key that does not travel in it."""

    token_key: bytes = field(repr=False)
    context: Context = field(repr=False)
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def setting(self) -> dict[str, Any]:
        """The context as a pickle: it is made once a batch, and loaded in a fifth of the time that the files take."""
        return {
            "context": self.context.packed(),
            "token_key": self.token_key,
            "memory_bytes": self.limits.memory_bytes,
            "cpu_seconds": self.limits.cpu_seconds,
            "file_bytes": 0,
        }


@dataclass(frozen=True)
class Task:
    """One file to read: a key of the caller's, where its bytes lie, its name in the landing folder, its county, and the
    SHA-256 that its bytes have to have (None: any)."""

    key: Any
    path: Path
    name: str
    folder_county: str | None
    sha256: str | None = None


@dataclass
class Answer:
    """What became of a task. `is_broken`: the child did not live to tell it."""

    task: Task
    result: ReadResult
    seconds: float
    is_broken: bool = False

    @property
    def county(self) -> str | None:
        """The code of the county that it is read as of."""
        return self.result.county_code or self.task.folder_county


@dataclass(frozen=True)
class Unread:
    """A task that says nothing of its file: the machine failed over it."""

    task: Task
    fault: MachineFault


def too_large(task: Task) -> Answer:
    """The refusal of a file that is larger than a file may be, and so is not opened at all."""
    result = ReadResult()
    result.refuse(UNREADABLE, gate.OVER_LIMIT)
    return Answer(task, result, 0.0)


class Worker:
    """Reads files in one child."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._child = Child("ingest.child", setup.setting, setup.limits)

    def do(self, task: Task) -> Answer | Unread:
        """Read one file."""
        started = time.monotonic()
        message = {
            "path": str(task.path),
            "sha256": task.sha256,
            "name": task.name,
            "folder_county": task.folder_county,
        }
        try:
            told, head, body = self._child.ask(message, 3)
            known, result = json.loads(told), wire.unpack(head, body)
        except MachineFault as fault:
            return Unread(task, fault)
        except Broken as broken:
            return self._refused(task, broken.code, started)
        except ValueError:
            return self._refused(task, self._child.stop() or 0, started)
        if known["is_spent"]:
            log.error("reading task %s broke off: %s", task.key, known["fault"])
            self._child.stop()
        return Answer(task, result, time.monotonic() - started)

    def _refused(self, task: Task, code: int | None, started: float) -> Answer:
        limit = self._setup.limits.wall_seconds
        slow = f"读取超过 {limit:g} 秒仍未完成，内容不像正常的表格，请检查后重新保存报送"
        result = ReadResult()
        result.refuse(UNREADABLE, slow if code is None else reason(code))
        return Answer(task, result, time.monotonic() - started, is_broken=True)

    def stop(self) -> None:
        """End the child."""
        self._child.stop()


def read_all(tasks: list[Task], setup: Setup, workers: int) -> Iterator[Answer | Unread]:
    """Read files by several children at once; answers come as they are ready. What could not be read for a reason that may
    pass is tried once more at the end, by one child alone."""
    again = []
    for answer in spread(tasks, lambda: Worker(setup), workers):
        if isinstance(answer, Unread) and answer.fault.may_pass:
            again.append(answer.task)
        else:
            yield answer
    yield from spread(again, lambda: Worker(setup), 1)


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
        doer = None
        try:
            doer = make()
            while not stopping.is_set():
                try:
                    task = waiting.get_nowait()
                except queue.Empty:
                    return
                answers.put((True, doer.do(task)))
        except BaseException as error:  # told to the caller, who waits for an answer
            answers.put((False, error))
        finally:
            if doer is not None:
                doer.stop()

    threads = _started([threading.Thread(target=serve, daemon=True) for _ in range(count)])
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


def _started(threads: list[threading.Thread]) -> list[threading.Thread]:
    """As many of the threads as the machine lets run; at least one."""
    started = []
    for thread in threads:
        try:
            thread.start()
        except RuntimeError:
            break
        started.append(thread)
    if not started:
        raise MachineFault(f"no thread could be started: {LESS_AT_ONCE}")
    return started
