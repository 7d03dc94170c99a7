"""Locks between the processes of one warehouse: who waits for whom, for how long, and what a person is told meanwhile.

A lock is a row (`ops.locks`, or the row of the thing itself) or a table of `ops`, taken for the length of a transaction:
only the owner can take it, where an advisory lock can be taken by every login that may connect. Whoever waits keeps
his place in the server's queue, names the one he waits for after a second, and gives up at the lock's limit.

Order, where several are taken in one transaction: discover or build, landing, submission, scope, reference; pointer alone.
dbt's materializations lock the rows of `ops.view_definitions` (see `dbt_project/macros/materializations/definitions.sql`).
"""

from __future__ import annotations

import functools
import logging
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from warehouse.connect import connect
from warehouse.errors import DatabaseError
from warehouse.settings import Settings

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)

LOOK_SECONDS, NEXT_WORD_SECONDS = 1.0, 30.0
SCOPE_BUCKETS = 64


@dataclass(frozen=True)
class Lock:
    """One kind of lock: its row in ``ops.locks``, what it guards in words, and how long one waits for it, in seconds."""

    name: str
    guards: str
    limit: float
    first_word: float = 1.0  # seconds until the wait is told of


# Each limit is shorter than what the task that waits may take (`warehouse.dag_steps`), so that the sentence comes first.
PROVISION = Lock("provision", "the set-up of roles and databases", 120)
MIGRATE = Lock("migrate", "the migration of the schema", 600)
INSTANT = Lock("instant", "what the migration changes", 0.5, first_word=0.1)
AIRFLOW = Lock("airflow", "the migration of Airflow's metadata", 600)
DISCOVER = Lock("discover", "the look at the landing folder", 1200)
RAW_TABLES = Lock("raw_tables", "the set-up of the raw tables", 300)
LANDING = Lock("landing", "the landing of files", 1200)
BUILD = Lock("build", "the forming of publications", 1200)
REFERENCE = Lock("reference", "the loading of reference data", 300)
POINTER = Lock("pointer", "the pointer to the current publication", 60)
FEEDBACK = Lock("feedback", "the writing of workbooks", 1800)
ALIASES = Lock("aliases", "the decision on aliases", 60)

# What is called with the sentence while the process waits, and with None when it waits no more.
listener: ContextVar[Callable[[str | None], None] | None] = ContextVar("listener", default=None)


ADVICE = (
    "Let it end and try again; where it has been forgotten, end that program, or its session as the database's owner: "
    "select pg_terminate_backend(<server process>)."
)


class LockTimeout(DatabaseError):
    """A lock was not free within its limit; the text names who holds it, since when, and what to do.

    Args:
        seconds: how long was waited for it.
        holders: a sentence on who holds it.
    """

    def __init__(self, seconds: float, holders: str) -> None:
        super().__init__(f"Gave up after {seconds:g} s. {holders} {ADVICE}")
        self.holders = holders


def take(conn: Connection, lock: Lock, purpose: str) -> None:
    """Take a lock for the rest of the transaction.

    Args:
        purpose: what the process does with it, in ASCII ("rollback 12"); others who wait are shown it.

    Raises:
        LockTimeout: another process had it for longer than the lock's limit.
    """
    with bounded(conn, lock, purpose):
        _take_row(conn, lock.name)


def take_pointer(conn: Connection, publication_id: int, purpose: str) -> None:
    """Take the pointer and a publication's own row, which retention takes too, for the rest of the transaction."""
    with bounded(conn, POINTER, purpose):
        conn.execute("select from ops.pointer for no key update")
        conn.execute("select from ops.publications where publication_id = %s for no key update", (publication_id,))


def take_landing(conn: Connection, submission_id: int, scope: str | None, purpose: str) -> None:
    """Take what the landing of one submission needs, for the rest of the transaction.

    Landings go on beside each other; one submission, and one scope (form and county), is landed by one at a time.
    """
    with bounded(conn, LANDING, purpose):
        conn.execute("lock table ops.readings in row exclusive mode")
        conn.execute("select from ops.submissions where submission_id = %s for no key update", (submission_id,))
        if scope is not None:
            # A fixed number of rows: two scopes that share one wait for each other, which costs milliseconds.
            _take_row(conn, f"scope {zlib.crc32(scope.encode()) % SCOPE_BUCKETS}")


def share_landing(conn: Connection, purpose: str) -> None:
    """Let no publication be formed for the rest of the transaction, as each landing does; landings go on beside it."""
    with bounded(conn, LANDING, purpose):
        conn.execute("lock table ops.readings in row exclusive mode")


def stop_landing(conn: Connection, purpose: str) -> None:
    """Wait for the landings under way, and let no other begin for the rest of the transaction.

    A lock on the table, not on a row: the server queues table locks, so that a stream of landings, which do not wait for
    each other, cannot keep this one waiting for ever.
    """
    with bounded(conn, LANDING, purpose):
        conn.execute("lock table ops.readings in share mode")


@contextmanager
def held(lock: Lock, purpose: str, settings: Settings, role: str = "owner") -> Iterator[None]:
    """Hold a lock over several transactions, by one on a connection of its own.

    Needs no migrated database: the table of locks is made where it is missing.
    """
    with connect(role, settings=settings) as conn:
        _make_table(conn)
        limits = ["idle_in_transaction_session_timeout"]
        limits += ["transaction_timeout"] if conn.info.server_version >= 170000 else []
        for name in limits:  # a server's own limit must not let go of the lock half-way
            conn.execute("select set_config(%s, '0', true)", (name,))
        take(conn, lock, purpose)
        yield


