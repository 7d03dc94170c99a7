"""Runs that were killed: closed by the next start, so that nothing waits for them, and called interrupted.

A DAG run that a process of its own carried out (``airflow dags test``) stays `running` in Airflow's metadata where that
process is killed, and with one active run at most the next night would wait for it for ever.
"""

from __future__ import annotations

from typing import Any

import psutil
import psycopg

from warehouse.connect import connect
from warehouse.settings import Settings

Connection = psycopg.Connection[Any]


def watch_over(conn: Connection, run_id: str) -> None:
    """Name the run in this session for as long as it lasts: whoever looks for runs that nobody watches over finds it."""
    conn.execute("select set_config('application_name', %s, false)", (_watcher(run_id),))


def close(settings: Settings) -> list[str]:
    """Close the runs that nobody carries out any more: `interrupted` in ``ops.runs``, failed in Airflow's metadata.

    Both databases are migrated. Runs that Airflow's scheduler carries out are left to it. What an interrupted run has
    landed stays; begun again, it goes on.

    Returns:
        Their numbers in ``ops.runs``.
    """
    with connect("owner", settings=settings) as conn, connect("airflow", settings=settings) as metadata:
        scheduled = set()
        for dag_id, dag_run, run_id in metadata.execute(
            "select dag_id, run_id, conf::jsonb ->> 'run_id' from dag_run where state in ('queued', 'running')"
        ).fetchall():
            if run_id is None or dag_run == run_id or dag_run.startswith(f"{run_id}."):  # `run_id.2`: begun once more
                scheduled.add(run_id or dag_run)
            elif not _is_alive(conn, run_id):
                _fail(metadata, dag_id, dag_run)
        metadata.commit()
        open_runs = [row[0] for row in conn.execute("select run_id from ops.runs where state = 'running'").fetchall()]
        gone = conn.execute(
            "update ops.runs set state = 'interrupted', finished_at = clock_timestamp() "
            "where state = 'running' and run_id = any(%s) returning run_id",
            ([run_id for run_id in open_runs if run_id not in scheduled and not _is_alive(conn, run_id)],),
        ).fetchall()
        closed = [run_id for (run_id,) in gone]
        conn.execute("update ops.steps set state = 'failed' where state = 'running' and run_id = any(%s)", (closed,))
    return closed


def _is_alive(conn: Connection, run_id: str) -> bool:
    """Whether somebody watches over the run, or a process of this machine carries it out: its command line names it."""
    watched = conn.execute(
        "select exists (select from pg_stat_activity where datname = current_database() and usename = current_user "
        "and application_name = %s)",
        (_watcher(run_id),),
    ).fetchone()
    if watched == (True,):
        return True
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return any({"dags", "test"} <= set(words) and any(run_id in word for word in words) for words in commands)


def _watcher(run_id: str) -> str:
    return f"longcang watch {run_id}"[:63]  # the server keeps no more of a name


def _fail(metadata: Connection, dag_id: str, dag_run: str) -> None:
    metadata.execute(
        "update task_instance set state = 'failed', end_date = clock_timestamp() where dag_id = %s and run_id = %s "
        "and state in ('scheduled', 'queued', 'running', 'restarting', 'deferred', 'up_for_retry', 'up_for_reschedule')",
        (dag_id, dag_run),
    )
    metadata.execute(
        "update dag_run set state = 'failed', end_date = clock_timestamp() where dag_id = %s and run_id = %s",
        (dag_id, dag_run),
    )
