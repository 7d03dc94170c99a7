"""Stores, sales, documents and projects of the hand-made province, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.conftest import Built
from tests.dbt.world import CHENGGUAN, TONGWEI

D = Decimal


def test_stores_against_their_rule(built: Built) -> None:
    rows = built.world.rows(
        "select entity_name, subsidy_cap_yuan, subsidy_gap_yuan, is_above_subsidy_cap, is_long_idle, use_rate_pct, "
        f"stage_text, days_to_build, days_to_pay, county_name from marts.mart_cold_stores where county_code = '{TONGWEI}' "
        "order by row_no",
        built.publication,
    )
    assert rows == [
        ("通渭县兴农（种植）农民专业合作社", 315000, 0, False, False, 150, "已拨付", 122, 31, "通渭县"),
        ("通渭县惠民家庭农场", 370000, D("30000.50"), True, True, 0, "已拨付", 122, 31, "通渭县"),
        ("种养大户（户主姓名不公开）", 300000, -60000, False, False, None, "已建成", 122, None, "通渭县"),
    ]


def test_stores_of_a_county(built: Built) -> None:
    rows = built.world.rows(
        "select store_type, stores, store_units, capacity_tonnes, idle_stores, long_idle_stores, building_stores, "
        "used_capacity_tonnes, use_rate_pct, subsidy_yuan, stores_above_cap, above_cap_yuan, served_villages "
        f"from marts.mart_cold_store_counties where county_code = '{TONGWEI}' order by capacity_tonnes desc",
        built.publication,
    )
    assert rows == [
        ("机械冷库", 2, 2, 800, 1, 1, 0, 300, D("56.25"), D("715000.50"), 1, D("30000.50"), 1),
        ("移动保鲜库", 1, 2, 16, 0, 0, 1, 0, None, 240000, 0, 0, 0),
    ]


def test_a_village_in_need_has_its_store(built: Built) -> None:
    [row] = built.world.rows(
        "select numerator_value, denominator_value, reached_pct from marts.mart_target_progress "
        f"where target_code = 'T16' and region_code = '{TONGWEI}'",
        built.publication,
    )
    assert row == (1, 1, 100)


def test_projects_of_the_paired_city(built: Built) -> None:
    [row] = built.world.rows(
        "select paired_city, partner, project_count, grant_yuan, donation_yuan, company_invest_yuan, spent_yuan, "
        f"spend_rate_pct, companies, benefit_households from marts.mart_east_west where county_code = '{TONGWEI}'",
        built.publication,
    )
    assert row == ("福州市", "福州市晋安区", 3, D("1600000.50"), 50000, 2000000, D("1100000.50"), D("68.75"), 1, 60)


def test_projects_of_both_kinds_stand_in_one_dimension_and_have_their_villages(built: Built) -> None:
    rows = built.world.rows(
        "select p.project_kind, p.project_name, count(b.village_key) filter (where b.village_key <> '-1') "
        "from marts.dim_fund_project p join marts.bridge_fund_project_village b using (fund_project_key) "
        f"where p.county_code = '{TONGWEI}' and p.project_kind = '东西部协作' group by 1, 2 order by 3 desc, 2",
        built.publication,
    )
    assert rows[0] == ("东西部协作", "扶贫车间", 2) and len(rows) == 3


def test_a_project_by_document_and_stage(built: Built) -> None:
    rows = built.world.rows(
        "select m.project_name, m.planned_yuan, m.spent_yuan, m.spend_rate_pct, m.stage_text, m.doc_year, m.completed_date, "
        "m.days_to_complete, m.village_count, m.benefit_people from marts.mart_fund_projects m "
        f"where county_code = '{CHENGGUAN}' order by planned_yuan desc",
        built.publication,
    )
    assert rows == [
        ("蔬菜大棚", 100000, 100000, 100, "已完工", 2020, date(2020, 5, 4), 124, 0, 40),
        ("蔬菜冷库", 60000, 10000, D("16.67"), "已拨付", 2020, None, None, 0, 40),
        ("劳务培训", 40000, None, None, "已安排", None, None, None, 0, 40),
    ]


def test_a_document_is_one_however_it_is_written(built: Built) -> None:
    rows = built.world.rows(
        "select d.doc_no_normalised, d.fund_source, d.doc_total_yuan, count(*), sum(f.amount_yuan) "
        "from marts.fct_fund_allocations f join marts.dim_fund_programme d using (fund_programme_key) "
        f"where f.county_code = '{CHENGGUAN}' group by 1, 2, 3 order by 4 desc",
        built.publication,
    )
    assert rows == [("甘财扶贫(2020)7号", "省级", 160000, 2, 160000), (None, "未知", None, 1, 40000)]


def test_sales_by_month(built: Built) -> None:
    rows = built.world.rows(
        "select period, cumulative_sales_yuan, months_covered, own_sales_yuan, ganwei_share_pct, is_latest_period "
        f"from marts.mart_sales_months where county_code = '{CHENGGUAN}' order by period_end",
        built.publication,
    )
    assert rows == [("2020-06", 70000, 6, None, 100, False), ("2020", 100000, 6, 30000, 100, True)]


def test_a_brand_out_of_the_directory_is_asked_about(built: Built) -> None:
    rows = built.world.rows(
        "select county_code, form, other_form, sentence from marts.mart_cross_checks where rule_id = 'R72'",
        built.publication,
    )
    assert [row[:3] for row in rows] == [(CHENGGUAN, "sales_channels", None)]
    assert "洋芋粉条" in rows[0][3] and "2019 年《“甘味”知名农产品目录》" in rows[0][3]
