"""F07 果蔬保鲜库台账: one row per store, or per lot of mobile units.

Of the poor villages that need a store most have one; some other villages have one too. Capacity, volume and money of a row
are those of all its units.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.entities import Entity
from simulator.forms.common import REMARK, SEQ, TOWNSHIP, VILLAGE, good, village_row, yuan
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import VillageFacts, World

MOBILE = ("移动保鲜库", "冷藏车")
PER_100T, PER_STORE, PER_MOBILE = Decimal(105_000), Decimal(370_000), Decimal(150_000)
"""The province's rule of 2018, in yuan: per 100 tonnes, at most per store, per mobile unit."""
_TYPES = {
    "机械冷库": (100, 1500, 48), "气调库": (200, 2000, 14), "通风库": (50, 600, 10), "贮藏窖": (20, 200, 16),
    "移动保鲜库": (5, 30, 7), "冷藏车": (5, 15, 5),
}  # fmt: skip
"""Tonnes of one unit from-to, and how often the type is built."""
_NOT_IN_USE = ("在建", "报废")

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("entity_name", ("建设主体", "承建主体", "主体名称"), "text"),
    Column("entity_type", ("主体类型", "主体类别"), "enum", keep=False),
    Column("store_type", ("库类型", "建设内容"), "enum"),
    Column("capacity_tonnes", ("库容(吨)", "储藏能力(吨)"), "decimal", ("库容(吨)", "储藏能力(吨)"), "size", unit="吨", total=True),
    Column("volume_m3", ("容积(立方米)", "库容(m³)"), "decimal", ("容积(立方米)",), "size", keep=False),
    Column("unit_count", ("座/辆数", "数量"), "int", ("座/辆数",), "size", total=True),
    Column("invest_total_yuan", ("总投资",), "money", ("总投资",), "money", total=True, natural="wan"),
    Column("subsidy_yuan", ("财政补助", "补助资金"), "money", ("财政补助",), "money", total=True, natural="wan"),
    Column("self_fund_yuan", ("自筹", "自筹资金"), "money", ("自筹",), "money", keep=False, total=True, natural="wan"),
    Column("start_date", ("开工日期", "开工时间"), "date", keep=False),
    Column("built_date", ("建成日期", "竣工时间"), "date"),
    Column("accepted_date", ("验收日期", "验收时间"), "date"),
    Column("paid_date", ("拨付日期", "拨付时间"), "date"),
    Column("operation_status", ("运营状态", "使用情况"), "enum"),
    Column("idle_months", ("闲置月数", "闲置时间(月)"), "int", keep=False),
    Column("throughput_tonnes", ("年入库量(吨)", "年入库量"), "decimal", keep=False, unit="吨", total=True),
    Column("driven_poor_households", ("折股量化贫困户", "带动贫困户"), "int", keep=False, unit="户", total=True),
    REMARK,
)  # fmt: skip

BANDS = {"size": Band(("建设规模", "规模")), "money": Band(("投资情况", "资金情况"))}


def limits(values: dict[str, Any]) -> list[Decimal]:
    """The caps on a row's subsidy in yuan, each of them."""
    units = values["unit_count"]
    if values["store_type"] in MOBILE:
        return [PER_MOBILE * units]
    return [PER_100T * values["capacity_tonnes"] / 100, PER_STORE * units]


def fill(world: World, rng: random.Random) -> list[Row]:
    near: dict[str, list[Entity]] = defaultdict(list)
    for entity in world.entities_of("合作社", "家庭农场", "种养大户"):
        if entity.village:
            near[entity.village.code].append(entity)
    rows, known = [], set()
    for facts in world.villages:
        for is_ready in _stores(facts, rng):
            values = _store(_builder(world, near[facts.village.code], rng), is_ready, rng)
            mark = (values["entity_name"], facts.village.code, values["store_type"], values["built_date"])
            if mark not in known:
                known.add(mark)
                rows.append(village_row(facts.village, values))
    return rows


def _stores(facts: VillageFacts, rng: random.Random) -> Iterable[bool]:
    """For each store of the village whether it must be in use: one in most villages that need one."""
    if facts.has_store_need:
        chance = rng.random()
        if chance < 0.86:
            yield True
            if rng.random() < 0.15:
                yield False
        elif chance < 0.93:
            yield False
    elif rng.random() < 0.14:
        yield False


