"""Markets: cold stores, sales channels."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean


@clean("sales_channels")
def sale(county: str, number: int) -> Row:
    return {"channel_type": "专柜", "channel_name": f"专柜{number}", "city_text": "广州", "market_region": "粤港澳大湾区",
            "operator_name": "测试商贸有限公司", "start_date": date(2020, 5, 1), "product_name": "百合",
            "is_ganwei": True, "qty": 10, "qty_unit": "吨", "sales_amount_yuan": 300000, "signed_amount_yuan": 500000,
            "driven_poor_households": 20, "award_amount_yuan": 0}  # fmt: skip


@clean("cold_stores")
def cold_store(county: str, number: int) -> Row:
    return {"entity_name": f"测试第{number}农民专业合作社", "entity_type": "合作社", "store_type": "机械冷库",
            "capacity_tonnes": 300, "volume_m3": 1500, "unit_count": 1, "invest_total_yuan": 800000,
            "subsidy_yuan": 300000, "self_fund_yuan": 500000, "start_date": date(2019, 3, 1),
            "built_date": date(2019, 7, 1), "accepted_date": date(2019, 8, 1), "paid_date": date(2019, 9, 1),
            "operation_status": "运营", "throughput_tonnes": 420, "driven_poor_households": 15}  # fmt: skip
