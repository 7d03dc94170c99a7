"""Roles and databases: made once, checked each time.

On the embedded server the superuser `postgres` makes the owner `longcang` (login, CREATEROLE, owner of the databases, no
superuser) and Airflow's own login; everything else is done as the owner, on an external server too.

What the user in LONGCANG_DATABASE_URL needs there, on PostgreSQL 15 or newer:

- CREATE on the database (for the schemas), as its owner or by `grant create on database … to …`;
- CREATEROLE (for `longcang_build`, `bi_reader`, `longcang_auditor`, `longcang_operator`, the group `longcang_readers`, and
  to set passwords). Or an administrator makes these four logins and the group, gives the passwords in
  LONGCANG_PASSWORD_LONGCANG_BUILD, …_BI_READER, …_LONGCANG_AUDITOR and …_LONGCANG_OPERATOR, and runs
  `grant longcang_build to <user>`;
- where it does not own the database, the database's grants stay as they are (PostgreSQL's default lets everybody
  connect and make temporary tables); where it does, only the warehouse's roles may enter. What an administrator can do
  beyond that is `administrator.sql`.

The four logins belong to the server, not to the database: two warehouses on one external server share them, and then
need the same passwords (by those variables, or by one secrets folder).
"""

from __future__ import annotations

import contextlib

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from warehouse import limits
from warehouse.connect import AIRFLOW, AUDITOR, BI, BUILD, OPERATOR, OWNER, connect, login_password
from warehouse.errors import DatabaseError
from warehouse.limits import READERS
from warehouse.locks import PROVISION, bounded, held
from warehouse.settings import Settings

OLDEST_VERSION = 15


def provision(settings: Settings) -> None:
    """Make roles and databases where they are missing, and see that version and privileges suffice.

    Safe to repeat and under concurrency (one lock). Raises DatabaseError with one sentence.
    """
    if not settings.is_embedded:
        with connect("owner", settings=settings) as connection:
            check_server(connection)
    # Roles are the server's: two set-ups at once would fail with "tuple concurrently updated". On the embedded server the
    # lock lies in the database `postgres`, so that one lock serves all warehouses on it, and no login can reach it.
    with held(PROVISION, "set up roles", settings, role="admin" if settings.is_embedded else "owner"):
        if settings.is_embedded:
            _provision_server(settings)
        with connect("owner", settings=settings) as connection, bounded(connection, PROVISION, "set up roles"):
            _make_logins(connection, settings)
            limits.share_with_build(connection)
            prepare_database(connection)
            _list_own_logins(connection)


def is_made(settings: Settings) -> bool:
    """Whether owner and database are there already: always on an external server, after the first set-up on ours."""
    if not settings.is_embedded:
        return True
    with connect("admin", settings=settings) as connection:
        return _exists(connection, "select from pg_database where datname = %s", settings.database_name)


def _provision_server(settings: Settings) -> None:
    """Owner, Airflow's login and the two databases, as the superuser of the embedded server."""
    with connect("admin", settings=settings, autocommit=True) as connection:
        for login, attributes in ((OWNER, "login createrole"), (AIRFLOW, "login")):
            _make_login(connection, login, attributes, settings)
        for database, owner in ((settings.database_name, OWNER), (settings.airflow_database_name, AIRFLOW)):
            if not _exists(connection, "select from pg_database where datname = %s", database):
                connection.execute(
                    sql.SQL("create database {} owner {}").format(sql.Identifier(database), sql.Identifier(owner))
                )
            if database == settings.airflow_database_name:
                connection.execute(
                    sql.SQL("revoke connect, temporary on database {} from public").format(sql.Identifier(database))
                )
        limits.as_administrator(settings)


def check_server(connection: psycopg.Connection) -> None:
    """See that the server is new enough and the user may do what a warehouse needs; DatabaseError lists what is not."""
    found = connection.info.server_version // 10000
    if found < OLDEST_VERSION:
        raise DatabaseError(f"The server is PostgreSQL {found}; the warehouse needs {OLDEST_VERSION} or newer.")
    row = connection.execute(
        """select rolcreaterole or rolsuper, has_database_privilege(current_database(), 'create'),
                  current_setting('server_encoding'), pg_is_in_recovery()
           from pg_roles where rolname = current_user"""
    ).fetchone()
    assert row is not None
    may_create_roles, may_create, encoding, is_replica = row
    user, database = connection.info.user, connection.info.dbname
    if is_replica:
        raise DatabaseError("LONGCANG_DATABASE_URL points at a read-only replica; give the primary server.")
    missing = []
    if not may_create_roles and not _are_logins_made(connection):
        missing.append(f"CREATEROLE (alter role {user} createrole)")
    if not may_create:
        missing.append(f"CREATE on the database (grant create on database {database} to {user})")
    if missing:
        raise DatabaseError(
            f"The user {user} of LONGCANG_DATABASE_URL lacks {' and '.join(missing)}; have an administrator grant it."
        )
    if encoding != "UTF8":
        raise DatabaseError(f"The database {database} is encoded in {encoding}; the warehouse needs UTF8.")


