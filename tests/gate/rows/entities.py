"""Entities: cooperatives."""

from __future__ import annotations

from tests.gate.rows import Row, clean, token


@clean("cooperatives")
def cooperative(county: str, number: int) -> Row:
    return {"coop_name": f"测试第{number}农民专业合作社", "uscc": f"93{county[:4]}91MA0{county[-3:]}{number:03d}X",
            "legal_rep_masked": "马**", "registered_capital_yuan": 500000, "member_count": 20, "poor_member_count": 8,
            "driven_poor_households": 12, "demo_level": "省级", "demo_year": 2020, "operation_status": "规范运营",
            "distributable_surplus_yuan": -20, "phone_token": token("phone", county, number),
            "phone_mask": "154****0000"}  # fmt: skip
