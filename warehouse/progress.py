"""Progress of a run's steps, kept in ``ops.steps`` where the command line and engineers can watch it.

A step's row is written through a connection of its own, so it is visible at once and survives the step's failure.
"""

from __future__ import annotations

import os
import time
from contextvars import Token
from types import TracebackType
from typing import Any

import psycopg

from warehouse import locks
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.settings import Settings

INTERVAL_SECONDS = 0.5


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
        self._conn = connect("owner", settings=self._settings, autocommit=True)
        self._conn.execute(
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
        assert self._conn is not None and self._listening is not None
        locks.listener.reset(self._listening)
        if isinstance(error, LongcangError):  # its text is meant for people
            self.message = str(error)
        try:
            self._write("failed" if kind else "done")
        except psycopg.OperationalError:
            if kind is None:
                raise
        finally:
            self._conn.close()

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
        self._write("running", sentence)

    def _write(self, state: str, waiting: str | None = None) -> None:
        assert self._conn is not None
        self._written = time.monotonic()
        self._conn.execute(
            "update ops.steps set done = %s, total = %s, message = %s, state = %s, updated_at = clock_timestamp() "
            "where run_id = %s and step = %s",
            (self.done, self.total, waiting or self.message, state, self.run_id, self.name),
        )
