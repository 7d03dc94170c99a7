"""Mistakes of F13 and F14: projects of the paired city and of the fiscal poverty funds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from simulator.forms.f13_east_west_projects import rate
from simulator.forms.f14_fund_projects import LEVELS
from simulator.mistakes.kinds import (
    Context,
    Kind,
    empty,
    foreign_village,
    no_number,
    not_offered,
    out_of_range,
    wrong_total,
)  # fmt: skip
from simulator.rows import Row


def _levels_not_amount(context: Context, row: Row) -> None:
    """R63: central, province, city and county do not add up to the amount; spending stays below it."""
    field = next(field for field in LEVELS if row.values[field] is not None)
    row.values[field] += context.rng.randrange(10_000, 90_000, 1000)
    row.blame("R63", "amount_yuan", "row_refused", "各级资金之和不等于投资规模")


def _spent_above(context: Context, row: Row) -> None:
    row.values["spent_yuan"] = row.values["amount_yuan"] + context.rng.randrange(10_000, 200_000, 1000)
    row.blame("R63", "spent_yuan", "row_refused", "拨付资金大于投资规模")


def _of_document(context: Context, row: Row) -> list[Row]:
    return [other for other in context.rows if other.values["doc_no"] == row.values["doc_no"]]


def _document_not_sum(context: Context, row: Row) -> None:
    """R63: the document's total, as all its projects state it, is more than they come to. Told at the first of them."""
    for other in _of_document(context, row):
        other.values["doc_total_yuan"] += 50_000
        other.is_touched = True
    row.blame("R63", "doc_total_yuan", "none", "文号下各项目之和不等于下达总额")


def _is_first_of_document(context: Context, row: Row) -> bool:
    rows = _of_document(context, row)
    return rows[0] is row and not any(other.is_touched for other in rows)


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
    Kind("R63", _document_not_sum, _is_first_of_document, ("doc_no", "doc_total_yuan"), "none", 2),
    Kind("R61", _people_per_household, refuses="none", share=3),
    Kind("R70", _unknown_place, refuses="none", share=2),
    wrong_total(),
)


def _wrong_city(context: Context, row: Row) -> None:
    row.values["partner"] = context.rng.choice(("杭州市余杭区", "苏州市吴江区", "宁波市鄞州区"))
    row.blame("R62", "partner", "row_refused", "协作方不是本县的结对城市")


def _spent_above_grant(context: Context, row: Row) -> None:
    """R63; the rate is left blank, as one above a whole would change how its whole column is read."""
    row.values["spent_yuan"] = row.values["grant_yuan"] + context.rng.randrange(10_000, 200_000, 1000)
    row.values["spend_rate_pct"] = None
    row.blame("R63", "spent_yuan", "row_refused", "资金支出大于财政帮扶资金")


def _wrong_rate(context: Context, row: Row) -> None:
    row.values["spend_rate_pct"] = rate(row.values["spent_yuan"], row.values["grant_yuan"]) - context.rng.randint(3, 12)
    row.blame("R37", "spend_rate_pct", "none", "支出进度与资金不符", severity="warn")


def _ends_before_start(context: Context, row: Row) -> None:
    row.values["end_date"] = row.values["start_date"] - timedelta(days=context.rng.randint(5, 60))
    row.blame("R38", "end_date", "cell_emptied", "完工早于开工")


def _same_name(context: Context, row: Row) -> None:
    """R39: named like the form's first project, which takes no other mistake then."""
    first = context.rows[0]
    first.is_touched = True
    row.values["project_name"] = first.values["project_name"]
    row.blame("R39", "project_name", "none", "项目名称重复", severity="warn")


def _has_clean_first(context: Context, row: Row) -> bool:
    return row is not context.rows[0] and not context.rows[0].is_touched


EAST_WEST_PROJECTS: tuple[Kind, ...] = (
    empty("project_name"),
    empty("grant_yuan"),
    no_number("grant_yuan", "row_refused"),
    no_number("spent_yuan", "row_refused"),
    not_offered("nature", ("扩容", "待定"), "cell_emptied"),
    out_of_range("grant_yuan", (Decimal(0), Decimal(-50_000)), "row_refused"),
    Kind("R61", _people_per_household, needs=("benefit_households", "benefit_people"), refuses="none", share=2),
    Kind("R62", _wrong_city, share=3),
    Kind("R63", _spent_above_grant, share=2),
    Kind("R37", _wrong_rate, needs=("spend_rate_pct",), refuses="none", share=2),
    Kind("R38", _ends_before_start, needs=("start_date", "end_date"), refuses="none"),
    Kind("R39", _same_name, _has_clean_first, refuses="none"),
    Kind("R70", _unknown_place, refuses="none"),
    wrong_total(),
)

KINDS = {"east_west_projects": EAST_WEST_PROJECTS, "fund_projects": FUND_PROJECTS}
