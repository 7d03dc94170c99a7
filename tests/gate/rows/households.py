"""Households: awards."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean, token


@clean("household_awards")
def award(county: str, number: int) -> Row:
    return {"head_name_masked": "王**", "head_id_token": token("id", county, number), "head_id_mask": "****001X",
            "household_code": f"{county}{number:06d}", "household_size": 4, "poor_type": "一般贫困户",
            "exit_status": "未脱贫", "support_mode": "以奖代补", "product_code": "牛", "product_name": "肉牛",
            "unit_award_yuan": 5000, "accepted_qty": 1, "award_amount_yuan": 5000, "prior_amount_yuan": 10000,
            "accepted_date": date(2020, 5, 20), "bank_account_token": token("bank", county, number),
            "bank_account_mask": "****1234", "remark": "验收合格"}  # fmt: skip
