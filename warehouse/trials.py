"""Trials: a night that is formed, built, judged and reported like any other, and is not published.

At its end everything is taken back that the next night would meet: the candidate's rows, the observations that it
appended, what its gate held, and its changes of tables and views, so that BI sees what it saw before and a type that was
tried binds nobody. What it read stays: accepted originals and their readings are never lost.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from warehouse import retention
from warehouse.connect import AUDITOR, BI, OPERATOR, connect
from warehouse.limits import READERS as READERS_GROUP
from warehouse.settings import Settings

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)

KIND = "trial"
# Readers of a view that has to be changed back are waited for so long; then it is left to the next run.
PATIENCE_SECONDS = 60.0
READERS = (BI, AUDITOR, OPERATOR, READERS_GROUP)  # as dbt_project/macros/materializations/stable_view.sql grants

_OBJECTS = """
    select n.nspname as schema_name, c.relname as object_name, array_agg(a.attname::text order by a.attnum) as columns,
           case when c.relkind = 'v' then pg_get_viewdef(c.oid) end as definition,
           jsonb_strip_nulls(jsonb_object_agg(a.attname, col_description(c.oid, a.attnum))
                             || jsonb_build_object('', obj_description(c.oid, 'pg_class'))) as comments
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname in ('staging', 'core', 'metrics', 'marts') and c.relkind in ('r', 'v') group by n.nspname, c.oid
"""
_CHANGED = f"""
    select schema_name, object_name, now.definition is not null as is_view, now.columns,
           was.columns as columns_before, was.definition, was.comments
    from ({_OBJECTS}) now
    left join (select * from ops.trial_objects where publication_id = %s) was using (schema_name, object_name)
    where (now.columns, now.definition) is distinct from (was.columns, was.definition)
      -- What is new and of no model is somebody's own.
      and (was.columns is not null or exists (
          select from ops.view_definitions d where (d.schema_name, d.view_name) = (now.schema_name, now.object_name)))
    order by 1, 2
"""


@dataclass(frozen=True)
class _Changed:
    """A table or view that is not what it was: its columns now and before (None where it is new), and a view's definition
    and comments before (that of the view itself under '')."""

    schema_name: str
    object_name: str
    is_view: bool
    columns: list[str]
    columns_before: list[str] | None
    definition: str | None
    comments: dict[str, str] | None

    @property
    def name(self) -> sql.Identifier:
        return sql.Identifier(self.schema_name, self.object_name)

    def column(self, name: str) -> sql.Identifier:
        return sql.Identifier(self.schema_name, self.object_name, name)


def remember(conn: Connection, publication_id: int) -> None:
    """Record which tables and views there are, before a trial's first build; a trial that is formed again keeps the first."""
    conn.execute(
        f"insert into ops.trial_objects (publication_id, schema_name, object_name, columns, definition, comments) "
        f"select %s, o.* from ({_OBJECTS}) o on conflict do nothing",
        (publication_id,),
    )


def remove_left(settings: Settings) -> list[int]:
    """Take back the trials that are over and still have something in the database; gives their publications' numbers."""
    with connect("owner", settings=settings) as conn:
        found = conn.execute(
            "select p.publication_id from ops.publications p left join ops.runs r using (run_id) "
            "where p.kind = 'trial' and r.state is distinct from 'running' and (p.purged_at is null or exists ("
            "select from ops.trial_objects o where o.publication_id = p.publication_id)) order by 1 desc"
        ).fetchall()
    for (number,) in found:
        remove(number, settings)
    return [number for (number,) in found]


def remove(publication_id: int, settings: Settings) -> str | None:
    """Take back what a trial has left but its readings.

    Returns:
        A sentence where somebody's use of a table or view is in the way of its definition; the next run tries again.
    """
    with connect("owner", settings=settings) as conn:
        _remove_rows(conn, publication_id)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with connect("build", settings=settings) as conn:
                _restore(conn, publication_id)
            break
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist) as error:
            if time.monotonic() > give_up or isinstance(error, psycopg.errors.DependentObjectsStillExist):
                said = f"试运行 {publication_id} 改动的表或视图正在使用中，没有全部撤回；下一次运行再撤"
                log.warning("%s", said)
                return said
        time.sleep(0.2)
    with connect("owner", settings=settings) as conn:
        conn.execute("delete from ops.trial_objects where publication_id = %s", (publication_id,))
    return None


def _remove_rows(conn: Connection, publication_id: int) -> None:
    """Delete the candidate's rows, the observations that no other publication counts on, and what its gate held."""
    conn.execute("delete from ops.gate_holds where publication_id = %s", (publication_id,))
    loads = conn.execute(
        """
        delete from ops.core_loads l where l.publication_id = %(number)s and not exists (
            select from ops.publication_parts pp join ops.publications p using (publication_id)
            where pp.reading_id = l.reading_id and p.kind <> 'trial' and p.purged_at is null
              and p.created_at > (select created_at from ops.publications where publication_id = %(number)s))
        returning l.model, l.reading_id
        """,
        {"number": publication_id},
    ).fetchall()
    for model in sorted({model for model, _ in loads}):
        conn.execute(
            sql.SQL("delete from {} where reading_id = any(%s)").format(sql.Identifier("core", model)),
            ([reading for found, reading in loads if found == model],),
        )
    retention.drop_rows(conn, publication_id, retention.per_publication_tables(conn))
    conn.execute(
        "update ops.publications set purged_at = clock_timestamp(), retired_at = coalesce(retired_at, clock_timestamp()), "
        "state = case state when 'candidate' then 'retired' else state end where publication_id = %s and purged_at is null",
        (publication_id,),
    )


