"""A server of the user's own behind LONGCANG_DATABASE_URL: here a second one, with an administrator and his limits."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.readers import enter
from tests.server.conftest import Elsewhere, own_settings
from warehouse import limits, logins, reference, services
from warehouse.connect import connect, environment, parameters, url_of
from warehouse.errors import DatabaseError, UsageError
from warehouse.migrate import database_version, head_version
from warehouse.roles import check_server
from warehouse.server_release import what_is_newer
from warehouse.settings import Settings
from warehouse.setup import ensure_database


def settings_of(home: Path, url: str) -> Settings:
    return own_settings(home, DATABASE_URL=url)


def test_a_user_with_the_rights_that_are_listed(elsewhere: Elsewhere, tmp_path: Path) -> None:
    elsewhere.admin.execute("create role wang login createrole password 'of-the-user'")
    elsewhere.admin.execute("create database province")
    elsewhere.admin.execute("grant create on database province to wang")
    settings = settings_of(tmp_path, elsewhere.url("wang", "province"))
    ensure_database(settings)
    ensure_database(settings)
    assert database_version(settings) == head_version()
    assert not (tmp_path / "pg").exists(), "an embedded server was made beside the given one"
    for role, login in (("owner", "wang"), ("build", "longcang_build"), ("bi", "bi_reader")):
        with connect(role, settings=settings) as connection:
            assert connection.execute("select current_user, current_database()").fetchone() == (login, "province")
    with connect("bi", settings=settings) as bi, pytest.raises(psycopg.errors.InsufficientPrivilege):
        bi.execute("select from ops.pointer")
    with connect("owner", settings=settings) as owner:
        owner.execute("create schema more authorization longcang_build")
    assert environment("build", settings=settings)["PGCONNECT_TIMEOUT"] == "5", "the way to the server was lost"


@pytest.mark.parametrize(
    ("attributes", "grant", "lacks"),
    [
        (
            "nocreaterole",
            False,
            "CREATEROLE (alter role wang createrole) and"
            " CREATE on the database (grant create on database province to wang)",
        ),
        ("nocreaterole", True, "CREATEROLE (alter role wang createrole)"),
        ("createrole", False, "CREATE on the database (grant create on database province to wang)"),
    ],
)
def test_missing_privileges_are_one_sentence(
    elsewhere: Elsewhere, tmp_path: Path, attributes: str, grant: bool, lacks: str
) -> None:
    elsewhere.admin.execute(f"create role wang login {attributes} password 'of-the-user'")
    elsewhere.admin.execute("create database province")
    if grant:
        elsewhere.admin.execute("grant create on database province to wang")
    with pytest.raises(DatabaseError) as caught:
        ensure_database(settings_of(tmp_path, elsewhere.url("wang", "province")))
    assert str(caught.value) == (
        f"The user wang of LONGCANG_DATABASE_URL lacks {lacks}; have an administrator grant it."
    )
    assert elsewhere.admin.execute("select from pg_roles where rolname = 'bi_reader'").fetchone() is None


def test_logins_that_an_administrator_made(
    elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.admin.execute("create role wang login password 'of-the-user'")
    elsewhere.admin.execute("create database province")
    elsewhere.admin.execute("grant create on database province to wang")
    for login in ("longcang_build", "bi_reader", "longcang_auditor", "longcang_operator"):
        elsewhere.admin.execute(f"create role {login} login password 'given to {login}'")
    elsewhere.admin.execute("create role longcang_readers")
    elsewhere.admin.execute("grant longcang_build to wang")
    settings = settings_of(tmp_path, elsewhere.url("wang", "province"))
    with pytest.raises(DatabaseError) as caught:
        ensure_database(settings)
    assert str(caught.value) == (
        "The login longcang_build is on the server already with another password, and wang may not change it:"
        " give its password in LONGCANG_PASSWORD_LONGCANG_BUILD, or have an administrator run"
        " `grant longcang_build to wang with admin option`."
    )
    for login in ("longcang_build", "bi_reader", "longcang_auditor", "longcang_operator"):
        monkeypatch.setenv(f"LONGCANG_PASSWORD_{login.upper()}", f"given to {login}")
    ensure_database(settings)
    with connect("build", settings=settings) as build:
        build.execute("create table core.t ()")


def test_a_database_that_is_not_utf8_is_one_sentence(elsewhere: Elsewhere, tmp_path: Path) -> None:
    elsewhere.admin.execute("create role wang login createrole password 'of-the-user'")
    elsewhere.admin.execute(
        "create database province owner wang encoding 'LATIN1' locale 'C' locale_provider libc template template0"
    )
    with pytest.raises(DatabaseError, match="The database province is encoded in LATIN1; the warehouse needs UTF8"):
        ensure_database(settings_of(tmp_path, elsewhere.url("wang", "province")))


def test_a_replica_and_an_old_server_are_one_sentence_each() -> None:
    def connection(version: int, row: tuple[Any, ...]) -> Any:
        info = SimpleNamespace(server_version=version, user="wang", dbname="province")
        return SimpleNamespace(info=info, execute=lambda *_: SimpleNamespace(fetchone=lambda: row))

    with pytest.raises(DatabaseError, match="The server is PostgreSQL 14; the warehouse needs 15 or newer"):
        check_server(connection(140011, (True, True, "UTF8", False)))
    with pytest.raises(DatabaseError, match="read-only replica"):
        check_server(connection(150002, (True, True, "UTF8", True)))
    check_server(connection(150002, (True, True, "UTF8", False)))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://u:hidden@h/d", "LONGCANG_DATABASE_URL must look like postgresql://user:password@host:5432/database."),
        ("hidden", "LONGCANG_DATABASE_URL must look like postgresql://user:password@host:5432/database."),
        ("postgresql://h/d", "LONGCANG_DATABASE_URL does not name the user."),
        ("postgresql://u:hidden@/", "LONGCANG_DATABASE_URL does not name the host, dbname."),
        (
            "postgresql://u:hidden@h/d?no_such=1",
            "LONGCANG_DATABASE_URL cannot be read as postgresql://user:password@host:5432/database.",
        ),
        (
            "postgresql://u:hidden@127.0.0.1:1/d",
            "No PostgreSQL answers at 127.0.0.1:1; start it with `longcang up`, or see to the server.",
        ),
    ],
)
def test_a_url_that_leads_nowhere_is_one_sentence_without_its_password(tmp_path: Path, url: str, sentence: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        ensure_database(settings_of(tmp_path, url))
    assert str(caught.value) == sentence


def test_a_wrong_password_is_one_sentence_without_it(elsewhere: Elsewhere, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        ensure_database(settings_of(tmp_path, elsewhere.url("wang", "postgres", "wrong-one")))
    assert str(caught.value) == (
        f"The database postgres at 127.0.0.1:{elsewhere.server.port} cannot be reached as wang:"
        ' password authentication failed for user "wang"'
    )


def test_airflow_needs_a_url_of_its_own(elsewhere: Elsewhere, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, elsewhere.url("wang", "province"))
    with pytest.raises(DatabaseError, match="Airflow's metadata needs LONGCANG_AIRFLOW_DATABASE_URL as well"):
        parameters("airflow", settings)
    assert "of-the-user" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%40%2F%3A%24w@db.example:6432/d?sslmode=require",
        "postgresql://u@[::1]:5432/d",
        "postgresql://u:p@/d?host=%2Fvar%2Frun%2Fpostgresql",
        "postgresql://u:p@a,b/d?port=1%2C2",
        "postgresql://u:p@h/d%20with%20space?options=-c%20a%3Db%20-c%20c%3Dd",
    ],
)
def test_a_url_and_its_parameters_are_the_same_thing(url: str) -> None:
    from psycopg.conninfo import conninfo_to_dict

    known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    assert conninfo_to_dict(url_of(known)) == conninfo_to_dict(url)


def test_other_versions_of_postgresql(other_version: tuple[int, psycopg.Connection], tmp_path: Path) -> None:
    port, admin = other_version
    admin.execute("create role wang login createrole password 'of-the-user'")
    admin.execute("create database province owner wang")
    settings = settings_of(tmp_path / "home", f"postgresql://wang:of-the-user@127.0.0.1:{port}/province")
    ensure_database(settings)
    ensure_database(settings)
    version = admin.info.parameter_status("server_version")
    assert services.database_version(settings).startswith(f"PostgreSQL {version}")
    assert (" is old: " in services.database_version(settings)) == (what_is_newer(version or "") is not None)
    with connect("build", settings=settings) as build:
        build.execute("create view marts.seen as select publication_id from ops.visible")
        build.execute("grant select on marts.seen to bi_reader")
    with connect("bi", settings=settings, publication=5) as bi:
        assert bi.execute("select publication_id from marts.seen").fetchone() is None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bi.execute("select from ops.pointer")
    with connect("owner", settings=settings) as owner:
        owner.execute("create schema more authorization longcang_build")
        owner.execute("drop view marts.seen")


def filtered_view(settings: Settings) -> None:
    """A published view of two counties' rows, as dbt makes them, and a publication to see them in."""
    with connect("owner", settings=settings) as owner:
        reference.load(owner)
        owner.execute(
            """insert into ops.publications (kind, state, as_of_date, known_until, reference_version, code_digest)
               values ('nightly', 'published', '2020-06-30', now(), 1, 'c')"""
        )
        owner.execute("update ops.pointer set publication_id = 1")
    with connect("build", settings=settings, publication=1) as build:
        build.execute("create table metrics.kept as select * from (values ('621121'), ('620102')) as v (county_code)")
        build.execute(
            """create view marts.shown with (security_barrier) as select k.county_code from metrics.kept k
               where (select v.publication_id from ops.visible v) = 1 and ((select not v.is_restricted from ops.visible v)
                  or k.county_code in (select c.county_code from ops.visible_counties c))"""
        )
        build.execute("grant select on marts.shown to bi_reader, longcang_auditor, longcang_readers")


