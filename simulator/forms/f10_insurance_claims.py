"""F10 农业保险理赔到户清单(分户): one row per claim, household and product."""

from __future__ import annotations

import random
from datetime import date, timedelta

from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, village_row
from simulator.forms.f09_insurance_policies import insured_unit
from simulator.insurance import Claim, claims
from simulator.rows import Column, Form, Row
from simulator.world import World

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("head_name", ("户主姓名", "姓名", "被保险人姓名"), "person", per_household=True),
    Column("head_id", ("身份证号", "身份证号码", "证件号码"), "id", per_household=True),
    Column("household_code", ("户编号", "贫困户编号"), "code", keep=False, per_household=True),
    Column("claim_no", ("报案号/赔案号", "赔案号", "报案号"), "text"),
    Column("policy_no", ("保单号", "保险单号"), "text"),
    Column("product_code", ("险种", "保险品种", "标的"), "text"),
    Column("reported_date", ("报案日期", "报案时间"), "date", keep=False),
    Column("loss_date", ("出险日期", "受灾时间", "出险时间"), "date"),
    Column("peril", ("出险原因", "灾因"), "enum"),
    Column("loss_qty", ("受损数量", "出险数量"), "quantity", unit_of=insured_unit),
    Column("loss_pct", ("损失程度(%)", "损失程度", "损失率"), "percent", keep=False),
    Column("unit_payout_yuan", ("单位赔付标准", "赔付标准"), "money", fixed_unit=True, keep=False),
    Column("payout_yuan", ("赔付金额", "理赔金额", "赔款"), "money", total=True),
    Column("closed_date", ("结案日期", "结案时间"), "date", keep=False),
    Column("paid_date", ("支付日期", "赔款支付日期", "支付时间"), "date"),
    Column("is_published", ("理赔公示", "是否公示"), "flag", required=True),
    Column("bank_account", ("一折通账号", "银行账号", "一卡通账号"), "id", keep=False, per_household=True),
    PHONE,
    REMARK,
)


def _row(claim: Claim) -> Row:
    policy, household = claim.policy, claim.policy.household
    values = {
        "head_name": household.head_name,
        "head_id": household.head_id,
        "household_code": household.code,
        "claim_no": claim.claim_no,
        "policy_no": policy.policy_no,
        "product_code": policy.name,
        "reported_date": claim.reported_date,
        "loss_date": claim.loss_date,
        "peril": claim.peril,
        "loss_qty": claim.loss_qty,
        "loss_pct": claim.loss_pct,
        "unit_payout_yuan": claim.unit_payout,
        "payout_yuan": claim.payout,
        "closed_date": claim.closed_date,
        "paid_date": claim.paid_date,
        "is_published": True,
        "bank_account": household.bank_account,
        "phone": household.phone,
        "remark": None,
        "_product": policy.product,
        "_policy": policy,
        "_about": household,
    }
    return village_row(household.village, values, household.code)


def fill(world: World, rng: random.Random) -> list[Row]:
    return [_row(claim) for claim in claims(world)]


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """What was open is closed and paid."""
    for row in rows:
        values = row.values
        values["closed_date"] = values["closed_date"] or values["reported_date"] + timedelta(days=9)
        paid: date = max(values["closed_date"], values["reported_date"]) + timedelta(days=5)
        values["paid_date"] = values["paid_date"] or paid


FORM = Form(
    name="insurance_claims",
    code="F10",
    titles=(
        "农业保险理赔到户清单(分户)",
        "农业保险理赔到户清单",
        "政策性农业保险理赔分户清单",
        "种养业保险赔款分户清单",
    ),
    columns=COLUMNS,
    bands={},
    has_place=True,
    unit_names=("亩", "头", "只"),
    period_styles=("year", "half", "month"),
    sections="township",
    fill=fill,
    extras={"查勘员": ("何平", "陈丽", "王勇"), "受灾类型": ("自然灾害", "疫病灾害")},
    footers=("注：赔款通过一折通直接发放到户。", "备注：理赔结果在村务公开栏公示不少于3天。"),
    revise=_revise,
    has_households=True,
    splits=("county", "county", "sheets"),
)
