"""Mistakes of F03, F14 and F08: cooperatives, fund projects and sales channels."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simulator.forms.f14_fund_projects import LEVELS
from simulator.mistakes.kinds import (
    Context,
    Kind,
    bad_phone,
    empty,
    foreign_village,
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


def _levels_not_amount(context: Context, row: Row) -> None:
    """R63: central, province, city and county do not add up to the amount; spending stays below it."""
    field = next(field for field in LEVELS if row.values[field] is not None)
    row.values[field] += context.rng.randrange(10_000, 90_000, 1000)
    row.blame("R63", "amount_yuan", "row_refused", "各级资金之和不等于投资规模")


def _spent_above(context: Context, row: Row) -> None:
    row.values["spent_yuan"] = row.values["amount_yuan"] + context.rng.randrange(10_000, 200_000, 1000)
    row.blame("R63", "spent_yuan", "row_refused", "拨付资金大于投资规模")


def _people_per_household(context: Context, row: Row) -> None:
    households = row.values["benefit_households"]
    people = households * context.rng.randint(9, 14) if context.rng.random() < 0.6 else households - 1
    row.values["benefit_people"] = people
    row.blame("R61", "benefit_people", "none", "人数与户数之比不在1-8之间")


def _unknown_place(context: Context, row: Row) -> None:
    name = foreign_village(context)
    row.values["place_text"] = f"{name}村"
    row.blame("R70", "place_text", "none", f"本县没有“{name}村”", severity="warn")


FUND_PROJECTS: tuple[Kind, ...] = (
    empty("project_name"),
    empty("amount_yuan"),
    no_number("amount_yuan", "row_refused"),
    no_number("spent_yuan", "row_refused"),
    not_offered("nature", ("扩容", "待定"), "cell_emptied"),
    out_of_range("benefit_households", (-12, -3), "cell_emptied"),
    Kind("R63", _levels_not_amount, share=2),
    Kind("R63", _spent_above, share=2),
    Kind("R61", _people_per_household, refuses="none", share=3),
    Kind("R70", _unknown_place, refuses="none", share=2),
    wrong_total(),
)

SALES_CHANNELS: tuple[Kind, ...] = (
    empty("channel_name"),
    empty("sales_amount_yuan"),
    no_number("sales_amount_yuan", "row_refused"),
    no_date("start_date", "cell_emptied"),
    not_offered("channel_type", ("线下活动", "待定"), "row_refused"),
    not_offered("cert_type", ("名牌", "待定"), "cell_emptied"),
    out_of_range("sales_amount_yuan", (Decimal(-32000), Decimal(-1500)), "row_refused"),
    wrong_total(),
)

KINDS = {
    "cooperatives": only_reserved("register", COOPERATIVES),
    "fund_projects": FUND_PROJECTS,
    "sales_channels": SALES_CHANNELS,
}
