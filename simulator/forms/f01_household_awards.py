"""F01 到户产业扶持资金(奖补)花名册: one row per household and product line."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.entities import Entity
from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, fen, good, village_row
from simulator.households import Household
from simulator.produce import SMALL_FIVE, unit
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import World

_STANDARD = ("奖补标准", "补助标准", "补贴标准(元/亩、元/头)", "奖补标准(元/亩、元/头、元/只)")


def _unit(row: Row) -> str:
    return unit(row.values["_product"])


COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("group_name", ("村民小组", "组", "社", "自然村"), "text", keep=False),
    Column("head_name", ("户主姓名", "姓名", "贫困户姓名"), "person", per_household=True),
    Column("head_id", ("身份证号", "身份证号码", "证件号码", "公民身份号码"), "id", per_household=True),
    Column("household_code", ("户编号", "贫困户编号"), "code", keep=False, per_household=True),
    Column("household_size", ("家庭人口", "人数", "人口", "家庭人口(人)"), "int", per_household=True),
    Column("poor_type", ("贫困户属性", "贫困户类型"), "enum", per_household=True),
    Column("exit_status", ("脱贫状态", "脱贫属性"), "enum"),
    Column("support_mode", ("扶持方式", "补助方式"), "enum"),
    Column("product_code", ("产业类别", "产业", "品种", "补助项目"), "text"),
    Column("area_mu", ("种植面积(亩)", "面积", "面积亩"), "decimal", ("种植面积(亩)", "面积亩"), "scale", keep=False, unit="亩"),
    Column("head_count", ("养殖数量", "养殖数量(头、只)", "存栏"), "int", ("养殖数量(头、只)", "养殖数量"), "scale", keep=False),
    Column("unit_award_yuan", _STANDARD, "money", fixed_unit=True),
    Column("accepted_qty", ("验收数量", "核验数量", "达标数量"), "quantity", unit_of=_unit),
    Column("award_amount_yuan", ("应补资金", "奖补金额", "补助金额", "资金额"), "money", total=True),
    Column("prior_amount_yuan", ("已享受资金", "2018-2019年已享受", "历年已补"), "money", per_household=True),
    Column("accepted_date", ("验收日期", "验收时间"), "date", keep=False),
    Column("publicity", ("公示时间", "公示期"), "range", keep=False),
    Column("paid_date", ("兑付日期", "发放时间", "打卡时间"), "date", keep=False),
    Column("is_signed", ("签字", "领款人签字", "手印"), "flag", keep=False),
    Column("is_willing_to_insure", ("投保意愿", "是否愿意投保"), "flag", per_household=True),
    Column("custody_entity_name", ("托管主体", "托管单位"), "text", keep=False),
    Column("custody_agreement_no", ("托管协议编号",), "text", keep=False, needs=("custody_entity_name",)),
    Column("custody_signed_date", ("托管协议签订日期", "托管协议签订时间"), "date", keep=False,
           needs=("custody_entity_name",)),
    Column("bank_account", ("一折通账号", "银行账号", "一卡通账号", "卡号", "惠农一折通"), "id", keep=False,
           per_household=True),
    PHONE,
    REMARK,
)  # fmt: skip

BANDS = {"scale": Band(("产业规模", "养殖种植规模"))}

_MODES = ("达标奖补", "以奖代补", "以物代补", "先建后补")
_ABLE = ("普通劳动力", "技能劳动力")
_CUSTODY_SHARE = 0.6
"""Of the households without anyone able to work: those whose animals or fields a body keeps for them."""


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


def custodian(world: World, household: Household) -> Entity | None:
    """The body that keeps the household's animals or fields: none where someone in it can work, or none is near."""
    rng = world.stream("custody", household.no)
    if any(member.labour_capacity in _ABLE for member in household.members) or rng.random() >= _CUSTODY_SHARE:
        return None
    bodies = [body for body in world.entities_of("合作社", "家庭农场") if body.is_operating]
    near = [body for body in bodies if body.village == household.village]
    return rng.choice(near or bodies) if bodies else None


def _custody(world: World, household: Household, mode: str) -> dict[str, Any]:
    """Mode and agreement of a household's row; 五小 businesses are nobody's to keep."""
    body = custodian(world, household)
    if body is None:
        return {"support_mode": mode}
    signed = date(2020, 1, 10) + timedelta(days=world.stream("custody date", household.no).randrange(90))
    return {
        "support_mode": "托管",
        "custody_entity_name": body.name,
        "custody_agreement_no": f"托{signed:%Y}-{household.no:04d}",
        "custody_signed_date": signed,
    }


def household_rows(world: World, household: Household, rng: random.Random) -> list[Row]:
    """A household's rows: same identity on each; awards, prior money and shares stay below its cap."""
    dates = _dates(rng)
    same = {
        "group_name": household.group_name,
        "head_name": household.head_name,
        "head_id": household.head_id,
        "household_code": household.code,
        "household_size": household.size,
        "poor_type": household.poor_type,
        "exit_status": household.status,
        "prior_amount_yuan": Decimal(world.prior_yuan(household)),
        "bank_account": household.bank_account,
        "phone": household.phone,
        "remark": None,
        "is_willing_to_insure": world.is_willing(household),
        "custody_entity_name": None,
        "custody_agreement_no": None,
        "custody_signed_date": None,
        "_about": household,
    }
    rows = []
    for item in world.product_lines(household):
        mode = rng.choice(_MODES)
        kept = {"support_mode": mode} if item["_product"] in SMALL_FIVE else _custody(world, household, mode)
        values = {**same, **kept, **item, **dates}
        rows.append(village_row(household.village, values, household.code))
    return rows


def fill(world: World, rng: random.Random) -> list[Row]:
    return [row for household in world.roster for row in household_rows(world, household, rng)]


def _counts(rows: list[Row]) -> Counts:
    """T12: the lines of households that want insurance; edge households are nobody's target. R05: all awards."""
    wanted = [
        row for row in good(rows) if row.acceptable("is_willing_to_insure") and row.values["exit_status"] != "边缘户"
    ]
    return {
        "T12_wanted": sorted({f"{row.values['_about'].no}:{row.values['_product']}" for row in wanted}),
        "R05_awards_fen": fen(rows, "award_amount_yuan"),
    }


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """Smaller accepted quantities in about a tenth of the rows: caps stay kept."""
    for row in rows:
        values = row.values
        if values["accepted_qty"] > 1 and rng.random() < 0.12:
            less = values["accepted_qty"] - (1 if values["head_count"] is not None else Decimal("0.5"))
            values["accepted_qty"] = less
            values["award_amount_yuan"] = less * values["unit_award_yuan"]
            if values["area_mu"] is not None:
                values["area_mu"] = less
            if values["head_count"] is not None:
                values["head_count"] = int(less)


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
    extras={
        "民族": ("汉族", "汉族", "汉族", "汉族", "回族", "东乡族", "藏族"), "性别": ("男", "女"), "开户行": ("农村信用联社", "邮储银行"),
    },
    footers=("注：每户奖补资金打入一折通，不得截留。", "备注：已享受资金为2018-2019年全户合计。", "监督电话：12317"),
    counts=_counts,
    revise=_revise,
    has_households=True,
    splits=("county", "county", "sheets", "townships"),
    has_short_dates=True,
)  # fmt: skip
