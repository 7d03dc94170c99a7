"""The machine's clock against what the warehouse has recorded: one that was set back would hide what is known already.

A publication is formed from the readings known until now. Where now lies before them, they would be left out of it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from warehouse.errors import LongcangError

ZONE = ZoneInfo("Asia/Shanghai")
# Clocks that are kept right over the network step by seconds: those are waited for.
WAITED_FOR = timedelta(seconds=20)
# All instants are the database's. This machine's own clock only says which day it is; on two machines they may differ.
APART = timedelta(hours=1)


class ClockFault(LongcangError):
    """The machine's clock is behind what was recorded; the text says by how much, and what to do."""


def see_that_it_goes_on(conn: psycopg.Connection[Any]) -> None:
    """See that neither the database's clock nor this machine's is behind the newest instant that is recorded.

    Raises ClockFault with one sentence.
    """
    now, newest = _now_and_newest(conn)
    if newest is not None and timedelta() < newest - now <= WAITED_FOR:
        time.sleep((newest - now).total_seconds() + 0.01)
        now, _ = _now_and_newest(conn)
    if newest is None:
        return
    if newest > now:
        raise _fault("The machine's clock (where the database runs)", now, newest)
    if newest > datetime.now(UTC) + APART:
        raise _fault("The machine's clock", datetime.now(UTC), newest)


def _fault(whose: str, now: datetime, newest: datetime) -> ClockFault:
    return ClockFault(
        f"{whose} says {now.astimezone(ZONE):%Y-%m-%d %H:%M:%S}, but the warehouse has recorded work of"
        f" {newest.astimezone(ZONE):%Y-%m-%d %H:%M:%S} (Asia/Shanghai), so it was set back; set it right (`timedatectl`)"
        " and run again: nothing was changed."
    )


def _now_and_newest(conn: psycopg.Connection[Any]) -> tuple[datetime, datetime | None]:
    """The database's clock, and the newest instant that a run has recorded."""
    row = conn.execute(
        "select clock_timestamp(), greatest((select max(known_at) from ops.readings), "
        "(select max(received_at) from ops.submissions), (select max(decided_at) from ops.decisions), "
        "(select max(known_until) from ops.publications "
        "where kind = 'nightly'), (select max(held_at) from ops.gate_holds), (select max(loaded_at) from "
        "reference.versions), (select max(updated_at) from ops.steps), (select moved_at from ops.pointer))"
    ).fetchone()
    assert row is not None
    return row[0], row[1]
