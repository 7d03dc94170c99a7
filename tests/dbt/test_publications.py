"""What a night's build does to the rows and views of other publications: nothing."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.dbt.conftest import Built, build_all, build_for
from tests.dbt.world import CHENGGUAN, TONGWEI, World
from warehouse import dbt_runner, publications, retention
from warehouse.connect import connect
from warehouse.dbt_runner import DbtFailed

PER_PUBLICATION = """
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'publication_id'
    where c.relkind = 'r' and n.nspname in ('core', 'metrics') order by 1
"""
DEFINITIONS = """
    select n.nspname, c.relname, c.oid, c.xmin::text, d.set_at from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join ops.view_definitions d on d.schema_name = n.nspname and d.view_name = c.relname where c.relkind = 'v' order by 1, 2
"""
MAY_BE_EMPTY = {"metrics.mart_cross_checks"}
BODIES = ("fct_cooperatives", "fct_household_shares", "dim_entity", "mart_share_funds")
ADVISORY = """
    select pg_advisory_lock(hashtext(kind), hashtext(format('"%s"."%s"."%s"', current_database(), n.nspname, c.relname)))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['longcang.rows', 'longcang.definition']) kind
    where n.nspname in ('core', 'metrics', 'marts', 'staging')
"""
APPENDED = "select 'core.' || c.relname from pg_class c where c.relname ~ '^fct_' and c.relkind = 'r' order by 1"


def digests(world: World, publication: int) -> dict[str, Any]:
    """Per table of rows by publication: how many this one has, and a digest of them."""
    found = {}
    for (table,) in world.rows(PER_PUBLICATION, publication):
        [row] = world.rows(
            f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {table} t "
            f"where publication_id = {publication}",
            publication,
        )
        found[table] = row
    return found


def appended(world: World, publication: int) -> dict[str, int]:
    return {
        table: world.rows(f"select count(*) from {table}", publication)[0][0]
        for (table,) in world.rows(APPENDED, publication)
    }


@pytest.fixture
def open_reader(built: Built) -> Iterator[psycopg.Connection[Any]]:
    """A BI session in an open transaction that has read every published view, so that it holds a lock on all below."""
    views = built.world.rows("select viewname from pg_views where schemaname = 'marts'", built.publication)
    settings = built.world.settings
    with (
        connect("bi", settings=settings) as conn,
        connect("admin", settings=settings, database=settings.database_name) as locker,
    ):
        conn.execute("set transaction isolation level repeatable read")
        for (view,) in views:
            conn.execute(f"select count(*) from marts.{view}")
        # The names of the advisory locks that builds once took: on a server of one's own any login may take them.
        locker.execute(ADVISORY)
        yield conn


@pytest.mark.ci_only
def test_a_build_is_the_same_again(built: Built) -> None:
    world, publication = built.world, built.publication
    rows, core, views = digests(world, publication), appended(world, publication), world.rows(DEFINITIONS, publication)
    assert {table for table, (count, _) in rows.items() if not count} <= MAY_BE_EMPTY
    assert min(core.values()) > 0
    build_all(world, publication, "again")
    assert digests(world, publication) == rows
    assert appended(world, publication) == core, "a reading was appended twice"
    assert world.rows(DEFINITIONS, publication) == views, "a view was touched that had not changed"


def test_before_the_pointer_moves_bi_sees_nothing(built: Built) -> None:
    assert built.world.rows("select count(*) from marts.mart_target_progress", role="bi") == [(0,)]


def test_a_correction_replaces_the_figures_of_the_next_publication_alone(
    built: Built, open_reader: psycopg.Connection[Any]
) -> None:
    world, first = built.world, built.publication
    world.publish(first)
    before, core, views = digests(world, first), appended(world, first), world.rows(DEFINITIONS, first)
    village = world.village(TONGWEI, 2)
    world.land("village_base", TONGWEI, "2020", [{"village_code": village, "is_exited": True, "exit_year": 2020}])
    second = world.form()
    build_all(world, second, "second")  # with a reader's transaction open throughout
    open_reader.execute("select count(*) from marts.dim_village")

    query = "select actual_value, target_value from marts.mart_target_progress where target_code = 'T02' and region_code = %s"
    assert world.rows(query.replace("%s", f"'{TONGWEI}'"), second) == [(1, 1)]
    assert world.rows(query.replace("%s", f"'{TONGWEI}'"), first) == [(1, 2)]
    assert world.rows(query.replace("%s", f"'{TONGWEI}'"), role="bi") == [(1, 2)], "BI sees the candidate"
    assert digests(world, first) == before
    assert world.rows(DEFINITIONS, first) == views
    grown = {table: count - core[table] for table, count in appended(world, second).items() if count != core[table]}
    assert grown == {"core.fct_village_base": 1}, "a night costs what the night brought"
    world.publish(second)
    assert world.rows(query.replace("%s", f"'{TONGWEI}'"), role="bi") == [(1, 1)]


def test_a_login_of_one_county_sees_that_county(built: Built) -> None:
    world = built.world
    world.publish(world_current(world))
    with world.connect() as conn:
        conn.execute("update ops.logins set scope = 'counties' where login = 'bi_reader'")
        conn.execute("insert into ops.login_counties values ('bi_reader', %s)", (CHENGGUAN,))
    try:
        for view, column in [("fct_cooperatives", "county_code"), ("mart_target_progress", "county_code"),
                             ("mart_data_quality", "county_code"), ("dim_village", "county_code"),
                             ("fct_form_readings", "county_code")]:  # fmt: skip
            rows = world.rows(f"select distinct {column} from marts.{view} where {column} <> '-1'", role="bi")
            assert rows == [(CHENGGUAN,)], view
        assert world.rows("select distinct region_level from marts.mart_target_progress", role="bi") == [("county",)]
    finally:
        with world.connect() as conn:
            conn.execute("delete from ops.login_counties")
            conn.execute("update ops.logins set scope = 'province'")


def world_current(world: World) -> int:
    [(publication,)] = _owner(world, "select publication_id from ops.pointer")
    return int(publication)


def _owner(world: World, query: str) -> list[Any]:
    with world.connect() as conn:
        return conn.execute(query).fetchall()


@pytest.mark.ci_only
def test_what_june_names_and_august_identifies_is_one_body(built: Built) -> None:
    """August's register gives the code of a cooperative that June's register, and of one that June's shares alone, name."""
    world, shared = built.world, "通渭县百合农民专业合作社"
    coop = {"coop_name": "通渭县山丹农民专业合作社", "member_count": 9, "demo_level": "无"}
    share = {"head_id_token": "token-lily", "entity_name": shared, "entity_type": "合作社", "share_amount_yuan": 3000,
             "agreement_no": "7", "has_certificate": True}  # fmt: skip
    world.land("cooperatives", TONGWEI, "2020-06", [coop])
    world.land("household_shares", TONGWEI, "2020-06", [share])
    june = world.form()
    build_for(world, june, *BODIES)
    before = digests(world, june)
    with world.connect() as conn:
        [(known_until,)] = conn.execute("select clock_timestamp()").fetchall()
    register = [
        {**coop, "uscc": "93621121MA0000009Z"},
        {"coop_name": shared, "uscc": "93621121MA0000077Z", "member_count": 30},
    ]
    world.land("cooperatives", TONGWEI, "2020", register)
    august = world.form()
    build_for(world, august, *BODIES)

    listed = (
        "select count(distinct f.entity_key), count(*), max(d.credit_code) from marts.fct_cooperatives f "
        "join marts.dim_entity d using (entity_key) where d.entity_name like '%山丹%'"
    )
    assert world.rows(listed, june) == [(1, 1, None)]
    assert world.rows(listed, august) == [(1, 2, "93621121MA0000009Z")], "both months' rows belong to one body"
    held = (
        "select count(distinct d.entity_key), count(*), max(d.credit_code), bool_or(d.is_inferred), max(f.stage_text) "
        f"from marts.fct_household_shares f join marts.dim_entity d using (entity_key) where d.entity_name = '{shared}'"
    )
    assert world.rows(held, june) == [(1, 1, None, True, "已发股权证")]
    assert world.rows(held, august) == [(1, 1, "93621121MA0000077Z", False, "已发股权证")]
    assert world.rows(f"select count(*) from marts.dim_entity where entity_name = '{shared}'", august) == [(1,)]
    assert digests(world, june) == before, "a later night changed June's publication"
    restated = world.form(known_until=known_until)
    build_for(world, restated, *BODIES)
    assert (world.rows(listed, restated), world.rows(held, restated)) == (
        world.rows(listed, june),
        world.rows(held, june),
    )
    assert _figures(world, restated) == _figures(world, june)


