"""What each login may do, as a matrix: every cell is tried on the real server."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from warehouse.connect import BUILD, LOGINS, connect, sqlalchemy_url
from warehouse.errors import DatabaseError
from warehouse.roles import provision
from warehouse.settings import Settings

ROLES = ("owner", "build", "bi", "auditor", "operator", "airflow")


@pytest.fixture(scope="module", autouse=True)
def tables(module_settings: Settings) -> Iterator[None]:
    """One table or view in every schema, as the parts of a night make them."""
    with connect("owner", settings=module_settings) as owner:
        owner.execute("create table raw.made as select 1 as n")
    with connect("build", settings=module_settings) as build:
        build.execute("create table core.made as select 1 as n")
        build.execute("create view staging.made as select n from raw.made")
        build.execute("create table metrics.made as select 1 as n")
        build.execute("create view marts.made as select n from metrics.made")
        build.execute("grant select on marts.made to bi_reader, longcang_auditor, longcang_operator")
    yield


# (statement, who may)
MATRIX = [
    ("select from marts.made", "owner build bi auditor operator"),
    ("select from metrics.made", "owner build"),
    ("select from core.made", "owner build"),
    ("select from staging.made", "owner build"),
    ("select from raw.made", "owner build"),
    ("select from ops.pointer", "owner build operator"),
    ("select from ops.login_counties", "owner build operator"),
    ("select from ops.logins", "owner build operator"),
    ("select from ops.locks", "owner build operator"),
    ("select from ops.locks for no key update", "owner"),
    ("insert into ops.logins values ('longcang_operator', 'province') on conflict do nothing", "owner"),
    ("insert into ops.decisions (kind, subject, decided_by, reason) values ('lost', '{}', 'x', 'y')", "owner"),
    ("select from reference.regions", "owner build"),
    ("select from ops.schema_version", "owner build operator"),
    ("select from ops.publications", "owner build operator"),
    ("insert into ops.core_loads values ('m', 1, 1)", "owner build"),
    ("delete from ops.core_loads", "owner build"),
    ("insert into ops.view_definitions values ('s', 'v', 'd')", "owner build"),
    ("update ops.pointer set moved_at = now()", "owner"),
    ("delete from ops.login_counties", "owner"),
    ("update ops.logins set scope = 'province'", "owner"),
    ("insert into ops.logins (login, scope) values ('longcang_airflow', 'province')", "owner"),
    ("insert into ops.submissions (path, sha256, size_bytes) values ('p', 's', 1)", "owner"),
    ("insert into reference.versions values (9, 'd')", "owner"),
    ("insert into raw.made values (2)", "owner"),
    ("delete from core.made where n = 9", "owner build"),
    ("delete from metrics.made where n = 9", "owner build"),
    ("create table raw.more (n int)", "owner"),
    ("create table ops.more (n int)", "owner"),
    ("create table core.more (n int)", "owner build"),
    ("create or replace view marts.made as select n from metrics.made", "owner build"),
    ("create table marts.more (n int)", "owner build"),
    ("create table public.more (n int)", "owner"),
    ("create temporary table more (n int)", "owner build"),
    ("create schema more", "owner"),
    ("select pg_advisory_xact_lock(1)", ""),
    ("do $$ begin raise log 'x'; end $$", "owner build"),
    ("select pg_terminate_backend(0)", "owner"),
    ("select pg_cancel_backend(0)", "owner"),
    ("select lo_create(0)", ""),
    ("select lo_from_bytea(0, '')", ""),
    ("select pg_logical_emit_message(false, 'a', 'b')", ""),
    ("set temp_file_limit = -1", "owner"),
    ("create role more", "owner"),
    ("create extension plpgsql", ""),
    ("copy (select 1) to program 'true'", ""),
    ("select pg_read_file('postgresql.conf')", ""),
    ("select rolpassword from pg_authid", ""),
    (f"set role {BUILD}", "owner build"),
    ("set role postgres", ""),
    ("alter role bi_reader superuser", ""),
]


@pytest.mark.parametrize("role", ["owner", "build", "bi", "auditor", "operator"])
@pytest.mark.parametrize(("statement", "may"), MATRIX, ids=[statement[:60] for statement, _ in MATRIX])
def test_matrix(module_settings: Settings, statement: str, may: str, role: str) -> None:
    with connect(role, settings=module_settings) as connection:
        # The guard that a session may lift is lifted, so that only rights are tested.
        connection.execute("set default_transaction_read_only = off")
        connection.commit()
        if role in may.split():
            connection.execute(statement)
        else:
            with pytest.raises(
                (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable, psycopg.errors.DuplicateObject)
            ):
                connection.execute(statement)
        connection.rollback()


def test_nobody_is_a_superuser_and_only_the_owner_makes_roles(module_settings: Settings) -> None:
    with connect("admin", settings=module_settings) as admin:
        rows = admin.execute(
            """select rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication from pg_roles
               where rolname = any(%s)""",
            [[LOGINS[role] for role in ROLES]],
        ).fetchall()
    assert {row[0]: row[1:] for row in rows} == {
        LOGINS[role]: (False, role == "owner", False, False, False) for role in ROLES
    }


@pytest.mark.parametrize("role", ["build", "bi", "auditor", "operator"])
@pytest.mark.parametrize("database", ["postgres", "airflow"])
def test_the_logins_stay_out_of_other_databases(module_settings: Settings, role: str, database: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied for database"):
        connect(role, settings=module_settings, database=database)


def test_airflow_stays_out_of_the_warehouse(module_settings: Settings) -> None:
    with pytest.raises(DatabaseError, match="permission denied for database"):
        connect("airflow", settings=module_settings, database=module_settings.database_name)


@pytest.mark.parametrize("role", ["bi", "auditor", "operator"])
def test_how_a_reader_s_session_begins(module_settings: Settings, role: str) -> None:
    with connect(role, settings=module_settings) as connection:
        assert connection.execute("select n from made").fetchone() == (1,), "marts is not on the search path"
        for name, value in (("default_transaction_read_only", "on"), ("statement_timeout", "30min")):
            assert connection.execute("select current_setting(%s)", [name]).fetchone() == (value,)


def test_the_owner_makes_schemas_for_the_build_role_and_empties_its_tables(module_settings: Settings) -> None:
    with connect("owner", settings=module_settings) as owner:
        owner.execute(f"create schema one_more authorization {BUILD}")
        assert owner.execute("delete from metrics.made").rowcount == 1
        owner.rollback()


def test_a_password_that_was_lost_is_set_anew(module_settings: Settings) -> None:
    with connect("admin", settings=module_settings, autocommit=True) as admin:
        admin.execute("alter role bi_reader password 'something else'")
    with pytest.raises(DatabaseError, match="password authentication failed"):
        connect("bi", settings=module_settings)
    provision(module_settings)
    connect("bi", settings=module_settings).close()


def test_sqlalchemy_reaches_it_too(module_settings: Settings) -> None:
    from sqlalchemy import create_engine, text

    for driver in ("psycopg2", "psycopg"):
        engine = create_engine(sqlalchemy_url("build", module_settings, publication=7, driver=driver))
        with engine.connect() as connection:
            assert connection.execute(text("show longcang.publication")).scalar() == "7"
        engine.dispose()
