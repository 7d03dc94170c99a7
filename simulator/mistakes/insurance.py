"""Mistakes of F09 and F10: premiums that do not add up, payers, conduct, and claims that their policy does not cover."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from simulator.forms.f09_insurance_policies import priced
from simulator.insurance import PAYS_FOR_THE_POOR, cents
from simulator.mistakes.kinds import (
    Context,
    Kind,
    alone,
    bad_phone,
    empty,
    no_date,
    no_number,
    not_offered,
    only_reserved,
    out_of_range,
    unknown_township,
    unknown_village,
    wrong_total,
)  # fmt: skip
from simulator.people import id_check_char
from simulator.produce import LIVESTOCK
from simulator.rows import Row


def _bad_check_digit(context: Context, row: Row) -> None:
    """R67: the last character is not the number's check character."""
    good = row.values["head_id"]
    wrong = context.rng.choice([char for char in "0123456789X" if char != id_check_char(good[:17])])
    row.values["head_id"] = good[:17] + wrong
    row.blame("R67", "head_id", "row_refused", "身份证号校验位不符")


def _bad_account(context: Context, row: Row) -> None:
    good = str(row.values["bank_account"])
    row.misread("bank_account", context.rng.choice((good[:9], f"{good[:6]}******{good[-4:]}")))
    row.blame("C08", "bank_account", "cell_emptied", "账号位数不对")


def _is_livestock(context: Context, row: Row) -> bool:
    return alone(context, row) and row.values["_product"] in LIVESTOCK


def _percent_is_plain(context: Context, row: Row) -> bool:
    """A column of fractions would no longer be one with a number above 0.1 in it."""
    return context.style.percent_styles.get("rate_pct", "plain") != "fraction"


# --------------------------------------------------------------------------------------------------------------- F09
def _half_an_animal(context: Context, row: Row) -> None:
    """C05: half a head of livestock, with the premium that goes with it."""
    row.values["insured_qty"] += Decimal("0.5")
    priced(row)
    row.blame("C05", "insured_qty", "row_refused", "牲畜数量不是整数")


def _ends_before_it_starts(context: Context, row: Row) -> None:
    row.values["end_date"] = row.values["start_date"] - timedelta(days=context.rng.randint(3, 60))
    row.blame("C05", "end_date", "cell_emptied", "终保日期早于起保日期")


def _wrong_premium(context: Context, row: Row) -> None:
    """R40: more than quantity, sum and rate give; the payers add up to it."""
    more = cents(row.values["premium_yuan"] / 10) + 2
    row.values["premium_yuan"] += more
    row.values["sub_county_yuan"] += more
    row.blame("R40", "premium_yuan", "row_refused", "总保费不等于数量×保额×费率")


def _wrong_unit_premium(context: Context, row: Row) -> None:
    row.values["unit_premium_yuan"] += context.rng.choice((3, 5, 10))
    row.blame("R40", "unit_premium_yuan", "cell_emptied", "单位保费不等于保额×费率")


def _payers_do_not_add_up(context: Context, row: Row) -> None:
    row.values["sub_county_yuan"] += cents(row.values["premium_yuan"] / 5) + 1
    row.blame("R41", "premium_yuan", "row_refused", "各方分担之和不等于总保费")


def _rare_rate(context: Context, row: Row) -> None:
    row.values["rate_pct"] = Decimal(context.rng.choice((22, 25)))
    priced(row)
    row.blame("R42", "rate_pct", "none", "费率少见", severity="warn")


def _rare_sum(context: Context, row: Row) -> None:
    row.values["unit_sum_yuan"] = Decimal(context.rng.choice((40, 60, 80)))
    priced(row)
    row.blame("R42", "unit_sum_yuan", "none", "单位保额少见", severity="warn")


def _has_no_claim(context: Context, row: Row) -> bool:
    return context.world.is_reserved(row.values["_about"], "insurance")


def _poor_pays(context: Context, row: Row) -> None:
    """R43: a poor household pays a part that the county has promised to pay."""
    values = row.values
    part = cents(values["sub_county_yuan"] / 2)
    values["sub_county_yuan"] -= part
    values["farmer_paid_yuan"] += part
    row.blame("R43", "farmer_paid_yuan", "none", "应由县里代缴", severity="info")


def _county_pays(context: Context, row: Row) -> bool:
    values = row.values
    return values["is_poor"] and values["sub_county_yuan"] > 1


def _is_no(field: str, note: str) -> Kind:
    """R44: it is said that what the plan asks for was not done."""

    def do(context: Context, row: Row) -> None:
        row.values[field] = False
        row.blame("R44", field, "none", note)

    return Kind("R44", do, needs=(field,), refuses="none", share=2)


def _twice(field: str) -> Kind:
    """R49: the row again; the second one is the wrong one."""

    def do(context: Context, row: Row) -> None:
        context.repeat(row).blame("R49", field, "row_refused", "同户同险种同一号码重复")

    return Kind("R49", do, alone, share=2)


def _not_registered(context: Context, row: Row) -> None:
    """X02: an edge household, which no register lists, stated poor."""
    row.values["is_poor"] = True
    row.contradict("X02", "registered_persons", "边缘户填为贫困户")


def _may_be_called_poor(context: Context, row: Row) -> bool:
    """Not where that would be a poor household that pays what the county should (R43)."""
    return alone(context, row) and row.values["_about"].is_edge and context.world.county.code != PAYS_FOR_THE_POOR


def _premiums_too_low(context: Context, row: Row) -> None:
    """R47: the whole county at a tenth of its rates and less."""
    for other in context.rows:
        other.values["rate_pct"] = Decimal("0.4")
        priced(other)
    context.violate("R47", "全县费率写小，户均保费过低")


