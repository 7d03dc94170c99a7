"""A hand-made province in the tables that dbt reads: readings with their parts, rows and issues.

What ingest would have landed is inserted here directly, so that a test of a model states its rows and nothing else.
Publications are formed by the real code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from ingest.contracts import load_all
from tests.dbt import provinces
from warehouse import publications
from warehouse.connect import connect
from warehouse.settings import Settings

TONGWEI, LINXIA_COUNTY, CHENGGUAN = "621121", "622921", "620102"
GATE = "no gate"
VILLAGE_FORMS = {name for name, contract in load_all().items() if contract.has_village}
PERIOD_ENDS = {"2019": date(2019, 12, 31), "2020": date(2020, 12, 31), "2020-06": date(2020, 6, 30)}

Row = dict[str, Any]


@dataclass
class World:
    """A database with reference data and raw tables, to land readings in and form publications from."""

    settings: Settings
    villages: dict[str, list[str]] = field(default_factory=dict)
    runs: int = 0

    def connect(self) -> psycopg.Connection[Any]:
        return connect("owner", settings=self.settings)

    def find_villages(self) -> None:
        with self.connect() as conn:
            rows = conn.execute("select county_code, village_code from reference.villages order by 1, 2").fetchall()
        for county, village in rows:
            self.villages.setdefault(county, []).append(village)

    def village(self, county: str, number: int) -> str:
        """The code of the county's n-th village."""
        return self.villages[county][number]

    def land(self, form: str, county: str, period: str, rows: list[Row], issues: list[Row] | None = None) -> int:
        """Land one reading of one file; its parts follow from the rows' villages. Returns the reading's number."""
        rows = [self._complete(form, county, number, row) for number, row in enumerate(rows)]
        parts = {row["part_code"] for row in rows} | {county}
        end = PERIOD_ENDS[period]
        with self.connect() as conn:
            submission = _number(
                conn, "insert into ops.submissions (path, sha256, size_bytes) values (%s, %s, 1) returning submission_id",
                [f"{county}/{form}-{period}.xlsx", f"{form}-{county}-{period}"],
            )  # fmt: skip
            refused = sum(1 for issue in issues or [] if issue["effect"] == "row_refused")
            reading = _number(
                conn,
                "insert into ops.readings (submission_id, digest, form, county_code, scope_code, period, period_start, "
                "period_end, outcome, rows_read, rows_accepted, rows_refused) "
                "values (%s, 'd', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning reading_id",
                [submission, form, county, county, period, end - timedelta(days=180), end,
                 "partly" if refused else "loaded", len(rows) + refused, len(rows), refused],
            )  # fmt: skip
            for part in parts:
                count = sum(1 for row in rows if row["part_code"] == part)
                conn.execute("insert into ops.reading_parts values (%s, %s, %s)", (reading, part, count))
            for row in rows:
                _insert(conn, ("raw", form), {"reading_id": reading, **row})
            for issue in issues or []:
                _insert(conn, ("ops", "issues"),
                        {"reading_id": reading, "form": form, "county_code": county, "message": "测试", **issue})  # fmt: skip
        return reading

    def refuse(self, path: str, form: str | None, county: str | None, code: str, sentence: str, **known: Any) -> int:
        """Land one refusal of a whole file, with what the reader knew of its scope. Returns the submission's number."""
        with self.connect() as conn:
            submission = _number(
                conn, "insert into ops.submissions (path, sha256, size_bytes) values (%s, 'r', 1) returning submission_id",
                [path],
            )  # fmt: skip
            _insert(conn, ("ops", "readings"),
                    {"submission_id": submission, "digest": "d", "form": form, "county_code": county, "outcome": "refused",
                     "refusal_code": code, "refusal": sentence, **known})  # fmt: skip
        return submission

    def form(self, as_of: date = date(2020, 12, 31), known_until: datetime | None = None) -> int:
        """Form the candidate of a new run from all that has landed, or a restatement of what had landed by
        `known_until`. Returns the publication's number."""
        self.runs += 1
        kind = "restatement" if known_until else "nightly"
        with self.connect() as conn:
            found = publications.form(
                conn, run_id=f"test-{self.runs}", kind=kind, as_of_date=as_of, gate_digest=GATE,
                known_until=known_until, force=True,
            )  # fmt: skip
        assert found is not None
        return found

    def publish(self, publication: int) -> None:
        with self.connect() as conn:
            publications.publish(conn, publication)

    def rows(self, query: str, publication: int | None = None, role: str = "build") -> list[Any]:
        """The query's rows as tuples, as a role; the build role's session names the publication."""
        with connect(role, settings=self.settings, publication=publication) as conn:
            return conn.execute(query).fetchall()

    def _complete(self, form: str, county: str, number: int, row: Row) -> Row:
        row = {"sheet_no": 1, "row_no": number + 4, "county_code": county, **row}
        if form in VILLAGE_FORMS:
            code = row.setdefault("village_code", self.village(county, 0))
            row.setdefault("township_code", code[:9])
        row.setdefault("part_code", row.get("township_code", county))
        return row


