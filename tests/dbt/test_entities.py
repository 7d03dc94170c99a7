"""Legal bodies and growers of the hand-made province: who is one, what became of them, and what the marts say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.conftest import Built
from tests.dbt.provinces.entities import HUINING
from tests.dbt.world import CHENGGUAN, TONGWEI

D = Decimal


def test_growers_of_one_name_are_told_apart_by_county_and_have_none(built: Built) -> None:
    rows = built.world.rows(
        "select county_code, entity_name, count(*) from marts.dim_entity where entity_type = '种养大户' and is_registered "
        "group by 1, 2",
        built.publication,
    )
    name = "种养大户（户主姓名不公开）"
    assert sorted(rows) == [(CHENGGUAN, name, 1), (TONGWEI, name, 2)]


def test_kinds_of_bodies_and_who_names_them(built: Built) -> None:
    rows = built.world.rows(
        "select entity_name, entity_type, entity_level, operation_status, is_inferred, first_named_by_form, named_by_forms "
        "from marts.dim_entity where entity_name in ('甘肃通渭牧业有限公司', '会宁县富民农民专业合作社', '兰州陇原商贸有限公司', "
        "'丰茂家庭农场')",
        built.publication,
    )
    assert sorted(rows) == [
        ("丰茂家庭农场", "家庭农场", None, None, False, "farms_growers", "farms_growers"),
        ("会宁县富民农民专业合作社", "合作社", "市级", "规范运营", False, "cooperatives", "cooperatives"),
        ("兰州陇原商贸有限公司", "企业", None, None, True, "sales_channels", "sales_channels"),
        ("甘肃通渭牧业有限公司", "龙头企业", None, "停产", False, "lead_enterprises", "lead_enterprises"),
    ]


def test_levels_and_states_over_the_reports(built: Built) -> None:
    rows = built.world.rows(
        "select h.entity_level, h.operation_status, h.valid_from_date, h.valid_to_date from marts.dim_entity_history as h "
        "join marts.dim_entity as e on h.entity_key = e.entity_key where e.credit_code = '93620422MA0000002B' "
        "order by h.valid_from_date",
        built.publication,
    )
    assert rows == [
        ("县级", "规范运营", date(2019, 12, 31), date(2020, 12, 30)),
        ("市级", "规范运营", date(2020, 12, 31), None),
    ]


def test_a_county_and_its_bodies(built: Built) -> None:
    [row] = built.world.rows(
        "select enterprises, enterprises_stopped, enterprises_holding_not_operating, enterprise_share_fund_yuan, "
        "enterprise_award_yuan, enterprise_driven_coops, family_farms, big_growers, custody_households, has_farms_reported "
        f"from marts.mart_entity_counties where county_code = '{TONGWEI}'",
        built.publication,
    )
    assert row == (3, 2, 1, 350000, D("30001.50"), 6, 1, 2, 5, True)
    [row] = built.world.rows(
        "select cooperatives, demo_coops_city, demo_coops_county, coops_operating, coops_shell, coops_holding_not_operating, "
        "coop_members, coop_share_fund_yuan, coop_fiscal_support_yuan, pilot_level, enterprises, has_enterprises_reported "
        f"from marts.mart_entity_counties where county_code = '{HUINING}'",
        built.publication,
    )
    assert row == (2, 1, 0, 1, 1, 1, 20, 40000, D("140000.50"), "国家级", None, False)


def test_who_did_not_report_has_no_figure(built: Built) -> None:
    rows = built.world.rows(
        "select count(*), count(cooperatives), count(enterprises), count(family_farms), count(*) filter (where "
        "has_cooperatives_reported) from marts.mart_entity_counties",
        built.publication,
    )
    assert rows == [(86, 3, 2, 2, 3)]


def test_a_firm_that_stopped_and_holds_money(built: Built) -> None:
    rows = built.world.rows(
        "select entity_name, is_operating, is_holding_shares_while_not_operating, product_name, is_dividend_on_time "
        f"from marts.mart_enterprises where county_code = '{TONGWEI}' order by credit_code",
        built.publication,
    )
    assert rows == [
        ("甘肃通渭薯业有限公司", True, False, "马铃薯", True),
        ("甘肃通渭牧业有限公司", False, True, "牛", False),
        ("甘肃通渭药业有限公司", False, None, "中药材", False),
    ]


def test_a_profile_of_each_body(built: Built) -> None:
    rows = built.world.rows(
        "select entity_name, history_runs, is_operating, named_by_form_names, channels, sales_amount_yuan, custody_households, "
        "stores, capacity_tonnes, in_force_yuan "
        "from marts.mart_entity_profile where entity_name in ('通渭县兴农（种植）农民专业合作社', '丰茂家庭农场')",
        built.publication,
    )
    assert sorted(rows) == [
        ("丰茂家庭农场", 1, None, "家庭农场、种养大户名录", 0, None, 3, 0, None, None),
        (
            "通渭县兴农（种植）农民专业合作社",
            1,
            True,
            "农民合作社名录；果蔬保鲜库台账；消费扶贫产销对接台账",
            1,
            300000,
            None,
            1,
            300,
            None,
        ),
    ]
    rows = built.world.rows(
        "select share_households, in_force_yuan, dividend_due_yuan, dividend_paid_yuan from marts.mart_entity_profile "
        "where credit_code = '91621121MA00000011'",
        built.publication,
    )
    assert rows == [(1, 8000, 480, 480)], "held in another county than that which registers it"
    [(bodies, profiles)] = built.world.rows(
        "select (select count(*) from marts.dim_entity) - 1, (select count(*) from marts.mart_entity_profile)",
        built.publication,
    )
    assert bodies == profiles > 10


def test_targets_of_pilots_and_products(built: Built) -> None:
    rows = built.world.rows(
        "select target_code, region_code, has_reported, numerator_value from marts.mart_target_progress where target_code in "
        f"('T07', 'T17', 'T18') and region_code in ('{HUINING}', '{TONGWEI}', '{CHENGGUAN}')",
        built.publication,
    )
    found = {row[:2]: row[2:] for row in rows}
    assert found["T17", HUINING] == (True, 1) and found["T18", HUINING] == (True, 0)
    assert found["T17", TONGWEI] == (False, None), "a register that states no level is not one of none"
    assert found["T07", TONGWEI][0] is True
    assert found["T07", CHENGGUAN] == (False, None), "T07 is asked of poor counties"
    assert found["T07", HUINING] == (False, None), "without its list of enterprises nobody knows"
