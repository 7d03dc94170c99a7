"""Logins of people and BI tools: made, limited and listed in one step, and taken away in one.

A login is listed in `ops.logins` with what it may see; one that is not listed sees nothing. Its rights are those of the
group `longcang_readers`, as which nobody can log in: so no login has the rights of another, to end its sessions or to
see its statements. On the embedded server all this is done by the administrator, elsewhere by the owner.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from warehouse import limits, reference
from warehouse.connect import AUDITOR, BI, BUILD, LOGINS, connect
from warehouse.errors import UsageError
from warehouse.limits import READERS
from warehouse.roles import scram_verifier
from warehouse.secrets import secret
from warehouse.settings import Settings

# As PostgreSQL reads an unquoted name, so that it is written everywhere as it is listed.
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_OWN = {*LOGINS.values(), READERS}


@dataclass(frozen=True)
class Login:
    """A login of this server and what it sees: `scope` province, counties, or None where it is in no list."""

    name: str
    scope: str | None
    counties: list[str]
    exists: bool
    connections: int


@dataclass(frozen=True)
class Added:
    """What `add` did: the file that holds the password (None where an existing login keeps its own)."""

    password_file: Path | None
    is_new: bool
    still_member_of: list[str]


def add(settings: Settings, name: str, counties: Sequence[str] | None) -> Added:
    """Make a login, or adopt an existing one, that sees these counties (codes), or the province where None is given.

    Its password leaves this process as a SCRAM verifier only. Again for a listed login: it changes what it sees.

    Raises:
        UsageError: the name cannot be used, the login has more than a reader's rights, or it is another's to alter.
    """
    _check_name(name)
    folder = _folder(settings)
    kept = (folder / name).exists()
    with _in_charge(settings) as conn:
        _refuse_own(conn, name)
        found = conn.execute("select oid, rolcanlogin from pg_roles where rolname = %s", [name]).fetchone()
        if found is not None and not found[1]:
            raise UsageError(f"{name} is a group, not a login; choose another name.")
        try:
            with conn.transaction():
                if found is None:
                    _create(conn, name, secret(folder, name))
                else:
                    _refuse_more_rights(conn, name)
                still = _enrol(conn, name)
                limits.limit_reader(conn, name)
                _list(conn, name, counties)
        except BaseException as error:
            if found is None and not kept:
                (folder / name).unlink(missing_ok=True)
            if isinstance(error, psycopg.errors.InsufficientPrivilege):
                raise UsageError(_needs_administrator(conn, name)) from None
            raise
    return Added(folder / name if (folder / name).exists() else None, found is None, still)


def remove(settings: Settings, name: str) -> int:
    """Take a login away: it can log in no more, its sessions end, it leaves the list and the server.

    Returns:
        How many sessions were ended.

    Raises:
        UsageError: there is no such login, it is the warehouse's own, or it is another's to drop.
    """
    _check_name(name)
    with _in_charge(settings) as conn:
        _refuse_own(conn, name)
        exists = conn.execute("select from pg_roles where rolname = %s", [name]).fetchone() is not None
        is_listed = conn.execute("select from ops.logins where login = %s", [name]).fetchone() is not None
        if not is_listed:
            raise UsageError(f"{name} is in no list: `longcang logins list` shows which logins there are.")
        ended = 0
        if exists:
            try:
                ended = _shut_out(conn, name)
                conn.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege:
                raise UsageError(_needs_administrator(conn, name)) from None
            except psycopg.errors.DependentObjectsStillExist as error:
                raise UsageError(
                    f"{name} can log in no more, but owns or was granted something else on this server: have an"
                    f" administrator see to it, then remove it again ({str(error).splitlines()[0]})."
                ) from None
        conn.execute("delete from ops.logins where login = %s", [name])
    (_folder(settings) / name).unlink(missing_ok=True)
    return ended


def listing(conn: psycopg.Connection) -> list[Login]:
    """Every login in the list, by name; then those in no list that may read the published views and see nothing."""
    rows = conn.execute(
        """select l.login, l.scope, r.oid is not null,
                  array(select c.county_code from ops.login_counties c where c.login = l.login order by 1),
                  (select count(*) from pg_stat_activity a where a.usename = l.login)
           from ops.logins l left join pg_roles r on r.rolname = l.login and r.rolcanlogin order by 1"""
    ).fetchall()
    found = [Login(name, scope, counties, exists, count) for name, scope, exists, counties, count in rows]
    return found + [Login(name, None, [], True, 0) for name in unlisted(conn)]


def unlisted(conn: psycopg.Connection) -> list[str]:
    """Logins that were made members of a reading role by hand and are in no list: they see nothing."""
    # Since PostgreSQL 16 whoever makes a role is its member, with neither its rights nor `set role` to it.
    kinds = "'usage', 'set'" if conn.info.server_version >= 160000 else "'member'"
    rows = conn.execute(
        f"""select r.rolname from pg_roles r
            where r.rolcanlogin and not r.rolsuper and not exists (select from ops.logins l where l.login = r.rolname)
              and exists (select from unnest(%s::name[]) g, unnest(array[{kinds}]) k
                          where to_regrole(quote_ident(g)) is not null and pg_has_role(r.oid, g, k))
            order by 1""",
        [[BI, AUDITOR, READERS]],
    ).fetchall()
    return [name for (name,) in rows]


def notes(conn: psycopg.Connection) -> list[str]:
    """What whoever runs the warehouse should know of its logins, one sentence each; none where all is well."""
    if conn.execute("select to_regclass('ops.logins')").fetchone() == (None,):
        return []
    found = [
        f"{name} is in no list and sees nothing: longcang logins add {name} --county … | --province"
        for name in unlisted(conn)
    ]
    left = limits.left_open(conn)
    if left:
        found.append(
            f"Every login may still use {', '.join(left)}: an administrator runs {limits.ADMINISTRATOR.name}"
            ' (docs/operations.md, "What an administrator adds").'
        )
    return found


def _in_charge(settings: Settings) -> psycopg.Connection:
    """A connection to the warehouse's database as whoever may do most there."""
    if settings.is_embedded:
        return connect("admin", settings=settings, database=settings.database_name, autocommit=True)
    return connect("owner", settings=settings, autocommit=True)


