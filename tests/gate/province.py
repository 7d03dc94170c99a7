"""A small made-up province in the database, with rows that every rule of the gate accepts, and ways to spoil them.

What ingest would have landed is inserted directly, so that a test states its one change and nothing else. All persons,
numbers and names are made up; tokens have the shape of real ones.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from ingest import raw_tables
from warehouse import reference
from warehouse.connect import connect
from warehouse.settings import Settings

COUNTIES = ("620102", "621121", "622921")
VILLAGE_FORMS = ("village_base", "village_income", "cooperatives", "household_awards")
FORMS = (*VILLAGE_FORMS, "fund_projects", "sales_channels")
VILLAGES = 4

Row = dict[str, Any]
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
            reference.load(conn)
            raw_tables.sync(conn)
            for county, village in conn.execute(
                "select county_code, village_code from reference.villages where county_code = any(%s) order by 1, 2",
                (list(COUNTIES),),
            ):
                self.villages.setdefault(county, []).append(village)

    def clean(self, counties: tuple[str, ...] = COUNTIES, forms: tuple[str, ...] = FORMS) -> list[Reading]:
        """One reading per county and form, without a mistake."""
        return [Reading(form, county, self.rows(form, county)) for county in counties for form in forms]

    def rows(self, form: str, county: str) -> list[Row]:
        make = {
            "village_base": _village_base,
            "village_income": _village_income,
            "cooperatives": _cooperative,
            "household_awards": _award,
            "fund_projects": _project,
            "sales_channels": _sale,
        }[form]
        rows = []
        for number in range(VILLAGES):
            row = make(county, number)
            if form in VILLAGE_FORMS:
                village = self.villages[county][number]
                row = {"village_code": village, "township_code": village[:9], "part_code": village[:9], **row}
            rows.append({"part_code": county, **row})
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


def token(kind: str, *parts: Any) -> str:
    """A token of the shape that the reader makes, of a value that nobody has."""
    digest = hashlib.sha256("/".join(map(str, (kind, *parts))).encode()).digest()[:16]
    return "k1:" + base64.b32encode(digest).decode().rstrip("=")


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


def _village_base(county: str, number: int) -> Row:
    return {"is_deep_poverty": False, "exit_year": 2019, "is_exited": True, "hh_total": 200, "pop_total": 800,
            "poor_hh": 40, "poor_people": 150, "left_hh": 1, "left_people": 3, "poverty_rate_pct": "0.3750",
            "main_product": "薯", "coop_count": 2, "advisor_masked": "李**"}  # fmt: skip


def _village_income(county: str, number: int) -> Row:
    return {"is_poor_village": True, "income_prev_yuan": 21000, "inc_operating_yuan": 20000, "inc_contract_yuan": 3000,
            "inc_invest_yuan": -100, "inc_subsidy_yuan": 5000, "inc_other_yuan": 0, "inc_total_yuan": 27900,
            "exp_total_yuan": 30000, "net_income_yuan": -2100, "is_2wan_met": True, "support_amount_yuan": 0}  # fmt: skip


def _cooperative(county: str, number: int) -> Row:
    return {"coop_name": f"测试第{number}农民专业合作社", "uscc": f"93{county[:4]}91MA0{county[-3:]}{number:03d}X",
            "legal_rep_masked": "马**", "registered_capital_yuan": 500000, "member_count": 20, "poor_member_count": 8,
            "driven_poor_households": 12, "demo_level": "省级", "demo_year": 2020, "operation_status": "规范运营",
            "distributable_surplus_yuan": -20, "phone_token": token("phone", county, number),
            "phone_mask": "154****0000"}  # fmt: skip


def _award(county: str, number: int) -> Row:
    return {"head_name_masked": "王**", "head_id_token": token("id", county, number), "head_id_mask": "****001X",
            "household_code": f"{county}{number:06d}", "household_size": 4, "poor_type": "一般贫困户",
            "exit_status": "未脱贫", "support_mode": "以奖代补", "product_code": "牛", "product_name": "肉牛",
            "unit_award_yuan": 5000, "accepted_qty": 1, "award_amount_yuan": 5000, "prior_amount_yuan": 10000,
            "accepted_date": date(2020, 5, 20), "bank_account_token": token("bank", county, number),
            "bank_account_mask": "****1234", "remark": "验收合格"}  # fmt: skip


def _project(county: str, number: int) -> Row:
    return {"project_name": f"养殖小区{number}", "project_category": "产业扶贫", "place_text": f"第{number}村",
            "fund_source": "省级", "amount_yuan": "1000000.01", "amount_central_yuan": "600000",
            "amount_province_yuan": "400000.01", "spent_yuan": "333333.33", "doc_no": f"甘财扶贫〔2020〕{number}号",
            "unit_name": "农业农村局", "content": "新建圈舍 2000 平方米"}  # fmt: skip


def _sale(county: str, number: int) -> Row:
    return {"channel_type": "专柜", "channel_name": f"专柜{number}", "city_text": "广州", "market_region": "粤港澳大湾区",
            "operator_name": "测试商贸有限公司", "start_date": date(2020, 5, 1), "product_name": "百合",
            "is_ganwei": True, "qty": 10, "qty_unit": "吨", "sales_amount_yuan": 300000, "signed_amount_yuan": 500000,
            "driven_poor_households": 20, "award_amount_yuan": 0}  # fmt: skip
