"""F16 贫困村基础台账: one row per poor village."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

from simulator.forms.common import REMARK, SEQ, TOWNSHIP, VILLAGE, good, village_row
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import World

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("village_code_stated", ("村代码", "行政村代码"), "code", keep=False),
    Column("is_deep_poverty", ("是否深度贫困村", "深度贫困村"), "flag", keep=False),
    Column("exit_year", ("出列年度", "退出年度"), "year"),
    Column("hh_total", ("总户数", "总户数(户)"), "int", ("户数", "户数(户)"), "all", total=True, unit="户"),
    Column("pop_total", ("总人口", "总人口(人)"), "int", ("人口", "人口(人)"), "all", total=True, unit="人"),
    Column("poor_hh", ("建档立卡户数", "建档立卡户"), "int", ("户数", "户"), "poor", total=True, unit="户"),
    Column("poor_people", ("建档立卡人数", "建档立卡人口"), "int", ("人数", "人"), "poor", total=True, unit="人"),
    Column("left_hh", ("未脱贫户数", "未脱贫户"), "int", ("户数", "户"), "left", total=True, unit="户"),
    Column("left_people", ("未脱贫人数", "未脱贫人口"), "int", ("人数", "人"), "left", total=True, unit="人"),
    Column("poverty_rate_pct", ("贫困发生率(%)", "贫困发生率（%）"), "decimal"),
    Column("farmland_mu", ("耕地面积(亩)", "耕地面积（亩）"), "decimal", keep=False),
    Column("main_product", ("主导产业", "脱贫产业"), "list"),
    Column("coop_count", ("合作社数", "合作社数(个)"), "int", total=True, unit="个"),
    Column("advisor", ("驻村农技员", "产业指导员"), "text", keep=False),
    Column("has_store_need", ("保鲜库需求", "是否有保鲜库需求"), "flag"),
    REMARK,
)

BANDS = {
    "all": Band(("总户数/总人口", "全村总户数、总人口", "基本情况")),
    "poor": Band(("建档立卡户/人", "建档立卡", "建档立卡贫困人口")),
    "left": Band(("未脱贫户/人", "未脱贫", "未脱贫人口")),
}


def rate(people: int, population: int) -> Decimal:
    """Per cent with two decimals, as counties print it."""
    return (Decimal(people * 100) / Decimal(population)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def fill(world: World, rng: random.Random) -> list[Row]:
    rows = []
    for facts in world.poor_villages:
        exit_year = str(facts.exit_year) if facts.exit_year else "未退出"
        rows.append(village_row(facts.village, {
            "_about": facts,
            "village_code_stated": facts.village.code,
            "is_deep_poverty": facts.is_deep,
            "exit_year": exit_year,
            "hh_total": facts.hh_total,
            "pop_total": facts.pop_total,
            "poor_hh": facts.poor_hh,
            "poor_people": facts.poor_people,
            "left_hh": facts.left_hh,
            "left_people": facts.left_people,
            "poverty_rate_pct": rate(facts.left_people, facts.pop_total),
            "farmland_mu": facts.farmland_mu,
            "main_product": facts.products,
            "coop_count": facts.coop_count,
            "advisor": facts.advisor if rng.random() < 0.96 else None,
            "has_store_need": facts.has_store_need,
            "remark": rng.choice((None, None, None, None, "易地搬迁村")),
        }))  # fmt: skip
    return rows


def _counts(rows: list[Row]) -> Counts:
    years = [str(row.acceptable("exit_year") or "") for row in good(rows)]
    return {
        "T02_target": sum(year in ("未退出", "2020") for year in years),
        "T02_actual": years.count("2020"),
        "T08_target": len(years),
        "T07_products": sorted({product for row in good(rows) for product in row.values["main_product"]}),
        "R25_villages": sorted({row.values["_village"].code for row in good(rows)}),
        "T16_villages": sorted(row.values["_village"].code for row in good(rows) if row.acceptable("has_store_need")),
    }


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """People who got out since, and one village in four of those left exits."""
    for row in rows:
        values = row.values
        if values["left_hh"] > 0 and rng.random() < 0.2 + 0.1 * months:
            values["left_people"] = values["left_people"] * (values["left_hh"] - 1) // values["left_hh"]
            values["left_hh"] -= 1
            values["poverty_rate_pct"] = rate(values["left_people"], values["pop_total"])
        if values["exit_year"] == "未退出" and rng.random() < 0.25:
            values["exit_year"] = "2020"


FORM = Form(
    name="village_base",
    code="F16",
    titles=("贫困村基础台账", "贫困村基本情况台账", "建档立卡贫困村基础台账"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=("户", "人", "亩"),
    period_styles=("month", "until", "year_until", "half"),
    sections="township",
    fill=fill,
    extras={"距县城(公里)": ("12", "35", "8.5"), "驻村帮扶单位": ("县教育局", "县交通局", "县财政局")},
    footers=("注：贫困发生率=未脱贫人口÷总人口×100。", "备注：出列年度填2014-2020或未退出。"),
    counts=_counts,
    revise=_revise,
    is_monthly=True,
)
