"""Reference data as versioned rows.

The files in ``reference/`` are the source. A load compares them with the rows of the newest version and, where
anything differs, opens one new version: rows that changed or vanished are closed (``version_to``), new ones are opened
(``version_from``). A publication names the version that it was formed with, so an earlier one keeps its own figures
whatever changes here later. Nothing is truncated and no reader waits.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from warehouse import locks
from warehouse.errors import ProjectError

PROVINCE_CODE, PROVINCE_NAME = "620000", "甘肃省"

Row = dict[str, Any]


def folder() -> Path:
    """The folder of the reference files: ``LONGCANG_REFERENCE``, or the project's own ``reference/``."""
    return Path(os.environ.get("LONGCANG_REFERENCE") or Path(__file__).resolve().parents[1] / "reference")


class ReferenceDataError(ProjectError):
    """A reference file cannot be loaded; the text says which file, which line, and what to do."""


@dataclass(frozen=True)
class Table:
    """One table of the schema ``reference``: its key, its other columns, and where its rows come from."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]

    @property
    def all_columns(self) -> tuple[str, ...]:
        return self.key + self.columns


def read_csv(name: str) -> Iterator[Row]:
    """The rows of ``reference/<name>.csv`` as dictionaries; an empty cell is None."""
    path = folder() / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            if None in row or None in row.values():
                raise ReferenceDataError(
                    f"reference/{name}.csv line {number}: the number of cells differs from the header"
                )
            yield {key: value if value != "" else None for key, value in row.items()}


def _flag(value: str | None) -> bool:
    return value == "1"


def region_rows() -> Iterator[Row]:
    """Province, prefectures, the 86 counties and their townships, in that order."""
    yield {"region_code": PROVINCE_CODE, "region_level": "province", "region_name": PROVINCE_NAME, "short_name": "甘肃"}
    prefectures = {row["prefecture_code"]: row for row in read_csv("prefectures")}
    for code, row in prefectures.items():
        yield {
            "region_code": code,
            "region_level": "prefecture",
            "region_name": row["prefecture_name"],
            "short_name": row["prefecture_name"],
            "prefecture_code": code,
            "prefecture_name": row["prefecture_name"],
            "region_type": row["prefecture_type"],
            "paired_city": row["paired_east_city"],
            "poor_villages_published": row["published_poor_villages"],
        }
    counties = {row["adcode"]: row for row in read_csv("counties")}
    for code, row in counties.items():
        yield {
            "region_code": code,
            "region_level": "county",
            "region_name": row["county_name"],
            "short_name": row["county_short"],
            "prefecture_code": row["prefecture_code"],
            "prefecture_name": row["prefecture_name"],
            "county_code": code,
            "county_name": row["county_name"],
            "region_type": row["level_type"],
            "is_poor_county": _flag(row["is_poor_county_75"]),
            "poor_county_type": row["poor_county_type"],
            "contiguous_area": row["contiguous_area"],
            "exit_batch_year": row["exit_annual_batch"],
            "is_unexited_at_2020_start": _flag(row["not_exited_start_2020"]),
            "is_liangzhou_yixian": _flag(row["liangzhou_yixian"]),
            "is_deep_poverty_verified": _flag(row["deep_poverty_verified"]),
            "paired_city": row["paired_east_city"],
            "longitude": row["lng"],
            "latitude": row["lat"],
        }
    for row in read_csv("townships"):
        county = counties.get(row["county_code"])
        if county is None:  # 嘉峪关's townships: a prefecture without counties
            continue
        yield {
            "region_code": row["township_code"],
            "region_level": "township",
            "region_name": row["township_name"],
            "short_name": row["township_name"],
            "prefecture_code": county["prefecture_code"],
            "prefecture_name": county["prefecture_name"],
            "county_code": row["county_code"],
            "county_name": county["county_name"],
            "region_type": row["township_type"],
            "is_poor_county": _flag(county["is_poor_county_75"]),
        }


def village_rows() -> Iterator[Row]:
    counties = {row["adcode"] for row in read_csv("counties")}
    for row in read_csv("villages"):
        if row["county_code"] in counties:
            yield {
                "village_code": row["village_code"],
                "village_name": row["village_name"] or row["village_name_raw"],
                "village_full_name": row["village_name_raw"],
                "village_kind": row["village_kind"],
                "township_code": row["township_code"],
                "county_code": row["county_code"],
            }


def parameter_rows() -> Iterator[Row]:
    for row in read_csv("parameters"):
        yield {**row, "county_code": row["county_code"] or ""}


REGION_COLUMNS = (
    "region_level region_name short_name prefecture_code prefecture_name county_code county_name region_type "
    "is_poor_county poor_county_type contiguous_area exit_batch_year is_unexited_at_2020_start is_liangzhou_yixian "
    "is_deep_poverty_verified paired_city longitude latitude poor_villages_published"
).split()
TABLES = (
    Table("regions", ("region_code",), tuple(REGION_COLUMNS), region_rows),
    Table(
        "villages",
        ("village_code",),
        ("village_name", "village_full_name", "village_kind", "township_code", "county_code"),
        village_rows,
    ),
    Table(
        "aliases",
        ("region_level", "within_code", "variant"),
        ("region_code", "kind", "source"),
        lambda: read_csv("aliases"),
    ),
    Table(
        "programme_targets",
        ("target_code",),
        (
            *("target_name", "definition", "numerator", "denominator", "unit", "comparison", "province_value"),
            *("deadline_date", "plan_clause", "forms"),
        ),
        lambda: read_csv("programme_targets"),
    ),
    Table(
        "products",
        ("product_code",),
        ("product_name", "product_class", "is_livestock", "sort_order"),
        lambda: read_csv("products"),
    ),
    Table(
        "award_standards",
        ("county_code", "year", "product_name", "beneficiary"),
        ("unit", "amount_yuan", "household_cap_yuan", "condition_text", "origin"),
        lambda: read_csv("award_standards"),
    ),
    Table(
        "parameters",
        ("parameter", "county_code"),
        ("value", "text_value", "unit", "meaning", "origin", "since_date"),
        parameter_rows,
    ),
    Table(
        "cross_checks",
        ("rule_id",),
        ("title", "severity", "forms", "sentence", "origin", "since_date", "trips"),
        lambda: read_csv("cross_checks"),
    ),
    Table(
        "reporting_calendar",
        ("form",),
        ("form_code", "frequency", "due_days", "origin", "since_date"),
        lambda: read_csv("reporting_calendar"),
    ),
    Table(
        "ganwei_directory",
        ("directory_year", "entry_kind", "entry_name"),
        ("product_keyword", "origin"),
        lambda: read_csv("ganwei_directory"),
    ),
)


def digest() -> str:
    """A digest of all reference files: equal digests mean equal reference data."""
    total = hashlib.sha256()
    for path in sorted(folder().glob("*.csv")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def load(conn: psycopg.Connection[Any]) -> int:
    """Bring ``reference.*`` to the files' state, in one transaction.

    Returns:
        The version that now holds: a new one where anything differed, else the newest.

    Raises:
        ReferenceDataError: a file is malformed or holds one key twice.
    """
    wanted = digest()
    with conn.transaction(), conn.cursor() as cur:
        locks.take(conn, locks.REFERENCE, "load reference data")
        cur.execute("select version, digest from reference.versions order by version desc limit 1")
        newest = cur.fetchone()
        if newest and newest[1] == wanted:
            return int(newest[0])
        version = (newest[0] if newest else 0) + 1
        cur.execute("insert into reference.versions (version, digest) values (%s, %s)", (version, wanted))
        for table in TABLES:
            _load_table(cur, table, version)
    return version


def version_known_at(conn: psycopg.Connection[Any], instant: Any) -> int:
    """The newest reference version loaded at or before ``instant`` (the oldest one where none is that old)."""
    row = conn.execute(
        "select coalesce((select max(version) from reference.versions where loaded_at <= %s), "
        "(select min(version) from reference.versions))",
        (instant,),
    ).fetchone()
    if row is None or row[0] is None:
        raise ReferenceDataError("no reference data is loaded yet; run: longcang run")
    return int(row[0])


def _load_table(cur: psycopg.Cursor[Any], table: Table, version: int) -> None:
    rows = list(table.rows())
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = tuple(row[column] for column in table.key)
        if key in seen:
            raise ReferenceDataError(f"reference data for {table.name} holds the key {key} twice; keep one of the rows")
        seen.add(key)
    target = sql.Identifier("reference", table.name)
    fresh = sql.Identifier(f"fresh_{table.name}")
    columns = sql.SQL(", ").join(map(sql.Identifier, table.all_columns))
    cur.execute(
        sql.SQL("create temp table {} on commit drop as select {} from {} limit 0").format(fresh, columns, target)
    )
    with cur.copy(sql.SQL("copy {} ({}) from stdin").format(fresh, columns)) as copy:
        for row in rows:
            copy.write_row([row.get(column) for column in table.all_columns])
    # Plain equality on the key, which is never null, lets the server hash; the rest may be null.
    same = sql.SQL(" and ").join(
        sql.SQL("f.{0} = t.{0}" if column in table.key else "f.{0} is not distinct from t.{0}").format(
            sql.Identifier(column)
        )
        for column in table.all_columns
    )
    cur.execute(
        sql.SQL(
            "update {target} t set version_to = %s where version_to is null "
            "and not exists (select from {fresh} f where {same})"
        ).format(target=target, fresh=fresh, same=same),
        (version,),
    )
    cur.execute(
        sql.SQL(
            "insert into {target} ({columns}, version_from) select {columns}, %s from {fresh} f "
            "where not exists (select from {target} t where t.version_to is null and {same})"
        ).format(target=target, fresh=fresh, columns=columns, same=same),
        (version,),
    )
