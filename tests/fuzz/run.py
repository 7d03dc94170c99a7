"""Damaged and hostile files through the real reading children: each must end as read, or as refused with a reason.

    python -m tests.fuzz.run --count 20000 --seed 1 --workers 2

A number of a seed is always the same file: `--first 4711 --count 1` makes it again. Files of a breach, and those that
cost a child its life, are kept in the folder `--keep`.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingest import archive, bundles
from ingest.context import Context
from ingest.issues import Refusal
from ingest.workers import Answer, Limits, Setup, Task, Unread, Worker
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import FORMATS, seeds

KEY = b"a key that is only used in tests"
MAX_SECONDS, MAX_RESIDENT = 60.0, 2 << 30
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
# Names of Python's and of libraries, which say nothing to a clerk
_OF_PYTHON = re.compile(
    r"[A-Za-z_]+(?:Error|Exception|Panic)|Traceback|NoneType|BadZipFile|calamine|xlrd|openpyxl|zipfile|polars|0x[0-9a-fA-F]|\w\.py\b"
)
_OWN_FAULT = "读取程序出错"  # an exception that no code expected


@dataclass
class Report:
    """What became of the files: outcomes by format, breaches with the number of their file, the greatest cost."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    breaches: list[tuple[int, str, str]] = field(default_factory=list)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    resident: int = 0
    done: int = 0

    def table(self) -> str:
        columns = ("read", "refused", "child died", "too slow")
        lines = [f"{'format':8}" + "".join(f"{name:>12}" for name in columns) + f"{'max s':>8}  of file"]
        for kind in FORMATS:
            counts = [self.outcomes[kind, name] for name in columns]
            seconds, number = self.slowest.get(kind, (0.0, 0))
            lines.append(f"{kind:8}" + "".join(f"{n:12}" for n in counts) + f"{seconds:8.2f}  {number}")
        lines.append(f"files {self.done}, greatest resident memory of a child {self.resident >> 20} MiB")
        return "\n".join(lines)


def fuzz(
    count: int,
    seed: int,
    workers: int,
    keep: Path,
    *,
    first: int = 0,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Make `count` files and read them by `workers` children."""
    report, honest = Report(), seeds()
    numbers = iter(range(first, first + count))
    lock = threading.Lock()

    def serve() -> None:
        setup = Setup(KEY, Context.load(KEY), Limits(wall_seconds=MAX_SECONDS))
        worker = Worker(setup)
        with tempfile.TemporaryDirectory(prefix="longcang-fuzz-") as folder:
            try:
                while True:
                    with lock:
                        number = next(numbers, None)
                    if number is None:
                        return
                    _one(number, seed, honest, worker, Path(folder), keep, report, lock)
            finally:
                worker.stop()

    threads = [threading.Thread(target=serve) for _ in range(workers)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(0.2)
        if threads[0].is_alive() or workers > 1:
            time.sleep(0.3)
        if progress:
            progress(report)
    report.resident = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if report.resident > MAX_RESIDENT:
        report.breaches.append((-1, "", f"a child had {report.resident >> 20} MiB resident"))
    if report.done != count:
        report.breaches.append((-1, "", f"{count - report.done} files have no outcome"))
    return report


def made(number: int, seed: int, honest: dict[str, list[bytes]]) -> tuple[str, str, bytes]:
    """Format, changes and bytes of a file."""
    rng = random.Random(f"{seed}/{number}")
    kind = FORMATS[number % len(FORMATS)]
    changes, data = mutated(rng.choice(honest[kind]), kind, honest[kind], rng)
    return kind, changes, data


def _one(
    number: int,
    seed: int,
    honest: dict[str, list[bytes]],
    worker: Worker,
    folder: Path,
    keep: Path,
    report: Report,
    lock: threading.Lock,
) -> None:
    kind, changes, data = made(number, seed, honest)
    path = folder / "file"
    path.write_bytes(data)
    outcome, wrong, seconds = "refused", None, 0.0
    try:
        for task in _tasks(kind, path, folder / "archive", f"621121-通渭县/{number}.{kind}"):
            answer = worker.do(task)
            if isinstance(answer, Unread):
                wrong = str(answer.fault)
                break
            seconds = max(seconds, answer.seconds)
            outcome, wrong = _judged(answer)
            if wrong or outcome in ("child died", "too slow"):
                break
    except (Refusal, Exception) as error:  # nothing may come out of a worker, or of unpacking a bundle
        wrong = f"{type(error).__name__}: {error}"
    with lock:
        report.done += 1
        report.outcomes[kind, outcome] += 1
        report.changes[changes] += 1
        report.slowest[kind] = max(report.slowest.get(kind, (0.0, 0)), (seconds, number))
        if wrong:
            report.breaches.append((number, changes, wrong))
    if wrong or outcome in ("child died", "too slow"):
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{seed}-{number}-{'breach' if wrong else outcome.replace(' ', '-')}.{kind}").write_bytes(data)


def _tasks(kind: str, path: Path, into: Path, name: str) -> list[Task]:
    """The file, or the files of a bundle that can be unpacked."""
    members = bundles.unpack(path, into) if kind == "zip" else None
    if not members:
        return [Task(name, path, name, "621121")]
    return [Task(name, archive.path_of(into, m.sha256), f"{name}/{m.name}", "621121") for m in members]


def _judged(answer: Answer) -> tuple[str, str | None]:
    """Outcome, and what is wrong with it."""
    result = answer.result
    for text in (result.refusal or "", *(issue.message for issue in result.issues)):
        if _OF_PYTHON.search(text):
            return result.outcome, text
    if result.outcome in ("loaded", "partly"):
        return "read", None
    sentence = result.refusal or ""
    wrong = None
    if result.outcome != "refused" or not result.refusal_code or not _CHINESE.search(sentence):
        wrong = f"{result.outcome} {result.refusal_code}: {sentence!r}"
    elif _OWN_FAULT in sentence:
        wrong = sentence
    elif answer.seconds > MAX_SECONDS + 5:
        wrong = f"{answer.seconds:.0f} s"
    if answer.is_broken:
        return "too slow" if "秒仍未完成" in sentence or "超时" in sentence else "child died", wrong
    return "refused", wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "longcang-fuzz")
    chosen = parser.parse_args()
    started, told = time.monotonic(), [0.0]

    def progress(report: Report) -> None:
        now = time.monotonic()
        if now - told[0] > 5:
            told[0] = now
            deaths = sum(n for (_, outcome), n in report.outcomes.items() if outcome == "child died")
            rate = report.done / (now - started)
            text = f"{report.done}/{chosen.count}  {rate:.0f}/s  died {deaths}  breaches {len(report.breaches)}"
            print(text, file=sys.stderr, flush=True)

    report = fuzz(chosen.count, chosen.seed, chosen.workers, chosen.keep, first=chosen.first, progress=progress)
    print(report.table())
    print(f"seconds {time.monotonic() - started:.0f}")
    for number, changes, wrong in report.breaches[:50]:
        print(f"BREACH {number} {changes}: {wrong}")
    return 1 if report.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
