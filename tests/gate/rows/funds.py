"""Funds: projects."""

from __future__ import annotations

from tests.gate.rows import Row, clean


@clean("fund_projects")
def project(county: str, number: int) -> Row:
    return {"project_name": f"养殖小区{number}", "project_category": "产业扶贫", "place_text": f"第{number}村",
            "fund_source": "省级", "amount_yuan": "1000000.01", "amount_central_yuan": "600000",
            "amount_province_yuan": "400000.01", "spent_yuan": "333333.33", "doc_no": f"甘财扶贫〔2020〕{number}号",
            "unit_name": "农业农村局", "content": "新建圈舍 2000 平方米"}  # fmt: skip
