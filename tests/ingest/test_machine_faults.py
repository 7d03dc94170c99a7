"""Faults of the machine around a reading child, made for real: none of them is a verdict on a file."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from ingest.children import ROOT
from ingest.workers import Answer, Task, Unread, Worker, read_all
from tests.ingest.books import Page, that_kills_its_reader
from tests.ingest.test_workers import TITLE, book, setup, task
from workbooks.annotated.findings import Order
from workbooks.annotated.makers import Job, make_all


@contextmanager
def worker(**limits: float) -> Iterator[Worker]:
    found = Worker(setup(**limits))
    try:
        yield found
    finally:
        found.stop()


def fault(answer: Answer | Unread) -> str:
    assert isinstance(answer, Unread), answer
    return str(answer.fault)


def is_loaded(answer: Answer | Unread) -> bool:
    assert isinstance(answer, Answer), answer
    return answer.result.outcome == "loaded"


@contextmanager
def killing(count: int) -> Iterator[list[int]]:
    """While the block runs, the first `count` children of this process are killed as the system does where memory runs out."""
    killed: list[int] = []
    stopping = threading.Event()

    def work() -> None:
        while not stopping.is_set() and len(killed) < count:
            for child in psutil.Process().children():
                if child.pid not in killed and "ingest.child" in _command(child):
                    os.kill(child.pid, signal.SIGKILL)
                    killed.append(child.pid)
            time.sleep(0.01)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        stopping.set()
        thread.join()


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_a_child_that_is_stopped_says_nothing_of_its_file(tmp_path: Path) -> None:
    """The clock runs, the child does not. Its task is longer than the pipe to it: it is not waited for to take it all."""
    long_name = Task(1, task(tmp_path, "a.xlsx", book()).path, "621121-通渭县/" + "x" * 200_000, "621121")
    with worker() as reader:
        assert is_loaded(reader.do(task(tmp_path, "b.xlsx", book())))
        assert reader._child._process is not None
        pid = reader._child._process.pid
        os.kill(pid, signal.SIGSTOP)
        object.__setattr__(reader._child._limits, "wall_seconds", 1.0)
        started = time.monotonic()
        sentence = fault(reader.do(long_name))
        assert "within 1 s" in sentence and "let run for 0.0 s" in sentence
        assert time.monotonic() - started < 30
        assert not psutil.pid_exists(pid)


def test_a_child_that_is_killed_twice_says_nothing_of_its_file(tmp_path: Path) -> None:
    with worker() as reader, killing(2) as killed:
        sentence = fault(reader.do(task(tmp_path, "a.xlsx", book())))
    assert len(killed) == 2 and "LONGCANG_WORKERS" in sentence


def test_what_failed_beside_others_is_tried_once_more_alone(tmp_path: Path) -> None:
    with killing(2) as killed:
        (answer,) = read_all([task(tmp_path, "a.xlsx", book())], setup(), 2)
    assert len(killed) == 2 and is_loaded(answer)


def test_no_descriptor_is_left_for_a_child(tmp_path: Path) -> None:
    wanted = task(tmp_path, "a.xlsx", book())
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    with worker() as reader:
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, before[1]))
        try:
            sentence = fault(reader.do(wanted))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert "Too many open files" in sentence
        assert is_loaded(reader.do(wanted))


ALONE = """
import os, resource, sys
from pathlib import Path
from ingest.workers import Task, Unread, Worker
from tests.ingest.test_workers import setup
what, limit, path, user = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
worker = Worker(setup())
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
resource.setrlimit(getattr(resource, what), (limit, limit))
answer = worker.do(Task(1, path, "621121-通渭县/a.xlsx", "621121"))
print(f"fault: {answer.fault}" if isinstance(answer, Unread) else answer.result.refusal)
worker.stop()
"""


def under_limit(what: str, limit: int, path: Path, user: int = 0) -> str:
    """What a worker says of a file in a process of its own, on which such a limit lies."""
    command = [sys.executable, "-c", ALONE, what, str(limit), str(path), str(user)]
    return subprocess.run(command, cwd=ROOT, text=True, check=True, stdout=subprocess.PIPE).stdout


def test_no_process_can_be_started(tmp_path: Path) -> None:
    """The limit binds nobody who is root: there another user reads."""
    path = task(tmp_path, "a.xlsx", book()).path
    said = under_limit("RLIMIT_NPROC", 0, path, user=65534 if os.geteuid() == 0 else 0)
    assert said.startswith("fault: no process could be started to read it (Resource temporarily unavailable)")


def test_memory_that_the_machine_does_not_have_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """The same file twice: it goes past the limit of a child, and the machine gives less than that limit."""
    wanted = task(tmp_path, "far.xlsx", that_kills_its_reader(Page([TITLE])))
    said = under_limit("RLIMIT_AS", 1 << 30, wanted.path)
    assert said.startswith("fault: ") and "had no memory left" in said
    with worker() as reader:
        answer = reader.do(wanted)
        assert isinstance(answer, Answer) and "过大或结构损坏" in (answer.result.refusal or "")


DAMAGE = {
    "no longer holds the bytes that were sent": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "holds the bytes that were sent:": lambda path: path.write_bytes(b"\x00" + path.read_bytes()[1:]),
    "there is no file at": lambda path: path.unlink(),
    "lies at": lambda path: path.mkdir(),
    "is no file": lambda path: (path.rmdir(), os.mkfifo(path)),
}


def test_an_original_that_is_not_what_was_sent_is_not_read(tmp_path: Path) -> None:
    sent = task(tmp_path, "a.xlsx", book())
    original = sent.path.read_bytes()
    kept = Task(sent.key, sent.path, sent.name, sent.folder_county, hashlib.sha256(original).hexdigest())
    with worker() as reader:
        for sentence, damage in DAMAGE.items():
            damage(sent.path)
            said = fault(reader.do(kept))
            assert sentence in said and str(sent.path) in said
        order = Order("T1", "通渭县", [], "部分采用", "partly", [], [], is_bare=False)
        (made,) = make_all([Job(1, sent.path, order, kept.sha256)], 1)  # not even without the county's sheets
        assert made.data == b"" and "机器故障" in (made.problem or "") and "is no file" in (made.problem or "")
        sent.path.unlink()
        sent.path.write_bytes(original)
        assert is_loaded(reader.do(kept))
