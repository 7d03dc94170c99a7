"""F01 到户产业扶持资金(奖补)花名册: one row per household and product line."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, village_row
from simulator.rows import Band, Column, Form, Row
from simulator.world import PASTORAL_CAP, PASTORAL_STANDARD, SMALL_FIVE, STANDARD_COUNTY, Household, World

LIVESTOCK = ("牛", "羊", "小家禽")
CROPS = ("菜", "果", "薯", "药", "地方特色")

_STANDARD = ("奖补标准", "补助标准", "补贴标准(元/亩、元/头)", "奖补标准(元/亩、元/头、元/只)")

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("group_name", ("村民小组", "组", "社", "自然村"), "text", keep=False),
    Column("head_name", ("户主姓名", "姓名", "贫困户姓名"), "text"),
    Column("head_id", ("身份证号", "身份证号码", "证件号码", "公民身份号码"), "id"),
    Column("household_code", ("户编号", "贫困户编号"), "code", keep=False),
    Column("household_size", ("家庭人口", "人数", "人口", "家庭人口(人)"), "int"),
    Column("poor_type", ("贫困户属性", "贫困户类型"), "enum"),
    Column("exit_status", ("脱贫状态", "脱贫属性"), "enum"),
    Column("support_mode", ("扶持方式", "补助方式"), "enum"),
    Column("product_code", ("产业类别", "产业", "品种", "补助项目"), "text"),
    Column("area_mu", ("种植面积(亩)", "面积", "面积亩"), "decimal", ("种植面积(亩)", "面积亩"), "scale", keep=False, unit="亩"),
    Column("head_count", ("养殖数量", "养殖数量(头、只)", "存栏"), "int", ("养殖数量(头、只)", "养殖数量"), "scale", keep=False),
    Column("unit_award_yuan", _STANDARD, "money", fixed_unit=True),
    Column("accepted_qty", ("验收数量", "核验数量", "达标数量"), "decimal"),
    Column("award_amount_yuan", ("应补资金", "奖补金额", "补助金额", "资金额"), "money", total=True),
    Column("prior_amount_yuan", ("已享受资金", "2018-2019年已享受", "历年已补"), "money"),
    Column("accepted_date", ("验收日期", "验收时间"), "date", keep=False),
    Column("publicity", ("公示时间", "公示期"), "range", keep=False),
    Column("paid_date", ("兑付日期", "发放时间", "打卡时间"), "date", keep=False),
    Column("is_signed", ("签字", "领款人签字", "手印"), "flag", keep=False),
    Column("bank_account", ("一折通账号", "银行账号", "一卡通账号", "卡号", "惠农一折通"), "id", keep=False),
    PHONE,
    REMARK,
)  # fmt: skip

BANDS = {"scale": Band(("产业规模", "养殖种植规模"))}

_MODES = ("达标奖补", "以奖代补", "以物代补", "先建后补")
_NAMES = {
    "牛": ("牛", "肉牛"), "羊": ("羊", "肉羊"), "菜": ("菜", "蔬菜"), "果": ("果", "苹果"), "薯": ("薯", "马铃薯"),
    "药": ("药", "中药材"), "地方特色": ("地方特色",),
}  # fmt: skip
_PASTORAL_NAMES = {"牛": ("牛",), "羊": ("藏羊",), "药": ("当归", "黄芪", "党参"), "地方特色": ("青稞", "油菜")}
_MIN_SLACK = 1200
"""Yuan left under the cap in each clean household, so that a small injected change of one row stays below it."""


def product_names(world: World, product: str) -> tuple[str, ...]:
    """How the county names a product; 卓尼县 names its standard's own kinds."""
    if world.county.code == STANDARD_COUNTY and product in _PASTORAL_NAMES:
        return _PASTORAL_NAMES[product]
    if product in SMALL_FIVE:
        return (product, f"五小({product})", f"五小产业（{product}）")
    return _NAMES[product]