def _are_logins_made(connection: psycopg.Connection) -> bool:
    """Whether an administrator made the four logins and the group, and the user a member of the build role."""
    made = connection.execute(
        "select count(*) from pg_roles where rolname = any(%s)", [[BUILD, BI, AUDITOR, OPERATOR, READERS]]
    ).fetchone()
    return made == (5,) and _is_member_of_build(connection)


def _make_logins(connection: psycopg.Connection, settings: Settings) -> None:
    """The four logins with their passwords and limits, the readers' group, the owner's membership in the build role."""
    if not _exists(connection, "select from pg_roles where rolname = %s", READERS):
        connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(READERS)))
    for login in (BUILD, BI, AUDITOR, OPERATOR):
        try:
            with connection.transaction():
                _make_login(connection, login, "login", settings)
        except psycopg.errors.InsufficientPrivilege:
            raise DatabaseError(
                f"The login {login} is on the server already with another password, and {connection.info.user} may not"
                f" change it: give its password in LONGCANG_PASSWORD_{login.upper()}, or have an administrator run"
                f" `grant {login} to {connection.info.user} with admin option`."
            ) from None
        if login != BUILD and not limits.is_limited(connection, login):
            # Where the login is an administrator's, it stays as he made it.
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
                limits.limit_reader(connection, login)
    if not _is_member_of_build(connection):
        # The owner makes schemas that belong to the build role, and deletes what retention drops from its tables.
        how = sql.SQL(" with inherit true, set true" if connection.info.server_version >= 160000 else "")
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(BUILD)) + how)


def _is_member_of_build(connection: psycopg.Connection) -> bool:
    """Whether the user has the build role's rights and may make things that belong to it (PostgreSQL 16 tells apart)."""
    kinds = ("usage", "set") if connection.info.server_version >= 160000 else ("usage",)
    return all(
        _exists(connection, "select where pg_has_role(current_user, %s::name, %s)", BUILD, kind) for kind in kinds
    )


def prepare_database(connection: psycopg.Connection) -> None:
    """Who may enter the connected database: the roles of the warehouse. Needed again for a copy of a template."""
    database = sql.Identifier(connection.info.dbname)
    entrants = [BI, AUDITOR, OPERATOR, BUILD, READERS]
    row = connection.execute(
        """select pg_has_role(current_user, d.datdba, 'usage'),
                  has_database_privilege(d.oid, 'connect with grant option'),
                  has_database_privilege('public', d.oid, 'connect') or has_database_privilege('public', d.oid, 'temp'),
                  has_database_privilege(%s, d.oid, 'temp')
                  and (select bool_and(has_database_privilege(r, d.oid, 'connect')) from unnest(%s::name[]) r)
           from pg_database d where datname = current_database()""",
        [BUILD, entrants],
    ).fetchone()
    assert row is not None
    is_owner, may_grant, is_public, is_granted = row
    if is_owner and is_public:
        connection.execute(sql.SQL("revoke all on database {} from public").format(database))
        connection.execute("revoke all on schema public from public")
    if may_grant and (is_public or not is_granted):
        connection.execute(
            sql.SQL("grant connect on database {} to {}").format(
                database, sql.SQL(", ").join(map(sql.Identifier, entrants))
            )
        )
        connection.execute(sql.SQL("grant temporary on database {} to {}").format(database, sql.Identifier(BUILD)))


def _make_login(connection: psycopg.Connection, login: str, attributes: str, settings: Settings) -> None:
    """Create a login, or set its password anew where ours does not open it.

    The password leaves this process as a SCRAM verifier only, so that no server log can hold it.
    """
    password = login_password(login, settings)
    encrypted = scram_verifier(connection, login, password)
    verb = "alter" if _exists(connection, "select from pg_roles where rolname = %s", login) else "create"
    if verb == "alter" and _opens(connection, login, password):
        return
    connection.execute(
        sql.SQL(f"{verb} role {{}} {{}} password {{}}").format(
            sql.Identifier(login), sql.SQL(attributes), sql.Literal(encrypted)
        )
    )


def scram_verifier(connection: psycopg.Connection, login: str, password: str) -> str:
    """What a server keeps of a password, so that the password itself need not travel."""
    return connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()


def _opens(connection: psycopg.Connection, login: str, password: str) -> bool:
    """Whether the password is the login's. A login that may not enter this database has passed the password."""
    given = connection.info.get_parameters()
    given.update(user=login, password=password)
    given.pop("options", None)
    try:
        psycopg.connect(make_conninfo("", **given)).close()
    except psycopg.OperationalError as error:
        return "permission denied for database" in str(error)
    return True


def _list_own_logins(connection: psycopg.Connection) -> None:
    """The warehouse's own logins see the province, the user of this connection (who may change) among them.

    Before the first migration there is no list; the migration begins it.
    """
    if connection.execute("select to_regclass('ops.logins')").fetchone() == (None,):
        return
    connection.execute(
        """insert into ops.logins (login, scope) select o.login, 'province' from unnest(%s::text[]) as o (login)
           where not exists (select from ops.logins l where l.login = o.login) on conflict (login) do nothing""",
        [[connection.info.user, BUILD, BI, AUDITOR, OPERATOR]],
    )


def _exists(connection: psycopg.Connection, query: str, *values: object) -> bool:
    return connection.execute(query, values).fetchone() is not None
