"""Mistakes of F02A and F02B: agreements, certificates, dividends, and what the two say of one another.

Of F02A only rows of reserved shares are lost or left without a date, and of F02B only payments of the newest period, so
that a check between the forms finds what was planned and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from simulator.entities import Share
from simulator.forms.f02b_dividend_payments import due_yuan, pay
from simulator.mistakes.kinds import (
    Context,
    Kind,
    bad_phone,
    empty,
    no_date,
    no_number,
    not_offered,
    out_of_range,
    unknown_township,
    unknown_village,
    wrong_total,
)  # fmt: skip
from simulator.people import id_check_char
from simulator.rows import Row

NEWEST = "2020H1"
A_YEAR_OLD = date(2019, 7, 1)
"""Shares signed from this day on are not a year old in the first half of 2020: no dividend of theirs is overdue."""


def _share(row: Row) -> Share:
    share: Share = row.values["_about"]
    return share


def _is_reserved(context: Context, row: Row) -> bool:
    return context.world.is_reserved(_share(row), "shares")


def _reserved(kind: Kind) -> Kind:
    return replace(kind, fits=lambda context, row: _is_reserved(context, row) and kind.fits(context, row))


def _newest(kind: Kind) -> Kind:
    return replace(kind, fits=lambda context, row: row.values["dividend_period"] == NEWEST and kind.fits(context, row))


def _bad_check_digit(context: Context, row: Row) -> None:
    """R67: the last character is not the number's check character."""
    good = row.values["head_id"]
    wrong = context.rng.choice([char for char in "0123456789X" if char != id_check_char(good[:17])])
    row.values["head_id"] = good[:17] + wrong
    row.blame("R67", "head_id", "row_refused", "身份证号校验位不符")


def _odd_rate(context: Context, row: Row) -> None:
    """R11 in F02A: a half-year's rate, or one that nobody earns."""
    row.values["dividend_rate_pct"] = context.rng.choice((Decimal(2), Decimal("2.5"), Decimal(15), Decimal(20)))
    row.blame("R11", "dividend_rate_pct", "none", "约定分红比例不在3%—12%", severity="warn")


def _no_certificate(context: Context, row: Row) -> None:
    row.values["has_certificate"] = False
    row.blame("R14", "has_certificate", "none", "在股农户没有股权证")


def _lacks(field: str, note: str) -> Kind:
    """R15: the agreement's number, day or rate is not there."""

    def do(context: Context, row: Row) -> None:
        row.values[field] = None
        row.blame("R15", field, "none", note)

    return Kind("R15", do, needs=(field,), refuses="none")


def _no_member(context: Context, row: Row) -> None:
    row.values["is_member"] = False
    row.blame("R16", "is_member", "none", "入股合作社的农户不是成员")


def _returned_too_much(context: Context, row: Row) -> None:
    row.values["principal_returned_yuan"] = row.values["share_amount_yuan"] + context.rng.choice((100, 500))
    row.blame("R85", "principal_returned_yuan", "row_refused", "已退本金多于入股金额")


def _twice(field: str, note: str) -> Kind:
    """R86: the same agreement or payment again; the second row is the wrong one."""

    def do(context: Context, row: Row) -> None:
        context.repeat(row).blame("R86", field, "row_refused", note)

    return Kind("R86", do, share=2)


def _sum_differs(context: Context, row: Row) -> None:
    """R17: the households' sum is not what the enterprise's register states."""
    row.values["share_amount_yuan"] += context.rng.choice((300, 400, 600))
    entity = _share(row).entity
    about = [other for other in context.rows if _share(other).entity is entity]
    row.contradict("R17", "lead_enterprises", "各户入股合计与龙头企业台账不一致", about)


def _is_first_of_enterprise(context: Context, row: Row) -> bool:
    share = _share(row)
    return share.entity.kind == "龙头企业" and context.world.shares_in(share.entity)[0].no == share.no


def _principal_lost(context: Context, row: Row) -> None:
    """R13: dividends were paid while the principal is lost."""
    row.values["principal_status"] = "损失"
    row.contradict("R13", "dividend_payments", "本金损失而仍在分红")


def _has_earlier_dividend(context: Context, row: Row) -> bool:
    share = _share(row)
    return not _is_reserved(context, row) and share.no % 2 == 0 and share.signed_date < A_YEAR_OLD


def _other_person(context: Context, row: Row) -> None:
    """X03: the ID number of somebody whom the register does not know, right in itself."""
    good = row.values["head_id"]
    taken = {household.head_id for household in context.world.all_households}
    taken |= {person.id_number for household in context.world.all_households for person in household.members}
    for number in range(1, 1000):
        first17 = f"{good[:14]}{number:03d}"
        if first17 + id_check_char(first17) not in taken:
            row.values["head_id"] = first17 + id_check_char(first17)
            break
    row.contradict("X03", "registered_persons", "入股户不在建档立卡信息中")