def choose_products(world: World, household: Household, rng: random.Random) -> list[str]:
    """One to three product lines; 五小 only where no other product supports the household."""
    if world.county.code == STANDARD_COUNTY and household.is_edge:
        return rng.sample(tuple(PASTORAL_STANDARD), rng.choices((1, 2), (70, 30))[0])
    if rng.random() < 0.12:
        return [rng.choice(SMALL_FIVE)]
    return rng.sample(("牛", "羊", "菜", "果", "薯", "药", "地方特色"), rng.choices((1, 2, 3), (62, 30, 8))[0])


def quantity(product: str, unit: int, budget: int) -> Decimal:
    """Heads, mu (0.1 steps) or one household, for at most ``budget`` yuan and at least one step."""
    if product in LIVESTOCK:
        return Decimal(max(1, min(400, budget // unit)))
    if product in CROPS:
        return Decimal(max(5, min(1500, budget * 10 // unit))) / 10
    return Decimal(1)


def line(world: World, product: str, budget: int, rng: random.Random) -> dict[str, Any]:
    """Product, scale, award unit and amount of one row, exact to the cent."""
    unit = world.awards.get(product) or max(500, budget // 100 * 100)
    qty = quantity(product, unit, budget)
    return {
        "_product": product,
        "product_code": rng.choice(product_names(world, product)),
        "area_mu": qty if product in CROPS else None,
        "head_count": int(qty) if product in LIVESTOCK else None,
        "unit_award_yuan": Decimal(unit),
        "accepted_qty": qty,
        "award_amount_yuan": qty * unit,
    }


def _dates(rng: random.Random) -> dict[str, Any]:
    accepted = date(2020, 3, 10) + timedelta(days=rng.randrange(75))
    start = accepted + timedelta(days=rng.randint(2, 6))
    end = start + timedelta(days=rng.choice((7, 7, 8, 10)))
    paid = end + timedelta(days=rng.randint(1, 20))
    return {
        "accepted_date": accepted,
        "publicity": (start, end),
        "paid_date": paid if paid <= date(2020, 6, 28) else None,
        "is_signed": True,
    }


def household_rows(world: World, household: Household, rng: random.Random) -> list[Row]:
    """A household's rows: same identity on each, awards and prior money below its cap."""
    cap = household.cap
    is_standard = world.county.code == STANDARD_COUNTY and household.is_edge
    limit = PASTORAL_CAP if is_standard else 9000
    products = choose_products(world, household, rng)
    budget = min(limit, int(cap * rng.uniform(0.15, 0.4)), cap - _MIN_SLACK)
    lines = [line(world, product, max(200, budget // len(products)), rng) for product in products]
    while len(lines) > 1 and sum(item["award_amount_yuan"] for item in lines) > min(limit, cap - _MIN_SLACK):
        lines.pop()
    total = int(sum(item["award_amount_yuan"] for item in lines))
    room = cap - _MIN_SLACK - total
    prior = max(0, int(room * rng.uniform(0.75, 1.0)) // 100 * 100)
    dates = _dates(rng)
    same = {
        "group_name": household.group_name,
        "head_name": household.head_name,
        "head_id": household.head_id,
        "household_code": household.code,
        "household_size": household.size,
        "poor_type": household.poor_type,
        "exit_status": household.status,
        "prior_amount_yuan": Decimal(prior),
        "bank_account": household.bank_account,
        "phone": household.phone,
        "remark": None,
    }
    rows = []
    for item in lines:
        mode = rng.choice(_MODES)
        values = {**same, "support_mode": mode, **item, **dates}
        rows.append(village_row(household.village, values, household.code))
    return rows


def fill(world: World, rng: random.Random) -> list[Row]:
    return [
        row
        for facts in world.poor_villages
        for household in facts.households
        for row in household_rows(world, household, rng)
    ]


FORM = Form(
    name="household_awards",
    code="F01",
    titles=("到户产业扶持资金(奖补)花名册", "到户产业扶持资金奖补花名册", "产业到户奖补资金花名册", "到户产业扶持资金（奖补）兑付花名册"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=("亩", "头", "只"),
    period_styles=("year",),
    sections="township",
    fill=fill,
    extras=("民族", "性别", "开户行"),
    footers=("注：每户奖补资金打入一折通，不得截留。", "备注：已享受资金为2018-2019年全户合计。", "监督电话：12317"),
)  # fmt: skip
