"""Raw tables follow the contracts: made, widened, never retyped."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from ingest import raw_tables
from ingest.contracts import Contract, load_all
from warehouse.connect import connect
from warehouse.settings import Settings


def with_column(contract: Contract, **changes: object) -> Contract:
    column = replace(contract.by_field["remark"], **changes)  # type: ignore[arg-type]
    kept = [c for c in contract.columns if c.field != column.field]
    return replace(contract, columns=(*kept, column), by_field={c.field: c for c in (*kept, column)})


def test_created_once_with_comments_and_grants(settings: Settings) -> None:
    contracts = load_all()
    with connect("owner", settings=settings) as conn:
        raw_tables.sync(conn, contracts)
        assert raw_tables.sync(conn, contracts) == []
        rows = conn.execute(
            "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum) "
            "from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
            "where c.relnamespace = 'raw'::regnamespace and c.relkind = 'r' order by c.relname, a.attnum"
        ).fetchall()
        for contract in contracts.values():
            mine = [(name, kind, comment) for table, name, kind, comment in rows if table == contract.name]
            wanted = [(c.name, c.sql_type, c.comment) for c in contract.raw_columns()]
            assert mine == [("reading_id", "bigint", raw_tables.READING_COMMENT), *wanted]
        conn.commit()
    with connect("build", settings=settings) as conn:
        assert conn.execute("select count(*) from raw.household_awards").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("delete from raw.household_awards")


def test_a_new_column_is_added_and_a_changed_type_refused(settings: Settings) -> None:
    contracts = load_all()
    with connect("owner", settings=settings) as conn:
        raw_tables.sync(conn, contracts)
        wider = with_column(contracts["village_income"], field="second_remark", comment="另注")
        assert raw_tables.sync(conn, {"village_income": wider}) == ["added raw.village_income.second_remark"]
        retyped = with_column(contracts["village_income"], type="int")
        with pytest.raises(raw_tables.RawTableError, match=r"raw\.village_income\.remark is text .* integer"):
            raw_tables.sync(conn, {"village_income": retyped})
