"""F02B 入股分红发放花名册: one row per household, bearing body and dividend period.

Dividends of 2019 and of the first half of 2020, paid in full: of the whole of 2019 for shares that were signed before it,
of its second half for those signed in the first.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from simulator.entities import Share
from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, village_row
from simulator.forms.f02a_household_shares import by_village, share_values
from simulator.rows import Band, Column, Form, Row
from simulator.world import World

MONTHS = {"2019": 12, "2019H2": 6, "2020H1": 6}
_VILLAGE_PART = Decimal("0.28")  # of each dividend, where a county leaves a part to the village

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("head_name", ("户主姓名", "姓名", "贫困户姓名"), "person"),
    Column("head_id", ("身份证号", "身份证号码", "证件号码", "公民身份号码"), "id"),
    Column("household_code", ("户编号", "贫困户编号"), "code", keep=False),
    Column("entity_name", ("承接主体名称", "企业(合作社)名称"), "text"),
    Column("uscc", ("统一社会信用代码", "信用代码"), "id", keep=False),
    Column("dividend_period", ("分红年度", "年度/期次"), "period"),
    Column("share_amount_yuan", ("入股金额", "入股本金"), "money", total=True),
    Column("dividend_rate_pct", ("分红比例", "年分红比例"), "percent"),
    Column("dividend_due_yuan", ("应分红金额", "应分红"), "money", total=True),
    Column("dividend_paid_yuan", ("实分红金额", "分红金额", "领取金额"), "money", total=True),
    Column("household_part_yuan", ("其中:到户", "到户分红"), "money", ("到户",), "parts", keep=False,
           needs=("village_part_yuan",), total=True),
    Column("village_part_yuan", ("村集体分红", "其中:村集体"), "money", ("村集体",), "parts", keep=False,
           needs=("household_part_yuan",), total=True),
    Column("paid_date", ("发放日期", "分红时间"), "date"),
    Column("pay_method", ("发放方式",), "enum", keep=False),
    Column("is_conditions_met", ("前提条件完成", "公益事业/环境卫生/村规民约"), "flag", keep=False),
    Column("bank_account", ("一折通账号", "银行账号", "一卡通账号", "卡号", "惠农一折通"), "id", keep=False),
    PHONE,
    REMARK,
)  # fmt: skip

BANDS = {"parts": Band(("分红金额", "实分红金额"))}


def due_yuan(share_amount_yuan: Decimal, rate_pct: Decimal, period: str) -> Decimal:
    """A year's rate on the share for the months of the period, to the cent."""
    return (share_amount_yuan * rate_pct * MONTHS[period] / 1200).quantize(Decimal("0.01"), ROUND_HALF_UP)


def pay(values: dict[str, Any], paid_yuan: Decimal) -> None:
    """Put what was paid into a row's values, in its parts."""
    village = (paid_yuan * _VILLAGE_PART).quantize(Decimal("0.01")) if values["_leaves_a_part"] else Decimal(0)
    values.update(dividend_paid_yuan=paid_yuan, household_part_yuan=paid_yuan - village, village_part_yuan=village)


def _periods(share: Share) -> list[tuple[str, date]]:
    """The periods for which the share has a dividend, each with the day from which it is paid."""
    found = [("2020H1", date(2020, 6, 18))]
    if share.signed_date < date(2019, 1, 1):
        found.insert(0, ("2019", date(2020, 1, 3)))
    elif share.signed_date < date(2019, 7, 1):
        found.insert(0, ("2019H2", date(2020, 1, 3)))
    return found


def _payments(share: Share, leaves_a_part: bool, rng: random.Random) -> list[Row]:
    rows = []
    for period, begins in _periods(share):
        due = due_yuan(share.amount_yuan, share.rate_pct, period)
        values = {
            **share_values(share),
            "_leaves_a_part": leaves_a_part,
            "dividend_period": period,
            "dividend_due_yuan": due,
            "paid_date": begins + timedelta(days=rng.randrange(12)),
            "pay_method": rng.choice(("一折通", "一折通", "银行转账")),
            "is_conditions_met": True if rng.random() < 0.9 else None,
            "bank_account": share.household.bank_account,
            "phone": share.household.phone,
        }
        pay(values, due)
        rows.append(village_row(share.household.village, values))
    return rows


def fill(world: World, rng: random.Random) -> list[Row]:
    leaves_a_part = rng.random() < 0.5
    return [row for share in by_village(world) for row in _payments(share, leaves_a_part, rng)]


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """How some households were paid; never how much or when, which the shares' ledger is held against."""
    for row in rows:
        if row.values["pay_method"] == "银行转账" and rng.random() < 0.3:
            row.values["pay_method"] = "一折通"


FORM = Form(
    name="dividend_payments",
    code="F02B",
    titles=("入股分红发放花名册", "入股分红资金发放花名册", "产业入股分红发放花名册"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=True,
    unit_names=(),
    period_styles=("month", "until"),
    sections="township",
    fill=fill,
    extras={"开户行": ("农村信用联社", "邮储银行"), "领款人签字": ("", "")},
    footers=("注：分红比例为年比例，应分红按月数折算。", "备注：实分红为到户与村集体合计。", "监督电话：12317"),
    revise=_revise,
    splits=("county", "county", "sheets"),
)
