"""Readings as ingest would record them, for tests of publications and their locks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from warehouse import publications
from warehouse.connect import connect
from warehouse.settings import Settings

COUNTY = "621121"
TOWNSHIPS = ("621121100", "621121101")
GATE = "gate-1"
DAY = date(2020, 6, 30)


@pytest.fixture
def conn(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    with connect("owner", settings=settings) as connection:
        yield connection


class Ledger:
    """Readings as ingest would record them."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.runs = 0

    def submit(self) -> int:
        row = self.conn.execute(
            "insert into ops.submissions (path, sha256, size_bytes) values ('x', 'y', 1) returning submission_id"
        ).fetchone()
        assert row
        return int(row[0])

    def read(
        self,
        submission: int | None = None,
        *,
        parts: tuple[str, ...] = (COUNTY, *TOWNSHIPS),
        form: str = "village_income",
        period: str = "2020-06",
        outcome: str = "loaded",
        digest: str = "d1",
        county: str = COUNTY,
        received: str | None = None,
        snapshot_day: date | None = None,
    ) -> int:
        year, month = int(period[:4]), int(period[5:7] or 12)
        end = (date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)
        start = end.replace(day=1, month=month if period[5:] else 1)
        submission = submission or self.submit()
        if received:
            self.conn.execute(
                "update ops.submissions set received_at = %s where submission_id = %s", (received, submission)
            )
        scope = parts[0] if len(parts) == 1 else county
        row = self.conn.execute(
            "insert into ops.readings (submission_id, digest, form, county_code, scope_code, period, period_start, "
            "period_end, outcome, snapshot_day) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning reading_id",
            (submission, digest, form, county, scope, period, start, end, outcome, snapshot_day),
        ).fetchone()
        assert row
        for part in parts:
            self.conn.execute("insert into ops.reading_parts values (%s, %s, 1)", (row[0], part))
        self.conn.commit()
        return int(row[0])

    def form(self, **options: Any) -> int | None:
        self.runs += 1
        given = {"run_id": f"run-{self.runs}", "kind": "nightly", "as_of_date": DAY, "gate_digest": GATE} | options
        number = publications.form(self.conn, **given)
        self.conn.commit()
        return number

    def night(self) -> int:
        number = self.form()
        assert number is not None
        publications.publish(self.conn, number)
        self.conn.commit()
        return number

    def restate(self, instant: datetime) -> int:
        number = self.form(kind="restatement", known_until=instant, force=True)
        assert number is not None
        return number

    def parts(self, number: int) -> dict[tuple[str, str], int]:
        """(period, part) -> reading."""
        rows = self.conn.execute(
            "select period, part_code, reading_id from ops.publication_parts where publication_id = %s", (number,)
        ).fetchall()
        return {(period, part): reading for period, part, reading in rows}

    def now(self) -> datetime:
        row = self.conn.execute("select clock_timestamp()").fetchone()
        self.conn.commit()
        assert row
        return row[0]  # type: ignore[no-any-return]


@pytest.fixture
def ledger(conn: psycopg.Connection[Any]) -> Ledger:
    return Ledger(conn)