def _figures(world: World, publication: int) -> list[Any]:
    """The dimension of bodies and the marts of shares, whatever the publication's number."""
    return [
        world.rows(
            f"select md5(string_agg((to_jsonb(t) - 'publication_id')::text, '|' order by (to_jsonb(t) - 'publication_id')::text)) "
            f"from {table} t where publication_id = {publication}",
            publication,
        )
        for table in ("core.dim_entity", "core.share_progress", "metrics.mart_share_funds")
    ]


@pytest.mark.ci_only
def test_without_a_publication_the_build_fails(built: Built) -> None:
    folder = built.world.settings.dbt_dir / "none" / "metrics"
    code, _ = dbt_runner.run(["build", "--select", "metrics__mart_target_progress"], folder, None, built.world.settings)
    assert code == 1
    assert "longcang.publication is not set" in (folder / "dbt.log").read_text(encoding="utf-8")


@pytest.mark.ci_only
def test_a_failing_check_stops_the_layer_and_is_named(built: Built) -> None:
    world = built.world
    world.land("sales_channels", TONGWEI, "2020", [{"channel_name": "柜", "sales_amount_yuan": 1, "county_code": "999999",
                                                    "part_code": TONGWEI}])  # fmt: skip
    publication = world.form()
    for layer in ("staging",):
        dbt_runner.build(layer, publication, "spoiled", world.settings)
    with pytest.raises(DbtFailed, match="fct_channel_sales__keys_resolve") as failure:
        dbt_runner.build("core", publication, "spoiled", world.settings)
    assert any("fct_channel_sales" in node for node in failure.value.nodes)
    recorded = _owner(world, "select status, count(*) from ops.node_results where run_id = 'spoiled' group by 1")
    assert dict(recorded)["fail"] >= 1


