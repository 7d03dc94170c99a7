"""F14 财政专项扶贫资金项目台账: one row per project."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from simulator.forms.common import REMARK, SEQ, yuan
from simulator.places import Village
from simulator.rows import Band, Column, Form, Row
from simulator.world import World

LEVELS = ("amount_central_yuan", "amount_province_yuan", "amount_city_yuan", "amount_county_yuan")


def _level(field: str, word: str) -> Column:
    return Column(
        field, (f"{word}资金", f"{word}财政资金"), "money", (f"{word}资金", word), "levels", total=True, natural="wan"
    )


def _note(row: Row) -> tuple[str, Decimal] | None:
    """Every ninth project or so holds money for a flood or a drought."""
    if row.values["amount_yuan"] <= 20000 or crc32(str(row.values["project_name"]).encode()) % 9:
        return None
    return "灾情因素", Decimal(10000)


COLUMNS = (
    SEQ,
    Column("project_name", ("项目名称",), "text"),
    Column("project_category", ("项目类别", "项目类型"), "enum"),
    Column("place_text", ("建设地点", "乡镇、村"), "text"),
    Column("nature", ("建设性质",), "enum", keep=False),
    Column("content", ("建设内容", "建设规模及内容"), "text"),
    Column("fund_source", ("资金来源", "资金名称及文号"), "enum"),
    Column("amount_yuan", ("投资规模", "资金金额", "总投资"), "money", ("投资规模", "总投资"), "money", total=True, natural="wan",
           note_of=_note),
    _level("amount_central_yuan", "中央"),
    _level("amount_province_yuan", "省级"),
    _level("amount_city_yuan", "市级"),
    _level("amount_county_yuan", "县级"),
    Column("unit_name", ("责任单位", "主管部门"), "text"),
    Column("target_text", ("绩效目标",), "text", keep=False),
    Column("benefit_households", ("受益贫困户", "受益户数", "受益户数(户)"), "int", ("户数", "受益户数"), "benefit", unit="户"),
    Column("benefit_people", ("受益人数", "受益人数(人)"), "int", ("人数", "受益人数"), "benefit", unit="人"),
    Column("doc_no", ("下达文号",), "text", keep=False),
    Column("doc_total_yuan", ("文件下达总额",), "money", keep=False, natural="wan", needs=("doc_no",)),
    Column("spent_yuan", ("拨付资金", "已支出"), "money", ("拨付资金", "已支出"), "money", total=True, natural="wan"),
    Column("progress", ("完成情况", "进度"), "text", keep=False),
    Column("completed_date", ("完工日期", "竣工时间"), "date", keep=False),
    REMARK,
)  # fmt: skip

BANDS = {
    "money": Band(("资金情况", "项目资金")),
    "levels": Band(("资金构成", "其中"), parent="money"),
    "benefit": Band(("受益贫困户", "受益情况")),
}

_KINDS = {
    "产业扶贫": (("肉牛养殖基地", "新建标准化牛舍{n}平方米，引进基础母牛{m}头"), ("中药材种植基地", "种植中药材{n}亩，配套农机{m}台"),
              ("果蔬保鲜库", "新建保鲜库{m}座，库容{n}吨"), ("高原夏菜示范园", "新建钢架大棚{m}座，占地{n}亩")),
    "就业扶贫": (("扶贫车间", "新建扶贫车间{m}间，建筑面积{n}平方米"), ("劳务培训", "培训贫困劳动力{n}人次")),
    "村整体提升": (("通村道路硬化", "硬化村道{m}公里，砌护边沟{n}米"), ("人畜饮水工程", "铺设管道{n}米，新建蓄水池{m}座")),
    "金融扶贫": (("小额信贷贴息", "对{n}户贫困户小额信贷贴息"),),
    "其他": (("项目管理费", "项目前期勘察设计等{m}项"),),
}  # fmt: skip
_WEIGHTS = (60, 10, 20, 6, 4)
_SOURCES = {"中央": (0,), "省级": (1,), "市级": (2,), "县级": (3,), "整合": (0, 1, 3), "结余": (3,)}


def place_text(villages: list[Village], rng: random.Random) -> str:
    """Several places in one cell: the township once before its villages, or before each."""
    if rng.random() < 0.12:
        return villages[0].township_name
    once = rng.random() < 0.7
    words = []
    previous = ""
    for village in villages:
        prefix = "" if once and village.township_name == previous else village.township_name
        words.append(f"{prefix}{village.core}村")
        previous = village.township_name
    return "、".join(words)


def _split(amount: Decimal, levels: tuple[int, ...], rng: random.Random) -> dict[str, Decimal | None]:
    """Amounts per level of government that add up to the project's; a single level is written alone."""
    parts: dict[str, Decimal | None] = dict.fromkeys(LEVELS)
    rest = amount
    for level in levels[1:]:
        share = yuan(float(amount) * rng.uniform(0.05, 0.3), 100)
        parts[LEVELS[level]] = share
        rest -= share
    parts[LEVELS[levels[0]]] = rest
    return parts


