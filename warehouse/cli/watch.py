"""Starting a DAG run and watching it: progress comes from ``ops.steps``, whoever runs the tasks.

What watches is not what works: a connection that is cut off is made again. Where the database itself was away and the run
ended by that, the database is brought back and the run begun once more under its own number: what was done stays done.
"""

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
from types import FrameType
from typing import Any

import psycopg
from rich.console import Console

from warehouse import faults, interrupted, nightly
from warehouse.cli.books import ENDED, Books, Seen
from warehouse.cli.display import Bars, Plain, display
from warehouse.clock import ZONE
from warehouse.connect import connect
from warehouse.errors import DatabaseError, LongcangError
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings

POLL_SECONDS = 0.4
# A run is begun at most so often where the database was away; the database is waited for so long each time.
ATTEMPTS = 3
AWAY_SECONDS = 300.0
# An embedded server that was stopped in order, not killed, is left to who did so for so long.
STOPPED_SECONDS = 60.0
LOG_END = 20_000
PARTS_SECONDS = 5.0


@dataclass(frozen=True)
class Ended:
    """How a run ended: ``done``, ``held`` or ``failed``, and for a failed one the sentence that says why."""

    state: str
    why: str | None = None


def new_run_id(kind: str) -> str:
    return f"{kind}-{datetime.now(ZONE):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def run_dag(dag_id: str, run_id: str, parameters: dict[str, Any], settings: Settings, out: Console) -> Ended:
    """Run a DAG to its end and show its steps.

    The scheduler runs it where the services are up; otherwise one process of our own does (``airflow dags test``).

    Returns:
        How it ended: ``done``, ``held``, ``held_by_person``, or ``failed`` with the sentence on why.
    """
    interrupted.close(settings)
    settings.logs.mkdir(parents=True, exist_ok=True)
    with Books(run_id, settings) as books, display(out) as shown:
        for attempt in range(1, ATTEMPTS + 1):
            worker = Worker(dag_id, run_id if attempt == 1 else f"{run_id}.{attempt}", parameters, settings)
            ended = worker.run(books, shown)
            if ended.state != "failed" or not books.was_away:
                return ended
            lost = faults.sentence(faults.DATABASE_LOST, settings, worker.log)
            if attempt == ATTEMPTS:
                break
            if trouble := _bring_back(books, settings):
                return Ended("failed", f"{lost} {trouble}")
            shown.say("The database was away and is back: the run is begun again, and what was done stays done.")
            books.forget()
    return Ended("failed", f"{lost} It happened {ATTEMPTS} times.")


