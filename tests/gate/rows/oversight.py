"""Oversight: rectifications, supervision."""

from __future__ import annotations

from datetime import date

from tests.gate.rows import Row, clean


@clean("rectifications")
def problem(county: str, number: int) -> Row:
    return {"problem_source": "国家成效考核", "problem_no": f"GJ-{number:02d}", "problem_text": f"第{number}个合作社没有按期分红",
            "problem_type": "入股分红", "involved_place": "全县", "problem_amount_yuan": 120000, "measure": "督促兑付",
            "owner_unit": "县农业农村局", "leader_name_masked": "王**", "owner_name_masked": "李**",
            "raised_date": date(2020, 1, 15), "deadline_date": date(2020, 6, 30), "rectification_progress": "已完成",
            "done_date": date(2020, 6, 20), "is_closed": True, "evidence": "整改报告1份"}  # fmt: skip


@clean("supervision")
def supervised(county: str, number: int) -> Row:
    return {"supervision_target": f"第{number}村", "supervision_level": "省", "leader_name_masked": "王**", "left_hh": 20,
            "left_people": 80, "poverty_rate_pct": "6.5", "main_product": "牛", "people_out_by_industry": 12,
            "deadline_date": date(2020, 11, 30), "is_habitat_met": True}  # fmt: skip
