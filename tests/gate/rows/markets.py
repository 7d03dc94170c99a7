"""Markets: sales channels."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean


@clean("sales_channels")
def sale(county: str, number: int) -> Row:
    return {"channel_type": "专柜", "channel_name": f"专柜{number}", "city_text": "广州", "market_region": "粤港澳大湾区",
            "operator_name": "测试商贸有限公司", "start_date": date(2020, 5, 1), "product_name": "百合",
            "is_ganwei": True, "qty": 10, "qty_unit": "吨", "sales_amount_yuan": 300000, "signed_amount_yuan": 500000,
            "driven_poor_households": 20, "award_amount_yuan": 0}  # fmt: skip
