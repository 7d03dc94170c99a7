"""Policies and claims of the hand-made province: products, marts, contradictions and targets, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from tests.dbt.conftest import Built
from tests.dbt.world import CHENGGUAN, TONGWEI

D = Decimal


def test_products_are_one_however_they_are_written(built: Built) -> None:
    rows = built.world.rows(
        "select insurance_product_name, product_key, subsidy_level, insurers, unit_sum_min_yuan, unit_sum_max_yuan, "
        "rate_min_pct from marts.dim_insurance_product order by 1",
        built.publication,
    )
    assert rows == [
        ("未知险种", "-1", "未知", 0, None, None, None),
        ("肉牛", "牛", "省级", 1, 5000, 5000, 5),
        ("马铃薯", "薯", "中央", 1, 350, 350, 6),
    ]


def test_a_claim_finds_its_policy_in_one_join(built: Built) -> None:
    rows = built.world.rows(
        "select c.claim_no, p.policy_no, p.sum_insured_yuan, c.paid_days from marts.fct_insurance_claims c "
        "left join marts.fct_insurance_policies p using (policy_key) order by 1",
        built.publication,
    )
    assert rows == [("LP-1", "PXN-1", 10000, 15), ("LP-2", None, None, None)]


def test_covers_and_what_looks_personal(built: Built) -> None:
    rows = built.world.rows(
        "select insurance_product_name, policy_no, cover_start_date_key, cover_end_date_key "
        "from marts.fct_insurance_policies order by row_no",
        built.publication,
    )
    assert rows == [
        ("肉牛", "PXN-1", 20200301, 20210228),
        ("肉牛", "PXN-1", 20200301, 20210228),
        ("马铃薯", "62200000000000000017", 20200301, 20210228),  # twenty digits are no card
    ]


def test_insurance_of_a_county(built: Built) -> None:
    rows = built.world.rows(
        "select insurer, insurance_product_name, policies, policy_documents, insured_households, "
        "insured_poor_households, premium_yuan, sub_central_yuan, sub_province_yuan, farmer_paid_yuan, "
        "delivered_policies_pct, claims, payout_yuan, loss_ratio_pct, unpaid_claims, paid_days_max "
        f"from marts.mart_insurance where county_code = '{TONGWEI}' order by insurer, insurance_product_name",
        built.publication,
    )
    assert rows == [
        ("未填", "肉牛", 0, 0, 0, 0, 0, 0, 0, 0, None, 1, 4000, None, 1, None),
        ("陇原财险", "肉牛", 2, 1, 2, 2, 750, 0, 300, 150, 50, 1, 300, 40, 0, 15),
        ("陇原财险", "马铃薯", 1, 1, 1, 0, 210, 84, 84, 42, 100, 0, 0, None, 0, None),
    ]


def test_coverage_of_a_county_that_reported_and_one_that_did_not(built: Built) -> None:
    rows = built.world.rows(
        "select county_code, has_policies_reported, insured_households, insured_poor_households, premium_yuan, "
        "premium_per_household_yuan, undelivered_policies, payout_yuan, loss_ratio_pct, unpaid_claims "
        f"from marts.mart_insurance_coverage where county_code in ('{TONGWEI}', '{CHENGGUAN}') order by 1",
        built.publication,
    )
    assert rows == [
        (CHENGGUAN, False, None, None, None, None, None, None, None, None),
        (TONGWEI, True, 3, 2, 960, 320, 1, 4300, D("447.92"), 1),
    ]
    assert built.world.rows("select count(*) from marts.mart_insurance_coverage", built.publication) == [(86,)]


def test_targets_of_a_county(built: Built) -> None:
    rows = built.world.rows(
        "select target_code, actual_value, has_reported from marts.mart_target_progress "
        f"where target_code in ('T09', 'T10', 'T11') and region_code = '{TONGWEI}' order by 1",
        built.publication,
    )
    assert rows == [("T09", 960, True), ("T10", 3, True), ("T11", 2, True)]


def test_a_claim_without_a_policy_names_both_sides(built: Built) -> None:
    rows = built.world.rows(
        "select severity, sentence, row_no, other_form, other_row_no from marts.mart_cross_checks where rule_id = 'R45'",
        built.publication,
    )
    assert rows == [
        (
            "error",
            "理赔 保单号 PXN-9 与承保 保单号 PXN-1 对不上，请核对保单号、保险期间、数量和金额。",
            5,
            "insurance_policies",
            5,
        )
    ]
