"""Mistakes of F16 and F06: village counts, rates, incomes and the 2万元 test."""

from __future__ import annotations

from decimal import Decimal

from simulator.forms.f06_village_income import EXPENSES, PARTS, THRESHOLD
from simulator.forms.f16_village_base import rate
from simulator.mistakes.kinds import (
    Context,
    Kind,
    empty,
    no_number,
    not_offered,
    only_reserved,
    out_of_range,
    unknown_township,
    unknown_village,
    wrong_total,
)  # fmt: skip
from simulator.rows import Row


def _more_left_than_poor(context: Context, row: Row) -> None:
    """R73: more people still poor than were ever registered; the rate follows the wrong count."""
    row.values["left_people"] = row.values["poor_people"] + context.rng.randint(1, 30)
    row.values["poverty_rate_pct"] = rate(row.values["left_people"], row.values["pop_total"])
    row.blame("R73", "left_people", "row_refused", "未脱贫人数大于建档立卡人数")


def _more_left_households(context: Context, row: Row) -> None:
    row.values["left_hh"] = row.values["poor_hh"] + context.rng.randint(1, 9)
    row.blame("R73", "left_hh", "row_refused", "未脱贫户数大于建档立卡户数")


def _more_poor_than_people(context: Context, row: Row) -> None:
    row.values["poor_people"] = row.values["pop_total"] + context.rng.randint(5, 90)
    row.blame("R73", "poor_people", "row_refused", "建档立卡人数大于总人口")


def _wrong_rate(context: Context, row: Row) -> None:
    """R74: the printed rate is not people left by population."""
    row.values["poverty_rate_pct"] += Decimal(context.rng.randint(50, 400)) / 100
    row.blame("R74", "poverty_rate_pct", "none", "贫困发生率与人数不符")


VILLAGE_BASE: tuple[Kind, ...] = (
    empty("pop_total"),
    empty("hh_total"),
    no_number("poor_hh", "row_refused"),
    no_number("farmland_mu", "cell_emptied"),
    not_offered("is_deep_poverty", ("不详", "待定"), "cell_emptied"),
    out_of_range("farmland_mu", (Decimal(-120), Decimal("-35.5")), "cell_emptied"),
    Kind(
        "R73", _more_left_than_poor, lambda c, row: row.values["poor_people"] + 30 <= row.values["pop_total"], share=2
    ),
    Kind("R73", _more_left_households, lambda c, row: row.values["poor_hh"] + 9 <= row.values["hh_total"]),
    Kind("R73", _more_poor_than_people),
    Kind("R74", _wrong_rate, lambda c, row: row.values["poverty_rate_pct"] < 90, refuses="none", share=3),
    unknown_village(),
    unknown_township(),
    wrong_total(),
)


def _set_total(row: Row, total: Decimal) -> None:
    """Total, with the flag and the net income that follow from it."""
    row.values["inc_total_yuan"] = total
    row.values["is_2wan_met"] = total >= THRESHOLD
    row.values["net_income_yuan"] = total - row.values["exp_total_yuan"]


def _flag_against_income(context: Context, row: Row) -> None:
    row.values["is_2wan_met"] = not row.values["is_2wan_met"]
    row.blame("R20", "is_2wan_met", "row_refused", "达标情况与年收入不符")


def _total_not_parts(context: Context, row: Row) -> None:
    """R21: the total misses a part; flag and net income agree with the total as written."""
    _set_total(row, row.values["inc_total_yuan"] + context.rng.choice((-1, 1)) * context.rng.randrange(500, 3000, 100))
    row.blame("R21", "inc_total_yuan", "row_refused", "合计不等于各项收入之和")


def _net_not_difference(context: Context, row: Row) -> None:
    row.values["net_income_yuan"] += context.rng.choice((-1000, 1000, 2500))
    row.blame("R22", "net_income_yuan", "row_refused", "本年收益不等于总收入减总支出")


def _expenses_not_total(context: Context, row: Row) -> None:
    """R22: total expenditure misses a part; the net income agrees with the total as written."""
    row.values["exp_total_yuan"] += context.rng.randrange(300, 2000, 100)
    row.values["net_income_yuan"] = row.values["inc_total_yuan"] - row.values["exp_total_yuan"]
    row.blame("R22", "exp_total_yuan", "row_refused", "总支出不等于各项支出之和")


def _unit_mixed_up(context: Context, row: Row) -> None:
    """R23: ten thousand times too much or too little, as if the clerk had taken the other unit."""
    if context.rng.random() < 0.5:
        row.values["inc_operating_yuan"] = Decimal(context.rng.randrange(520, 900)) * 10000
    else:
        for field in PARTS:
            row.values[field] = Decimal(0)
        row.values["inc_operating_yuan"] = Decimal(context.rng.randrange(50, 450, 50))
        for field in (*EXPENSES, "exp_total_yuan"):
            row.values[field] = Decimal(0)
    _set_total(row, sum((row.values[field] for field in PARTS), Decimal(0)))
    row.blame("R23", "inc_total_yuan", "none", "疑似元、万元混淆")


def _poor_without_support(context: Context, row: Row) -> None:
    row.values["support_amount_yuan"] = None
    row.blame("R24", "support_amount_yuan", "none", "上年收入不足2万元而无扶持资金")


def _unexited_without_support(context: Context, row: Row) -> None:
    row.values["support_amount_yuan"] = None
    row.contradict("R24", "village_base", "年初未退出的村没有扶持资金")


def _previous_is_enough(context: Context, row: Row) -> bool:
    """R24 looks at the support of villages that had less than 2万元: keep clear of them."""
    return bool(row.values["income_prev_yuan"] >= THRESHOLD)


def _is_unexited(context: Context, row: Row) -> bool:
    """Poor and not exited by the start of 2020: R24 looks at its support too."""
    about = row.values["_about"]
    return about.is_poor and about.exit_year in (None, 2020)


VILLAGE_INCOME: tuple[Kind, ...] = (
    empty("inc_total_yuan"),
    empty("income_prev_yuan"),
    no_number("inc_total_yuan", "row_refused"),
    no_number("income_prev_yuan", "row_refused"),
    no_number("support_amount_yuan", "row_refused", _previous_is_enough),
    not_offered("has_asset_ledger", ("正在建", "待定"), "cell_emptied"),
    out_of_range("support_amount_yuan", (Decimal(-20000), Decimal(-50000)), "row_refused", _previous_is_enough),
    Kind("R20", _flag_against_income, share=3),
    Kind("R21", _total_not_parts, share=3),
    Kind("R22", _net_not_difference, needs=("net_income_yuan", "exp_total_yuan"), share=2),
    Kind("R22", _expenses_not_total, needs=("exp_total_yuan", *EXPENSES)),
    Kind("R23", _unit_mixed_up, refuses="none", share=2),
    Kind("R24", _poor_without_support,
         lambda c, row: row.values["is_poor_village"] and row.values["income_prev_yuan"] < THRESHOLD
         and not _is_unexited(c, row), refuses="none", share=3),
    Kind("R24", _unexited_without_support,
         lambda c, row: _is_unexited(c, row) and _previous_is_enough(c, row)
         and not c.world.is_reserved(row.values["_about"], "village_base"), needs=("support_amount_yuan",),
         refuses="none", scope="cross", share=2),
    unknown_village(),
    unknown_township(),
    wrong_total(),
)  # fmt: skip

KINDS = {"village_base": only_reserved("village_base", VILLAGE_BASE), "village_income": VILLAGE_INCOME}
