"""Entities: cooperatives, lead enterprises, farms and growers."""

from __future__ import annotations

from tests.gate.rows import Row, clean, token


@clean("cooperatives")
def cooperative(county: str, number: int) -> Row:
    return {"coop_name": f"测试第{number}农民专业合作社", "uscc": f"93{county[:4]}91MA0{county[-3:]}{number:03d}X",
            "legal_rep_masked": "马**", "registered_capital_yuan": 500000, "member_count": 20, "poor_member_count": 8,
            "driven_poor_households": 12, "demo_level": "省级", "demo_year": 2020, "operation_status": "规范运营",
            "distributable_surplus_yuan": -20, "farmer_member_count": 18, "max_share_pct": 12, "pilot_level": "省级",
            "phone_token": token("phone", county, number), "phone_mask": "154****0000"}  # fmt: skip


@clean("lead_enterprises")
def lead_enterprise(county: str, number: int) -> Row:
    return {"entity_name": f"测试第{number}牧业有限公司", "uscc": f"91{county[:4]}91MA0{county[-3:]}{number:03d}X",
            "lead_level": "省级", "cert_year": 2018, "main_product": "牛", "main_product_name": "肉牛",
            "enterprise_origin": "引进", "total_assets_yuan": 9000000, "annual_sales_yuan": 5000000, "driven_coops": 3,
            "driven_poor_households": 120, "share_fund_total_yuan": 300000, "award_amount_yuan": 100000,
            "driving_model": "蓝天", "operation_status": "正常", "is_dividend_on_time": True,
            "leader_name_masked": "李**", "phone_token": token("phone", county, number, "firm"),
            "phone_mask": "154****0001"}  # fmt: skip


@clean("farms_growers")
def farm_or_grower(county: str, number: int) -> Row:
    """Farms and growers in turn; growers have the same masked name and a token each."""
    is_farm = number % 2 == 0
    return {"entity_name": f"测试第{number}家庭农场" if is_farm else "张**",
            "entity_name_token": None if is_farm else token("name", county, number),
            "entity_type": "家庭农场" if is_farm else "种养大户",
            "uscc": f"92{county[:4]}91MA0{county[-3:]}{number:03d}X" if is_farm else None, "area_mu": 120,
            "transferred_area_mu": 60, "head_count": 80, "custody_households": 5, "main_product": "羊",
            "main_product_name": "肉羊", "phone_token": token("phone", county, number, "farm"),
            "phone_mask": "154****0002"}  # fmt: skip