def _folder(settings: Settings) -> Path:
    """Apart from the other secrets, so that no login's name meets one of theirs."""
    return settings.server_secrets_dir / "logins"


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be a login's name: small letters, digits and underscores, a letter first, 63 at most."
        )
    if name in _OWN or name.startswith(("pg_", "longcang")) or name in {"public", "none"}:
        raise UsageError(f"{name} is a reserved name; choose another.")


def _refuse_own(conn: psycopg.Connection, name: str) -> None:
    """The user of LONGCANG_DATABASE_URL may bear any name."""
    if name == conn.info.user or name == _owner(conn):
        raise UsageError(f"{name} is the warehouse's own login; choose another name.")


def _owner(conn: psycopg.Connection) -> str:
    row = conn.execute("select nspowner::regrole::text from pg_namespace where nspname = 'ops'").fetchone()
    assert row is not None
    return str(row[0])


def _refuse_more_rights(conn: psycopg.Connection, name: str) -> None:
    """No limit holds for a superuser, nor for one who may take another role's rights."""
    row = conn.execute(
        """select r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls,
                  array(select g.rolname::text from pg_roles g
                        where g.oid <> r.oid and pg_has_role(r.oid, g.oid, 'member')
                          and (g.rolname ~ '^pg_' or g.rolname in (%s, %s) or g.rolsuper or g.rolcreaterole))
           from pg_roles r where r.rolname = %s""",
        [BUILD, _owner(conn), name],
    ).fetchone()
    assert row is not None
    if row[0] or row[1]:
        what = f"is a member of {', '.join(row[1])}" if row[1] else "has attributes such as SUPERUSER or CREATEROLE"
        raise UsageError(f"{name} may do more than read ({what}): take that from it first, or choose another name.")


def _create(conn: psycopg.Connection, name: str, password: str) -> None:
    conn.execute(
        sql.SQL("create role {} login password {}").format(
            sql.Identifier(name), sql.Literal(scram_verifier(conn, name, password))
        )
    )


def _enrol(conn: psycopg.Connection, name: str) -> list[str]:
    """Make the login a member of the readers' group alone. Returns other logins whose rights it still has, by a grant
    that is not ours to take back."""
    login, group = sql.Identifier(name), sql.Identifier(READERS)
    how = sql.SQL(" with inherit true, set false" if conn.info.server_version >= 160000 else "")
    conn.execute(sql.SQL("grant {} to {}").format(group, login) + how)
    _leave_bi(conn, name)
    rows = conn.execute(
        "select g.rolname from pg_roles g where g.rolname = %s and pg_has_role(%s, g.oid, 'member')", [BI, name]
    ).fetchall()
    return [str(role) for (role,) in rows]


def _leave_bi(conn: psycopg.Connection, name: str) -> None:
    """Logins used to be members of bi_reader, whose sessions they could see and end. Since PostgreSQL 16 a membership is
    a grant of somebody's, and only that is taken back."""
    revoke = sql.SQL("revoke {} from {}").format(sql.Identifier(BI), sql.Identifier(name))
    grantors = conn.execute(
        """select pg_get_userbyid(m.grantor) from pg_auth_members m
           where m.roleid = to_regrole(%s)::oid and m.member = to_regrole(%s)::oid""",
        [BI, name],
    ).fetchall()
    for (grantor,) in grantors:
        by = sql.SQL(" granted by {}").format(sql.Identifier(grantor))
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege), conn.transaction():
            conn.execute(revoke + by if conn.info.server_version >= 160000 else revoke)


def _list(conn: psycopg.Connection, name: str, counties: Sequence[str] | None) -> None:
    if counties is not None and conn.execute("select from reference.regions limit 1").fetchone() is None:
        reference.load(conn)  # before the first night no county is known
    conn.execute(
        """insert into ops.logins (login, scope) values (%s, %s)
           on conflict (login) do update set scope = excluded.scope, listed_by = session_user,
                                             listed_at = clock_timestamp()""",
        [name, "province" if counties is None else "counties"],
    )
    conn.execute("delete from ops.login_counties where login = %s", [name])
    for county in dict.fromkeys(counties or ()):
        conn.execute("insert into ops.login_counties (login, county_code) values (%s, %s)", [name, county])


def _shut_out(conn: psycopg.Connection, name: str) -> int:
    """Let the login in no more and end its sessions; returns how many there were."""
    login = sql.Identifier(name)
    conn.execute(sql.SQL("alter role {} nologin").format(login))
    if conn.execute("select pg_has_role(%s, 'usage')", [name]).fetchone() == (False,):
        how = sql.SQL(" with inherit true, set false" if conn.info.server_version >= 160000 else "")
        conn.execute(sql.SQL("grant {} to current_user").format(login) + how)
    rows = conn.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = %s", [name]
    ).fetchall()
    return len(rows)


def _needs_administrator(conn: psycopg.Connection, name: str) -> str:
    return (
        f"{name} is not {conn.info.user}'s to alter or to give the rights of {READERS}: have an administrator run"
        f" `grant {name}, {READERS} to {conn.info.user} with admin option`."
    )
