"""F06 村级集体经济收入台账: one row per village and period."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from simulator.forms.common import REMARK, SEQ, TOWNSHIP, VILLAGE, good, village_row, yuan
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import World

THRESHOLD = Decimal(20000)
PARTS = ("inc_operating_yuan", "inc_contract_yuan", "inc_invest_yuan", "inc_subsidy_yuan", "inc_other_yuan")
EXPENSES = ("exp_operating_yuan", "exp_management_yuan", "exp_other_yuan")


def _money(field: str, headers: tuple[str, ...], short: tuple[str, ...] = (), band: str | None = None,
           keep: bool = True, needs: tuple[str, ...] = ()) -> Column:  # fmt: skip
    return Column(field, headers, "money", short, band, keep=keep, total=True, natural="wan", needs=needs)


COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("is_poor_village", ("是否贫困村", "贫困村"), "flag", required=True),
    _money("income_prev_yuan", ("上年收入", "2019年收入")),
    _money("inc_operating_yuan", ("经营收入", "经营性收入"), ("经营收入", "经营性收入"), "parts"),
    _money("inc_contract_yuan", ("发包及上交收入", "发包收入"), ("发包及上交收入", "发包收入"), "parts"),
    _money("inc_invest_yuan", ("投资收益", "入股分红", "资产收益"), ("投资收益", "入股分红"), "parts"),
    _money("inc_subsidy_yuan", ("补助收入", "转移支付"), ("补助收入", "转移支付"), "parts"),
    _money("inc_other_yuan", ("其他收入",), ("其他收入",), "parts"),
    _money("inc_total_yuan", ("合计", "总收入", "年收入合计"), ("合计", "总收入", "年收入合计"), "income"),
    _money("exp_operating_yuan", ("经营支出",), keep=False, needs=("exp_management_yuan", "exp_other_yuan")),
    _money("exp_management_yuan", ("管理费用", "管理费"), keep=False, needs=("exp_operating_yuan", "exp_other_yuan")),
    _money("exp_other_yuan", ("其他支出",), keep=False, needs=("exp_operating_yuan", "exp_management_yuan")),
    _money("exp_total_yuan", ("总支出",), keep=False),
    _money("net_income_yuan", ("本年收益",), keep=False, needs=("exp_total_yuan",)),
    Column("is_2wan_met", ("达标情况", "是否达到2万元"), "flag", required=True),
    _money("support_amount_yuan", ("扶持资金",)),
    Column("has_asset_ledger", ("资产台账是否建立",), "flag", keep=False),
    Column("source_note", ("收入来源说明", "增收项目"), "text", keep=False),
    REMARK,
)

BANDS = {
    "income": Band(("村集体经济收入情况", "当年收入", "本年村集体经济收入")),
    "parts": Band(("其中", "收入构成"), parent="income"),
}

_SOURCES = (
    "光伏电站收益",
    "机耕地发包",
    "入股合作社分红",
    "扶贫车间租金",
    "保鲜库租金",
    "农机服务",
    "公益林补助",
    "土地流转服务",
)


def income(rng: random.Random, low: int, high: int) -> dict[str, Decimal]:
    """Five parts of a village's income in whole tens of yuan and their sum."""
    total = rng.randint(low, high)
    weights = [rng.random() ** 2 + 0.02 for _ in PARTS]
    parts: dict[str, Decimal] = {
        field: yuan(total * weight / sum(weights), 10) for field, weight in zip(PARTS, weights, strict=True)
    }
    if rng.random() < 0.05 and sum(parts.values()) - parts["inc_invest_yuan"] > 30000:
        parts["inc_invest_yuan"] = -yuan(rng.randint(100, 900), 10)
    if rng.random() < 0.15:
        parts["inc_other_yuan"] += Decimal(rng.randrange(1, 100)) / 100
    parts["inc_total_yuan"] = sum(parts.values(), Decimal(0))
    return parts


def expenditure(rng: random.Random, income_total: Decimal) -> dict[str, Decimal]:
    """Three parts of what a village spends, in whole tens of yuan, and their sum: less than it earns."""
    spent = float(income_total) * rng.uniform(0.2, 0.8)
    shares = [rng.random() + 0.1 for _ in EXPENSES]
    parts: dict[str, Decimal] = {
        field: yuan(spent * share / sum(shares), 10) for field, share in zip(EXPENSES, shares, strict=True)
    }
    return parts | {"exp_total_yuan": sum(parts.values(), Decimal(0))}


def fill(world: World, rng: random.Random) -> list[Row]:
    rows = []
    for facts in world.villages:
        values: dict[str, Any] = {"is_poor_village": facts.is_poor, "_about": facts}
        met = rng.random() < (0.7 if facts.is_poor else 0.85)
        values |= income(rng, 23000, 180000) if met else income(rng, 4500, 18500)
        previous = yuan(rng.randint(20500, 150000) if rng.random() < 0.75 else rng.randint(1500, 19500), 10)
        needs_support = facts.is_poor and (previous < THRESHOLD or facts.exit_year in (None, 2020))
        supported = needs_support or rng.random() < 0.25
        values |= expenditure(rng, values["inc_total_yuan"])
        values |= {
            "income_prev_yuan": previous,
            "net_income_yuan": values["inc_total_yuan"] - values["exp_total_yuan"],
            "is_2wan_met": values["inc_total_yuan"] >= THRESHOLD,
            "support_amount_yuan": yuan(rng.randint(50000, 500000), 5000) if supported else None,
            "has_asset_ledger": rng.random() < 0.9,
            "source_note": "、".join(sorted(rng.sample(_SOURCES, rng.randint(1, 2)))),
            "remark": None,
        }
        rows.append(village_row(facts.village, values))
    return rows


def _counts(rows: list[Row]) -> Counts:
    met = [row for row in good(rows) if row.values["is_poor_village"] and row.values["inc_total_yuan"] >= THRESHOLD]
    poor = {row.values["_village"].code for row in good(rows) if row.acceptable("is_poor_village")}
    return {"T08_actual": len(met), "R25_poor_villages": sorted(poor)}


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    for row in rows:
        values = row.values
        if rng.random() < 0.15 + 0.3 * months:
            more = Decimal(rng.randrange(500, 9000, 10))
            values["inc_operating_yuan"] += more
            values["inc_total_yuan"] += more
            values["net_income_yuan"] += more
            values["is_2wan_met"] = values["inc_total_yuan"] >= THRESHOLD


FORM = Form(
    name="village_income",
    code="F06",
    titles=("村级集体经济收入台账", "村级集体经济收入统计表", "村集体经济收入情况统计表"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=(),
    period_styles=("month", "until", "year_until", "half"),
    sections="township",
    fill=fill,
    extras={"村支部书记": ("王建国", "马志强", "张平"), "集体资产总额说明": ("已清产核资", "正在核实")},
    footers=("注：总收入=经营收入+发包及上交收入+投资收益+补助收入+其他收入。", "备注：达标指年收入达到2万元以上。"),
    counts=_counts,
    revise=_revise,
    is_monthly=True,
    splits=("county", "county", "county", "sheets"),
)
