"""F04 龙头企业台账: one row per lead enterprise."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from simulator.entities import Entity
from simulator.forms.common import PHONE, REMARK, SEQ, good, yuan
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import World

_PRODUCTS = {
    "牛": ("牛", "肉牛"), "羊": ("羊", "肉羊"), "菜": ("蔬菜", "高原夏菜"), "果": ("林果", "苹果"), "薯": ("马铃薯",),
    "药": ("中药材", "当归"), "地方特色": ("地方特色产业", "小杂粮", "食用菌"),
}  # fmt: skip
_MODELS = ("蓝天模式", "中盛模式", "中天模式", "庄浪", "宕昌", "舟曲模式", "环县模式", "其他", "订单收购", None)

COLUMNS = (
    SEQ,
    Column("entity_name", ("企业名称", "龙头企业名称"), "text"),
    Column("uscc", ("统一社会信用代码", "信用代码", "社会信用代码"), "id"),
    Column("lead_level", ("级别", "龙头企业级别"), "enum", ("级别", "企业级别"), "cert"),
    Column("cert_year", ("认定年份", "认定文号/年份"), "int", ("认定年份", "认定时间"), "cert"),
    Column("main_product", ("所属产业", "主营"), "enum"),
    Column("enterprise_origin", ("引进/本地", "引进方式"), "enum", keep=False),
    Column("total_assets_yuan", ("资产总额", "固定资产"), "money", keep=False, total=True, natural="wan"),
    Column("annual_sales_yuan", ("年销售收入", "营业收入"), "money", keep=False, total=True, natural="wan"),
    Column("driven_coops", ("带动合作社", "带动合作社数"), "int", ("合作社",), "driven", total=True, unit="个"),
    Column("driven_poor_households", ("带动贫困户", "带动贫困户数"), "int", ("贫困户",), "driven", total=True, unit="户"),
    Column("share_fund_total_yuan", ("吸收入股资金", "吸纳入股资金"), "money", total=True, natural="wan"),
    Column("award_amount_yuan", ("奖补资金",), "money", keep=False, total=True, natural="wan"),
    Column("driving_model", ("带动模式",), "enum", keep=False),
    Column("operation_status", ("运营情况", "经营状况"), "enum"),
    Column("is_dividend_on_time", ("按期分红", "是否按期分红"), "flag", required=True),
    Column("leader_name", ("负责人", "法定代表人"), "text", keep=False),
    PHONE,
    REMARK,
)  # fmt: skip

BANDS = {"cert": Band(("认定情况",)), "driven": Band(("带动情况", "带动能力"))}


def _enterprise(world: World, firm: Entity, rng: random.Random) -> dict[str, Any]:
    runs = firm.status != "停产"
    assets = yuan(rng.randint(800_000, 90_000_000), 10_000)
    return {
        "_about": firm,
        "_product": firm.main_product,
        "entity_name": firm.name,
        "uscc": firm.uscc,
        "lead_level": firm.level,
        "cert_year": firm.level_year,
        "main_product": rng.choice(_PRODUCTS[firm.main_product]),
        "enterprise_origin": rng.choice(("引进", "本地", "本地")),
        "total_assets_yuan": assets,
        "annual_sales_yuan": (assets * rng.randint(20, 180) / 100).quantize(Decimal(1)) if runs else Decimal(0),
        "driven_coops": rng.randint(1, 12) if runs else 0,
        "driven_poor_households": rng.randint(20, 900) if runs else 0,
        "share_fund_total_yuan": world.share_fund(firm),
        "award_amount_yuan": rng.choice((None, Decimal(100_000), Decimal(300_000), Decimal(500_000))) if runs else None,
        "driving_model": rng.choice(_MODELS),
        "operation_status": firm.status,
        "is_dividend_on_time": bool(world.shares_in(firm)) or firm.is_operating,
        "leader_name": firm.leader_name,
        "phone": firm.phone,
        "remark": None,
    }


def fill(world: World, rng: random.Random) -> list[Row]:
    return [Row(_enterprise(world, firm, rng), world.county.code) for firm in world.entities_of("龙头企业")]


def _counts(rows: list[Row]) -> Counts:
    """A product whose cell is emptied is served by nobody."""
    served = {
        row.values["_product"]
        for row in good(rows)
        if row.acceptable("main_product") and row.acceptable("operation_status") != "停产"
    }
    return {"T07_products_served": sorted(served)}


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """What a firm sells and whom it drives; never its share money, which the households' form states too."""
    for row in rows:
        if row.values["operation_status"] == "正常" and rng.random() < 0.3:
            row.values["annual_sales_yuan"] += Decimal(rng.randrange(10_000, 900_000, 10_000))
            row.values["driven_poor_households"] += rng.randint(1, 20)


FORM = Form(
    name="lead_enterprises",
    code="F04",
    titles=("龙头企业台账", "农业产业化龙头企业台账", "龙头企业带动情况统计表"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=False,
    unit_names=("户",),
    period_styles=("month", "until", "year_until"),
    sections="none",
    fill=fill,
    extras={"联系人": ("何平", "陈丽"), "注册商标": ("有", "无")},
    footers=("注：级别填最高一级。", "备注：吸收入股资金为到户产业入股资金。"),
    counts=_counts,
    revise=_revise,
)
