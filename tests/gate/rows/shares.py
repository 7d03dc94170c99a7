"""Shares: the n-th household of a county in its n-th cooperative, and what is paid on it."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean, token


def _holder(county: str, number: int) -> Row:
    return {"head_name_masked": "王**", "head_id_token": token("id", county, number), "head_id_mask": "****001X",
            "household_code": f"{county}{number:06d}", "entity_name": f"测试第{number}农民专业合作社",
            "uscc": f"93{county[:4]}91MA0{county[-3:]}{number:03d}X", "share_amount_yuan": 1000,
            "dividend_rate_pct": 6}  # fmt: skip


@clean("household_shares")
def share(county: str, number: int) -> Row:
    return {**_holder(county, number), "household_size": 4, "entity_type": "合作社", "fund_source": "中央专项",
            "share_units": 10, "agreement_no": f"{county[2:]}-2018-{number:05d}", "signed_date": date(2018, 5, 1),
            "term_years": 3, "has_certificate": True, "is_member": True, "principal_status": "在股",
            "principal_returned_yuan": 0}  # fmt: skip


@clean("dividend_payments")
def dividend(county: str, number: int) -> Row:
    return {**_holder(county, number), "dividend_period": "2019", "dividend_period_start_date": date(2019, 1, 1),
            "dividend_period_end_date": date(2019, 12, 31), "dividend_period_months": 12, "dividend_due_yuan": 60,
            "dividend_paid_yuan": 60, "household_part_yuan": 45, "village_part_yuan": 15,
            "paid_date": date(2020, 1, 10), "pay_method": "一折通", "is_conditions_met": True,
            "bank_account_token": token("bank", county, number), "bank_account_mask": "****1234",
            "phone_token": token("phone", county, number), "phone_mask": "154****0000"}  # fmt: skip
