"""The steps of a run on the screen: live bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from warehouse.cli.books import Line

PLAIN_SECONDS = 5.0


class Plain:
    """One line when a step ends, and one every few seconds while it goes on."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._ended: dict[str, str] = {}
        self._shown_at = time.monotonic()

    def update(self, lines: list[Line]) -> None:
        is_due = time.monotonic() - self._shown_at > PLAIN_SECONDS
        for line in lines:
            ended = line.state != "running"
            if not ended and self._ended.pop(line.step, None) == "failed":  # its end is news again
                self.say(f"{line.step} is tried again")
            if line.step in self._ended or not (ended or (is_due and (line.done or line.message))):
                continue
            if ended:
                self._ended[line.step] = line.state
            self._shown_at = time.monotonic()
            print(self._words(line), file=self._out, flush=True)

    def say(self, text: str) -> None:
        print(f"  {text}", file=self._out, flush=True)

    @staticmethod
    def _words(line: Line) -> str:
        count = f"{line.done:,}/{line.total:,} {line.unit}" if line.total else ""
        mark = {"done": "ok", "failed": "FAILED", "running": "…"}[line.state]
        # What a counted step last worked at is news only while it works, or where it failed.
        message = line.message or "" if line.state != "done" or not line.total else ""
        return f"  {line.step:<16} {count:<24} {line.seconds:6.1f} s  {mark} {message}".rstrip()


class Bars:
    """Live bars, one a step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def update(self, lines: list[Line]) -> None:
        for line in lines:
            if line.step not in self._tasks:
                self._tasks[line.step] = self._progress.add_task(line.step, total=None, message="")
            total = line.total or (1 if line.state == "done" else None)
            done = line.done if line.total else (1 if line.state == "done" else 0)
            self._progress.update(
                self._tasks[line.step], total=total, completed=done, message=(line.message or "")[:60]
            )

    def say(self, text: str) -> None:
        self._progress.console.print(text, markup=False)


@contextmanager
def display(out: Console) -> Iterator[Plain | Bars]:
    if not out.is_terminal:
        yield Plain(out.file)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[message]}", style="dim", markup=False),  # a file's name is no markup
    )
    with Progress(*columns, console=out) as progress:
        yield Bars(progress)
