"""What a login that only reads may take of the server: connections, time, temporary files, functions.

Three kinds of limit, since a session may raise its own `statement_timeout` and write through nothing it was not granted:

- defaults that its sessions begin with (`READER_SETTINGS`), against accidents;
- limits that it cannot raise: connections, temporary files, connections kept for the warehouse itself, and functions
  taken from everybody (`administrator.sql`);
- `end_overdue`, which ends the sessions that got past their time whatever they had set.

On a server of the user's own, what only an administrator can do is left to him; `left_open` says what he has not done.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from warehouse.connect import AIRFLOW, AUDITOR, BI, BUILD, OPERATOR, OWNER, connect
from warehouse.settings import Settings

READERS = "longcang_readers"
ADMINISTRATOR = Path(__file__).parent / "administrator.sql"

STATEMENT_LIMIT = timedelta(minutes=30)
TRANSACTION_LIMIT = timedelta(hours=2)
# What a session begins with. An abandoned dashboard must not run for ever, nor hold back vacuum.
READER_SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "30min",
    "idle_in_transaction_session_timeout": "2h",
    "search_path": "marts",
}
OPERATOR_SEARCH_PATH = "ops, marts"
# In one session; the server removes them with its end.
TEMPORARY_FILES = "2GB"
# Of the server's 200, 80 are kept for owner, build and Airflow (`server_config`). BI tools share bi_reader.
CONNECTIONS = {BI: 80, AUDITOR: 10}
CONNECTIONS_OF_A_LOGIN = 10

_RESERVE = "pg_use_reserved_connections"
# What stands for the groups that administrator.sql takes from everybody; it does so in one transaction.
_TAKEN = {
    "large objects": "has_function_privilege('public', 'pg_catalog.lo_create(oid)', 'execute')",
    "advisory locks": "has_function_privilege('public', 'pg_catalog.pg_advisory_lock(bigint)', 'execute')",
    "ending sessions": "has_function_privilege('public', 'pg_catalog.pg_terminate_backend(integer, bigint)', 'execute')",
    "blocks of code": "has_language_privilege('public', 'plpgsql', 'usage')",
    "temporary tables": "has_database_privilege('public', current_database(), 'temporary')",
}


def limit_reader(connection: psycopg.Connection, login: str) -> None:
    """Give a login the limits of one that only reads. Needs the right to alter it (`InsufficientPrivilege`)."""
    name = sql.Identifier(login)
    number = CONNECTIONS.get(login, CONNECTIONS_OF_A_LOGIN)
    connection.execute(sql.SQL("alter role {} connection limit {}").format(name, sql.Literal(number)))
    settings = _reader_settings(connection) | ({"search_path": OPERATOR_SEARCH_PATH} if login == OPERATOR else {})
    for setting, value in settings.items():
        values = sql.SQL(", ").join(map(sql.Literal, value.split(", ")))  # a list of schemas is no single name
        connection.execute(sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), values))


def is_limited(connection: psycopg.Connection, login: str) -> bool:
    """Whether the login has limits of each kind; which ones may be an administrator's decision."""
    row = connection.execute(
        """select rolconnlimit >= 0, array(select split_part(c, '=', 1) from pg_db_role_setting s, unnest(s.setconfig) c
                                           where s.setrole = r.oid and s.setdatabase = 0)
           from pg_roles r where rolname = %s""",
        [login],
    ).fetchone()
    return row is not None and row[0] and set(row[1]) >= set(_reader_settings(connection))


def _reader_settings(connection: psycopg.Connection) -> dict[str, str]:
    row = connection.execute("select has_parameter_privilege('temp_file_limit', 'set')").fetchone()
    return {**READER_SETTINGS, "temp_file_limit": TEMPORARY_FILES} if row == (True,) else READER_SETTINGS


def left_open(connection: psycopg.Connection) -> list[str]:
    """What every login of this server may still do, or the owner (who is connected) may not, in words."""
    found = [name for name, condition in _TAKEN.items() if _is_so(connection, condition)]
    if not _is_so(connection, "has_parameter_privilege('temp_file_limit', 'set')"):
        found.append("temporary files without limit")
    if connection.info.server_version >= 160000 and not (
        _is_so(connection, "current_setting('reserved_connections')::integer > 0")
        and _is_so(connection, "pg_has_role(%s, 'member')", _RESERVE)
    ):
        found.append("all connections of the server")
    return found


def as_administrator(settings: Settings) -> None:
    """Run administrator.sql where the embedded server has not had it, and close its other databases to readers."""
    with connect("admin", settings=settings, database=settings.database_name, autocommit=True) as admin:
        is_owner_ready = _is_so(admin, "pg_has_role(%s, 'pg_signal_backend', 'member')", OWNER)
        if is_owner_ready and not any(_is_so(admin, condition) for condition in _TAKEN.values()):
            return
        admin.execute(ADMINISTRATOR.read_bytes())
        admin.execute(sql.SQL("grant {} to {}").format(sql.Identifier(_RESERVE), sql.Identifier(AIRFLOW)))
        admin.execute("revoke connect, temporary on database postgres, template1 from public")


def share_with_build(connection: psycopg.Connection) -> None:
    """As the owner: hand on to the build role what the administrator gave with the right to do so."""
    build = sql.Identifier(BUILD)
    if _has_option(connection, _RESERVE) and not _is_so(connection, "pg_has_role(%s, %s, 'member')", BUILD, _RESERVE):
        connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(_RESERVE), build))
    if _is_so(connection, "has_language_privilege('plpgsql', 'usage with grant option')") and not _is_so(
        connection, "has_language_privilege(%s, 'plpgsql', 'usage')", BUILD
    ):
        connection.execute(sql.SQL("grant usage on language plpgsql to {}").format(build))


def _has_option(connection: psycopg.Connection, role: str) -> bool:
    return _is_so(
        connection,
        "exists (select from pg_auth_members m where m.roleid = to_regrole(%s)::oid and m.admin_option"
        " and pg_has_role(m.member, 'usage'))",
        role,
    )


def end_overdue(
    connection: psycopg.Connection,
    statement: timedelta = STATEMENT_LIMIT,
    transaction: timedelta = TRANSACTION_LIMIT,
) -> list[tuple[str, int]]:
    """End the readers' sessions in this database whose statement or transaction takes longer than it may.

    Returns:
        Login and process id of each session that was ended. Those that the owner may not see or end are left; on the
        embedded server there are none.
    """
    rows = connection.execute(
        """select a.pid, a.usename from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
           where a.datname = current_database() and a.backend_type = 'client backend' and not r.rolsuper
             and a.usename not in (session_user, current_user, %(build)s)
             and (exists (select from ops.logins l where l.login = a.usename)
                  or pg_has_role(a.usesysid, %(bi)s::name, 'member')
                  or pg_has_role(a.usesysid, %(readers)s::name, 'member'))
             and (a.state = 'active' and a.query_start < clock_timestamp() - %(statement)s
                  or a.xact_start < clock_timestamp() - %(transaction)s)""",
        {"build": BUILD, "bi": BI, "readers": READERS, "statement": statement, "transaction": transaction},
    ).fetchall()
    ended = []
    for pid, login in rows:
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute("select pg_terminate_backend(%s)", [pid])
            ended.append((login, pid))
    return ended


def _is_so(connection: psycopg.Connection, condition: str, *values: object) -> bool:
    row = connection.execute(f"select {condition}", values).fetchone()
    return row == (True,)