INSURANCE_POLICIES: tuple[Kind, ...] = (
    empty("head_id", alone),
    empty("policy_no"),
    empty("insurer"),
    empty("premium_yuan"),
    no_number("premium_yuan", "row_refused"),
    no_number("insured_qty", "row_refused"),
    no_date("start_date", "cell_emptied"),
    not_offered("product_code", ("意外伤害险", "财产综合险"), "row_refused"),
    out_of_range("insured_qty", (Decimal(-3), Decimal("-1.5")), "row_refused"),
    bad_phone(),
    Kind("C08", _bad_account, alone, ("bank_account",), "none"),
    Kind("R67", _bad_check_digit, alone, ("head_id",)),
    Kind("C05", _half_an_animal, _is_livestock, share=2),
    Kind("C05", _ends_before_it_starts, refuses="none"),
    Kind("R40", _wrong_premium, share=3),
    Kind("R40", _wrong_unit_premium, needs=("unit_premium_yuan",), refuses="none"),
    Kind("R41", _payers_do_not_add_up, share=3),
    Kind("R42", _rare_rate, _percent_is_plain, refuses="none"),
    Kind("R42", _rare_sum, _has_no_claim, refuses="none"),
    Kind("R43", _poor_pays, _county_pays, refuses="none", share=2, county=PAYS_FOR_THE_POOR),
    _is_no("is_published", "承保没有公示"),
    _is_no("is_policy_delivered", "保单没有到户"),
    _twice("policy_no"),
    unknown_village(),
    unknown_township(),
    wrong_total(),
    Kind("X02", _not_registered, _may_be_called_poor, refuses="none", scope="cross"),
    Kind("R47", _premiums_too_low, refuses="none", scope="county"),
)  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- F10
def _paid_before_the_loss(context: Context, row: Row) -> None:
    row.values["paid_date"] = row.values["loss_date"] - timedelta(days=context.rng.randint(3, 40))
    row.blame("C05", "paid_date", "cell_emptied", "支付日期早于出险日期")


def _part_of_an_animal(context: Context, row: Row) -> None:
    row.values["loss_qty"] -= Decimal("0.5")
    row.blame("C05", "loss_qty", "row_refused", "牲畜数量不是整数")


def _paid_late(context: Context, row: Row) -> None:
    """R46: more than 30 days after the report, else after the closing."""
    row.values["closed_date"] = row.values["reported_date"] + timedelta(days=5)
    row.values["paid_date"] = row.values["closed_date"] + timedelta(days=context.rng.randint(33, 60))
    row.blame("R46", "paid_date", "none", "赔款支付超过30天", severity="warn")


def _says_when_it_was_reported(context: Context, row: Row) -> bool:
    return bool({"reported_date", "closed_date"} & context.fields)


def _no_such_policy(context: Context, row: Row) -> None:
    row.values["policy_no"] = row.values["policy_no"][:-5] + f"{90000 + context.rng.randrange(9999)}"
    row.contradict("R45", "insurance_policies", "没有这份保单")


def _before_the_cover(context: Context, row: Row) -> None:
    row.values["loss_date"] = row.values["_policy"].start - timedelta(days=context.rng.randint(5, 30))
    row.contradict("R45", "insurance_policies", "出险不在保险期间内")


def _more_than_insured(context: Context, row: Row) -> None:
    row.values["loss_qty"] = row.values["_policy"].qty + context.rng.randint(1, 4)
    row.contradict("R45", "insurance_policies", "受损数量大于保险数量")


def _more_than_the_sum(context: Context, row: Row) -> None:
    """The payout is above loss times sum insured: the loss is a tenth of what it was, or one head."""
    policy = row.values["_policy"]
    qty = Decimal(1) if policy.is_livestock else Decimal("0.1")
    row.values["loss_qty"] = qty
    row.values["payout_yuan"] = qty * policy.unit_sum + context.rng.randrange(20, 60)
    row.contradict("R45", "insurance_policies", "赔付大于受损数量×单位保额")


def _payouts_too_low(context: Context, row: Row) -> None:
    """R48: the whole county at a hundredth."""
    for other in context.rows:
        for field in ("payout_yuan", "unit_payout_yuan"):
            other.values[field] = max(cents(other.values[field] / 100), Decimal("0.01"))
    context.violate("R48", "全县赔付金额写小，赔付率过低")


INSURANCE_CLAIMS: tuple[Kind, ...] = (
    empty("head_id", alone),
    empty("claim_no"),
    empty("payout_yuan"),
    empty("loss_date"),
    no_number("payout_yuan", "row_refused"),
    no_date("paid_date", "cell_emptied"),
    not_offered("peril", ("待查勘", "待定"), "row_refused"),
    out_of_range("payout_yuan", (Decimal(-300), Decimal(0)), "row_refused"),
    bad_phone(),
    Kind("R67", _bad_check_digit, alone, ("head_id",)),
    Kind("C05", _paid_before_the_loss, refuses="none", share=2),
    Kind("C05", _part_of_an_animal, _is_livestock),
    Kind("R46", _paid_late, _says_when_it_was_reported, refuses="none", share=3),
    _is_no("is_published", "理赔没有公示"),
    _twice("claim_no"),
    unknown_village(),
    wrong_total(),
    Kind("R45", _no_such_policy, refuses="none", scope="cross"),
    Kind("R45", _before_the_cover, refuses="none", scope="cross"),
    Kind("R45", _more_than_insured, refuses="none", scope="cross"),
    Kind("R45", _more_than_the_sum, refuses="none", scope="cross"),
    Kind("R48", _payouts_too_low, refuses="none", scope="county"),
)  # fmt: skip

KINDS = {
    "insurance_policies": only_reserved("insurance", INSURANCE_POLICIES),
    "insurance_claims": INSURANCE_CLAIMS,
}
