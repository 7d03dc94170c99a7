"""Households: the register of persons, awards."""

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


@clean("registered_persons")
def person(county: str, number: int) -> Row:
    return {"household_code": f"{county}{number:06d}", "person_code": f"{county}{number:06d}01",
            "person_name_masked": "王**", "person_id_token": token("id", county, number), "person_id_mask": "****001X",
            "household_size": 1, "relation": "户主", "nation": "汉族", "education": "初中", "health": "健康",
            "labour_capacity": "普通劳动力", "exit_status": "已脱贫", "exit_status_year": 2019,
            "poor_type": "一般贫困户", "poverty_cause": "缺资金", "income_per_person_yuan": 5200,
            "phone_token": token("phone", county, number), "phone_mask": "154****0000"}  # fmt: skip
