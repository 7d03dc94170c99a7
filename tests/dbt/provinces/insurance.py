"""Insurance: two households of one village policy, one of which claims; a claim that no policy covers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.dbt.world import Row, World

TONGWEI = "621121"


def land(world: World) -> None:
    village = world.village(TONGWEI, 0)
    world.land("insurance_policies", TONGWEI, "2020", [
        _policy(village, "token-a", "肉牛养殖保险", "牛", "2", "5000", "5", is_poor=True, is_policy_delivered=False),
        _policy(village, "token-b", "肉牛", "牛", "1", "5000", "5", is_poor=True),
        _policy(village, "token-z", "马铃薯", "薯", "10", "350", "6", is_poor=False, policy_no="62200000000000000017",
                sub_central_yuan="84"),
    ])  # fmt: skip
    world.land("insurance_claims", TONGWEI, "2020", [
        _claim(village, "token-a", "LP-1", "PXN-1", "1", "300", date(2020, 6, 5)),
        _claim(village, "token-b", "LP-2", "PXN-9", "1", "4000", None),
    ])  # fmt: skip


def _policy(
    village: str, token: str, name: str, product: str, qty: str, unit_sum: str, rate: str, **more: object
) -> Row:
    premium = float(qty) * float(unit_sum) * float(rate) / 100
    return {"village_code": village, "head_id_token": token, "insurer": "陇原财险", "policy_no": "PXN-1",
            "product_code": product, "insurance_product_name": name, "insured_qty": qty, "unit_sum_yuan": unit_sum,
            "insured_qty_unit": "亩" if product == "薯" else "头", "rate_pct": rate, "premium_yuan": premium,
            "sub_province_yuan": premium * 0.4, "farmer_paid_yuan": premium * 0.2, "start_date": date(2020, 3, 1),
            "cover_end_date": date(2021, 2, 28), "is_published": True, "is_policy_delivered": True, **more}  # fmt: skip


def _claim(village: str, token: str, claim: str, policy: str, qty: str, payout: str, paid: date | None) -> Row:
    return {"village_code": village, "head_id_token": token, "claim_no": claim, "policy_no": policy, "product_code": "牛",
            "insurance_product_name": "肉牛", "reported_date": date(2020, 5, 21), "loss_date": date(2020, 5, 20),
            "peril": "疫病", "loss_qty": qty, "payout_yuan": payout, "paid_date": paid, "is_published": True}  # fmt: skip
