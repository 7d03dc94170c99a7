"""F02A 到户产业入股资金台账(户级): one row per household, bearing body and agreement."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from simulator.entities import Share
from simulator.forms.common import REMARK, SEQ, TOWNSHIP, VILLAGE, fen, village_row
from simulator.rows import Band, Column, Counts, Form, Row
from simulator.world import World

_AGREEMENT = ("协议编号", "合同编号")
_SIGNED = ("签订日期", "协议签订时间")
_TERM = ("入股期限", "期限(年)")

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("head_name", ("户主姓名", "姓名", "贫困户姓名"), "person"),
    Column("head_id", ("身份证号", "身份证号码", "证件号码", "公民身份号码"), "id"),
    Column("household_code", ("户编号", "贫困户编号"), "code", keep=False),
    Column("household_size", ("家庭人口", "人口"), "int", keep=False),
    Column("entity_name", ("承接主体名称", "入股企业/合作社名称", "入股主体"), "text", ("名称",), "body"),
    Column("uscc", ("统一社会信用代码", "信用代码"), "id", ("统一社会信用代码", "信用代码"), "body", keep=False),
    Column("entity_type", ("主体类型", "承接主体类别"), "enum", ("类型",), "body"),
    Column("fund_source", ("资金来源", "入股资金来源"), "enum"),
    Column("share_amount_yuan", ("入股金额", "入股资金", "股金"), "money", total=True),
    Column("share_units", ("股权数", "股数", "股份"), "int", keep=False, total=True),
    Column("agreement_no", _AGREEMENT, "text", ("编号",), "agreement"),
    Column("signed_date", _SIGNED, "date", ("签订日期", "签订时间"), "agreement"),
    Column("term_years", _TERM, "int", ("期限(年)", "期限"), "agreement", keep=False, unit="年"),
    Column("dividend_rate_pct", ("约定分红比例", "分红比例", "保底分红率"), "percent"),
    Column("has_certificate", ("股权证是否发放", "股权证"), "flag", required=True),
    Column("is_member", ("是否合作社成员", "是否入社"), "flag", keep=False, required=True),
    Column("principal_status", ("到期退出情况", "本金状态"), "enum", keep=False),
    Column("principal_returned_yuan", ("已退本金", "退还本金金额"), "money", keep=False, total=True),
    REMARK,
)  # fmt: skip

BANDS = {"body": Band(("承接主体",)), "agreement": Band(("入股协议",))}


def share_values(share: Share) -> dict[str, Any]:
    """What both forms of shares say of who holds what, and where."""
    return {
        "_about": share,
        "head_name": share.household.head_name,
        "head_id": share.household.head_id,
        "household_code": share.household.code,
        "entity_name": share.entity.name,
        "uscc": share.entity.uscc or None,
        "share_amount_yuan": share.amount_yuan,
        "dividend_rate_pct": share.rate_pct,
        "remark": None,
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        **share_values(share),
        "household_size": share.household.size,
        "entity_type": share.entity.kind,
        "fund_source": share.fund_source,
        "share_units": int(share.amount_yuan // 100),
        "agreement_no": share.agreement_no,
        "signed_date": share.signed_date,
        "term_years": share.term_years,
        "has_certificate": share.has_certificate,
        "is_member": share.is_member,
        "principal_status": "在股",
        "principal_returned_yuan": Decimal(0),
    }


def by_village(world: World) -> list[Share]:
    """The county's shares in the order of its villages."""
    return [share for household in world.registered for share in world.shares_of(household)]


def fill(world: World, rng: random.Random) -> list[Row]:
    return [village_row(share.household.village, _share(share)) for share in by_village(world)]


def _counts(rows: list[Row]) -> Counts:
    return {"R05_shares_fen": fen(rows, "share_amount_yuan")}


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """Terms that were agreed anew; never money, bodies or dates of signature, which other forms state too."""
    for row in rows:
        if row.values["term_years"] < 5 and rng.random() < 0.2:
            row.values["term_years"] += 1


FORM = Form(
    name="household_shares",
    code="F02A",
    titles=("到户产业入股资金台账", "到户产业入股资金台账(户级)", "产业入股资金台账", "入股资金台账"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=("股",),
    period_styles=("month", "until"),
    sections="township",
    fill=fill,
    extras={"开户行": ("农村信用联社", "邮储银行"), "经办人": ("马军", "何平")},
    footers=("注：股权证务必发放到户。", "备注：约定分红比例为年比例。"),
    counts=_counts,
    revise=_revise,
    splits=("county", "county", "sheets", "townships"),
)
