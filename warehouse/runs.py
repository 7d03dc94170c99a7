"""How runs ended: the newest one, and those before it that did not publish what they had read."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]


def newest(conn: psycopg.Connection[Any]) -> Row | None:
    """The newest night or restatement (no trial), with the step that it stopped at and what was said there; None before
    the first."""
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(
            """
            select r.run_id, r.kind, r.state, r.as_of_date::text, r.started_at, r.finished_at, s.step, s.message
            from ops.runs r
            left join lateral (
                select step, message from ops.steps s
                where s.run_id = r.run_id and s.state <> 'done' order by s.started_at desc limit 1
            ) s on true
            where r.kind not in ('housekeeping', 'trial') order by r.started_at desc limit 1
            """
        ).fetchone()