def _wrong_product(context: Context, row: Row) -> None:
    """R10: what is due is not share times rate times months."""
    row.values["dividend_due_yuan"] += context.rng.choice((12, 25, 60))
    row.blame("R10", "dividend_due_yuan", "row_refused", "应分红不等于入股金额×比例×月数")


def _odd_paid_rate(context: Context, row: Row) -> None:
    """R11 in F02B: an unusual rate, due and paid as it says."""
    values = row.values
    values["dividend_rate_pct"] = context.rng.choice((Decimal(2), Decimal(14), Decimal(16)))
    due = due_yuan(values["share_amount_yuan"], values["dividend_rate_pct"], values["dividend_period"])
    values["dividend_due_yuan"] = due
    pay(values, due)
    row.blame("R11", "dividend_rate_pct", "none", "分红比例不在3%—12%", severity="warn")


def _parts_differ(context: Context, row: Row) -> None:
    """R19: what went to household and village is not what was paid."""
    row.values["village_part_yuan"] += context.rng.choice((5, 10, 30))
    row.blame("R19", "dividend_paid_yuan", "row_refused", "实分红不等于到户加村集体")


def _in_cash(context: Context, row: Row) -> None:
    row.values["pay_method"] = "现金"
    row.blame("R87", "pay_method", "none", "现金发放", severity="warn")


def _paid_before_signed(context: Context, row: Row) -> None:
    """R12: money came before the agreement was signed."""
    row.values["paid_date"] = _share(row).signed_date - timedelta(days=context.rng.randint(5, 90))
    row.contradict("R12", "household_shares", "分红早于协议签订")


def _not_paid(context: Context, row: Row) -> None:
    """R18: the period is over and nothing was paid."""
    pay(row.values, Decimal(0))
    row.values["paid_date"] = None
    row.contradict("R18", "household_shares", "到期没有分红")


def _is_free(context: Context, row: Row) -> bool:
    """An earlier payment of a share that no mistake of F02A touches in what the two forms compare."""
    return not _is_reserved(context, row) and _share(row).no % 2 == 1 and row.values["dividend_period"] != NEWEST


SHARES: tuple[Kind, ...] = (
    *map(_reserved, (
        empty("head_id"),
        empty("share_amount_yuan"),
        empty("entity_type"),
        no_number("share_amount_yuan", "row_refused"),
        no_date("signed_date", "cell_emptied"),
        not_offered("entity_type", ("其他主体", "待定"), "row_refused"),
        out_of_range("share_amount_yuan", (Decimal(50), Decimal(45000)), "row_refused"),
        Kind("R67", _bad_check_digit),
        _lacks("signed_date", "没有协议签订日期"),
        Kind("R85", _returned_too_much, needs=("principal_returned_yuan",)),
        _twice("share_amount_yuan", "同一份协议重复"),
        unknown_village(),
        unknown_township(),
        Kind("X03", _other_person, lambda context, row: _share(row).signed_date >= A_YEAR_OLD, refuses="none",
             scope="cross"),
    )),
    not_offered("fund_source", ("社会捐赠", "待核实"), "cell_emptied"),
    Kind("R11", _odd_rate, refuses="none", share=2),
    Kind("R14", _no_certificate, refuses="none", share=3),
    _lacks("agreement_no", "没有协议编号"),
    _lacks("dividend_rate_pct", "没有约定分红比例"),
    Kind("R16", _no_member, lambda context, row: _share(row).entity.kind == "合作社", ("is_member",), "none", share=2),
    Kind("R17", _sum_differs, _is_first_of_enterprise, refuses="none", scope="cross"),
    Kind("R13", _principal_lost, _has_earlier_dividend, ("principal_status",), "none", scope="cross"),
    wrong_total(),
)  # fmt: skip

DIVIDENDS: tuple[Kind, ...] = (
    *map(_newest, (
        empty("head_id"),
        empty("dividend_paid_yuan"),
        empty("dividend_period"),
        no_number("dividend_paid_yuan", "row_refused"),
        out_of_range("dividend_paid_yuan", (Decimal(-80), Decimal(50000)), "row_refused"),
        Kind("R67", _bad_check_digit),
        Kind("R10", _wrong_product, share=3),
        Kind("R19", _parts_differ, needs=("household_part_yuan", "village_part_yuan"), share=2),
        _twice("dividend_paid_yuan", "同一分红期重复"),
        unknown_village(),
        unknown_township(),
    )),
    no_date("paid_date", "cell_emptied"),
    not_offered("pay_method", ("代领", "待定"), "cell_emptied"),
    bad_phone(),
    Kind("R11", _odd_paid_rate, refuses="none", share=2),
    Kind("R87", _in_cash, needs=("pay_method",), refuses="none"),
    Kind("R12", _paid_before_signed, _is_free, refuses="none", scope="cross"),
    Kind("R18", _not_paid, _is_free, refuses="none", scope="cross"),
    wrong_total(),
)  # fmt: skip

KINDS = {"household_shares": SHARES, "dividend_payments": DIVIDENDS}
