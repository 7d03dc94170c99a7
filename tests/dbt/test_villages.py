"""The villages of the hand-made province: history, leading products, what stands in an exit's way, reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.conftest import Built
from tests.dbt.world import LINXIA_COUNTY, TONGWEI

D = Decimal


def test_an_exit_has_its_dates_in_reporting_time(built: Built) -> None:
    rows = built.world.rows(
        "select h.is_exited, h.exit_year, h.is_deep_poverty, h.valid_from_date, h.valid_to_date "
        "from marts.dim_village_history as h join marts.dim_village as v on h.village_key = v.village_key "
        "order by h.village_key, h.valid_from_date",
        built.publication,
    )
    before, now = date(2019, 12, 31), date(2020, 12, 31)
    assert rows == [
        (True, 2018, None, before, None),
        (False, None, None, before, date(2020, 12, 30)),
        (True, 2020, None, now, None),
        (False, None, True, before, None),
    ]


def test_leading_products_are_counted_village_by_village(built: Built) -> None:
    rows = built.world.rows(
        "select p.product_name, b.product_no, v.main_product, v.main_product_codes from marts.bridge_village_product as b "
        "join marts.dim_product as p on b.product_key = p.product_key "
        "join marts.dim_village as v on b.village_key = v.village_key order by b.village_key, b.product_no",
        built.publication,
    )
    assert rows == [
        ("马铃薯", 1, "马铃薯、养牛", "薯;牛"),
        ("牛", 2, "马铃薯、养牛", "薯;牛"),
        ("林果", 1, "苹果", "果"),
    ]


def test_what_stands_in_the_way_of_the_village_that_has_not_exited(built: Built) -> None:
    rows = built.world.rows(
        "select village_key, left_people, income_tested_yuan, operating_coops, is_below_income_line, is_unsupported, "
        "has_no_advisor, is_supervision_overdue, risk_reasons, risk_text from marts.mart_villages_at_risk",
        built.publication,
    )
    reasons = "没有主导产业、还有未脱贫人口、没有驻村农技员或产业指导员、挂牌督战时限已过"
    assert rows == [(built.world.village(TONGWEI, 2), 20, 31000, 1, False, False, True, True, 4, reasons)]


def test_the_income_test_under_each_basis(built: Built) -> None:
    rows = built.world.rows(
        "select region_code, income_basis, is_configured_basis, base_villages, income_villages, villages_met, "
        "villages_below, met_pct from marts.mart_income_basis "
        f"where region_code in ('620000', '{TONGWEI}', '{LINXIA_COUNTY}') order by 1, 2",
        built.publication,
    )
    figures = [
        ("all", True, 3, 3, 3, 0, 100),
        ("operating_net", False, 3, 3, 1, 2, D("33.33")),
        ("without_subsidy", False, 3, 3, 1, 2, D("33.33")),
    ]
    assert [row[1:] for row in rows if row[0] == "620000"] == figures
    assert [row[1:] for row in rows if row[0] == TONGWEI] == figures
    assert {row[3:] for row in rows if row[0] == LINXIA_COUNTY} == {(None, None, None, None, None)}, "not reported"


def test_reports_have_a_due_date_and_mended_issues_count(built: Built) -> None:
    rows = built.world.rows(
        "select county_code, due_date, first_received_date - due_date = days_late, report_timeliness, issues_mended "
        f"from marts.mart_data_quality where form = 'village_base' and county_code in ('{TONGWEI}', '{LINXIA_COUNTY}') "
        "order by 1",
        built.publication,
    )
    assert rows == [
        (TONGWEI, date(2021, 1, 30), True, "补录", 1),
        (LINXIA_COUNTY, None, None, "未报", 0),
    ]
    rows = built.world.rows("select period, rule_id, issues_mended from marts.fct_mended_issues", built.publication)
    assert rows == [("2019", "C01", 1)], "what is still there is not mended, and information is no mistake"


def test_a_county_is_shown_whole_and_what_it_did_not_send_is_not_zero(built: Built) -> None:
    rows = built.world.rows(
        "select county_code, base_villages, unexited_villages, left_people, advisor_coverage_pct, villages_2wan_all, "
        "villages_2wan_operating_net, supervision_targets, forms_reported > 0 from marts.mart_county_profile "
        f"where county_code in ('{TONGWEI}', '{LINXIA_COUNTY}') order by 1",
        built.publication,
    )
    assert rows[0] == (TONGWEI, 3, 1, 22, D("66.67"), 3, 1, 6, True)
    assert rows[1][:8] == (LINXIA_COUNTY, None, None, None, None, None, None, None)


def test_counties_are_ranked_among_those_that_have_the_figure(built: Built) -> None:
    rows = built.world.rows(
        "select indicator_code, county_code, indicator_value, rank_no, counties_ranked from marts.mart_county_scorecard "
        f"where indicator_code in ('T02', 'V05') and county_code in ('{TONGWEI}', '{LINXIA_COUNTY}') order by 1, 2",
        built.publication,
    )
    assert rows == [
        ("T02", TONGWEI, 50, 1, 1),
        ("T02", LINXIA_COUNTY, None, None, 1),
        ("V05", TONGWEI, 1, 1, 1),
        ("V05", LINXIA_COUNTY, None, None, 1),
    ]
    [(counties, indicators)] = built.world.rows(
        "select count(distinct county_code), count(distinct indicator_code) from marts.mart_county_scorecard",
        built.publication,
    )
    assert (counties, indicators) == (86, 31)
