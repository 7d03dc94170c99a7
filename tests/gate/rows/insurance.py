"""Insurance: policies and claims. Every household insures a cow; the first of a county lost part of it."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean, token


def _same(county: str, number: int) -> Row:
    return {"head_name_masked": "王**", "head_id_token": token("id", county, number), "head_id_mask": "****001X",
            "household_code": f"{county}{number:06d}", "policy_no": f"NX{county}N2020-{number:05d}", "product_code": "牛",
            "insurance_product_name": "肉牛", "bank_account_token": token("bank", county, number),
            "bank_account_mask": "****1234", "is_published": True}  # fmt: skip


@clean("insurance_policies")
def policy(county: str, number: int) -> Row:
    return {**_same(county, number), "insurer": "陇原财产保险公司", "insured_qty": 2, "insured_qty_unit": "头",
            "unit_sum_yuan": 5000, "rate_pct": 5, "unit_premium_yuan": 250, "premium_yuan": 500, "sub_central_yuan": 200,
            "sub_province_yuan": 125, "sub_city_yuan": 0, "sub_county_yuan": 75, "farmer_paid_yuan": 100, "is_poor": True,
            "start_date": date(2020, 3, 1), "end_date": date(2021, 2, 28), "is_policy_delivered": True}  # fmt: skip


@clean("insurance_claims")
def claim(county: str, number: int) -> Row:
    """300 yuan on each policy of 500: 60 per cent."""
    return {**_same(county, number), "claim_no": f"LP{county}N2020-{number:05d}", "reported_date": date(2020, 5, 21),
            "loss_date": date(2020, 5, 20), "peril": "疫病", "loss_qty": 1, "loss_qty_unit": "头", "loss_pct": 6,
            "unit_payout_yuan": 300, "payout_yuan": 300, "closed_date": date(2020, 6, 1),
            "paid_date": date(2020, 6, 5)}  # fmt: skip
