"""Mistakes of F03: cooperatives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simulator.mistakes.kinds import (
    Context,
    Kind,
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
from simulator.people import uscc_check_char
from simulator.rows import Row


def _too_few_members(context: Context, row: Row) -> None:
    row.values["member_count"] = context.rng.randint(2, 4)
    row.values["farmer_member_count"] = row.values["member_count"]
    row.values["poor_member_count"] = min(row.values["poor_member_count"], 1)
    row.values["driven_poor_households"] = min(row.values["driven_poor_households"], row.values["driven_households"])
    row.blame("R68", "member_count", "row_refused", "成员数不足5户")


def _bad_credit_code(context: Context, row: Row) -> None:
    """R69: a wrong check character, or a company's code (91) in the list of cooperatives."""
    good = row.values["uscc"]
    if context.rng.random() < 0.6:
        wrong = context.rng.choice([char for char in "0123456789ABCDEFGH" if char != good[17]])
        row.values["uscc"] = good[:17] + wrong
        row.blame("R69", "uscc", "row_refused", "统一社会信用代码校验位不符")
    else:
        first17 = f"91{good[2:17]}"
        row.values["uscc"] = first17 + uscc_check_char(first17)
        row.blame("R69", "uscc", "row_refused", "合作社代码应以93开头")


COOPERATIVES: tuple[Kind, ...] = (
    empty("coop_name"),
    empty("uscc"),
    empty("member_count"),
    no_number("registered_capital_yuan", "row_refused"),
    no_number("annual_revenue_yuan", "row_refused"),
    no_date("founded_date", "cell_emptied"),
    not_offered("operation_status", ("一般般", "待定"), "row_refused"),
    not_offered("demo_level", ("乡级", "待定"), "cell_emptied"),
    out_of_range("registered_capital_yuan", (Decimal(-50000), Decimal(310_000_000)), "row_refused"),
    out_of_range("founded_date", (date(2005, 3, 1), date(1998, 11, 20)), "cell_emptied"),
    bad_phone(),
    Kind("R68", _too_few_members, share=4),
    Kind("R69", _bad_credit_code, share=4),
    unknown_village(),
    unknown_township(),
    wrong_total(),
)


KINDS = {"cooperatives": only_reserved("register", COOPERATIVES)}
