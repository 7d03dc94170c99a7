"""The raw tables: made from the contracts, widened when a contract gains a column, never narrowed or retyped."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from ingest.contracts import Contract, load_all
from warehouse import locks
from warehouse.errors import ProjectError

READING_COMMENT = "读取编号（ops.readings）"
BUILD_ROLE = "longcang_build"

Connection = psycopg.Connection[Any]


class RawTableError(ProjectError):
    """A raw table cannot follow its contract; the text names the table and column, and what to do."""


def sync(conn: Connection, contracts: dict[str, Contract] | None = None) -> list[str]:
    """Bring raw.<form> to the contracts' columns, within the caller's transaction, which is left open.

    Creates missing tables (primary key reading_id, sheet_no, row_no), adds missing columns, sets the Chinese
    comments, grants select to the build role. Columns that no contract has any more stay and keep their data.

    Returns:
        What was changed, one English phrase each; empty where nothing was.

    Raises:
        RawTableError: a contract gives an existing column another type.
    """
    contracts = contracts or load_all()
    changes: list[str] = []
    with locks.bounded(conn, locks.RAW_TABLES, "set up raw tables"):
        locks.take(conn, locks.RAW_TABLES, "set up raw tables")
        for contract in contracts.values():
            present = _present_columns(conn, contract.name)
            if present is None:
                _create(conn, contract)
                changes.append(f"created raw.{contract.name}")
                continue
            changes += _widen(conn, contract, present)
    return changes


def _present_columns(conn: Connection, table: str) -> dict[str, tuple[str, str | None]] | None:
    """Column -> (type, comment) of raw.<table>, or None where there is no such table."""
    rows = conn.execute(
        "select a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum) "
        "from pg_attribute a where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped",
        (f"raw.{table}",),
    ).fetchall()
    return {name: (kind, comment) for name, kind, comment in rows} or None


def _create(conn: Connection, contract: Contract) -> None:
    table = sql.Identifier("raw", contract.name)
    columns: list[sql.Composable] = [sql.SQL("reading_id bigint not null")]
    for column in contract.raw_columns():
        needed = (
            sql.SQL(" not null") if column.name in ("sheet_no", "row_no", "county_code", "part_code") else sql.SQL("")
        )
        columns.append(sql.SQL("{} {}{}").format(sql.Identifier(column.name), sql.SQL(column.sql_type), needed))
    columns.append(sql.SQL("primary key (reading_id, sheet_no, row_no)"))
    conn.execute(sql.SQL("create table {} ({})").format(table, sql.SQL(", ").join(columns)))
    _comment(conn, table, "reading_id", READING_COMMENT)
    for column in contract.raw_columns():
        _comment(conn, table, column.name, column.comment)
    conn.execute(sql.SQL("comment on table {} is {}").format(table, sql.Literal(contract.comment)))
    conn.execute(sql.SQL("grant select on {} to {}").format(table, sql.Identifier(BUILD_ROLE)))


def _widen(conn: Connection, contract: Contract, present: dict[str, tuple[str, str | None]]) -> list[str]:
    table, changes = sql.Identifier("raw", contract.name), []
    for column in contract.raw_columns():
        if column.name not in present:
            conn.execute(
                sql.SQL("alter table {} add column {} {}").format(
                    table, sql.Identifier(column.name), sql.SQL(column.sql_type)
                )
            )
            _comment(conn, table, column.name, column.comment)
            changes.append(f"added raw.{contract.name}.{column.name}")
            continue
        kind, comment = present[column.name]
        if kind != column.sql_type:
            raise RawTableError(
                f"raw.{contract.name}.{column.name} is {kind} in the database and {column.sql_type} in the contract; "
                f"a landed column keeps its type: give the new one another name in {contract.name}.yml"
            )
        if comment != column.comment:
            _comment(conn, table, column.name, column.comment)
            changes.append(f"commented raw.{contract.name}.{column.name}")
    return changes


def _comment(conn: Connection, table: sql.Identifier, column: str, comment: str) -> None:
    conn.execute(sql.SQL("comment on column {}.{} is {}").format(table, sql.Identifier(column), sql.Literal(comment)))