class Worker:
    """Whoever works at a run: the scheduler, or a process of our own, which ends with us."""

    def __init__(self, dag_id: str, airflow_id: str, parameters: dict[str, Any], settings: Settings) -> None:
        from warehouse import services

        self._settings, self._is_scheduled = settings, services.scheduler_is_up(settings)
        verb = ["trigger", dag_id, "--run-id", airflow_id] if self._is_scheduled else ["test", dag_id]
        self._command = [sys.executable, "-m", "airflow", "dags", *verb, "--conf", json.dumps(parameters)]
        self._output = settings.logs / f"{airflow_id}.log"
        self._dag_run = (dag_id, airflow_id)
        tasks = settings.airflow_home / "logs" / f"dag_id={dag_id}" / f"run_id={airflow_id}"
        self.log = tasks if self._is_scheduled else self._output
        self._looked = time.monotonic()

    def run(self, books: Books, shown: Plain | Bars) -> Ended:
        """Start the work and follow it to its end."""
        from warehouse import airflow_setup

        with self._output.open("wb") as output:
            child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **airflow_setup.airflow_environment(self._settings)},
                start_new_session=True,
                cwd=self._settings.project_root,
            )
            with _stopping(child):
                return self._follow(child, books, shown)

    def _follow(self, child: subprocess.Popen[bytes], books: Books, shown: Plain | Bars) -> Ended:
        """Show the run's steps until it has ended, or nobody is left who works at it."""
        while True:
            is_alive = child.poll() is None
            seen = books.read()
            if seen is not None:
                shown.update(seen.lines)
                if seen.state in ENDED and (self._is_scheduled or not is_alive):
                    return Ended(seen.state, self.why(seen) if seen.state in ("failed", "interrupted") else None)
            if not is_alive and (child.returncode != 0 or not self._is_scheduled):
                return Ended("failed", self._last_words(child.returncode))
            if self._is_scheduled and (trouble := self._what_is_gone(seen, books)):
                return Ended("failed", trouble)
            time.sleep(POLL_SECONDS)

    def _what_is_gone(self, seen: Seen | None, books: Books) -> str | None:
        """Bring the database back where it is gone; the sentence where that fails, or about a part of Airflow."""
        from warehouse import services

        if seen is None and (trouble := _bring_back(books, self._settings)):
            return f"{faults.sentence(faults.DATABASE_LOST, self._settings, self.log)} {trouble}"
        if time.monotonic() - self._looked < PARTS_SECONDS:
            return None
        self._looked = time.monotonic()
        for name, log in services.parts_down(self._settings).items():
            return (
                f"Airflow's {name} is gone (log: {log}), and without it the run does not go on; `longcang up` starts it,"
                " and the run with it."
            )
        if self._is_over_in_airflow() and (last := books.read()) is not None and last.state not in ENDED:
            return (
                f"Airflow ended the run before it had closed its books, as where somebody marks it or a task of it on Airflow's"
                f" page (log: {self.log}); run again ({faults.RUN_AGAIN})."
            )
        return None

    def _is_over_in_airflow(self) -> bool:
        """Whether Airflow has nothing left to do in the run. Its last task, which closes the books, has ended by then."""
        try:
            with connect("airflow", settings=self._settings) as metadata:
                row = metadata.execute(
                    "select state from dag_run where dag_id = %s and run_id = %s", self._dag_run
                ).fetchone()
        except (psycopg.OperationalError, DatabaseError):
            return False
        return row is not None and row[0] in ("success", "failed")

    def why(self, seen: Seen) -> str:
        """Why a run that closed its books failed: what its steps say that failed, the first one whole; where none did, which
        were cut off."""
        failed = [line for line in seen.lines if line.state == "failed"]
        left = failed or [line for line in seen.lines if line.state != "done"]
        if not left:
            return f"The run failed before its first step began (log: {self.log})."
        said = f": {left[0].message}" if failed and left[0].message else "."
        others = ", ".join(line.step for line in left[1:])
        also = f" Also {'failed' if failed else 'cut off'}: {others}." if others else ""
        return f"The step {left[0].step} {'failed' if failed else 'was cut off'} (log: {self.log}){said}{also}"

    def _last_words(self, status: int) -> str:
        """Why the process that worked at the run ended before it had closed the run's books."""
        text = self._output.read_text(errors="replace")[-LOG_END:]
        if status >= 0 and (cause := faults.cause_in(text)):
            return faults.sentence(cause, self._settings, self.log)
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        memory = ", as the system does where memory runs out" if status == -signal.SIGKILL else ""
        return (
            f"The process of Airflow that worked at the run {how}{memory}, before it had closed the run's books"
            f" (log: {self.log}); run again ({faults.RUN_AGAIN})."
        )


def _bring_back(books: Books, settings: Settings) -> str | None:
    """Wait for the database. Start the embedded server where it crashed, or where whoever stopped it has not started it.

    Returns:
        What is in the way, None where it is back.
    """
    since = time.monotonic()
    while books.read() is None:
        waited = time.monotonic() - since
        try:
            if settings.is_embedded and (waited > STOPPED_SECONDS or not EmbeddedServer(settings).was_stopped):
                EmbeddedServer(settings).start()
        except LongcangError as error:
            return str(error)
        if waited > AWAY_SECONDS:
            return f"It did not come back within {AWAY_SECONDS:.0f} s."
        time.sleep(POLL_SECONDS)
    return None


def close(run_id: str, settings: Settings) -> None:
    """Record of a run that ended without closing its books that it failed, where the database lets us."""
    try:
        nightly.finish(run_id, settings)
    except Exception as error:  # why the run failed is known, and is what has to be said
        if faults.explain(error, settings) is None:
            raise


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