def test_a_county_s_login_there(other_version: tuple[int, psycopg.Connection], tmp_path: Path) -> None:
    """The owner is no superuser: what he may do he does, what he may not is named, and the filter holds."""
    port, admin = other_version
    admin.execute("create role wang login createrole password 'of-the-user'")
    admin.execute("create database province owner wang")
    settings = settings_of(tmp_path / "home", f"postgresql://wang:of-the-user@127.0.0.1:{port}/province")
    ensure_database(settings)
    filtered_view(settings)
    assert logins.add(settings, "tongwei", ["621121"]).still_member_of == []
    everybody = [row[0] for row in admin.execute("select rolname from pg_roles").fetchall()]
    # Even with every right of the other readers.
    admin.execute("grant bi_reader, longcang_auditor to tongwei")
    with enter(settings, "tongwei") as county:
        for role in everybody:
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
                county.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
            assert county.execute("select county_code from marts.shown").fetchall() == [("621121",)], role

    admin.execute("create role analyst login in role bi_reader")
    with enter(settings, "analyst", "any") as analyst:
        assert analyst.execute("select from marts.shown").fetchone() is None
    with connect("owner", settings=settings) as owner:
        assert [login.name for login in logins.listing(owner) if login.scope is None] == ["analyst"]
        assert {"large objects", "advisory locks"} <= set(limits.left_open(owner))
    if admin.info.server_version >= 160000:  # before, whoever may make roles may alter any
        with pytest.raises(UsageError, match="grant analyst, longcang_readers to wang with admin option"):
            logins.add(settings, "analyst", None)
        admin.execute("grant analyst, longcang_readers to wang with admin option")
    added = logins.add(settings, "analyst", None)
    assert added.password_file is None
    with enter(settings, "analyst", "any") as analyst:
        assert len(analyst.execute("select from marts.shown").fetchall()) == 2
        assert logins.remove(settings, "analyst") == 1

    with psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=province", autocommit=True) as there:
        for _ in range(2):
            there.execute(limits.ADMINISTRATOR.read_bytes())
    ensure_database(settings)
    left = ["all connections of the server"] if admin.info.server_version >= 160000 else []
    with connect("owner", settings=settings) as owner, enter(settings, "tongwei") as county:
        assert limits.left_open(owner) == left
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            county.execute("select lo_create(0)")
        county.execute("begin; select 1")
        assert [login for login, _ in limits.end_overdue(owner, transaction=timedelta(0))] == ["tongwei"]
        with pytest.raises(psycopg.OperationalError):
            county.execute("select 1")
    logins.add(settings, "linxia", ["622921"])
    with enter(settings, "linxia") as county:
        assert county.execute("show temp_file_limit").fetchone() == (limits.TEMPORARY_FILES,)
