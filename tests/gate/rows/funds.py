"""Funds: projects of the fiscal funds and of the paired city."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean


@clean("fund_projects")
def project(county: str, number: int) -> Row:
    return {"project_name": f"养殖小区{number}", "project_category": "产业扶贫", "place_text": f"第{number}村",
            "fund_source": "省级", "amount_yuan": "1000000.01", "amount_central_yuan": "600000",
            "amount_province_yuan": "400000.01", "spent_yuan": "333333.33", "doc_no": f"甘财扶贫〔2020〕{number}号",
            "unit_name": "农业农村局", "content": "新建圈舍 2000 平方米"}  # fmt: skip


@clean("east_west_projects")
def city_project(county: str, number: int) -> Row:
    return {"project_name": f"协作车间{number}", "partner": "天津市和平区", "project_category": "产业合作", "nature": "新建",
            "place_text": f"第{number}村", "content": "新建车间 300 平方米", "grant_yuan": 1000000, "donation_yuan": 20000,
            "company_invest_yuan": 500000, "company_name": "测试牧业有限公司", "unit_name": "扶贫办",
            "benefit_households": 20, "benefit_people": 70, "start_date": date(2020, 3, 1), "end_date": date(2020, 9, 1),
            "spent_yuan": 600000, "spend_rate_pct": 60}  # fmt: skip
