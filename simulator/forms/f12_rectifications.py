"""F12 问题整改台账: one row per problem that somebody found. Whatever has a time limit has kept it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator import people
from simulator.forms.common import REMARK, SEQ, yuan
from simulator.forms.f14_fund_projects import place_text
from simulator.rows import Column, Form, Row
from simulator.world import World

_SOURCES = {
    "中央专项巡视回头看": ("XS", date(2020, 1, 10)),
    "国家成效考核": ("GJ", date(2020, 2, 14)),
    "审计": ("SJ", date(2019, 11, 20)),
    "省级考核": ("SK", date(2020, 1, 5)),
    "督查": ("DC", date(2020, 3, 18)),
    "自查": ("ZC", date(2020, 3, 30)),
}
_WORDS = {
    "中央专项巡视回头看": ("中央专项巡视“回头看”", "中央专项巡视回头看"), "国家成效考核": ("国家成效考核", "国家脱贫攻坚成效考核"),
    "审计": ("审计", "审计署兰州特派办"), "省级考核": ("省级考核",), "督查": ("督查", "省级暗访"), "自查": ("自查", "县级自查"),
}  # fmt: skip
_PROBLEMS = {
    "入股分红": ("{n}个合作社没有按约定的比例按期分红", "下欠分红，督促承接主体按协议兑付"),
    "资金闲置": ("{n}个产业项目资金滞留超过6个月", "加快项目实施和资金拨付"),
    "保险": ("{n}户农业保险保单没有发放到户", "督促承保机构公示并发放保单"),
    "合作社空壳": ("{n}个合作社有名无实，没有开展经营活动", "规范提升或注销清理"),
    "保鲜库闲置": ("{n}座果蔬保鲜库建成后闲置", "签订租赁协议，落实运营主体"),
    "集体经济": ("{n}个村集体经济收入来源单一", "培育壮大村办产业"),
    "到户资金": ("{n}户到户产业奖补资金没有及时兑付", "核实验收情况，限期打卡发放"),
    "其他": ("产业扶贫台账数据与系统不一致{n}处", "逐条比对，统一口径"),
}
_OWNERS = ("县农业农村局", "县扶贫办", "县财政局", "县畜牧中心", "县供销社")

COLUMNS = (
    SEQ,
    Column("problem_source", ("问题来源", "反馈来源"), "enum"),
    Column("problem_no", ("问题编号",), "text", keep=False),
    Column("problem_text", ("问题描述", "具体问题", "反馈问题"), "text"),
    Column("problem_type", ("问题类别", "问题类型"), "enum"),
    Column("involved_place", ("涉及乡镇/村", "涉及乡镇、村"), "text", keep=False),
    Column("problem_amount_yuan", ("涉及金额", "涉及资金"), "money", total=True, natural="wan"),
    Column("measure", ("整改措施",), "text"),
    Column("owner_unit", ("责任单位", "牵头单位"), "text"),
    Column("leader_name", ("责任领导", "分管领导"), "person"),
    Column("owner_name", ("责任人", "整改责任人"), "person"),
    Column("raised_date", ("反馈时间", "反馈日期"), "date", keep=False),
    Column("deadline", ("整改时限", "完成时限"), "date"),
    Column("rectification_progress", ("整改进展", "完成情况", "整改情况"), "enum"),
    Column("done_date", ("完成时间", "完成日期"), "date"),
    Column("is_closed", ("是否销号", "销号情况"), "flag", required=True),
    Column("evidence", ("佐证材料", "印证材料"), "text"),
    REMARK,
)


def _state(raised: date, rng: random.Random) -> dict[str, Any]:
    """Time limit and progress: kept and closed, kept and not yet closed, or a matter of lasting care."""
    if rng.random() < 0.15:
        return {"deadline": "长期坚持", "rectification_progress": "长期坚持", "done_date": None, "is_closed": False,
                "evidence": None}  # fmt: skip
    deadline: date | str = min(raised + timedelta(days=rng.randint(60, 160)), date(2020, 6, 30))
    done = raised + timedelta(days=rng.randint(20, 60))
    if rng.random() < 0.2:
        deadline, done = "立行立改", raised + timedelta(days=rng.randint(1, 15))
    is_closed = rng.random() < 0.75
    evidence = f"整改报告{rng.randint(1, 6)}份、照片" if is_closed or rng.random() < 0.5 else None
    return {"deadline": deadline, "rectification_progress": rng.choice(("已完成", "已完成", "整改到位")), "done_date": done,
            "is_closed": is_closed, "evidence": evidence}  # fmt: skip


def _problem(world: World, source: str, no: int, rng: random.Random) -> Row:
    code, raised = _SOURCES[source]
    kind = rng.choice(tuple(_PROBLEMS))
    what, measure = _PROBLEMS[kind]
    villages = sorted(rng.sample(rng.choice(world.county.townships).villages, 1), key=lambda village: village.code)
    has_money = kind in ("入股分红", "资金闲置", "到户资金")
    return Row({
        "problem_source": rng.choice(_WORDS[source]),
        "problem_no": f"{code}-{no:02d}",
        "problem_text": what.format(n=rng.randint(1, 40)),
        "problem_type": kind,
        "involved_place": place_text(villages, rng),
        "problem_amount_yuan": yuan(rng.randint(20_000, 3_000_000), 1000) if has_money else None,
        "measure": measure,
        "owner_unit": rng.choice(_OWNERS),
        "leader_name": people.name(world.county, rng, True),
        "owner_name": people.name(world.county, rng, rng.random() < 0.7),
        "raised_date": raised,
        **_state(raised, rng),
        "remark": None,
    }, world.county.code)  # fmt: skip


def fill(world: World, rng: random.Random) -> list[Row]:
    """The problems of each source that looked at the county; the poorer the county, the more of them came."""
    rows = []
    for source in _SOURCES:
        number = rng.randint(1, 3) + 2 * world.county.is_unexited + rng.randint(0, 1) * world.county.is_poor
        rows += [_problem(world, source, no, rng) for no in range(1, number + 1)]
    return rows


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """What was done is closed, with its evidence; some amounts are stated again."""
    for row in rows:
        values = row.values
        if values["done_date"] and not values["is_closed"] and rng.random() < 0.5:
            values["is_closed"] = True
            values["evidence"] = values["evidence"] or "整改销号表"
        elif values["problem_amount_yuan"] and rng.random() < 0.2:
            values["problem_amount_yuan"] += Decimal(rng.randrange(1000, 20_000, 1000))


FORM = Form(
    name="rectifications",
    code="F12",
    titles=("产业扶贫问题整改台账", "问题整改台账", "脱贫攻坚反馈问题整改台账"),
    columns=COLUMNS,
    bands={},
    has_place=False,
    unit_names=(),
    period_styles=("month", "until", "year_until"),
    sections="none",
    fill=fill,
    extras={"整改目标": ("全面整改到位", "建立长效机制"), "联系人": ("何平", "陈丽")},
    footers=("注：销号须附佐证材料。", "备注：整改时限填日期、立行立改或长期坚持。"),
    revise=_revise,
    is_monthly=True,
)
