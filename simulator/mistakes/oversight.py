"""Mistakes of F12 and F15: problems that are not done or not proved, and watch over who is not on the list."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from simulator.forms.f15_supervision import NATIONAL_PEOPLE, NATIONAL_RATE_PCT, stays, village_name
from simulator.mistakes.kinds import (
    Context,
    Kind,
    empty,
    foreign_village,
    no_date,
    no_number,
    not_offered,
    out_of_range,
    wrong_total,
)  # fmt: skip
from simulator.rows import Row
from simulator.world import VillageFacts


def _is_done(context: Context, row: Row) -> bool:
    return row.values["done_date"] is not None


def _is_closed(context: Context, row: Row) -> bool:
    return bool(row.values["is_closed"]) and _is_done(context, row)


def _no_done_date(context: Context, row: Row) -> None:
    row.values["done_date"] = None
    row.blame("R60", "done_date", "none", "已完成而没有完成时间")


def _no_evidence(context: Context, row: Row) -> None:
    row.values["evidence"] = None
    row.blame("R60", "evidence", "none", "已销号而没有佐证材料", severity="warn")


def _done_before_raised(context: Context, row: Row) -> None:
    row.values["done_date"] = row.values["raised_date"] - timedelta(days=context.rng.randint(5, 60))
    row.blame("R60", "done_date", "cell_emptied", "完成早于反馈")


def _number_again(context: Context, row: Row) -> None:
    """R54: a problem's number once more; the reader tells the later row."""
    other = _same_source(context, row)
    assert other is not None
    other.is_touched = True
    row.values["problem_no"] = other.values["problem_no"]
    row.blame("R54", "problem_no", "row_refused", "问题编号重复")


def _same_source(context: Context, row: Row) -> Row | None:
    """The row before it, where that is a problem of the same source (by its number's letters) without a mistake."""
    place = next(i for i, other in enumerate(context.rows) if other is row)
    other = context.rows[place - 1] if place else None
    same = other is not None and str(other.values["problem_no"])[:2] == str(row.values["problem_no"])[:2]
    return other if same and other is not None and not other.is_touched else None


def _overdue(context: Context, row: Row) -> None:
    """R60: the time limit has passed and nothing says that it is done."""
    row.values.update({
        "deadline": date(2020, 3, 31) + timedelta(days=context.rng.randrange(80)), "rectification_progress": "整改中",
        "done_date": None, "is_closed": False, "evidence": None,
    })  # fmt: skip
    row.contradict("R60", "", "整改时限已过而没有完成")


RECTIFICATIONS: tuple[Kind, ...] = (
    empty("problem_text"),
    empty("rectification_progress"),
    no_number("problem_amount_yuan", "row_refused"),
    no_date("done_date", "cell_emptied"),
    not_offered("problem_source", ("群众举报", "其他"), "row_refused"),
    not_offered("rectification_progress", ("待定", "待核实"), "row_refused"),
    out_of_range("problem_amount_yuan", (Decimal(-50_000), Decimal(-1200)), "row_refused"),
    Kind("R54", _number_again, lambda c, row: _same_source(c, row) is not None, ("problem_no",), share=2),
    Kind("R60", _no_done_date, _is_done, refuses="none", share=3),
    Kind("R60", _no_evidence, _is_closed, refuses="none", share=2),
    Kind("R60", _done_before_raised, _is_done, ("raised_date",), "none", share=2),
    Kind("R60", _overdue, refuses="none", share=3, scope="cross"),
    wrong_total(),
)  # fmt: skip


def _is_village(context: Context, row: Row) -> bool:
    return isinstance(row.values["_about"], VillageFacts)


def _too_many_people(context: Context, row: Row) -> None:
    row.values["left_people"] = row.values["left_hh"] * 9 + context.rng.randint(1, 30)
    row.blame("R61", "left_people", "none", "户均人数超过8人")


def _twice(context: Context, row: Row) -> None:
    """R55: the county a second time, in a village's row."""
    own = context.rows[0]
    row.values["supervision_target"] = own.values["supervision_target"]
    row.blame("R55", "supervision_target", "row_refused", "督战对象重复")
    own.is_touched = True


def _unknown_target(context: Context, row: Row) -> None:
    name = foreign_village(context)
    row.values["supervision_target"] = f"{name}村"
    row.blame("R70", "supervision_target", "none", f"本县没有“{name}村”", severity="warn")


def _exited(context: Context) -> list[VillageFacts]:
    return [facts for facts in context.world.poor_villages if not stays(facts)]


def _long_exited(context: Context, row: Row) -> None:
    """R65: a village that left poverty before 2020, as the village ledger says."""
    facts = context.rng.choice(_exited(context))
    row.values["supervision_target"] = village_name(facts)
    row.values["supervision_level"] = "县"
    row.contradict("R65", "village_base", "督战的村早已出列")


def _is_below_national(context: Context, row: Row) -> bool:
    values = row.values
    below = values["left_people"] <= NATIONAL_PEOPLE and values["poverty_rate_pct"] <= NATIONAL_RATE_PCT
    return below and _is_village(context, row)


def _called_national(context: Context, row: Row) -> None:
    row.values["supervision_level"] = "国家"
    row.contradict("R65", "", "填为国家挂牌督战，人口和发生率都不够")


SUPERVISION: tuple[Kind, ...] = (
    empty("left_hh"),
    empty("supervision_target", _is_village),
    no_number("left_people", "row_refused"),
    no_date("exit_date", "cell_emptied"),
    not_offered("supervision_level", ("乡级", "待定"), "row_refused"),
    out_of_range("deadline_date", (date(2021, 6, 30), date(2022, 12, 31)), "cell_emptied"),
    Kind("R55", _twice, lambda c, row: _is_village(c, row) and not c.rows[0].is_touched),
    Kind("R61", _too_many_people, lambda c, row: row.values["left_hh"] > 0, refuses="none", share=2),
    Kind("R65", _called_national, _is_below_national, refuses="none", share=3, scope="cross"),
    Kind("R65", _long_exited, lambda c, row: _is_village(c, row) and bool(_exited(c)), refuses="none", share=2,
         scope="cross"),
    Kind("R70", _unknown_target, _is_village, refuses="none"),
    wrong_total(),
)  # fmt: skip

KINDS = {"rectifications": RECTIFICATIONS, "supervision": SUPERVISION}
