"""Progress of a run's steps, kept in ``ops.steps`` where the command line and engineers can watch it.

A step's row is written through a connection of its own, so it is visible at once and survives the step's failure. A step
that a known fault stops leaves its sentence there and in its task's log.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from contextvars import Token
from types import TracebackType
from typing import Any, LiteralString

import psycopg

from warehouse import locks
from warehouse.connect import connect
from warehouse.errors import DatabaseError, LongcangError, NotPublished
from warehouse.faults import StepFault, explain, unforeseen
from warehouse.settings import Settings

INTERVAL_SECONDS = 0.5

log = logging.getLogger(__name__)


class Step:
    """One step of one run as a context manager; ``advance`` and ``set`` are cheap enough to call per item.

    A step that is entered again (a retry, a second run of the task) starts from zero again.
    """

    def __init__(self, run_id: str, name: str, settings: Settings, *, unit: str = "", total: int | None = None) -> None:
        self.run_id, self.name, self.unit, self.total = run_id, name, unit, total
        self.done = 0
        self.message: str | None = None
        self._settings = settings
        self._written = 0.0
        self._conn: psycopg.Connection[Any] | None = None
        self._listening: Token[Any] | None = None

    def __enter__(self) -> Step:
        self._execute(
            "insert into ops.steps (run_id, step, unit, total, pid) values (%s, %s, %s, %s, %s) "
            "on conflict (run_id, step) do update set done = 0, unit = excluded.unit, total = excluded.total, "
            "pid = excluded.pid, state = 'running', message = null, started_at = clock_timestamp(), "
            "updated_at = clock_timestamp()",
            (self.run_id, self.name, self.unit, self.total, os.getpid()),
        )
        self._listening = locks.listener.set(self._wait)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the step's row. Raises StepFault in place of an error that is a known fault of machine or database."""
        assert self._listening is not None
        locks.listener.reset(self._listening)
        found = explain(error, self._settings) if error is not None else None
        if error is not None:  # not what was done last, which is another thing than what failed
            self.message = found or (str(error) if isinstance(error, NotPublished) else unforeseen(error))
        if found is not None:
            log.error("the step %s stopped: %s", self.name, found)
        try:
            self._write("failed" if kind else "done")
        except (psycopg.OperationalError, DatabaseError):
            if kind is None:
                raise
        finally:
            if self._conn is not None:
                self._conn.close()
        if found is not None and not isinstance(error, LongcangError):
            raise StepFault(found) from None

    def advance(self, count: int = 1, message: str | None = None) -> None:
        self.set(self.done + count, message=message)

    def set(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Record ``done`` of ``total`` items; written at most twice a second."""
        self.done = done
        self.total = total if total is not None else self.total
        self.message = message or self.message
        if time.monotonic() - self._written >= INTERVAL_SECONDS:
            self._write("running")

    def _wait(self, sentence: str | None) -> None:
        """Show whom the step waits for, and what it did before once it goes on. Called from another thread."""
        with contextlib.suppress(psycopg.OperationalError, DatabaseError):  # the wait itself goes on without it
            self._write("running", sentence)

    def _write(self, state: str, waiting: str | None = None) -> None:
        self._written = time.monotonic()
        self._execute(
            "update ops.steps set done = %s, total = %s, message = %s, state = %s, updated_at = clock_timestamp() "
            "where run_id = %s and step = %s",
            (self.done, self.total, waiting or self.message, state, self.run_id, self.name),
        )

    def _execute(self, query: LiteralString, values: tuple[Any, ...]) -> None:
        """Run a statement on the step's own connection, on a new one where that was cut off."""
        if self._conn is not None:
            try:
                self._conn.execute(query, values)
                return
            except psycopg.OperationalError:
                self._conn.close()
        self._conn = connect("owner", settings=self._settings, autocommit=True)
        self._conn.execute(query, values)
