"""The book of what people decide (`ops.decisions`, only ever added to), and the pin: a publication that stays the current one
until somebody unpins it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from warehouse import locks
from warehouse.clock import ZONE
from warehouse.errors import LongcangError

Connection = psycopg.Connection[Any]


def record(
    conn: Connection, kind: str, subject: dict[str, Any], *, by: str, reason: str, submissions: Sequence[int] = ()
) -> None:
    """Add a decision, and the submissions that it is about, in the caller's transaction."""
    conn.execute(
        "with decided as (insert into ops.decisions (kind, subject, decided_by, reason) "
        "values (%s, %s, %s, %s) returning decision_id) "
        "insert into ops.decision_submissions select decision_id, unnest(%s::bigint[]) from decided",
        (kind, Jsonb(subject), by, reason, list(submissions)),
    )


@dataclass(frozen=True)
class Pin:
    """The publication that somebody has pinned, who, why and since when."""

    publication_id: int
    decided_by: str
    reason: str
    decided_at: datetime

    @property
    def since(self) -> str:
        return f"{self.decided_at.astimezone(ZONE):%Y-%m-%d %H:%M}"

    @property
    def sentence(self) -> str:
        """For the terminal: what is pinned, by whom, why, since when, and how to go on."""
        return (
            f"publication {self.publication_id} is pinned by {self.decided_by} since {self.since} (Shanghai): {self.reason}; "
            "nights are formed and judged, and publish after `longcang unpin --by NAME --reason TEXT`"
        )

    @property
    def text(self) -> str:
        """The same for those who read the report."""
        return (
            f"{self.decided_by} 于 {self.since} 将现行发布钉住在 {self.publication_id}，原因：{self.reason}；"
            "夜间照常组成和校验，但不发布，直到运行 longcang unpin --by 姓名 --reason 原因"
        )


def pin_now(conn: Connection) -> Pin | None:
    """The pin in force; None where nothing is pinned. Who acts on it holds the pointer's lock."""
    with conn.cursor(row_factory=class_row(Pin)) as cursor:
        return cursor.execute(
            "select (subject ->> 'publication')::bigint as publication_id, decided_by, reason, decided_at "
            "from ops.decisions d where kind = 'pin' and not exists (select from ops.decisions l "
            "where l.kind in ('pin', 'unpin') and l.decision_id > d.decision_id)"
        ).fetchone()


def unpin(conn: Connection, *, by: str, reason: str) -> int | None:
    """Let nights publish again.

    Returns:
        The newest publication that is held and can be published at once; None where there is none.

    Raises:
        LongcangError: nothing is pinned.
    """
    with conn.transaction():
        locks.take_pointer(conn, 0, "unpin")
        pinned = pin_now(conn)
        if pinned is None:
            raise LongcangError("nothing is pinned")
        record(conn, "unpin", {"publication": pinned.publication_id}, by=by, reason=reason)
    row = conn.execute(
        "select max(p.publication_id) from ops.publications p, ops.pointer c where p.state = 'held_by_person' "
        "and p.purged_at is null and p.publication_id > c.publication_id"
    ).fetchone()
    return row[0] if row else None
