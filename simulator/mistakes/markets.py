"""Mistakes of F07 and F08: cold stores and sales channels."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from simulator.forms.f07_cold_stores import MOBILE, limits
from simulator.forms.f08_sales_channels import GANWEI
from simulator.mistakes.kinds import (
    Context,
    Kind,
    empty,
    no_date,
    no_number,
    not_offered,
    out_of_range,
    unknown_township,
    unknown_village,
    wrong_total,
)  # fmt: skip
from simulator.rows import Row


def _paid_first(context: Context, row: Row) -> None:
    row.values["paid_date"] = row.values["accepted_date"] - timedelta(days=context.rng.randint(3, 40))
    row.blame("R30", "paid_date", "none", "拨付早于验收")


def _accepted_first(context: Context, row: Row) -> None:
    row.values["accepted_date"] = row.values["built_date"] - timedelta(days=context.rng.randint(3, 40))
    row.blame("R30", "accepted_date", "none", "验收早于建成")


def _never_accepted(context: Context, row: Row) -> None:
    row.values["accepted_date"] = None
    row.blame("R30", "accepted_date", "none", "已拨付而没有验收日期")


def _is_built(context: Context, row: Row) -> bool:
    return row.values["paid_date"] is not None


def _above_cap(context: Context, row: Row) -> None:
    """R31: a tenth above the lower of the caps; the whole investment stays the sum of its parts."""
    row.values["subsidy_yuan"] = _too_much(row)
    row.values["self_fund_yuan"] = row.values["invest_total_yuan"] - row.values["subsidy_yuan"]
    row.blame("R31", "subsidy_yuan", "none", "财政补助高于标准")


def _too_much(row: Row) -> Decimal:
    return Decimal(int(min(limits(row.values)) * 11 / 10) // 100 * 100 + 100)


def _one_cap_fails(context: Context, row: Row) -> bool:
    """Above one cap and not above the other, which would be told too."""
    much = _too_much(row)
    return much < row.values["invest_total_yuan"] and sum(much > limit for limit in limits(row.values)) == 1


def _above_investment(context: Context, row: Row) -> None:
    row.values["invest_total_yuan"] = row.values["subsidy_yuan"] - 1000
    row.values["self_fund_yuan"] = None
    row.blame("R31", "subsidy_yuan", "row_refused", "财政补助大于总投资")


def _parts_not_whole(context: Context, row: Row) -> None:
    row.values["self_fund_yuan"] += context.rng.randrange(1000, 20_000, 100)
    row.blame("R35", "invest_total_yuan", "row_refused", "总投资不等于补助与自筹之和")


def _odd_volume(context: Context, row: Row) -> None:
    tenths = context.rng.choice((15, 22, 95, 120))
    row.values["volume_m3"] = (row.values["capacity_tonnes"] * tenths / 10).quantize(Decimal(1))
    row.blame("R32", "volume_m3", "none", "容积与库容之比不在3-8", severity="warn")


def _odd_size(context: Context, row: Row) -> None:
    """R33: stores of four tonnes, with the little money that is due for them."""
    units = row.values["unit_count"]
    row.values |= {
        "capacity_tonnes": Decimal(4 * units),
        "volume_m3": Decimal(20 * units),
        "subsidy_yuan": Decimal(3000 * units),
    }
    row.values["self_fund_yuan"] = row.values["invest_total_yuan"] - row.values["subsidy_yuan"]
    if row.values["throughput_tonnes"]:
        row.values["throughput_tonnes"] = Decimal(4 * units)
    row.blame("R33", "capacity_tonnes", "none", "每座库容不在10-10000吨", severity="warn")


def _long_idle(context: Context, row: Row) -> None:
    row.values |= {
        "operation_status": "闲置",
        "idle_months": context.rng.randint(12, 30),
        "throughput_tonnes": Decimal(0),
    }
    row.blame("R34", "idle_months", "none", "闲置12个月以上", severity="warn")


def _too_often_filled(context: Context, row: Row) -> None:
    row.values["throughput_tonnes"] = row.values["capacity_tonnes"] * context.rng.randint(8, 15)
    row.blame("R36", "throughput_tonnes", "none", "年入库量超过库容6倍", severity="warn")


def _in_use(context: Context, row: Row) -> bool:
    return row.values["operation_status"] in ("运营", "季节性")


COLD_STORES: tuple[Kind, ...] = (
    empty("entity_name"),
    empty("unit_count"),
    empty("operation_status"),
    no_number("subsidy_yuan", "row_refused"),
    no_number("throughput_tonnes", "cell_emptied"),
    no_date("paid_date", "cell_emptied"),
    not_offered("store_type", ("综合库", "待定"), "row_refused"),
    not_offered("operation_status", ("待定", "待核实"), "row_refused"),
    not_offered("entity_type", ("其他", "待定"), "cell_emptied"),
    out_of_range("unit_count", (66, 120), "row_refused"),
    out_of_range("capacity_tonnes", (Decimal(-120), Decimal(-5)), "row_refused"),
    Kind("R30", _paid_first, _is_built, ("paid_date", "accepted_date"), "none", 2),
    Kind("R30", _accepted_first, _is_built, ("accepted_date", "built_date"), "none"),
    Kind("R30", _never_accepted, _is_built, ("paid_date", "accepted_date"), "none"),
    Kind("R31", _above_cap, _one_cap_fails, refuses="none", share=2),
    Kind("R31", _above_investment),
    Kind("R35", _parts_not_whole, needs=("self_fund_yuan",), share=2),
    Kind("R32", _odd_volume, needs=("volume_m3",), refuses="none", share=2),
    Kind("R33", _odd_size, lambda context, row: row.values["store_type"] not in MOBILE, refuses="none", share=2),
    Kind("R34", _long_idle, _in_use, ("idle_months",), "none", 2),
    Kind("R36", _too_often_filled, _in_use, ("throughput_tonnes",), "none"),
    unknown_village(),
    unknown_township(),
    wrong_total(),
)


def _not_in_directory(context: Context, row: Row) -> None:
    row.values["is_ganwei"] = True
    row.contradict("R72", "", "填为甘味品牌，产品不在目录中")


SALES_CHANNELS: tuple[Kind, ...] = (
    empty("channel_name"),
    empty("sales_amount_yuan"),
    no_number("sales_amount_yuan", "row_refused"),
    no_date("start_date", "cell_emptied"),
    not_offered("channel_type", ("线下活动", "待定"), "row_refused"),
    not_offered("cert_type", ("名牌", "待定"), "cell_emptied"),
    out_of_range("sales_amount_yuan", (Decimal(-32000), Decimal(-1500)), "row_refused"),
    Kind("R72", _not_in_directory, lambda context, row: row.values["product_name"] not in GANWEI,
         ("product_name", "is_ganwei"), "none", 2, "cross"),
    wrong_total(),
)  # fmt: skip

KINDS = {"cold_stores": COLD_STORES, "sales_channels": SALES_CHANNELS}
