"""F08 消费扶贫/产销对接台账: one row per channel, event or counter."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.forms.common import REMARK, SEQ, yuan
from simulator.rows import Band, Column, Form, Row
from simulator.world import World

COLUMNS = (
    SEQ,
    Column("channel_type", ("渠道类型",), "enum"),
    Column("channel_name", ("名称", "专柜(窗口)名称", "活动名称"), "text"),
    Column("city_text", ("所在省市", "设立地点", "城市"), "text"),
    Column("operator_name", ("运营主体", "产销协会", "企业"), "text"),
    Column("start_date", ("设立时间", "举办时间"), "date"),
    Column("product_name", ("产品", "扶贫产品名称"), "text", keep=False),
    Column("is_ganwei", ("是否甘味品牌", "甘味标识"), "flag", keep=False),
    Column("cert_type", ("三品一标", "两个三品一标"), "enum", keep=False),
    Column("qty", ("销售数量(吨)", "销售数量"), "decimal", keep=False, unit="吨"),
    Column(
        "sales_amount_yuan", ("销售额", "交易额"), "money", ("销售额", "交易额"), "sales", total=True, natural="wan"
    ),
    Column("signed_amount_yuan", ("签约额",), "money", ("签约额",), "sales", keep=False, total=True, natural="wan"),
    Column("driven_poor_households", ("带动贫困户", "带动贫困户(户)"), "int", keep=False, total=True, unit="户"),
    Column("award_amount_yuan", ("奖补资金",), "money", keep=False, total=True, natural="wan"),
    REMARK,
)

BANDS = {"sales": Band(("销售情况", "产销情况"))}

CHANNEL_TYPES = ("专柜", "专馆", "专区", "产销对接会", "直播电商", "订单", "单位采购")
_CITIES = {
    "粤港澳大湾区": ("广东省广州市", "广东省深圳市", "广东省东莞市"), "长三角": ("上海市", "江苏省南京市", "浙江省杭州市"),
    "京津": ("北京市", "天津市"), "成渝": ("四川省成都市", "重庆市"), "省内": ("甘肃省兰州市", "甘肃省天水市"),
}  # fmt: skip
_PRODUCTS = (
    "洋芋",
    "苹果",
    "当归",
    "黄芪",
    "花椒",
    "牛肉",
    "羊肉",
    "百合",
    "蜂蜜",
    "木耳",
    "藜麦",
    "小杂粮",
    "枸杞",
    "高原夏菜",
)
GANWEI = frozenset({"苹果", "当归", "黄芪", "花椒", "羊肉", "百合", "木耳", "藜麦", "小杂粮", "枸杞"})
"""Products that the province's brand directory of 2019 holds; counties flag no others."""


def fill(world: World, rng: random.Random) -> list[Row]:
    count = max(6, min(40, len(world.villages) // 3)) + rng.randrange(4)
    rows = []
    names: set[str] = set()
    for _ in range(count):
        row = _channel(world, rng)
        while row.values["channel_name"] in names:
            row = _channel(world, rng)
        names.add(row.values["channel_name"])
        rows.append(row)
    rows.sort(key=lambda row: (CHANNEL_TYPES.index(row.group), row.values["start_date"], row.values["channel_name"]))
    return rows


def _channel(world: World, rng: random.Random) -> Row:
    kind = rng.choice(CHANNEL_TYPES)
    region = rng.choice(tuple(_CITIES))
    city = world.county.partner_city if region == "京津" and world.county.partner_city else rng.choice(_CITIES[region])
    product = rng.choice(_PRODUCTS)
    where = city.rsplit("省", 1)[-1]
    start = date(2019, 1, 10) + timedelta(days=rng.randrange(500))
    spoken = world.county.spoken
    names = {
        "专柜": f"{spoken}扶贫产品{where}{product}专柜", "专馆": f"{spoken}特色产品{where}{product}馆",
        "专区": f"{where}农产品市场{spoken}{product}专区", "产销对接会": f"{start:%Y}年{spoken}{product}{where}产销对接会",
        "直播电商": f"{spoken}{product}{where}直播带货活动{start:%m%d}", "订单": f"{where}{spoken}{product}订单{start:%m%d}",
        "单位采购": f"{where}机关单位采购{spoken}{product}{start:%m%d}",
    }  # fmt: skip
    sales = yuan(rng.randint(8_000, 2_400_000), rng.choice((10, 100)))
    values: dict[str, Any] = {
        "channel_type": kind,
        "channel_name": names[kind],
        "city_text": city,
        "operator_name": rng.choice(world.entities_of("产销组织")).name,
        "start_date": start,
        "product_name": product,
        "is_ganwei": rng.random() < 0.55 and product in GANWEI,
        "cert_type": rng.choice(("无公害", "绿色", "有机", "地理标志", None)),
        "qty": Decimal(rng.randrange(10, 4000)) / 10,
        "sales_amount_yuan": sales,
        "signed_amount_yuan": yuan(rng.randint(10_000, 5_000_000), 1000) if kind in ("产销对接会", "订单") else None,
        "driven_poor_households": rng.randint(0, 260),
        "award_amount_yuan": rng.choice((None, None, Decimal(20_000), Decimal(50_000))),
        "remark": None,
    }  # fmt: skip
    return Row(values, world.county.code, kind)


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """A correction adds up to 5 %, each later month at least 6 %: cumulative figures never fall."""
    for row in rows:
        growth = Decimal(rng.randint(0, 5) + sum(rng.randint(6, 20) for _ in range(months))) / 100
        if months or rng.random() < 0.3:
            more = (row.values["sales_amount_yuan"] * growth).quantize(Decimal(1))
            row.values["sales_amount_yuan"] += more


FORM = Form(
    name="sales_channels",
    code="F08",
    titles=("消费扶贫产销对接台账", "消费扶贫/产销对接台账", "消费扶贫(产销对接)台账"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=False,
    unit_names=("吨", "户"),
    period_styles=("month", "until", "year_until"),
    sections="group",
    fill=fill,
    extras={"联络人": ("何平", "陈丽"), "协作单位": ("县供销社", "省供销集团")},
    footers=("注：销售额为本年累计数。", "数据来源：县商务局、县农业农村局。"),
    revise=_revise,
    is_monthly=True,
    is_cumulative=True,
)
