"""F05 家庭农场、种养大户名录: one row per family farm or big grower, who is named by the grower's own name."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.entities import Entity
from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, village_row
from simulator.rows import Column, Form, Row
from simulator.world import World

_PRODUCTS = {
    "牛": ("肉牛",), "羊": ("肉羊", "羊"), "菜": ("蔬菜",), "果": ("苹果", "林果"), "薯": ("马铃薯",), "药": ("中药材", "黄芪"),
    "地方特色": ("小杂粮", "食用菌"),
}  # fmt: skip

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("entity_name", ("名称/户主", "家庭农场(种养大户)名称", "名称(户主)"), "text"),
    Column("entity_type", ("类型", "主体类型"), "enum"),
    Column("uscc", ("统一社会信用代码", "信用代码"), "id", keep=False),
    Column("area_mu", ("经营面积(亩)", "经营面积"), "decimal", unit="亩", total=True),
    Column("transferred_area_mu", ("流转面积(亩)", "其中:流转面积(亩)"), "decimal", keep=False, unit="亩", total=True),
    Column("head_count", ("养殖规模", "养殖数量"), "int", keep=False, total=True),
    Column("custody_households", ("托管贫困户", "托管贫困户数"), "int", total=True, unit="户"),
    Column("custody_signed_date", ("托管协议签订日期", "协议签订时间"), "date", keep=False),
    Column("main_product", ("主导产业", "主营产业"), "enum", keep=False),
    PHONE,
    REMARK,
)  # fmt: skip


def _farm(farm: Entity, rng: random.Random) -> dict[str, Any]:
    is_livestock = farm.main_product in ("牛", "羊")
    area = Decimal(rng.randrange(300, 9000)) / 10
    custody = rng.randint(2, 25) if is_livestock and rng.random() < 0.5 else 0
    return {
        "_about": farm,
        "entity_name": farm.name,
        "entity_type": farm.kind,
        "uscc": farm.uscc or None,
        "area_mu": area,
        "transferred_area_mu": area * rng.randrange(0, 9) // 10,
        "head_count": rng.randint(30, 600) if is_livestock else None,
        "custody_households": custody,
        "custody_signed_date": date(2018, 3, 1) + timedelta(days=rng.randrange(760)) if custody else None,
        "main_product": rng.choice(_PRODUCTS[farm.main_product]),
        "phone": farm.phone,
        "remark": None,
    }


def fill(world: World, rng: random.Random) -> list[Row]:
    return [
        village_row(farm.village, _farm(farm, rng))
        for farm in world.entities_of("家庭农场", "种养大户")
        if farm.village
    ]


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    for row in rows:
        if row.values["custody_households"] and rng.random() < 0.3:
            row.values["custody_households"] += rng.randint(1, 3)


FORM = Form(
    name="farms_growers",
    code="F05",
    titles=("家庭农场、种养大户名录", "家庭农场/种养大户名录", "家庭农场种养大户台账"),
    columns=COLUMNS,
    bands={},
    has_place=True,
    unit_names=("亩", "户"),
    period_styles=("month", "until", "year_until"),
    sections="township",
    fill=fill,
    extras={"是否示范农场": ("是", "否"), "注册商标": ("有", "无")},
    footers=("注：种养大户填户主姓名。", "备注：托管贫困户应签订托管协议。"),
    revise=_revise,
    splits=("county", "county", "sheets"),
)
