"""Mistakes of F11: who attends twice, whose age or sex the number contradicts, households that count twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.forms.f11_training_attendance import MAX_AGE, MIN_AGE, SAVVY, able, is_spare, person_values
from simulator.households import Household, Person
from simulator.mistakes.kinds import (
    Context,
    Kind,
    bad_phone,
    empty,
    no_date,
    not_offered,
    out_of_range,
    unknown_township,
    unknown_village,
    wrong_total,
)  # fmt: skip
from simulator.rows import Row


def _neighbours(context: Context, row: Row) -> Iterator[Row]:
    """Rows of the same village that stand before it and have no mistake: the reader tells the later one of two."""
    for other in context.rows:
        if other is row:
            return
        if not other.is_touched and other.values["_village"].code == row.values["_village"].code:
            yield other


def _start(row: Row) -> date:
    start: date = row.values["training"][0]
    return start


def _put(row: Row, household: Household, person: Person) -> None:
    row.values.update(person_values(household, person))


def _second_of_household(context: Context, row: Row) -> tuple[Row, Person] | None:
    """An earlier 科技明白人 of the village and another member of that household."""
    for other in _neighbours(context, row):
        if other.values["course_type"] == SAVVY:
            household = other.values["_household"]
            for person in able(household, _start(row)):
                if person.key != other.values["_person"].key:
                    return other, person
    return None


def _one_household_twice(context: Context, row: Row) -> None:
    """R50: a second 科技明白人 of the same household."""
    found = _second_of_household(context, row)
    assert found is not None
    other, person = found
    other.is_touched = True
    _put(row, other.values["_household"], person)
    row.blame("R50", "household_code", "none", "同一户有两名科技明白人")


def _is_savvy(context: Context, row: Row) -> bool:
    return bool(row.values["course_type"] == SAVVY)


def _trained_before(context: Context, row: Row) -> None:
    row.values["was_trained_before"] = True
    row.blame("R51", "was_trained_before", "none", "2018-2019年已参训", severity="warn")


def _no_household(context: Context, row: Row) -> None:
    row.values["household_code"] = None
    row.blame("R50", "household_code", "none", "科技明白人没有户编号", severity="warn")


def _person_twice(context: Context, row: Row) -> None:
    """R52: somebody who attended another course already."""
    other = next(_of_other_courses(context, row))
    other.is_touched = True
    _put(row, other.values["_household"], other.values["_person"])
    row.blame("R52", "person_id", "none", "同一人一年内参训两次", severity="warn")


def _of_other_courses(context: Context, row: Row) -> Iterator[Row]:
    course = {name: row.values[name] for name in ("course_type", "course_no")}
    return (other for other in _neighbours(context, row) if any(other.values[name] != course[name] for name in course))


def _listed_twice(context: Context, row: Row) -> None:
    """R86: the same person in the same course again; the second row is the wrong one."""
    again = context.repeat(row)
    again.blame("R86", "person_id", "row_refused", "同一人同一班次重复")
    again.blame("R52", "person_id", "none", "同一人在表中出现两次", severity="warn")


def _of_wrong_age(context: Context, row: Row) -> list[Person]:
    household: Household = row.values["_household"]
    return [person for person in household.members if not MIN_AGE <= person.age(_start(row)) <= MAX_AGE]


def _too_young_or_old(context: Context, row: Row) -> None:
    """R52: the row gives the number of a child or of an old member of the household."""
    _put(row, row.values["_household"], context.rng.choice(_of_wrong_age(context, row)))
    row.blame("R52", "person_id", "row_refused", "参训年龄不在16-70岁")


def _other_sex(context: Context, row: Row) -> None:
    row.values["sex"] = "女" if row.values["sex"] == "男" else "男"
    row.blame("R52", "sex", "cell_emptied", "性别与证件号码不符")


def _hours_as_days(context: Context, row: Row) -> None:
    row.values["training_days"] = row.values["training_days"] * 8 + 24
    row.blame("R53", "training_days", "none", "把学时写成了天数", severity="warn")


def _spares(context: Context) -> list[Household]:
    """Edge households that no row names yet."""
    named = {row.values["_household"].no for row in context.rows}
    return [h for h in context.world.all_households if is_spare(h) and h.no not in named]


def _fit_spares(context: Context, row: Row) -> list[Household]:
    return [household for household in _spares(context) if able(household, _start(row))]


def _not_registered(context: Context, row: Row) -> None:
    """X01: a household on the edge of poverty that the roster calls poor; the register does not have it."""
    household = context.rng.choice(_fit_spares(context, row))
    _put(row, household, able(household, _start(row))[0])
    row.values["is_poor"] = True
    row.contradict("X01", "registered_persons", "培训花名册填为贫困户，建档立卡信息中没有")


TRAINING: tuple[Kind, ...] = (
    empty("person_name"),
    empty("course_no"),
    no_date("training", "row_refused"),
    not_offered("course_type", ("电商", "待定"), "row_refused"),
    not_offered("result", ("待定", "待考核"), "cell_emptied"),
    out_of_range("training_days", (0, -3), "cell_emptied"),
    bad_phone(),
    Kind("R50", _one_household_twice,
         lambda c, row: _is_savvy(c, row) and _second_of_household(c, row) is not None, refuses="none", share=3),
    Kind("R50", _no_household, _is_savvy, refuses="none"),
    Kind("R51", _trained_before, _is_savvy, ("was_trained_before",), "none", share=3),
    Kind("R52", _person_twice,
         lambda c, row: not _is_savvy(c, row) and next(_of_other_courses(c, row), None) is not None, refuses="none", share=2),
    Kind("R86", _listed_twice, lambda c, row: not _is_savvy(c, row)),
    Kind("R52", _too_young_or_old, lambda c, row: bool(_of_wrong_age(c, row)), share=2),
    Kind("R52", _other_sex, needs=("sex",), refuses="none", share=2),
    Kind("R53", _hours_as_days, needs=("training_days",), refuses="none"),
    Kind("X01", _not_registered, lambda c, row: _is_savvy(c, row) and bool(_fit_spares(c, row)), refuses="none", share=3,
         scope="cross"),
    unknown_village(),
    unknown_township(),
    wrong_total(),
)  # fmt: skip

KINDS = {"training_attendance": TRAINING}
