"""The process in which files are opened: limited in memory and time, without a database, saying nothing on its streams.

Started by `children.Child` as ``python -m ingest.child`` (or another module that calls `run`). The first frame on standard
input is the setting (the token key with it: not on a command line, not in the environment), answered by whether the machine
has room for all that one file may need; each further one is a task, answered by the machine's fault (JSON, null where there
is none) and then by frames. Tracebacks hold values of cells, so none is printed: only where in the code it happened is told.

It can start no process and open no socket, and where it reads also write no file, so that a reader which a file has taken
over can do little.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

Task = dict[str, Any]
Answerer = Callable[[Task], Iterable[bytes]]


def run(prepare: Callable[[dict[str, Any]], Answerer]) -> None:
    """Be a child process to its end.

    Args:
        prepare: makes of the setting what answers a task with frames. It runs under the limits, too.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interrupt ends the child; it is nothing that a file did
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    from ingest import faults, wire

    try:
        setting = pickle.loads(wire.receive(incoming))  # from the parent, before any file: what goes back is none
        _limit(setting)
        answer = prepare(setting)
        wire.send(outgoing, json.dumps(faults.has_room(setting["memory_bytes"])).encode())
        _serve(incoming, outgoing, answer, setting)
    except (wire.Closed, BrokenPipeError):
        pass


def _limit(setting: dict[str, Any]) -> None:
    """The number of processes is no limit for root, and would count threads: `_forbid` stands in for it."""
    for what, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, setting["file_bytes"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_AS, setting["memory_bytes"]),
    ):
        limit = _allowed(what, limit)
        resource.setrlimit(what, (limit, limit))
    sys.addaudithook(_forbid)


def _allowed(what: int, limit: int) -> int:
    """A limit, or the lower one under which this process was started."""
    most = resource.getrlimit(what)[1]
    return limit if most == resource.RLIM_INFINITY else min(limit, most)


_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system")


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def _serve(incoming: BinaryIO, outgoing: BinaryIO, answer: Answerer, setting: dict[str, Any]) -> None:
    from ingest import wire

    gc.freeze()  # what is loaded by now stays: not to be walked through again after each file
    gc.disable()  # millions of cells are made and dropped at once; counting cycles among them costs a third of the time
    while True:
        task = json.loads(wire.receive(incoming))
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + setting["cpu_seconds"] + 1
        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (_allowed(resource.RLIMIT_CPU, limit), most))
        for frame in _frames(answer, task, setting["memory_bytes"]):
            wire.send(outgoing, frame)
        gc.collect()


def _frames(answer: Answerer, task: Task, memory_bytes: int) -> list[bytes]:
    from ingest import faults

    try:
        return [b"null", *answer(task)]
    except BaseException as error:
        fault = faults.fault_of(error, memory_bytes)
        if fault is None:
            raise
    return [json.dumps({"what": str(fault), "may_pass": fault.may_pass}).encode()]


def where(error: BaseException, package: str) -> str:
    """Where in a package's code an error was raised; its text may hold values of cells and is not told."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames) if package in f.filename), "?")


def _reader(setting: dict[str, Any]) -> Answerer:
    """Answers a file with whether something broke off in it, and what was read of it."""
    import ingest.read  # noqa: F401  all libraries, before the first file
    from ingest import wire
    from ingest.context import Context

    context = Context.unpacked(setting["context"], setting["token_key"])

    def answer(task: Task) -> Iterable[bytes]:
        result, fault = _read(task, context, setting["memory_bytes"])
        return json.dumps({"is_spent": fault is not None, "fault": fault}).encode(), *wire.pack(result)

    return answer


def _read(task: Task, context: Any, memory_bytes: int) -> tuple[Any, str | None]:
    """What a file was read as, and for the log what broke off, where in the code: the process should end after it, as its
    memory was full or a library may have been left half done.

    Raises:
        MachineFault: its bytes are not to be had, or the machine fails.
    """
    from ingest import archive, faults
    from ingest.issues import UNREADABLE
    from ingest.read import ReadResult, read

    data = archive.original(Path(task["path"]), task["sha256"])
    try:
        return read(data, task["name"], folder_county=task["folder_county"], context=context), None
    except BaseException as error:  # the panics of libraries are no Exception
        if fault := faults.fault_of(error, memory_bytes):
            raise fault from None
        if isinstance(error, MemoryError):
            broke_off = "memory"
            sentence = "工作簿展开后过大，超出内存限制，请删去多余的空行空列或拆分后报送"
        else:
            broke_off = f"{type(error).__name__} at {where(error, 'ingest')}"
            sentence = "读取程序出错，未能读完，已记入日志；文件没有问题时，程序改正后会自动重读"
    result = ReadResult()
    result.refuse(UNREADABLE, sentence)
    return result, broke_off


if __name__ == "__main__":
    run(_reader)
