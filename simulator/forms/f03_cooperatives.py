"""F03 农民合作社名录/示范社台账: one row per cooperative."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator import people
from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, village_row, yuan
from simulator.rows import Band, Column, Form, Row
from simulator.world import VillageFacts, World

_DRIVEN = ("带动农户数", "带动非成员农户")

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("coop_name", ("合作社名称", "名称(盖章)"), "text"),
    Column("uscc", ("统一社会信用代码", "营业执照注册号", "注册号"), "id"),
    Column("founded_date", ("成立时间", "登记注册日期", "成立日期"), "date"),
    Column("legal_rep", ("理事长", "法定代表人", "法人代表"), "text"),
    Column("registered_capital_yuan", ("出资总额", "注册资金", "股金总额"), "money", total=True, natural="wan"),
    Column("member_count", ("成员数", "成员总数(户/人)", "入社社员数"), "int", ("成员数", "成员总数"), "members", total=True),
    Column("poor_member_count", ("其中:贫困户成员", "建档立卡贫困户"), "int", ("其中:贫困户成员", "建档立卡贫困户"), "members", total=True),
    Column("driven_households", _DRIVEN, "int", _DRIVEN, "driven", keep=False, total=True),
    Column("driven_poor_households", ("带动贫困户",), "int", ("带动贫困户",), "driven", total=True),
    Column("main_product", ("主导产业", "主营产业", "主要产品"), "enum"),
    Column("demo_level", ("示范社等级", "级别"), "enum", ("示范社等级", "级别"), "demo"),
    Column("demo_year", ("认定年份", "认定时间"), "int", ("认定年份", "认定时间"), "demo"),
    Column("operation_status", ("运行状况", "运行情况"), "enum"),
    Column("share_fund_total_yuan", ("吸纳入股资金",), "money", keep=False, total=True, natural="wan"),
    Column("annual_revenue_yuan", ("年经营收入", "上年经营收入", "销售额"), "money", keep=False, total=True, natural="wan"),
    Column("distributable_surplus_yuan", ("可分配盈余",), "money", keep=False, total=True, natural="wan"),
    Column("has_accountant", ("财务软件/财务人员", "会计"), "flag", keep=False),
    Column("fiscal_support_yuan", ("获得扶持资金",), "money", keep=False, total=True, natural="wan"),
    PHONE,
    REMARK,
)  # fmt: skip

BANDS = {
    "members": Band(("成员情况", "入社成员")),
    "driven": Band(("带动情况", "辐射带动")),
    "demo": Band(("示范社情况", "示范社认定")),
}

_WORDS = "兴农 惠民 富源 金穗 绿源 鑫旺 众合 盛达 丰茂 祥和 陇上 天源 宏泰 益民 诚信 聚力 百草 沃野 田园 春晖".split()
_TRADES = {
    "牛": "养殖", "羊": "养殖", "菜": "蔬菜种植", "果": "林果", "薯": "马铃薯", "药": "中药材", "地方特色": "种植",
}  # fmt: skip


def _demo(rng: random.Random) -> tuple[str, int | None]:
    level = rng.choices(("无", "县级", "市级", "省级", "国家级"), (72, 14, 7, 6, 1))[0]
    if level == "无":
        return level, None
    if level == "省级":
        return level, rng.choice((2015, 2016, 2017, 2018, 2019, 2020, 2020, 2020))
    return level, rng.randint(2012, 2020)


def _coop(world: World, facts: VillageFacts, name: str, rng: random.Random) -> dict[str, Any]:
    members = rng.randint(6, 90)
    poor_members = rng.randint(2, members - 2)
    driven = rng.randint(10, 200)
    founded = date(2008, 1, 5) + timedelta(days=rng.randrange(4380))
    level, year = _demo(rng)
    if year is not None:
        founded = min(founded, date(year - 1, 11, 30) - timedelta(days=rng.randrange(300)))
    status = rng.choices(("规范运营", "运行一般", "未运行", "空壳社"), (60, 30, 7, 3))[0]
    active = status in ("规范运营", "运行一般")
    revenue = yuan(rng.randint(80_000, 4_000_000), 100) if active else Decimal(0)
    return {
        "coop_name": name,
        "uscc": people.credit_code(world.county, rng),
        "founded_date": founded,
        "legal_rep": people.name(world.county, rng, rng.random() < 0.8),
        "registered_capital_yuan": yuan(rng.randint(50_000, 5_000_000), 10_000),
        "member_count": members,
        "poor_member_count": poor_members,
        "driven_households": driven,
        "driven_poor_households": rng.randint(0, driven),
        "main_product": facts.main_product,
        "demo_level": level,
        "demo_year": year,
        "operation_status": status,
        "share_fund_total_yuan": yuan(rng.randint(0, 900_000), 5000) if active else None,
        "annual_revenue_yuan": revenue,
        "distributable_surplus_yuan": (revenue * rng.randint(4, 15) / 100).quantize(Decimal("0.01")),
        "has_accountant": active and rng.random() < 0.7,
        "fiscal_support_yuan": rng.choice((None, Decimal(70_000), Decimal(100_000), Decimal(150_000))),
        "phone": people.phone(rng),
        "remark": None,
    }


def fill(world: World, rng: random.Random) -> list[Row]:
    rows = []
    for facts in world.villages:
        words = rng.sample(_WORDS, facts.coop_count)
        for word in words if facts.is_poor else words[:1]:
            village = facts.village
            name = f"{world.county.spoken}{village.core}{word}{_TRADES[facts.main_product]}农民专业合作社"
            if facts.village.core[0] == village.township_name[0]:
                name = f"{world.county.spoken}{village.township_name.rstrip('镇乡')}{name[len(world.county.spoken) :]}"
            rows.append(village_row(village, _coop(world, facts, name, rng)))
    return rows


FORM = Form(
    name="cooperatives",
    code="F03",
    titles=("农民合作社名录", "农民专业合作社名录", "农民合作社示范社台账", "农民合作社名录及示范社台账"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=("户",),
    period_styles=("month", "until", "year_until"),
    sections="township",
    fill=fill,
    extras=("注册商标", "主管部门"),
    footers=("注：示范社等级填最高一级。", "备注：带动贫困户不含成员中的贫困户。"),
)