@pytest.mark.ci_only
def test_who_is_in_the_way_of_a_build_is_named_and_nobody_queues_behind_it(
    built: Built,
    open_reader: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A view whose definition changed while a BI session and a program of the owner's have it open, and a table that another
    build is writing: the BI session is ended, the others are named."""
    world, folder = built.world, built.world.settings.dbt_dir / "in-the-way" / "metrics"
    models = ["run", "--select", "dim_village", "--select", "metrics__mart_income_basis"]
    monkeypatch.setattr(dbt_runner, "ROWS_PATIENCE", "5s")
    monkeypatch.setattr(dbt_runner, "DEFINITION_PATIENCE", "5s")
    with world.connect() as conn:
        conn.execute(
            "update ops.view_definitions set digest = '' where view_name = 'dim_village' and schema_name = 'marts'"
        )
    slowest, over = [0.0], threading.Event()

    def keep_reading() -> None:
        while not over.wait(0.01):
            with (
                contextlib.suppress(psycopg.OperationalError),  # who reads at that very moment is ended too
                connect("bi", settings=world.settings, autocommit=True) as conn,
            ):
                began = time.monotonic()
                conn.execute("select 1 from marts.dim_village limit 1")
                slowest[0] = max(slowest[0], time.monotonic() - began)

    reading = threading.Thread(target=keep_reading)
    reading.start()
    with world.connect() as other, world.connect() as export:
        export.execute("select set_config('longcang.publication', %s, true)", (str(built.publication),))
        export.execute("select set_config('application_name', 'an export', true)")
        export.execute("select from marts.dim_village limit 1")
        other.execute("select from ops.view_definitions where view_name = 'mart_income_basis' for no key update")
        other.execute("select set_config('application_name', 'longcang build the same', true)")
        code, _ = dbt_runner.run(models, folder, built.publication, world.settings)
    over.set()
    reading.join()
    assert code == 1
    build, change = sorted(dbt_runner.held_up(list(dbt_runner.node_results(folder / "run_results.json"))), key=len)
    assert build.startswith(
        'Held up: metrics.mart_income_basis is being built by "longcang build the same" (login longcang,'
    )
    assert change.startswith(
        'Held up: marts.dim_village has to be changed, and is in use by "an export" (login longcang,'
    )
    assert ", since 20" in build and ", since 20" in change and "pg_terminate_backend" in change
    assert "Waiting: A table or view of layer metrics is held by “longcang " in caplog.text
    assert "“longcang build the same” (login longcang, server process " in caplog.text
    assert slowest[0] < 2, "a reader queued behind the change"
    with pytest.raises(psycopg.OperationalError, match="terminating connection"):
        open_reader.execute("select 1")
    code, words = dbt_runner.run(models, folder, built.publication, world.settings)
    assert code == 0, words


def test_retention_waits_for_no_reader(built: Built, open_reader: psycopg.Connection[Any]) -> None:
    world = built.world
    with world.connect() as conn:
        conn.execute("select set_config('lock_timeout', '5s', false)")
        if publications.current(conn) is None:  # this test alone
            publications.publish(conn, built.publication)
        conn.commit()
        newest = world.form()
        publications.publish(conn, newest)
        assert built.publication in retention.purge(conn, keep=1)
    with connect("owner", settings=world.settings, autocommit=True) as conn:
        seen: list[str] = []
        assert retention.vacuum(conn, seen.append) == []
    assert "metrics.mart_target_progress" in seen
