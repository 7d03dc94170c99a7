"""F09 农业保险承保到户清单: one row per insured household, product and policy."""

from __future__ import annotations

import random
from decimal import Decimal

from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, good, village_row
from simulator.insurance import PAYERS, Policy, policies, premium, split
from simulator.produce import unit
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import World


def insured_unit(row: Row) -> str:
    return unit(row.values["_product"])


_PAYER_HEADERS = (
    ("中央财政", "中央补贴"), ("省级财政", "省级补贴"), ("市级财政", "州财政"), ("县级财政", "县级补贴"), ("农户自缴", "农户承担"),
)  # fmt: skip

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("head_name", ("户主姓名", "姓名", "被保险人姓名"), "person", per_household=True),
    Column("head_id", ("身份证号", "身份证号码", "证件号码"), "id", per_household=True),
    Column("household_code", ("户编号", "贫困户编号"), "code", keep=False, per_household=True),
    Column("insurer", ("保险公司", "经办机构", "承保机构"), "text"),
    Column("policy_no", ("保单号", "保险单号"), "text"),
    Column("product_code", ("险种", "保险品种", "标的"), "text"),
    Column("insured_qty", ("保险数量", "承保数量", "投保数量"), "quantity", unit_of=insured_unit),
    Column("unit_sum_yuan", ("单位保额", "保险金额(元/亩、元/头)", "单位保险金额"), "money", fixed_unit=True),
    Column("rate_pct", ("费率(%)", "费率", "保险费率"), "percent"),
    Column("unit_premium_yuan", ("单位保费", "单位保费(元/亩、元/头)"), "money", fixed_unit=True, keep=False),
    Column("premium_yuan", ("总保费", "签单保费"), "money", total=True),
    *(
        Column(field, headers, "money", headers, "payers", total=True)
        for field, headers in zip(PAYERS, _PAYER_HEADERS, strict=True)
    ),
    Column("is_poor", ("是否贫困户", "建档立卡", "是否建档立卡户"), "flag", required=True),
    Column("start_date", ("起保日期", "保险起期"), "date", ("起保日期", "起"), "cover"),
    Column("end_date", ("终保日期", "保险止期"), "date", ("终保日期", "止"), "cover"),
    Column("is_published", ("公示情况", "承保公示", "是否公示"), "flag", required=True),
    Column("is_policy_delivered", ("保单是否到户", "保单到户"), "flag", required=True),
    Column("bank_account", ("一折通账号", "银行账号", "一卡通账号"), "id", keep=False, per_household=True),
    PHONE,
    REMARK,
)

BANDS = {"payers": Band(("保费分担", "各级财政补贴及农户自缴")), "cover": Band(("保险期间",))}


def priced(row: Row) -> None:
    """Premium, its parts and the premium of a unit, from the row's quantity, sum and rate."""
    values = row.values
    values["premium_yuan"] = premium(values["insured_qty"], values["unit_sum_yuan"], values["rate_pct"])
    values["unit_premium_yuan"] = premium(Decimal(1), values["unit_sum_yuan"], values["rate_pct"])
    values.update(split(values["premium_yuan"], values["_parts"]))


def _row(policy: Policy) -> Row:
    household = policy.household
    values = {
        "head_name": household.head_name,
        "head_id": household.head_id,
        "household_code": household.code,
        "insurer": policy.insurer,
        "policy_no": policy.policy_no,
        "product_code": policy.name,
        "insured_qty": policy.qty,
        "unit_sum_yuan": policy.unit_sum,
        "rate_pct": policy.rate,
        "is_poor": policy.is_poor,
        "start_date": policy.start,
        "end_date": policy.end,
        "is_published": True,
        "is_policy_delivered": True,
        "bank_account": household.bank_account,
        "phone": household.phone,
        "remark": None,
        "_product": policy.product,
        "_parts": policy.parts,
        "_about": household,
    }
    row = village_row(household.village, values, household.code)
    priced(row)
    return row


def fill(world: World, rng: random.Random) -> list[Row]:
    return [_row(policy) for policy in policies(world)]


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """More insured in about a tenth of the rows: no claim comes to exceed its policy."""
    for row in rows:
        if rng.random() < 0.1:
            row.values["insured_qty"] += 1
            priced(row)


def _counts(rows: list[Row]) -> Counts:
    kept = good(rows)
    return {
        "T09_fen": int(sum((row.values["premium_yuan"] * 100 for row in kept), Decimal(0))),
        "T10_households": sorted({str(row.values["_about"].no) for row in kept}),
        "T11_households": sorted({str(row.values["_about"].no) for row in kept if row.values["is_poor"]}),
        "T12_insured": sorted({f"{row.values['_about'].no}:{row.values['_product']}" for row in kept}),
    }


FORM = Form(
    name="insurance_policies",
    code="F09",
    titles=("农业保险承保到户清单", "政策性农业保险承保到户清单", "农业保险承保清单(到户)", "种养业保险投保分户清单"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=("亩", "头", "只"),
    period_styles=("year", "half", "month"),
    sections="township",
    fill=fill,
    extras={"承保方式": ("集体投保", "分户投保"), "协保员": ("何平", "陈丽", "王勇")},
    footers=("注：保费由各级财政和农户按比例分担。", "备注：承保情况在村务公开栏公示不少于3天。"),
    counts=_counts,
    revise=_revise,
    has_households=True,
    splits=("county", "county", "sheets", "townships"),
)
