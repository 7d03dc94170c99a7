"""Mistakes of F04 and F05, and what F03's members may be wrong in: registers of legal bodies and growers."""

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


def _too_few_farmers(context: Context, row: Row) -> None:
    """R68: fewer than four farmers in five; all the poor members are farmers."""
    members = row.values["member_count"]
    row.values["farmer_member_count"] = members * context.rng.randint(40, 75) // 100
    row.values["poor_member_count"] = min(row.values["poor_member_count"], row.values["farmer_member_count"])
    row.blame("R68", "farmer_member_count", "none", "农民成员不足八成")


def _one_holds_too_much(context: Context, row: Row) -> None:
    row.values["max_share_pct"] = Decimal(context.rng.randrange(210, 900, 5)) / 10
    row.blame("R68", "max_share_pct", "none", "单个成员出资超过20%")


def _more_farmers_than_members(context: Context, row: Row) -> None:
    row.values["farmer_member_count"] = row.values["member_count"] + context.rng.randint(1, 9)
    row.blame("R68", "farmer_member_count", "cell_emptied", "农民成员多于成员总数")


def _bad_company_code(context: Context, row: Row) -> None:
    """R69: a wrong check character, or a cooperative's code (93) in the list of enterprises."""
    good = row.values["uscc"]
    if context.rng.random() < 0.6:
        row.values["uscc"] = _wrong_check(context, good)
        row.blame("R69", "uscc", "row_refused", "统一社会信用代码校验位不符")
    else:
        first17 = f"93{good[2:17]}"
        row.values["uscc"] = first17 + uscc_check_char(first17)
        row.blame("R69", "uscc", "row_refused", "企业代码应以91开头")


def _bad_farm_code(context: Context, row: Row) -> None:
    """R69: the code is not needed, so that its row stays."""
    row.values["uscc"] = _wrong_check(context, row.values["uscc"])
    row.blame("R69", "uscc", "cell_emptied", "统一社会信用代码校验位不符")


def _wrong_check(context: Context, good: str) -> str:
    return good[:17] + context.rng.choice([char for char in "0123456789ABCDEFGH" if char != good[17]])


def _transferred_above(context: Context, row: Row) -> None:
    row.values["transferred_area_mu"] = row.values["area_mu"] + context.rng.randint(5, 60)
    row.blame("R75", "transferred_area_mu", "cell_emptied", "流转面积大于经营面积", severity="warn")


def _no_agreement(context: Context, row: Row) -> None:
    row.values["custody_signed_date"] = None
    row.blame("R76", "custody_signed_date", "none", "托管没有协议日期", severity="warn")


COOPERATIVES: tuple[Kind, ...] = (
    Kind("R68", _too_few_farmers, needs=("farmer_member_count",), refuses="none", share=2),
    Kind("R68", _one_holds_too_much, needs=("max_share_pct",), refuses="none", share=2),
    Kind("R68", _more_farmers_than_members, needs=("farmer_member_count",), refuses="none"),
)

LEAD_ENTERPRISES: tuple[Kind, ...] = (
    empty("entity_name"),
    empty("uscc"),
    empty("operation_status"),
    no_number("total_assets_yuan", "row_refused"),
    no_number("driven_coops", "cell_emptied"),
    not_offered("lead_level", ("乡级", "重点企业"), "row_refused"),
    not_offered("operation_status", ("待定", "待核实"), "row_refused"),
    not_offered("main_product", ("综合", "待定"), "cell_emptied"),
    out_of_range("annual_sales_yuan", (Decimal(-320_000), Decimal(-1500)), "row_refused"),
    out_of_range("cert_year", (1956, 1978), "cell_emptied"),
    bad_phone(),
    Kind("R69", _bad_company_code, share=3),
    wrong_total(),
)

FARMS_GROWERS: tuple[Kind, ...] = (
    empty("entity_name"),
    empty("entity_type"),
    no_number("area_mu", "cell_emptied"),
    no_date("custody_signed_date", "cell_emptied"),
    not_offered("entity_type", ("散户", "待定"), "row_refused"),
    out_of_range("custody_signed_date", (date(2010, 3, 1), date(2001, 11, 20)), "cell_emptied"),
    bad_phone(),
    Kind("R69", _bad_farm_code, lambda context, row: bool(row.values["uscc"]), ("uscc",), "none", share=2),
    Kind("R75", _transferred_above, needs=("transferred_area_mu",), refuses="none", share=2),
    Kind("R76", _no_agreement, lambda context, row: row.values["custody_households"] > 0, ("custody_signed_date",), "none",
         share=2),
    unknown_village(),
    unknown_township(),
    wrong_total(),
)  # fmt: skip

KINDS = {
    "cooperatives": only_reserved("register", COOPERATIVES),
    "lead_enterprises": only_reserved("register", LEAD_ENTERPRISES),
    "farms_growers": only_reserved("register", FARMS_GROWERS),
}
