"""Starting a DAG run and watching it: progress comes from ``ops.steps``, whoever runs the tasks."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.nightly import ZONE
from warehouse.settings import Settings

POLL_SECONDS = 0.4
PLAIN_SECONDS = 5.0
ENDED = ("done", "held", "failed", "interrupted")


@dataclass(frozen=True)
class Line:
    """One step as it stands."""

    step: str
    done: int
    total: int | None
    unit: str | None
    state: str
    message: str | None
    seconds: float


class RunFault(LongcangError):
    """The DAG run ended without closing its books; the text says where its log is."""


def new_run_id(kind: str) -> str:
    return f"{kind}-{datetime.now(ZONE):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def run_dag(dag_id: str, run_id: str, parameters: dict[str, str], settings: Settings, out: Console) -> str:
    """Run a DAG to its end and show its steps.

    The scheduler runs it where the services are up; otherwise one process of our own does (``airflow dags test``).

    Returns:
        ``done``, ``held`` or ``failed``.

    Raises:
        RunFault: the run never began, or ended without a word.
    """
    from warehouse import airflow_setup, interrupted, services

    interrupted.close(settings)
    settings.logs.mkdir(parents=True, exist_ok=True)
    log_path = settings.logs / f"{run_id}.log"
    environment = {**os.environ, **airflow_setup.airflow_environment(settings)}
    scheduled = services.scheduler_is_up(settings)
    verb = ["trigger", dag_id, "--run-id", run_id] if scheduled else ["test", dag_id]
    command = [sys.executable, "-m", "airflow", "dags", *verb, "--conf", json.dumps(parameters)]
    with log_path.open("wb") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            cwd=settings.project_root,
        )
        with _stopping(child), connect("owner", settings=settings, autocommit=True) as conn, _display(out) as display:
            interrupted.hold(conn, run_id)
            while True:
                alive = child.poll() is None
                display.update(_steps(conn, run_id))
                state = _state(conn, run_id)
                if state in ENDED and (scheduled or not alive):
                    return state
                if not alive and (child.returncode != 0 or not scheduled):
                    raise RunFault(_last_words(dag_id, log_path))
                time.sleep(POLL_SECONDS)


def _state(conn: psycopg.Connection[Any], run_id: str) -> str:
    row = conn.execute("select state from ops.runs where run_id = %s", (run_id,)).fetchone()
    return row[0] if row else "running"


def _steps(conn: psycopg.Connection[Any], run_id: str) -> list[Line]:
    rows = conn.execute(
        "select step, done, total, unit, state, message, extract(epoch from updated_at - started_at)::float "
        "from ops.steps where run_id = %s order by started_at",
        (run_id,),
    ).fetchall()
    return [Line(*row) for row in rows]


def _last_words(dag_id: str, log_path: Path) -> str:
    lines = [line for line in log_path.read_text(errors="replace").splitlines() if line.strip()]
    tail = "\n  ".join(lines[-5:])
    return f"the DAG run of {dag_id} ended before it closed its books; its log is {log_path}. It ends:\n  {tail}"


@contextmanager
def _stopping(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the child with us, whether we are interrupted, told to stop, or fail."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


class _Plain:
    """One line when a step ends, and one every few seconds while it goes on."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._ended: set[str] = set()
        self._shown_at = time.monotonic()

    def update(self, lines: list[Line]) -> None:
        is_due = time.monotonic() - self._shown_at > PLAIN_SECONDS
        for line in lines:
            ended = line.state != "running"
            if line.step in self._ended or not (ended or (is_due and line.done)):
                continue
            if ended:
                self._ended.add(line.step)
            self._shown_at = time.monotonic()
            print(self._words(line), file=self._out, flush=True)

    @staticmethod
    def _words(line: Line) -> str:
        count = f"{line.done:,}/{line.total:,} {line.unit}" if line.total else ""
        mark = {"done": "ok", "failed": "FAILED", "running": "…"}[line.state]
        # What a counted step last worked at is news only while it works, or where it failed.
        message = line.message or "" if line.state != "done" or not line.total else ""
        return f"  {line.step:<16} {count:<24} {line.seconds:6.1f} s  {mark} {message}".rstrip()


class _Bars:
    """Live bars, one a step."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._tasks = progress, {}  # type: tuple[Progress, dict[str, Any]]

    def update(self, lines: list[Line]) -> None:
        for line in lines:
            if line.step not in self._tasks:
                self._tasks[line.step] = self._progress.add_task(line.step, total=None, message="")
            total = line.total or (1 if line.state == "done" else None)
            done = line.done if line.total else (1 if line.state == "done" else 0)
            self._progress.update(
                self._tasks[line.step], total=total, completed=done, message=(line.message or "")[:60]
            )


@contextmanager
def _display(out: Console) -> Iterator[_Plain | _Bars]:
    if not out.is_terminal:
        yield _Plain(out.file)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[message]}", style="dim", markup=False),  # a file's name is no markup
    )
    with Progress(*columns, console=out) as progress:
        yield _Bars(progress)
