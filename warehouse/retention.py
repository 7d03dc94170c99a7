"""Retention: deleting the rows of old publications, and keeping the tables that hold them in shape.

Nothing here makes a BI query wait, or waits for one that never ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from warehouse import locks

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)

# A session that rests in the middle of a result can keep a page that vacuum needs to itself.
VACUUM_SECONDS = 600


def per_publication_tables(conn: Connection) -> list[tuple[str, str]]:
    """(schema, table) of every table whose rows belong to one publication."""
    return conn.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "join pg_attribute a on a.attrelid = c.oid and a.attname = 'publication_id' and not a.attisdropped "
        "where c.relkind = 'r' and n.nspname in ('core', 'metrics') order by 1, 2"
    ).fetchall()


def purge(conn: Connection, keep: int) -> list[int]:
    """Delete the rows of publications past the retention: all but the newest ``keep`` that were ever current.

    What was held or left behind as a candidate goes too, once a newer one is published; where none is for long, since one
    is pinned, the newest ``keep`` of what was held stay. Each publication is one transaction of plain DELETEs, which no
    reader waits for.

    Returns:
        The numbers of the publications whose rows are gone now.
    """
    tables = per_publication_tables(conn)
    old = conn.execute(
        """
        select publication_id from ops.publications
        where purged_at is null and state <> 'published'
          and (state <> 'candidate' or created_at < clock_timestamp() - interval '2 days')
          and (publication_id < coalesce((select publication_id from ops.pointer), 0)
               or (state in ('held', 'held_by_person') and publication_id not in (
                   select publication_id from ops.publications
                   where state in ('held', 'held_by_person') and purged_at is null
                   order by publication_id desc limit %s)))
          and publication_id not in (select publication_id from ops.publications
              where state in ('published', 'retired') and purged_at is null
              order by publication_id desc limit %s)
        order by publication_id
        """,
        (keep, keep),
    ).fetchall()
    purged = []
    for (publication_id,) in old:
        with conn.transaction():
            with locks.bounded(conn, locks.POINTER, f"delete publication {publication_id}"):
                marked = conn.execute(  # unless a person has made it the current one just now
                    "update ops.publications set purged_at = clock_timestamp() "
                    "where publication_id = %s and state <> 'published' and purged_at is null",
                    (publication_id,),
                )
            if not marked.rowcount:
                continue
            drop_rows(conn, publication_id, tables)
            purged.append(publication_id)
    return purged


def drop_rows(conn: Connection, publication_id: int, tables: list[tuple[str, str]]) -> None:
    """Delete what a publication is made of: its rows of those tables, and its parts."""
    for schema, table in tables:
        conn.execute(
            sql.SQL("delete from {} where publication_id = %s").format(sql.Identifier(schema, table)), (publication_id,)
        )
    conn.execute("delete from ops.publication_parts where publication_id = %s", (publication_id,))


def vacuum(conn: Connection, progress: Callable[[str], None]) -> list[str]:
    """Vacuum and analyze those tables; one that is in use by another build, or held up by a reader, is left for next time.

    Args:
        conn: in autocommit mode.
        progress: called with the name of each table after it.

    Returns:
        The tables, as schema.table, that took longer than `VACUUM_SECONDS` and were left.
    """
    left = []
    conn.execute("select set_config('statement_timeout', %s, false)", (f"{VACUUM_SECONDS}s",))
    for schema, table in per_publication_tables(conn):
        name = f"{schema}.{table}"
        try:
            conn.execute(
                sql.SQL("vacuum (analyze, truncate off, skip_locked) {}").format(sql.Identifier(schema, table))
            )
        except psycopg.errors.QueryCanceled:
            log.warning("The vacuum of %s did not end within %s s; the next night tries again.", name, VACUUM_SECONDS)
            left.append(name)
        progress(name)
    conn.execute("reset statement_timeout")
    return left
