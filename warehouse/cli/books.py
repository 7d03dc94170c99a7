"""The books of one run, ``ops.runs`` and ``ops.steps``, as the command line reads them while others write them."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any

import psycopg

from warehouse import interrupted
from warehouse.connect import connect
from warehouse.errors import DatabaseError
from warehouse.settings import Settings

ENDED = ("done", "held", "held_by_person", "failed", "interrupted")


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


@dataclass(frozen=True)
class Seen:
    """The run's state and its steps, in the order in which they began."""

    state: str
    lines: list[Line]


class Books:
    """Reads the books through a connection that is made again where it was cut off.

    `was_away`: the database itself was gone for a while (a connection that is cut off alone is not told apart from a
    healthy one).
    """

    def __init__(self, run_id: str, settings: Settings) -> None:
        self._run_id, self._settings = run_id, settings
        self._conn: psycopg.Connection[Any] | None = None
        self.was_away = False

    def __enter__(self) -> Books:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def read(self) -> Seen | None:
        """What the books say now, None while the database cannot be reached."""
        for is_last in (False, True):
            try:
                if self._conn is None:
                    self._conn = connect("owner", settings=self._settings, autocommit=True)
                    interrupted.watch_over(self._conn, self._run_id)
                return self._read(self._conn)
            except (psycopg.OperationalError, DatabaseError) as error:
                self._drop()
                # A server that ends one session says so; one that dies says nothing, or that it does so to all.
                self.was_away |= is_last or not isinstance(error, psycopg.errors.AdminShutdown)
        return None

    def forget(self) -> None:
        """Take the database for one that was never away."""
        self.was_away = False

    def _read(self, conn: psycopg.Connection[Any]) -> Seen:
        row = conn.execute("select state from ops.runs where run_id = %s", (self._run_id,)).fetchone()
        lines = conn.execute(
            "select step, done, total, unit, state, message, extract(epoch from updated_at - started_at)::float "
            "from ops.steps where run_id = %s order by started_at",
            (self._run_id,),
        ).fetchall()
        return Seen(row[0] if row else "running", [Line(*line) for line in lines])

    def _drop(self) -> None:
        if self._conn is not None:
            self._conn.close()
        self._conn = None
