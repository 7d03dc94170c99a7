"""What a county's login gets to see of other counties, whatever it tries, over every published view: nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.dbt.conftest import Built
from tests.dbt.world import CHENGGUAN, TONGWEI, World
from tests.readers import Hostile, enter, login_of, name_of
from warehouse import publications
from warehouse.connect import connect
from warehouse.settings import Settings

# What the province published itself, of every county: places and bounds.
PUBLIC = {"dim_region", "dim_parameter"}
EVERYONES = (CHENGGUAN, "-1")
OWN_VIEW = "fct_cooperatives"

View = tuple[str, list[str], list[str]]


@dataclass(frozen=True)
class Reader:
    """A login of one county, and what only other counties wrote."""

    settings: Settings
    login: str
    views: list[View]
    foreign_words: frozenset[str]

    def enter(self, **options: object) -> psycopg.Connection[Any]:
        return enter(self.settings, self.login, **options)


def published_views(world: World) -> list[View]:
    """Name, columns and text columns of each view in marts."""
    rows = world.rows(
        "select table_name, array_agg(column_name::text order by ordinal_position), "
        "coalesce(array_agg(column_name::text order by ordinal_position) filter (where data_type = 'text'), '{}') "
        "from information_schema.columns where table_schema = 'marts' group by 1 order by 1",
        role="owner",
    )
    assert len(rows) > 50
    return [(str(name), columns, texts) for name, columns, texts in rows]


def words(rows: list[Any]) -> set[str]:
    return {cell for row in rows for cell in row if isinstance(cell, str) and len(cell) > 3}


@pytest.fixture(scope="module")
def reader(built: Built) -> Iterator[Reader]:
    world = built.world
    world.refuse("某县/不知哪个县的表.xlsx", None, None, "S02", "认不出是哪个县的表")
    world.refuse(f"{TONGWEI}/通渭的一张坏表.xlsx", None, TONGWEI, "S02", "认不出是哪种表")
    world.publish(built.publication)
    world.publish(world.form())
    views = published_views(world)
    with connect("owner", settings=world.settings) as conn:
        publications.rollback(conn, built.publication)
        conn.execute("update ops.publications set known_until = clock_timestamp()")  # sees the refused files
    theirs, everyones = set[str](), set[str]()
    for name, columns, _ in views:
        has_county = "county_code" in columns and name not in PUBLIC
        chosen = f"county_code in {EVERYONES}" if has_county else "true"
        if name in ("dim_insurance_product", "fct_refused_files"):
            chosen = f"county_code = '{CHENGGUAN}'" if has_county else "insurance_product_key = -1"
        rows = world.rows(f"select *, {chosen} as is_shown from marts.{name}", role="bi")
        everyones |= words([row[:-1] for row in rows if row[-1]])
        theirs |= words([row[:-1] for row in rows if not row[-1]])
    # A word that also stands in a row that everybody may see tells nothing; nor does the name or code of a place.
    for places in ("regions", "villages"):
        rows = world.rows(f"select t.* from reference.{places} t", role="owner")
        everyones |= words(rows)
    # A plan shows what the definitions of the views say, which is no secret.
    definitions = world.rows("select pg_get_viewdef(c.oid) from pg_class c where c.relkind = 'v'", role="owner")
    shown = "\n".join([*everyones, *(text for (text,) in definitions)])
    found = frozenset(w for w in theirs if w not in shown and not re.fullmatch(r"[-\d.:/+ ]+", w))
    assert len(found) > 100 and any("不知哪个县" in word for word in found)
    with login_of(world.settings, "county", [CHENGGUAN]) as login:
        yield Reader(world.settings, login, views, found)


def try_all(conn: psycopg.Connection[Any], statements: list[str]) -> None:
    """Run what the server lets through: what is refused changes nothing."""
    for statement in statements:
        try:
            conn.execute(statement)  # type: ignore[call-overload]
        except psycopg.Error:
            pass


def sees_its_own_alone(reader: Reader, conn: psycopg.Connection[Any], way: str) -> None:
    seen = set[str]()
    for name, columns, _ in reader.views:
        rows = conn.execute(sql.SQL("select * from {}").format(sql.Identifier("marts", name))).fetchall()
        seen |= words(rows)
        if "county_code" in columns and name not in PUBLIC:
            counties = {row[columns.index("county_code")] for row in rows}
            assert counties <= set(EVERYONES), f"{name} after {way}"
        if name == OWN_VIEW:
            assert {row[columns.index("county_code")] for row in rows} == {CHENGGUAN}, way
    leaked = sorted(seen & reader.foreign_words)
    assert leaked == [], way


def roles(settings: Settings) -> list[str]:
    with connect("owner", settings=settings) as conn:
        return [row[0] for row in conn.execute("select rolname from pg_roles where rolname !~ '^pg_' order by 1")]


def test_no_role_or_setting_shows_more(reader: Reader, built: Built) -> None:
    others = [*roles(reader.settings), "none", "default"]
    ways = {
        "nothing": [],
        "set role": [f"set role {role}" for role in others],
        "set session authorization": [f"set session authorization {role}" for role in others],
        "set local": ["begin", *(f"set local role {role}" for role in others)],
        "reset": ["reset role", "reset session authorization", "reset all", "discard all"],
        "settings": [
            f"set longcang.publication = '{built.publication}'", "set row_security = off",
            "set session_replication_role = replica", "set default_transaction_read_only = off",
            "set search_path = pg_temp, ops, core, metrics, staging, raw, public", "set is_superuser = on",
            "select set_config('session_authorization', 'postgres', false), set_config('role', 'bi_reader', false)",
        ],
        "grants": [f"grant bi_reader to {reader.login}", f"grant longcang_build to {reader.login}",
                   f"alter role {reader.login} superuser", f"alter role {reader.login} bypassrls",
                   f"alter role {reader.login} rename to bi_reader2", "alter view marts.fct_cooperatives owner to current_user",
                   "update ops.logins set scope = 'province'", "delete from ops.login_counties"],
    }  # fmt: skip
    for way, statements in ways.items():
        with reader.enter() as conn:
            try_all(conn, statements)
            if conn.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
                conn.execute("rollback")
            sees_its_own_alone(reader, conn, way)
            assert conn.execute("select session_user").fetchone() == (reader.login,)


def test_what_a_session_begins_with_shows_no_more(reader: Reader) -> None:
    for option in ("role=bi_reader", "role=longcang_readers", "session_authorization=bi_reader", "row_security=off",
                   "search_path=ops,core,metrics", "longcang.publication=1"):  # fmt: skip
        try:
            conn = reader.enter(options=f"-c {option}")
        except psycopg.OperationalError:
            continue
        with conn:
            sees_its_own_alone(reader, conn, option)
    with reader.enter() as conn:
        try_all(conn, [f"alter role {reader.login} set {name}" for name in (
            "role = 'bi_reader'", "role = 'longcang_readers'", "session_authorization = 'bi_reader'", "row_security = off",
            "default_transaction_read_only = off", "longcang.publication = '1'", "search_path = 'ops'")])  # fmt: skip
    try:
        with reader.enter() as conn:
            sees_its_own_alone(reader, conn, "alter role self set")
    except psycopg.OperationalError as error:  # a role that it may not take
        assert "role" in str(error)
    finally:
        with connect("admin", settings=reader.settings, autocommit=True) as admin:
            for name in ("role", "row_security", '"longcang.publication"', "session_authorization"):
                try_all(admin, [f"alter role {reader.login} reset {name}"])


def test_no_way_to_ask_shows_more(reader: Reader) -> None:
    """Cursors, prepared statements, copies, functions that run a query, blocks of code, plans."""
    notices: list[str] = []
    with reader.enter() as conn:
        conn.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))
        try_all(conn, ["create temporary view mine as select * from marts.fct_cooperatives",
                       "create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as "
                       "$$begin raise notice '%', $1; return true; end$$"])  # fmt: skip
        for name, columns, texts in reader.views:
            told: list[Any] = []
            with conn.transaction():
                conn.execute(f"declare c scroll cursor with hold for select * from marts.{name}")  # type: ignore[arg-type]
                told += (
                    conn.execute("fetch all from c").fetchall() + conn.execute("fetch backward all from c").fetchall()
                )
            conn.execute("close c")
            conn.execute(f"prepare q as select * from marts.{name}")  # type: ignore[arg-type]
            for mode in ("force_generic_plan", "force_custom_plan"):
                conn.execute(f"set plan_cache_mode = {mode}")  # type: ignore[arg-type]
                told += conn.execute("execute q").fetchall()
            conn.execute("deallocate q")
            with conn.cursor().copy(f"copy (select * from marts.{name}) to stdout") as copy:  # type: ignore[arg-type]
                told.append(("\n".join(bytes(block).decode() for block in copy),))
            told += conn.execute(f"select jsonb_agg(t)::text from marts.{name} t").fetchall()  # type: ignore[arg-type]
            loop = f"do $$declare r record; begin for r in select * from marts.{name} loop raise notice '%', r; end loop; end$$"
            try_all(conn, [loop])
            foreign = f"where county_code = '{TONGWEI}'" if "county_code" in columns else ""
            plan = conn.execute(f"explain (analyze, verbose, buffers) select * from marts.{name} {foreign}").fetchall()  # type: ignore[arg-type]
            assert foreign == "" or name in PUBLIC or re.search(r"actual time=\S+ rows=0", str(plan[0])), name
            told += plan
            for column in texts:
                try_all(conn, [f"select 1 from marts.{name} where pg_temp.tell({column})"])
            text = "\n".join(str(row) for row in told) + "\n".join(notices)
            assert not [word for word in reader.foreign_words if word in text], name
            notices.clear()


def test_no_predicate_is_asked_about_a_row_of_others(reader: Reader) -> None:
    """An error tells the value that it met, or that it met one."""
    with reader.enter() as conn:
        for name, columns, texts in reader.views:
            if "county_code" in columns and name not in PUBLIC:
                conn.execute(  # fails where it meets a row of another county
                    f"select from marts.{name} where 1 / (case when county_code in {EVERYONES} then 1 else 0 end) = 1"  # type: ignore[arg-type]
                )
            for column in texts:
                for leak in (f"{column}::integer = 0", f"({column} || '%')::jsonb is null", f"{column}::oid = 1"):
                    try:
                        conn.execute(f"select from marts.{name} where {leak}")  # type: ignore[arg-type]
                    except psycopg.Error as error:
                        assert not [word for word in reader.foreign_words if word in str(error)], f"{name}.{column}"


@pytest.mark.parametrize(
    "query",
    [
        "select from pg_statistic", "select from pg_statistic_ext_data", "select from pg_authid", "select from ops.visible",
        "select from ops.logins", "select from core.fct_cooperatives", "select from metrics.mart_target_progress",
        "select from staging.stg_county_forms__cooperatives", "select from raw.cooperatives", "select from pg_largeobject",
        "select from reference.regions", "select pg_read_file('pg_hba.conf')", "select pg_ls_waldir()",
    ],
)  # fmt: skip
def test_what_lies_below_stays_closed(reader: Reader, query: str) -> None:
    with reader.enter() as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(query)  # type: ignore[call-overload]


def test_the_catalogue_tells_no_values_and_no_statements_of_others(reader: Reader) -> None:
    with reader.enter() as conn, connect("bi", settings=reader.settings) as bi:
        bi.execute("select '通渭的秘密'")
        assert conn.execute("select count(*) from pg_stats where schemaname not in ('pg_catalog', 'information_schema')"
                            ).fetchone() == (0,)  # fmt: skip
        assert conn.execute("select count(*) from pg_stat_activity where query ~ '秘密' and usename <> session_user"
                            ).fetchone() == (0,)  # fmt: skip
        assert conn.execute("select count(*) from information_schema.tables where table_schema in "
                            "('ops', 'raw', 'core', 'metrics', 'staging', 'reference')").fetchone() == (0,)  # fmt: skip


def test_a_login_in_no_list_sees_nothing_at_all(reader: Reader) -> None:
    """One made by hand, a member of bi_reader as logins used to be made, whatever role it takes."""
    name = name_of("by_hand")
    with connect("admin", settings=reader.settings, autocommit=True) as admin:
        admin.execute(f"create role {name} login password 'by hand' in role bi_reader, longcang_auditor")
    try:
        with enter(reader.settings, name, "by hand") as conn:
            for role in (name, "bi_reader", "longcang_auditor"):
                conn.execute(f"set role {role}")  # type: ignore[arg-type]
                for view, _, _ in reader.views:
                    assert conn.execute(f"select count(*) from marts.{view}").fetchone() == (0,), f"{view} as {role}"  # type: ignore[arg-type]
    finally:
        with connect("admin", settings=reader.settings, autocommit=True) as admin:
            admin.execute(f"drop role {name}")


def test_a_member_of_bi_reader_that_is_listed_is_limited_too(reader: Reader) -> None:
    """The statement that used to remove the filter, with the rights that made it possible."""
    with connect("admin", settings=reader.settings, autocommit=True) as admin:
        admin.execute(f"grant bi_reader, longcang_auditor to {reader.login} with inherit true, set true")
    try:
        for role in ("bi_reader", "longcang_auditor", "longcang_readers"):
            with reader.enter() as conn:
                try_all(conn, [f"set role {role}"])
                sees_its_own_alone(reader, conn, f"set role {role}")
    finally:
        with connect("admin", settings=reader.settings, autocommit=True) as admin:
            admin.execute(f"revoke bi_reader, longcang_auditor from {reader.login}")


def test_the_limits_are_looked_up_once_a_statement(reader: Reader) -> None:
    """An init-plan, never a lookup in each row."""
    with reader.enter() as conn:
        for name, _, _ in reader.views:
            lines = [row[0] for row in conn.execute(f"explain (analyze) select * from marts.{name}")]  # type: ignore[arg-type]
            for line in lines:
                if re.search(r" on (logins|login_counties|publications) ", line) and "never executed" not in line:
                    assert int(re.search(r"loops=(\d+)", line)[1]) <= 1, f"{name}: {line}"  # type: ignore[index]


def test_a_publication_is_formed_shown_and_taken_back_beside_a_hostile_login(reader: Reader, built: Built) -> None:
    """Endless statements, transactions left open over every view, and a try at all that is forbidden."""
    world = built.world
    hostile = Hostile(reader.settings, reader.login, 5)
    try:
        assert (hostile.succeeded, len(hostile.connections)) == ([], 5)
        second = world.form()
        world.publish(second)
        with world.connect() as conn:
            publications.rollback(conn, built.publication)
        assert world.rows("select publication_id from ops.pointer", role="owner") == [(built.publication,)]
    finally:
        hostile.close()