def _builder(world: World, near: list[Entity], rng: random.Random) -> tuple[str, str]:
    """Name and kind: mostly a body of the village, else one of the county."""
    chance = rng.random()
    if chance < 0.06:
        return f"{rng.choice(world.county.townships).name}供销合作社", "供销社"
    others = world.entities_of("龙头企业" if chance < 0.16 else "合作社")
    chosen = rng.choice(near if near and chance >= 0.16 else others or world.entities_of("产销组织"))
    return chosen.name, chosen.kind if chosen.kind != "产销组织" else "龙头企业"


def _store(builder: tuple[str, str], is_ready: bool, rng: random.Random) -> dict[str, Any]:
    kind = rng.choices(tuple(_TYPES), [weight for _, _, weight in _TYPES.values()])[0]
    low, high, _ = _TYPES[kind]
    units = rng.choice((1, 1, 1, 1, 2, 3))
    capacity = Decimal(rng.randrange(low, high + 1, 5) * units)
    status = rng.choices(("运营", "季节性", "闲置", "在建", "报废"), (52, 30, 6, *((0, 0) if is_ready else (9, 3))))[0]
    values: dict[str, Any] = {
        "entity_name": builder[0],
        "entity_type": builder[1],
        "store_type": kind,
        "capacity_tonnes": capacity,
        "volume_m3": (capacity * rng.randint(42, 60) / 10).quantize(Decimal(1)),
        "unit_count": units,
        **_dates(status == "在建", rng),
        "operation_status": status,
        "idle_months": rng.randint(1, 11) if status == "闲置" else None,
        "throughput_tonnes": _throughput(status, capacity, rng),
        "driven_poor_households": rng.randint(0, 60),
        "remark": None,
    }
    subsidy = yuan(float(min(limits(values))) * rng.uniform(0.6, 1.0), 100)
    total = yuan(float(subsidy) / rng.uniform(0.2, 0.55), 100)
    return values | {"invest_total_yuan": total, "subsidy_yuan": subsidy, "self_fund_yuan": total - subsidy}


def _throughput(status: str, capacity: Decimal, rng: random.Random) -> Decimal | None:
    percent = {"运营": (60, 200), "季节性": (30, 90), "闲置": (0, 0)}.get(status)
    return (capacity * rng.randint(*percent) / 100).quantize(Decimal("0.1")) if percent else None


def _dates(is_being_built: bool, rng: random.Random) -> dict[str, date | None]:
    """Built, accepted, then paid (先建后补), all before the summer of 2020."""
    if is_being_built:
        begun = date(2019, 9, 1) + timedelta(days=rng.randrange(240))
        return {"start_date": begun, "built_date": None, "accepted_date": None, "paid_date": None}
    start = date(2018, 3, 1) + timedelta(days=rng.randrange(480))
    built = start + timedelta(days=rng.randint(60, 200))
    accepted = built + timedelta(days=rng.randint(5, 40))
    paid = accepted + timedelta(days=rng.randint(10, 60))
    return {"start_date": start, "built_date": built, "accepted_date": accepted, "paid_date": paid}


def _counts(rows: list[Row]) -> Counts:
    served = {row.values["_village"].code for row in good(rows) if row.values["operation_status"] not in _NOT_IN_USE}
    return {"T16_villages_served": sorted(served)}


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    for row in rows:
        if rng.random() < 0.3:
            row.values["driven_poor_households"] += rng.randint(1, 3)


FORM = Form(
    name="cold_stores",
    code="F07",
    titles=("果蔬保鲜库台账", "果蔬保鲜库建设运营台账", "果蔬保鲜库建设情况统计表"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=("吨", "立方米"),
    period_styles=("month", "until", "year_until"),
    sections="township",
    fill=fill,
    extras={"制冷方式": ("氟制冷", "氨制冷"), "管护责任人": ("何平", "陈丽")},
    footers=("注：先建后补，验收合格后拨付补助。", "备注：一行填几座的，库容、投资为合计数。"),
    counts=_counts,
    revise=_revise,
    splits=("county", "county", "sheets"),
)
