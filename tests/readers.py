"""Logins of counties and analysts, for tests that do what somebody with such a login could do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from warehouse import logins
from warehouse.connect import parameters
from warehouse.settings import Settings


def name_of(what: str) -> str:
    """Logins belong to the server, which all workers of a session share."""
    return f"{what}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def enter(settings: Settings, login: str, password: str | None = None, **options: object) -> psycopg.Connection:
    """A session of a login of `longcang logins add`, or of another with its password."""
    if password is None:
        password = (settings.server_secrets_dir / "logins" / login).read_text(encoding="ascii").strip()
    given = {**parameters("bi", settings), "user": login, "password": password, "autocommit": True, **options}
    return psycopg.connect(**given)  # type: ignore[arg-type]


@contextmanager
def login_of(settings: Settings, what: str, counties: Sequence[str] | None) -> Iterator[str]:
    """A login that sees these counties, or the province, for the time of a test."""
    name = name_of(what)
    logins.add(settings, name, counties)
    try:
        yield name
    finally:
        logins.remove(settings, name)


FORBIDDEN = (
    "select lo_create(0)", "select pg_advisory_lock(n) from generate_series(1, 100000) n", "create temporary table t (n int)",
    "create table public.t (n int)", "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
    "select pg_cancel_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()", "delete from marts.dim_region",
    "select pg_logical_emit_message(false, 'x', repeat('x', 1000000))", "lock table marts.dim_region in exclusive mode",
    "update ops.pointer set publication_id = null", "select 1 from marts.dim_region for update",
)  # fmt: skip


class Hostile:
    """A login that takes every connection it can get and holds with each of them what it can hold, until it is closed.

    Shape of `succeeded`: the forbidden statements that the server let through; a test wants none.
    """

    def __init__(self, settings: Settings, login: str, most: int) -> None:
        self.succeeded: list[str] = []
        self.connections: list[psycopg.Connection] = []
        views = "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        try:
            while len(self.connections) < most:
                self.connections.append(enter(settings, login))
        except psycopg.OperationalError:
            pass
        for number, conn in enumerate(self.connections):
            conn.execute("set statement_timeout = 0")
            conn.execute("set idle_in_transaction_session_timeout = 0")
            conn.execute("set idle_session_timeout = 0")
            conn.execute("set default_transaction_read_only = off")
            self._try_what_is_forbidden(conn)
            if number % 3 == 0:
                conn.pgconn.send_query(b"select count(*) from generate_series(1, 1000000000000) n")
                continue
            conn.execute("begin isolation level " + ("serializable" if number % 3 == 1 else "repeatable read"))
            for (view,) in conn.execute(views).fetchall():
                conn.execute(f"select count(*) from marts.{view}")  # type: ignore[arg-type]
                conn.execute(f"lock table marts.{view} in access share mode")  # type: ignore[arg-type]

    def _try_what_is_forbidden(self, conn: psycopg.Connection) -> None:
        for statement in FORBIDDEN:
            try:
                conn.execute(statement)  # type: ignore[call-overload]
                self.succeeded.append(statement)
            except psycopg.Error:
                pass

    def close(self) -> None:
        for conn in self.connections:
            if not conn.closed:
                with suppress(psycopg.Error):
                    conn.cancel_safe(timeout=5)
            conn.close()
