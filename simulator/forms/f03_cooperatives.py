"""F03 农民合作社名录/示范社台账: one row per cooperative."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from simulator.entities import Entity
from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, good, village_row, yuan
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import World

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
    Column(
        "farmer_member_count", ("农民成员数", "其中:农民成员"), "int", ("其中:农民成员",), "members", keep=False, total=True
    ),
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
    Column("max_share_pct", ("单个成员最大出资比例", "单个成员出资占比"), "percent", keep=False),
    Column("pilot_level", ("整县推进试点级别", "整县推进试点"), "enum"),
    PHONE,
    REMARK,
)  # fmt: skip

BANDS = {
    "members": Band(("成员情况", "入社成员")),
    "driven": Band(("带动情况", "辐射带动")),
    "demo": Band(("示范社情况", "示范社认定")),
}


def _coop(world: World, coop: Entity, rng: random.Random) -> dict[str, Any]:
    driven = rng.randint(10, 200)
    active = coop.is_operating
    members = world.stream("members", coop.no)
    farmers = coop.member_count - members.randint(0, coop.member_count // 5)
    revenue = yuan(rng.randint(80_000, 4_000_000), 100) if active else Decimal(0)
    return {
        "_about": coop,
        "coop_name": coop.name,
        "uscc": coop.uscc,
        "founded_date": coop.founded_date,
        "legal_rep": coop.leader_name,
        "registered_capital_yuan": yuan(rng.randint(50_000, 5_000_000), 10_000),
        "member_count": coop.member_count,
        "poor_member_count": coop.poor_member_count,
        "farmer_member_count": max(farmers, coop.poor_member_count),
        "driven_households": driven,
        "driven_poor_households": rng.randint(0, driven),
        "main_product": coop.main_product,
        "demo_level": coop.level,
        "demo_year": coop.level_year,
        "operation_status": coop.status,
        "share_fund_total_yuan": world.share_fund(coop) if active else None,
        "annual_revenue_yuan": revenue,
        "distributable_surplus_yuan": (revenue * rng.randint(4, 15) / 100).quantize(Decimal("0.01")),
        "has_accountant": active and rng.random() < 0.7,
        "fiscal_support_yuan": coop.fiscal_support_yuan,
        "max_share_pct": Decimal(members.randrange(20, 201, 5)) / 10,
        "pilot_level": world.pilot_level,
        "phone": coop.phone,
        "remark": None,
    }


def fill(world: World, rng: random.Random) -> list[Row]:
    return [village_row(coop.village, _coop(world, coop, rng)) for coop in world.entities_of("合作社") if coop.village]


def _counts(rows: list[Row]) -> Counts:
    new = [row for row in good(rows) if row.acceptable("demo_level") == "省级" and row.acceptable("demo_year") == 2020]
    levels = {str(row.acceptable("pilot_level")) for row in good(rows) if row.acceptable("pilot_level")}
    return {"T05_actual": len(new), "pilot_levels": sorted(levels)}


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    for row in rows:
        if row.values["operation_status"] == "规范运营" and rng.random() < 0.2:
            row.values["annual_revenue_yuan"] += Decimal(rng.randrange(1000, 90_000, 100))
            row.values["driven_poor_households"] = max(0, row.values["driven_poor_households"] - 1)


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
    extras={"注册商标": ("无", "有"), "主管部门": ("县农经站", "县供销社")},
    footers=("注：示范社等级填最高一级。", "备注：带动贫困户不含成员中的贫困户。"),
    counts=_counts,
    revise=_revise,
    is_monthly=True,
    splits=("county", "county", "county", "sheets"),
)