@contextmanager
def bounded(conn: Connection, lock: Lock, purpose: str) -> Iterator[None]:
    """Bound every wait of the statements within by the lock's limit; what waits is told of, and ends in a sentence.

    Raises:
        LockTimeout: one of the statements waited for longer. The transaction is lost.
    """
    name = application_name(purpose)
    before = conn.execute(
        "select current_setting('lock_timeout'), set_config('lock_timeout', %s, true), "
        "set_config('application_name', %s, true)",
        (f"{max(1, round(lock.limit * 1000))}ms", name),
    ).fetchone()
    way = functools.partial(_way_to, conn)
    with Watch(way, lock.guards, "pid = %s", conn.info.backend_pid, first_word=lock.first_word) as watch:
        try:
            yield
        except psycopg.errors.LockNotAvailable:
            raise LockTimeout(lock.limit, watch.last) from None
    conn.execute("select set_config('lock_timeout', %s, true)", before and before[:1])


def application_name(purpose: str) -> str:
    """What the server shows of a process that holds a lock: its purpose and its process here. At most 63 characters."""
    process = f" [{os.getpid()}]"
    return f"longcang {purpose}"[: 63 - len(process)] + process


# The sessions at the head of the queue in which the waiting ones stand: those that wait for nobody themselves.
HOLDERS = """
    with recursive queue (pid) as (
        select unnest(pg_blocking_pids(pid)) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and {waiting}
        union
        select unnest(pg_blocking_pids(pid)) from queue
    )
    select distinct a.pid, a.usename, a.application_name, a.xact_start from queue join pg_stat_activity a using (pid)
    where cardinality(pg_blocking_pids(a.pid)) = 0 order by a.xact_start, a.pid
"""


class Watch:
    """Tells who is in the way of waiting sessions, through a connection of its own, for as long as they wait.

    Args:
        way: gives the libpq string of a connection to the same database, as a role that may see the sessions.
        guards: what the sessions wait for, in words.
        waiting, value: which they are: a condition on ``pg_stat_activity`` with one parameter.
        first_word: seconds until the first look.
    """

    def __init__(
        self,
        way: Callable[[], str],
        guards: str,
        waiting: str,
        value: object,
        first_word: float = LOOK_SECONDS,
    ) -> None:
        self.last = f"{guards[0].upper()}{guards[1:]} is held by a session that could not be found any more."
        self._way, self._guards, self._query, self._value = way, guards, HOLDERS.format(waiting=waiting), value
        self._first_word, self._listener = first_word, listener.get()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        if self._over.wait(self._first_word):
            return
        try:
            with psycopg.connect(self._way(), autocommit=True) as conn:
                self._look(conn)
        except psycopg.Error:  # no more connections, or the server is going down: the wait itself goes on
            log.warning("Waiting for %s; the session that holds it cannot be asked for.", self._guards)

    def _look(self, conn: Connection) -> None:
        told: tuple[str, float] | None = None
        while True:
            found = conn.execute(self._query, (self._value,)).fetchall()
            if found:
                self.last = f"{self._guards[0].upper()}{self._guards[1:]} is held by {_names(found)}."
                if told is None or told[0] != self.last or time.monotonic() - told[1] > NEXT_WORD_SECONDS:
                    told = self.last, time.monotonic()
                    self._tell(f"Waiting: {self.last}")
            elif told is not None:
                told = None
                self._tell(None)
            if self._over.wait(LOOK_SECONDS):
                break
        if told is not None:
            self._tell(None)

    def _tell(self, sentence: str | None) -> None:
        if sentence is not None:
            log.warning(sentence)
        if self._listener is not None:
            self._listener(sentence)


def _way_to(conn: Connection) -> str:
    parameters = {**conn.info.get_parameters(), "password": conn.info.password}
    parameters.pop("options", None)
    return make_conninfo("", **parameters)


def _names(found: list[tuple[Any, ...]]) -> str:
    """The sessions in words; what a server keeps from a login that may not see others' sessions is left out."""
    return " and ".join(
        f"“{application or 'a program without a name'}” (login {login}, server process {pid}"
        + (f", since {began:%Y-%m-%d %H:%M:%S})" if began else ")")
        for pid, login, application, began in found
    )


# What `create … if not exists` ends in where another process makes the same thing at the same moment.
MADE_JUST_NOW = (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateSchema, psycopg.errors.DuplicateTable)


def _take_row(conn: Connection, name: str) -> None:
    query = "select from ops.locks where name = %s for no key update"
    if conn.execute(query, (name,)).fetchone() is None:
        # Its first use; where somebody else is at that too, this waits for him.
        conn.execute("insert into ops.locks (name) values (%s) on conflict do nothing", (name,))
        conn.execute(query, (name,))


def _make_table(conn: Connection) -> None:
    """The table of locks, in a transaction of its own: set-up and migration take locks before any migration has run."""
    for is_last in (False,) * 20 + (True,):
        if conn.execute("select to_regclass('ops.locks')").fetchone() != (None,):
            break
        try:
            conn.execute("create schema if not exists ops")
            conn.execute("create table if not exists ops.locks (name text primary key)")
        except MADE_JUST_NOW:
            conn.rollback()
            if is_last:
                raise
            time.sleep(0.05)
    conn.commit()
