"""Mistakes of F17: households that do not add up, identities, and villages where the base register counts fewer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from simulator.forms.f16_village_base import rate
from simulator.mistakes.kinds import (
    Context,
    Kind,
    always,
    bad_phone,
    empty,
    no_number,
    not_offered,
    only_reserved,
    out_of_range,
    unknown_township,
    unknown_village,
)
from simulator.people import id_check_char
from simulator.rows import Row

# A cell of one member spoils no other row of the household: who stands beside it does not matter.
_ANYBODY = always


def _of_anybody(kind: Kind) -> Kind:
    return replace(kind, fits=_ANYBODY)


def _is_member(context: Context, row: Row) -> bool:
    return row.values["_person"].no > 0


def _is_head(context: Context, row: Row) -> bool:
    return row.values["_person"].no == 0


def _wrong_size(context: Context, row: Row) -> None:
    """R66: every row of the household states one person too many; the head's cell is told."""
    rows = context.household(row)
    for other in rows:
        other.values["household_size"] += 1
        other.is_touched = True
    rows[0].blame("R66", "household_size", "none", "人数与本户行数不符")


def _second_head(context: Context, row: Row) -> None:
    """R66: a member is written down as a second head."""
    row.values["relation"] = "户主"
    row.blame("R66", "relation", "none", "一户有两个户主")


def _no_head(context: Context, row: Row) -> None:
    """R66: nobody of the household is its head; its first row is told."""
    row.values["relation"] = "其他"
    row.blame("R66", "relation", "none", "一户没有户主")


def _bad_check_digit(context: Context, row: Row) -> None:
    """R67: the last character is not the number's check character."""
    good = row.values["person_id"]
    wrong = context.rng.choice([char for char in "0123456789X" if char != id_check_char(good[:17])])
    row.values["person_id"] = good[:17] + wrong
    row.blame("R67", "person_id", "row_refused", "证件号码校验位不符")


def _same_number(context: Context, row: Row) -> None:
    """R67: a member has the head's number; the second of the two is refused."""
    row.values["person_id"] = context.household(row)[0].values["person_id"]
    row.blame("R67", "person_id", "row_refused", "与户主的证件号码相同")


def _no_exit_year(context: Context, row: Row) -> None:
    """R77: out of poverty, and nobody knows since when: such a household counts for no year's target."""
    row.values["exit_status_year"] = None
    row.blame("R77", "exit_status_year", "none", "已脱贫而没有脱贫年度")


REGISTERED_PERSONS: tuple[Kind, ...] = (
    empty("health", always),
    empty("exit_status", always),
    empty("income_per_person_yuan", always),
    no_number("income_per_person_yuan", "row_refused"),
    no_number("work_months", "cell_emptied"),
    _of_anybody(not_offered("exit_status", ("待定", "返贫监测中"), "row_refused")),
    _of_anybody(not_offered("labour_capacity", ("不详", "待定"), "row_refused")),
    _of_anybody(not_offered("education", ("不详", "待定"), "cell_emptied")),
    out_of_range("work_months", (13, 18, 24), "cell_emptied", always),
    out_of_range("income_per_person_yuan", (Decimal(61000), Decimal(95000)), "row_refused", always),
    _of_anybody(bad_phone()),
    Kind("R66", _wrong_size, refuses="none", share=3),
    Kind("R66", _second_head, _is_member, refuses="none", share=2),
    Kind("R66", _no_head, _is_head, refuses="none"),
    Kind("R67", _bad_check_digit, share=3),
    Kind("R67", _same_number, _is_member, share=2),
    Kind("R77", _no_exit_year, lambda c, row: row.values["exit_status"] == "已脱贫", refuses="none", share=2),
    unknown_village(),
    unknown_township(),
)


def _fewer_in_the_base(context: Context, row: Row) -> None:
    """R73: the village's base register counts fewer poor people than the register of persons lists."""
    fewer = context.rng.randint(1, 3)
    row.values["poor_people"] -= fewer
    row.contradict("R73", "registered_persons", f"建档立卡人数比人口信息少{fewer}人")


def _fewer_left_in_the_base(context: Context, row: Row) -> None:
    row.values["left_people"] -= 1
    row.values["poverty_rate_pct"] = rate(row.values["left_people"], row.values["pop_total"])
    row.contradict("R73", "registered_persons", "未脱贫人数比人口信息少1人")


def _has_room(context: Context, row: Row) -> bool:
    """The village stays consistent in itself, and no other form of the county repeats its figures."""
    values, about = row.values, row.values["_about"]
    return (
        context.world.is_reserved(about, "village_base")
        and values["poor_people"] - 3 >= max(values["left_people"], values["poor_hh"])
        and about.poor_people > 0
    )


def _has_left(context: Context, row: Row) -> bool:
    return _has_room(context, row) and row.values["left_people"] > row.values["left_hh"] > 0


VILLAGE_BASE: tuple[Kind, ...] = (
    Kind("R73", _fewer_in_the_base, _has_room, refuses="none", scope="cross"),
    Kind("R73", _fewer_left_in_the_base, _has_left, refuses="none", scope="cross"),
)

KINDS = {"registered_persons": only_reserved("registration", REGISTERED_PERSONS), "village_base": VILLAGE_BASE}
