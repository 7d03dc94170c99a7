"""A small made-up province in the database, with rows that every rule of the gate accepts, and ways to spoil them.

What ingest would have landed is inserted directly, so that a test states its one change and nothing else. All persons,
numbers and names are made up; tokens have the shape of real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from ingest.contracts import load_all
from tests.gate.rows import MAKERS, Row, token
from warehouse.connect import connect
from warehouse.settings import Settings

COUNTIES = ("620102", "621121", "622921")
FORMS = tuple(MAKERS)
VILLAGES = 4

__all__ = ["COUNTIES", "FORMS", "Province", "Reading", "Row", "insert", "spoiled", "token"]

Change = Callable[[str, str, list[Row]], list[Row]]


@dataclass
class Reading:
    """One file's rows of one form and county, to be landed."""

    form: str
    county: str
    rows: list[Row]
    period: str = "2020"
    period_start: date = date(2020, 1, 1)
    period_end: date = date(2020, 12, 31)
    recorded: int | None = None
    reading_id: int = 0


@dataclass
class Province:
    """A database with reference data and raw tables; it lands readings and makes publications of them."""

    settings: Settings
    villages: dict[str, list[str]] = field(default_factory=dict)
    publications: int = 0

    def connect(self) -> psycopg.Connection[Any]:
        return connect("owner", settings=self.settings)

    def prepare(self) -> None:
        with self.connect() as conn:
            for county, village in conn.execute(
                "select county_code, village_code from reference.villages where county_code = any(%s) order by 1, 2",
                (list(COUNTIES),),
            ):
                self.villages.setdefault(county, []).append(village)

    def clean(self, counties: tuple[str, ...] = COUNTIES, forms: tuple[str, ...] = FORMS) -> list[Reading]:
        """One reading per county and form, without a mistake."""
        return [Reading(form, county, self.rows(form, county)) for county in counties for form in forms]

    def rows(self, form: str, county: str) -> list[Row]:
        """Clean rows of the form, about the county's first villages."""
        in_village = load_all()[form].has_village
        rows = []
        for number in range(VILLAGES):
            village = self.villages[county][number]
            place = {"village_code": village, "township_code": village[:9], "part_code": village[:9]}
            made = MAKERS[form](county, number)
            for row in made if isinstance(made, list) else [made]:
                rows.append({"part_code": county, **(place if in_village else {}), **row})
        return rows

    def land(self, reading: Reading) -> int:
        """Land one reading: submission, reading, parts and rows. Returns the reading's number."""
        rows = [
            {"sheet_no": 1, "row_no": number + 4, "county_code": reading.county, **row}
            for number, row in enumerate(reading.rows)
        ]
        recorded = reading.recorded if reading.recorded is not None else len(rows)
        with self.connect() as conn:
            submission = _one(
                conn,
                "insert into ops.submissions (path, sha256, size_bytes) values (%s, 'x', 1) returning submission_id",
                (f"{reading.county}/{reading.form}.xlsx",),
            )
            reading.reading_id = _one(
                conn,
                "insert into ops.readings (submission_id, digest, form, county_code, scope_code, period, period_start, "
                "period_end, outcome, rows_read, rows_accepted) values (%s, 'd', %s, %s, %s, %s, %s, %s, 'loaded', %s, "
                "%s) returning reading_id",
                (submission, reading.form, reading.county, reading.county, reading.period, reading.period_start,
                 reading.period_end, len(rows), recorded),
            )  # fmt: skip
            for part in sorted({row["part_code"] for row in rows} | {reading.county}):
                conn.execute(
                    "insert into ops.reading_parts values (%s, %s, %s)",
                    (reading.reading_id, part, sum(row["part_code"] == part for row in rows)),
                )
            for row in rows:
                insert(conn, "raw", reading.form, {"reading_id": reading.reading_id, **row})
        return reading.reading_id

    def publish_of(self, readings: list[Reading], *, state: str = "candidate", as_of: date = date(2020, 12, 31)) -> int:
        """A publication of the readings (landed here where they are not yet); `published` also moves the pointer."""
        for reading in readings:
            if not reading.reading_id:
                self.land(reading)
        newest: dict[tuple[str, str], date] = {}
        for reading in readings:
            key = (reading.form, reading.county)
            newest[key] = max(newest.get(key, reading.period_end), reading.period_end)
        self.publications += 1
        with self.connect() as conn:
            number = _one(
                conn,
                "insert into ops.publications (run_id, kind, state, as_of_date, known_until, reference_version, "
                "code_digest) select %s, 'nightly', %s, %s, clock_timestamp(), max(version), 'c' "
                "from reference.versions returning publication_id",
                (f"run-{self.publications}", state, as_of),
            )
            for reading in readings:
                conn.execute(
                    "insert into ops.publication_parts select %s, r.form, r.county_code, r.period, r.period_end, "
                    "rp.part_code, r.reading_id, %s from ops.readings r join ops.reading_parts rp using (reading_id) "
                    "where r.reading_id = %s",
                    (number, newest[reading.form, reading.county] == reading.period_end, reading.reading_id),
                )
            if state == "published":
                conn.execute("update ops.pointer set publication_id = %s", (number,))
        return number

    def point_at(self, publication: int | None) -> None:
        with self.connect() as conn:
            conn.execute("update ops.pointer set publication_id = %s", (publication,))

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """A statement as the owner; its rows, if it has any."""
        with self.connect() as conn:
            cursor = conn.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def spoiled(readings: list[Reading], form: str, county: str, change: Callable[[list[Row]], list[Row] | None]) -> None:
    """Change the rows of one county's form; a change returns the new rows, or None where it changed them in place."""
    for reading in readings:
        if (reading.form, reading.county) == (form, county):
            reading.rows = change(reading.rows) or reading.rows


def insert(conn: psycopg.Connection[Any], schema: str, table: str, row: Row) -> None:
    conn.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(schema, table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        [Jsonb(value) if isinstance(value, dict) else value for value in row.values()],
    )


def _one(conn: psycopg.Connection[Any], statement: str, values: tuple[Any, ...]) -> int:
    found = conn.execute(statement, values).fetchone()
    assert found is not None
    return int(found[0])