def _number(conn: psycopg.Connection[Any], query: str, values: list[Any]) -> int:
    found = conn.execute(query, values).fetchone()
    assert found is not None
    return int(found[0])


def _insert(conn: psycopg.Connection[Any], table: tuple[str, str], row: Row) -> None:
    conn.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(*table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )


def small_province(world: World) -> None:
    """Two counties that report and 84 that do not: every rule that classifies money or people has a row here."""
    village = [world.village(TONGWEI, number) for number in range(6)]
    world.land("village_base", TONGWEI, "2020", [
        {"village_code": village[0], "is_exited": True, "exit_year": 2018, "poor_people": 100, "left_people": 0,
         "pop_total": 900, "hh_total": 200, "poor_hh": 30, "left_hh": 0, "main_product": "马铃薯、养牛",
         "main_product_codes": "薯;牛", "has_store_need": True, "advisor_masked": "李**"},
        {"village_code": village[1], "is_exited": True, "exit_year": 2020, "poor_people": 80, "left_people": 2,
         "pop_total": 700, "hh_total": 180, "poor_hh": 22, "left_hh": 1, "main_product": "苹果", "main_product_codes": "果",
         "has_store_need": False, "advisor_masked": "马**"},
        {"village_code": village[2], "is_exited": False, "poor_people": 60, "left_people": 20, "pop_total": 500,
         "hh_total": 120, "poor_hh": 15, "left_hh": 6, "is_deep_poverty": True},
    ])  # fmt: skip
    world.land("village_income", TONGWEI, "2020", [
        _income(village[0], True, operating=15000, invest=3000, subsidy=4000, expenditure=2000),
        _income(village[1], True, operating=25000, invest=0, subsidy=0, expenditure=4000),
        _income(village[2], True, operating=1000, invest=0, subsidy=30000, expenditure=500),
        _income(village[3], False, operating=90000, invest=0, subsidy=0, expenditure=0),
    ])  # fmt: skip
    world.land("village_income", TONGWEI, "2019", [_income(village[0], True, operating=1, invest=0, subsidy=0,
                                                           expenditure=0)])  # fmt: skip
    world.land("cooperatives", TONGWEI, "2020", [
        _cooperative("通渭县兴农（种植）农民专业合作社", "93621121MA0000001A", "省级", 2020, village[0]),
        _cooperative("通渭县富民农民专业合作社", "93621121MA0000002B", "省级", 2018, village[1]),
        _cooperative("通渭县绿源农民专业合作社", None, "市级", 2020, village[2]),
    ], issues=[{"rule_id": "R68", "severity": "error", "effect": "row_refused", "field": "member_count"},
               {"rule_id": "S09", "severity": "warn", "effect": "none"}])  # fmt: skip
    world.land("cooperatives", CHENGGUAN, "2020", [
        _cooperative("兰州惠农农民专业合作社", "93620102MA0000003C", "省级", 2020, world.village(CHENGGUAN, 0)),
    ])  # fmt: skip
    world.land("household_awards", TONGWEI, "2020-06", [
        _award("token-a", village[0], "牛", "4000", size=2, prior="5000"),
        _award("token-a", village[0], "羊", "500.50", size=2, prior="5000"),
        _award("token-b", village[0], "牛", "3000", size=3),
        _award("token-c", village[1], "小家禽", "2000", size=1, prior="3500"),
    ])  # fmt: skip
    world.land(
        "household_awards", TONGWEI, "2020", [_award("token-b", village[0], "牛", "1000.25", size=3, prior="3000")]
    )
    world.land("fund_projects", TONGWEI, "2020", [
        {"project_name": "养殖小区", "project_category": "产业扶贫", "place_text": "平襄镇两村", "amount_yuan": "1000000",
         "amount_central_yuan": "600000", "amount_province_yuan": "399999.99", "amount_county_yuan": "0.01",
         "spent_yuan": "333333.33", "village_codes": ";".join(village[:3]), "fund_source": "中央 省级 县级"},
        {"project_name": "产业路", "project_category": "村整体提升", "place_text": "平襄镇", "amount_yuan": "200000",
         "fund_source": "省级财政专项扶贫资金"},
        {"project_name": "帮扶车间", "project_category": "就业扶贫", "place_text": "马营镇", "amount_yuan": "90000",
         "fund_source": "天津市帮扶资金", "spent_yuan": "90000"},
    ])  # fmt: skip
    world.land("sales_channels", TONGWEI, "2020", [
        {"channel_type": "专柜", "channel_name": "通渭专柜(天河)", "market_region": "粤港澳大湾区", "sales_amount_yuan": "300000",
         "signed_amount_yuan": "500000", "is_ganwei": True, "operator_name": "通渭县兴农(种植)农民专业合作社",
         "start_date": date(2020, 5, 1), "driven_poor_households": 20},
        {"channel_type": "专柜", "channel_name": "通渭专柜（天河）", "market_region": "粤港澳大湾区", "sales_amount_yuan": "100000",
         "is_ganwei": False, "operator_name": "通渭陇味商贸有限公司", "driven_poor_households": 5},
    ])  # fmt: skip
    for subject in provinces.subjects():
        subject.land(world)