def _project(world: World, no: int, rng: random.Random) -> Row:
    category = rng.choices(tuple(_KINDS), _WEIGHTS)[0]
    work, content = rng.choice(_KINDS[category])
    township = rng.choice(world.county.townships)
    villages = rng.sample(
        township.villages, min(len(township.villages), rng.choices((1, 2, 3, 4), (55, 20, 15, 10))[0])
    )
    if rng.random() < 0.1:
        villages.append(rng.choice(rng.choice(world.county.townships).villages))
    villages = list(dict.fromkeys(villages))
    villages.sort(key=lambda village: village.code)
    amount = yuan(rng.randint(50_000, 3_000_000), rng.choice((100, 1000, 10_000)))
    if rng.random() < 0.2:
        amount += Decimal(rng.randrange(1, 10_000)) / 100
    source = rng.choices(tuple(_SOURCES), (45, 20, 8, 12, 12, 3))[0]
    households = rng.randint(5, 180)
    spent = amount if rng.random() < 0.35 else yuan(float(amount) * rng.uniform(0.2, 0.95), 100)
    text = place_text(villages, rng)
    values: dict[str, Any] = {
        "project_name": f"{world.county.spoken}{villages[0].township_name}{villages[0].core}村2020年{work}项目",
        "project_category": category,
        "place_text": text,
        "nature": rng.choice(("新建", "新建", "续建", "维修")),
        "content": content.format(n=rng.randint(50, 900), m=rng.randint(1, 30)) + "。",
        "fund_source": source,
        "amount_yuan": amount,
        **_split(amount, _SOURCES[source], rng),
        "unit_name": rng.choice(("县农业农村局", "县扶贫办", f"{township.name}人民政府", "县畜牧兽医局", "县水务局")),
        "target_text": f"项目实施后带动{households}户贫困户增收。",
        "benefit_households": households,
        "benefit_people": households * rng.randint(2, 4) + rng.randint(0, households),
        "doc_no": f"甘财扶贫〔2020〕{rng.randint(1, 40)}号",
        "doc_total_yuan": None,
        "spent_yuan": spent,
        "completed_date": _completed(rng) if spent == amount else None,
        "progress": "已完工" if spent == amount else rng.choice(("在建", "完成80%", "正在实施")),
        "remark": None,
    }
    return Row(values, world.county.code, category)


def fill(world: World, rng: random.Random) -> list[Row]:
    count = max(6, int(len(world.villages) * 0.55))
    rows = [_project(world, no, rng) for no in range(count)]
    names: set[str] = set()
    for row in rows:
        base = row.values["project_name"]
        number = 2
        while row.values["project_name"] in names:
            row.values["project_name"] = f"{base}({'一二三四五六七八九十'[min(number, 10) - 1]}期)"
            number += 1
        names.add(row.values["project_name"])
    _state_document_totals(rows)
    order = list(_KINDS)
    rows.sort(key=lambda row: order.index(row.group))
    return rows


def _completed(rng: random.Random) -> date:
    return date(2020, 3, 10) + timedelta(days=rng.randrange(80))


def _state_document_totals(rows: list[Row]) -> None:
    """Each project states what its document sends the county in all: the sum over the document's projects."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row.values["doc_no"]] += row.values["amount_yuan"]
    for row in rows:
        row.values["doc_total_yuan"] = totals[row.values["doc_no"]]


def _section_note(rows: list[Row]) -> str:
    amount = sum((row.values["amount_yuan"] or Decimal(0) for row in rows), Decimal(0))
    return f"(项目共计：{len(rows)}个；总投资：{(amount / 10000).normalize():f}万元)"


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    for row in rows:
        if rng.random() < 0.2:
            row.values["spent_yuan"] = row.values["amount_yuan"]
            row.values["progress"] = "已完工"
            row.values["completed_date"] = row.values["completed_date"] or _completed(rng)


FORM = Form(
    name="fund_projects",
    code="F14",
    titles=("财政专项扶贫资金项目台账", "财政专项扶贫资金项目公告公示表", "财政专项扶贫资金项目安排表"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=False,
    unit_names=("户", "人"),
    period_styles=("year", "year_until"),
    sections="group",
    fill=fill,
    extras={"招标方式": ("公开招标", "邀请招标", "直接委托"), "项目负责人": ("李强", "赵明", "杨军")},
    footers=("备注：每个具体项目建设情况由责任单位另行公告公示。", "监督电话：12317"),
    revise=_revise,
    section_note=_section_note,
)
