"""Shares and dividends of the hand-made province: how far each has come, what contradicts, what the marts say."""

from __future__ import annotations

from decimal import Decimal

from tests.dbt.conftest import Built
from tests.dbt.provinces.shares import LONGXI
from tests.dbt.world import TONGWEI

D = Decimal


def test_how_far_each_share_has_come(built: Built) -> None:
    rows = built.world.rows(
        "select share_amount_yuan, stage_text, dividend_due_yuan, dividend_paid_yuan, last_paid_date_key "
        f"from marts.fct_household_shares where county_code = '{LONGXI}' order by is_latest_period, row_no",
        built.publication,
    )
    assert rows == [
        (6000, None, None, None, -1),  # an earlier ledger's row
        (5000, "已分红", 300, 300, 20200110),
        (3000, "已签协议", 0, 0, -1),
        (8000, "已分红", 480, 480, 20190501),
        (2000, "已退出", 0, 0, -1),
        (1000, "部分分红", 60, 25, 20200110),  # a quarter of what the household's two agreements have
        (3000, "部分分红", 180, 75, 20200110),
    ]


def test_what_contradicts(built: Built) -> None:
    rows = built.world.rows(
        "select rule_id, county_code, form, other_form, this_text, other_text from marts.mart_cross_checks "
        "where form in ('household_shares', 'dividend_payments') order by finding_no",
        built.publication,
    )
    coop, firm = "陇西县福星农民专业合作社", "甘肃通渭薯业有限公司"
    assert rows == [
        ("R12", LONGXI, "dividend_payments", "household_shares", "2019-05-01", "2019-06-01"),
        ("R13", LONGXI, "dividend_payments", "household_shares", f"300 元（{coop}）", "5000 元（入股金额比以前减少）"),
        ("R17", TONGWEI, "household_shares", "lead_enterprises", f"8000 元（{firm}）", "龙头企业台账填写的 300000 元"),
        ("R18", LONGXI, "dividend_payments", "household_shares", f"{coop} 2019 应分 240 元", "已分 100 元，2019-12-31 期满"),
        ("R18", LONGXI, "household_shares", "dividend_payments", f"{coop}（入股 3000 元）",
         "2018-05-01 签订协议，分红花名册没有该户"),
    ]  # fmt: skip


def test_the_fund_of_a_body(built: Built) -> None:
    [row] = built.world.rows(
        "select shares, share_households, share_amount_yuan, in_force_yuan, dividend_due_yuan, dividend_paid_yuan, "
        "arrears_yuan, overdue_households, max_days_late, mean_days_late, certificate_pct, agreement_pct, member_pct, "
        "suspects, reason_text, is_holding_while_not_operating from marts.mart_share_funds "
        f"where county_code = '{LONGXI}' and entity_name like '%福星%'",
        built.publication,
    )
    assert row == (4, 3, 12000, 12000, 540, 400, 140, 1, 366, 188, 75, 100, 25, 1, "入股金额比以前减少", False)


def test_a_county(built: Built) -> None:
    rows = built.world.rows(
        "select shares, share_households, share_bodies, share_amount_yuan, in_force_yuan, dividend_households, "
        "dividend_due_yuan, dividend_paid_yuan, arrears_yuan, household_paid_yuan, village_paid_yuan, conditions_met_pct "
        "from marts.mart_share_counties",
        built.publication,
    )
    assert rows == [(6, 5, 3, 22000, 20000, 3, 1020, 880, 140, 840, 40, D("66.67"))]