def _restore(conn: Connection, publication_id: int) -> None:
    """Give tables and views the definitions that they had, and drop what is new; all of it or nothing."""
    conn.execute("set local lock_timeout = '100ms'")
    if not conn.execute("select from ops.trial_objects where publication_id = %s limit 1", (publication_id,)).rowcount:
        return
    with conn.cursor(row_factory=class_row(_Changed)) as cursor:
        changed = cursor.execute(_CHANGED, (publication_id,)).fetchall()
    views = [each for each in changed if each.is_view]
    for each in views:
        if each.columns == each.columns_before:
            _create(conn, each, sql.SQL("create or replace view"))
    moved = [each for each in views if each.columns != each.columns_before]  # no replacement takes a column away
    dropped, left = _drop(conn, [*moved, *_built_on(conn, publication_id, moved)])
    for each in left:
        if each.columns_before and each.columns != each.columns_before:
            _create(conn, each, sql.SQL("create or replace view"), keeps_added=True)
    _create_again(conn, [each for each in dropped if each.columns_before])
    for each in (each for each in changed if not each.is_view):
        if each.columns_before is None:
            conn.execute(sql.SQL("drop table {}").format(each.name))
        for column in [column for column in each.columns if column not in (each.columns_before or each.columns)]:
            conn.execute(sql.SQL("alter table {} drop column {}").format(each.name, sql.Identifier(column)))
    for each in changed:  # the next build looks at them anew
        place = (each.schema_name, each.object_name)
        conn.execute("delete from ops.view_definitions where schema_name = %s and view_name = %s", place)


def _built_on(conn: Connection, publication_id: int, views: list[_Changed]) -> list[_Changed]:
    """Our other views that these are below of, at any depth, as they were; somebody's own are not among them."""
    with conn.cursor(row_factory=class_row(_Changed)) as cursor:
        found = cursor.execute(
            """
            with recursive above as (
                select unnest(%(names)s::text[])::regclass::oid as oid
                union
                select r.ev_class from above a
                join pg_depend d on d.refobjid = a.oid and d.refclassid = 'pg_class'::regclass
                    and d.classid = 'pg_rewrite'::regclass
                join pg_rewrite r on r.oid = d.objid
            )
            select o.schema_name, o.object_name, true as is_view, o.columns, o.columns as columns_before, o.definition, o.comments
            from above join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace
            join ops.trial_objects o on (o.schema_name, o.object_name) = (n.nspname, c.relname)
            where o.publication_id = %(number)s and o.definition is not null
            """,
            {"names": [each.name.as_string() for each in views], "number": publication_id},
        ).fetchall()
    known = {(each.schema_name, each.object_name) for each in views}
    return [each for each in found if (each.schema_name, each.object_name) not in known]


def _drop(conn: Connection, views: list[_Changed]) -> tuple[list[_Changed], list[_Changed]]:
    """Drop views, those that others depend on after these; gives them, and those that something else depends on."""
    dropped, left = [], views
    while left:
        before, left = left, []
        for each in before:
            try:
                with conn.transaction():
                    conn.execute(sql.SQL("drop view {} restrict").format(each.name))
                dropped.append(each)
            except psycopg.errors.DependentObjectsStillExist:
                left.append(each)
        if len(left) == len(before):
            break
    return dropped, left


def _create_again(conn: Connection, views: list[_Changed]) -> None:
    """Make views that read each other, those that are read first."""
    left = views
    while left:
        before, left = left, []
        for each in before:
            try:
                with conn.transaction():
                    _create(conn, each, sql.SQL("create view"))
            except psycopg.errors.UndefinedTable:
                if each is before[-1] and len(left) == len(before) - 1:
                    raise
                left.append(each)


def _create(conn: Connection, view: _Changed, command: sql.SQL, keeps_added: bool = False) -> None:
    """Make a view as it was; `keeps_added`: with the columns that it has since, as null, for what others built on it."""
    assert view.columns_before is not None and view.definition is not None
    is_published = view.schema_name == "marts"
    query: sql.Composable = sql.SQL(view.definition.rstrip().rstrip(";"))
    columns = view.columns if keeps_added else view.columns_before
    if keeps_added:
        added = conn.execute(
            "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = to_regclass(%s) and attnum > %s "
            "order by attnum",
            (f'"{view.schema_name}"."{view.object_name}"', len(view.columns_before)),
        ).fetchall()
        nulls = sql.SQL(", ").join([sql.SQL("null::" + kind) for (kind,) in added])
        query = sql.SQL("select t.*, {} from ({}) t").format(nulls, query)
    conn.execute(
        sql.SQL("{} {} ({}) {} as {}").format(
            command,
            view.name,
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL("with (security_barrier)" if is_published else ""),
            query,
        )
    )
    for reader in READERS if is_published else ():
        conn.execute(sql.SQL("grant select on {} to {}").format(view.name, sql.Identifier(reader)))
    for column, text in (view.comments or {}).items():
        what = sql.SQL("column {}").format(view.column(column)) if column else sql.SQL("view {}").format(view.name)
        conn.execute(sql.SQL("comment on {} is {}").format(what, sql.Literal(text)))