def _income(village: str, is_poor: bool, operating: int, invest: int, subsidy: int, expenditure: int) -> Row:
    total = operating + invest + subsidy
    return {"village_code": village, "is_poor_village": is_poor, "income_prev_yuan": 1000, "inc_operating_yuan": operating,
            "inc_contract_yuan": 0, "inc_invest_yuan": invest, "inc_subsidy_yuan": subsidy, "inc_other_yuan": 0,
            "inc_total_yuan": total, "exp_total_yuan": expenditure, "exp_operating_yuan": expenditure,
            "exp_management_yuan": 0, "exp_other_yuan": 0, "net_income_yuan": total - expenditure,
            "is_2wan_met": total >= 20000, "support_amount_yuan": 5000}  # fmt: skip


def _cooperative(name: str, code: str | None, level: str, year: int, village: str) -> Row:
    return {"village_code": village, "coop_name": name, "uscc": code, "demo_level": level, "demo_year": year,
            "member_count": 20, "driven_poor_households": 12, "operation_status": "规范运营",
            "founded_date": date(2015, 3, 1), "registered_capital_yuan": 500000}  # fmt: skip


def _award(token: str, village: str, product: str, amount: str, size: int, prior: str = "0") -> Row:
    return {"village_code": village, "head_id_token": token, "household_size": size, "product_code": product,
            "support_mode": "以奖代补", "exit_status": "未脱贫", "unit_award_yuan": amount, "accepted_qty": 1,
            "award_amount_yuan": amount, "prior_amount_yuan": prior, "accepted_date": date(2020, 5, 20)}  # fmt: skip
