"""F15 挂牌督战台账: the county itself and its villages that had not exited; only the eight counties of 2020 send it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator import people
from simulator.forms.common import REMARK, SEQ, good
from simulator.forms.f16_village_base import rate
from simulator.households import Household
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import VillageFacts, World

NATIONAL_PEOPLE, NATIONAL_RATE_PCT = 1000, 10
_LAST_DAY = date(2020, 12, 31)
_PROBLEMS = ("主导产业规模小", "合作社带动能力弱", "到户产业覆盖不足", None)
_MEASURES = ("驻村督战，逐户落实产业项目", "领导包抓，按月调度", "落实龙头企业带动")

COLUMNS = (
    SEQ,
    Column("supervision_target", ("督战对象", "督战对象(县/村)", "县/村"), "text"),
    Column("supervision_level", ("督战级别", "级别"), "enum"),
    Column("leader_name", ("责任厅领导", "包抓领导"), "person"),
    Column("left_hh", ("未脱贫户", "未脱贫户数"), "int", ("户数", "户"), "left", total=True, unit="户"),
    Column("left_people", ("未脱贫人口", "未脱贫人数"), "int", ("人数", "人"), "left", total=True, unit="人"),
    Column("poverty_rate_pct", ("贫困发生率(%)", "贫困发生率（%）"), "decimal"),
    Column("main_product", ("主导产业",), "text", keep=False),
    Column("people_out_by_industry", ("产业脱贫人口", "依靠产业脱贫人口"), "int", total=True, unit="人"),
    Column("problem_text", ("存在问题",), "text", keep=False),
    Column("measure", ("督战措施",), "text", keep=False),
    Column("deadline_date", ("完成时限", "脱贫时限"), "date"),
    Column("exit_date", ("进展/退出时间", "退出时间"), "date"),
    Column("is_habitat_met", ("人居环境达标", "人居环境是否达标"), "flag", keep=False, required=True),
    REMARK,
)

BANDS = {"left": Band(("未脱贫", "未脱贫情况"))}


def _left_at_start(households: Iterable[Household]) -> list[Household]:
    """Registered households that were poor when the year began, whether or not they have got out since."""
    return [household for household in households if not household.is_out or household.leaves_2020]


def stays(facts: VillageFacts) -> bool:
    """Whether the village had not exited when 2020 began: one that exits in 2020 is supervised still."""
    return facts.is_poor and (facts.exit_year is None or facts.exit_year >= 2020)


def village_name(facts: VillageFacts) -> str:
    return f"{facts.village.township_name}{facts.village.core}村"


def level_of(people_left: int, rate_pct: Decimal, rng: random.Random) -> str:
    """A village is watched by the nation only where it is poor enough."""
    if people_left > NATIONAL_PEOPLE or rate_pct > NATIONAL_RATE_PCT:
        return rng.choice(("国家", "国家级"))
    return rng.choice(("省", "省级", "市", "市级", "县"))


def _row(world: World, rng: random.Random, about: Any, text: str, level: str, left: list[Household], population: int,
         product: str) -> Row:  # fmt: skip
    people_left = sum(household.size for household in left)
    by_industry = sum(household.size for household in left if household.leaves_by_industry)
    rate_pct = rate(people_left, population)
    return Row({
        "_about": about,
        "supervision_target": text,
        "supervision_level": level or level_of(people_left, rate_pct, rng),
        "leader_name": people.name(world.county, rng, True),
        "left_hh": len(left),
        "left_people": people_left,
        "poverty_rate_pct": rate_pct,
        "main_product": product,
        "people_out_by_industry": by_industry,
        "problem_text": rng.choice(_PROBLEMS),
        "measure": rng.choice(_MEASURES),
        "deadline_date": _LAST_DAY - timedelta(days=rng.randrange(60)),
        "exit_date": None,
        "is_habitat_met": rng.random() < 0.7,
        "remark": None,
    }, world.county.code)  # fmt: skip


def fill(world: World, rng: random.Random) -> list[Row]:
    """Villages whose row F16 may lose are left out, so that nothing here speaks of what is not there."""
    if not world.county.is_unexited:
        return []
    left = _left_at_start(world.registered)
    population = sum(facts.pop_total for facts in world.villages)
    product = world.poor_villages[0].main_product
    county = rng.choice((world.county.name, world.county.spoken))
    own = _row(world, rng, world.county, county, rng.choice(("国家", "国家级")), left, population, product)
    if rng.random() < 0.3:
        own.values["exit_date"] = date(2020, 6, rng.randint(1, 28))
    rows = [own]
    for facts in world.poor_villages:
        if stays(facts) and not world.is_reserved(facts, "village_base"):
            row = _row(world, rng, facts, village_name(facts), "", _left_at_start(facts.registered), facts.pop_total,
                       facts.main_product)  # fmt: skip
            if facts.exit_year == 2020:
                row.values["exit_date"] = date(2020, rng.randint(3, 6), rng.randint(1, 28))
            rows.append(row)
    return rows


def _counts(rows: list[Row]) -> Counts:
    """The county's own row may be refused, or its date emptied."""
    own = [row for row in good(rows) if not isinstance(row.values["_about"], VillageFacts)]
    return {"T01_actual": int(any(row.acceptable("exit_date") for row in own))}


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """Each household that gets out takes its people along, by industry or not; some villages exit."""
    for row in rows:
        values = row.values
        if values["left_hh"] > 1:
            before = values["left_people"]
            values["left_people"] = before * (values["left_hh"] - 1) // values["left_hh"]
            values["left_hh"] -= 1
            values["poverty_rate_pct"] = round(values["poverty_rate_pct"] * values["left_people"] / before, 2)
            if rng.random() < 0.5:
                values["people_out_by_industry"] += before - values["left_people"]
        if values["exit_date"] is None and rng.random() < 0.2:
            values["exit_date"] = date(2020, 6, 28)


FORM = Form(
    name="supervision",
    code="F15",
    titles=("挂牌督战台账", "脱贫攻坚挂牌督战台账", "挂牌督战情况统计表"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=False,
    unit_names=("户", "人"),
    period_styles=("month", "until", "year_until"),
    sections="none",
    fill=fill,
    extras={"驻村干部人数": ("2", "3", "4"), "联系人": ("何平", "陈丽")},
    footers=("注：督战对象填县或行政村。", "备注：产业脱贫人口从年初起累计。"),
    counts=_counts,
    revise=_revise,
    is_monthly=True,
)
