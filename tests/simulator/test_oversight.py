"""Training, rectifications and supervision: clean rows keep the rules and agree with the world, every mistake can be made."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from simulator import province
from simulator.chance import Decks
from simulator.forms import f11_training_attendance as f11
from simulator.forms import f12_rectifications as f12
from simulator.forms import f15_supervision as f15
from simulator.mistakes import oversight, training
from simulator.mistakes.kinds import Context, Kind
from simulator.places import choose
from simulator.rows import Form, Row
from simulator.world import VillageFacts, World, build

FORMS = (f11.FORM, f12.FORM, f15.FORM)
KINDS = {**training.KINDS, **oversight.KINDS}


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """Two of the eight counties, a poor one that exited and one that never was poor."""
    return [build(county, 300, 5, "2020-06") for county in choose(["通渭县", "东乡县", "卓尼县", "金塔县"])]


def rows_of(world: World, form: Form) -> list[Row]:
    return form.fill(world, random.Random(1))


def test_nobody_attends_twice_and_a_household_has_one(worlds: list[World]) -> None:
    for world in worlds:
        rows = rows_of(world, f11.FORM)
        assert max(Counter(row.values["person_id"] for row in rows).values()) == 1
        savvy = [row for row in rows if row.values["course_type"] == f11.SAVVY]
        assert len({row.values["household_code"] for row in savvy}) == len(savvy) > 3
        for row in rows:
            household, person = row.values["_household"], row.values["_person"]
            start, end = row.values["training"]
            assert 16 <= person.age(start) <= 70 and person in household.members
            assert row.values["sex"] == person.sex and (end - start).days + 1 == row.values["training_days"] <= 30
            assert not household.is_quiet and row.values["is_poor"] is not household.is_edge
        assert all(row.values["was_trained_before"] is False and row.values["is_poor"] for row in savvy)
        assert all(not f11.is_spare(row.values["_household"]) for row in rows)


def test_every_time_limit_is_kept(worlds: list[World]) -> None:
    rows = [row for world in worlds for row in rows_of(world, f12.FORM)]
    for row in rows:
        values = row.values
        if values["rectification_progress"] == "长期坚持":
            assert values["deadline"] == "长期坚持" and values["done_date"] is None and not values["is_closed"]
            continue
        assert values["raised_date"] < values["done_date"]
        assert not isinstance(values["deadline"], date) or values["done_date"] <= values["deadline"]
        assert values["evidence"] or not values["is_closed"]
    numbers = [(row.part, row.values["problem_no"]) for row in rows]
    assert len(set(numbers)) == len(numbers)
    assert {row.values["is_closed"] for row in rows} == {True, False}


def test_only_what_had_not_exited_is_supervised(worlds: list[World]) -> None:
    for world in worlds:
        rows = rows_of(world, f15.FORM)
        assert bool(rows) is world.county.is_unexited
        for row in rows[1:]:
            facts, values = row.values["_about"], row.values
            assert isinstance(facts, VillageFacts) and facts.is_poor and facts.exit_year in (None, 2020)
            assert not world.is_reserved(facts, "village_base")
            assert values["left_people"] >= facts.left_people
            assert values["left_hh"] <= values["left_people"] <= 8 * values["left_hh"]
            assert values["people_out_by_industry"] <= values["left_people"]
            is_national = values["left_people"] > 1000 or values["poverty_rate_pct"] > 10
            assert (values["supervision_level"] in ("国家", "国家级")) is is_national


def test_later_months_keep_what_the_gate_asks_for(worlds: list[World]) -> None:
    """People out by industry only grow, and never beyond those who were poor at first."""
    rows = rows_of(worlds[1], f15.FORM)
    first = [dict(row.values) for row in rows]
    for months in range(1, 9):
        before = [row.values["people_out_by_industry"] for row in rows]
        assert f15.FORM.revise is not None
        f15.FORM.revise(rows, random.Random(months), months)
        for row, out, start in zip(rows, before, first, strict=True):
            assert out <= row.values["people_out_by_industry"] <= start["left_people"] + start["people_out_by_industry"]
            assert (
                row.values["left_hh"] <= row.values["left_people"] <= 8 * row.values["left_hh"]
                or not row.values["left_hh"]
            )


def made(world: World, form: Form, kind: Kind) -> tuple[Context, Row] | None:
    """The kind's mistake in the county's first row that it fits."""
    context = province.compose(form, world, Decks(5))
    context.fields = {column.field for column in form.columns}
    for row in context.rows:
        if kind.fits(context, row):
            kind.do(context, row)
            return context, row
    return None


@pytest.mark.parametrize(
    ("form", "kind"),
    [(form, kind) for form in FORMS for kind in KINDS[form.name] if kind.rule not in ("R64", "R70", "R86")],
    ids=lambda what: what.name if isinstance(what, Form) else f"{what.rule}-{getattr(what.do, '__name__', '')}",
)
def test_every_mistake_can_be_made_and_says_what_it_is(worlds: list[World], form: Form, kind: Kind) -> None:
    found = next((case for world in worlds if (case := made(world, form, kind))), None)
    assert found is not None
    context, row = found
    told = [blame.rule for blame in row.blames] + [what.rule for what in row.contradictions]
    assert told == [kind.rule]
    assert row.refused is (kind.refuses == "row")
    assert bool(row.contradictions) is (kind.scope == "cross")
    others = [other for other in context.rows if other is not row]
    assert not any(other.blames or other.contradictions for other in others)


def test_of_a_person_listed_twice_the_second_row_is_the_wrong_one(worlds: list[World]) -> None:
    kind = next(kind for kind in training.KINDS["training_attendance"] if kind.rule == "R86")
    form = next(form for form in FORMS if form.name == "training_attendance")
    found = next((case for world in worlds if (case := made(world, form, kind))), None)
    assert found is not None
    context, row = found
    again = context.rows[context.rows.index(row) + 1]
    assert ([blame.rule for blame in again.blames], again.refused) == (["R86", "R52"], True)
    assert not row.blames and row.is_touched


def test_what_contradicts_really_does(worlds: list[World]) -> None:
    world = worlds[1]
    by_rule = {(kind.rule, kind.do.__name__): kind for kinds in KINDS.values() for kind in kinds}
    trained = made(world, f11.FORM, by_rule["X01", "_not_registered"])
    assert trained is not None
    household = trained[1].values["_household"]
    assert household.no not in {other.no for other in world.registered} and trained[1].values["is_poor"] is True
    exited = made(world, f15.FORM, by_rule["R65", "_long_exited"])
    assert exited is not None
    old = {f15.village_name(facts) for facts in world.poor_villages if (facts.exit_year or 2020) < 2020}
    assert exited[1].values["supervision_target"] in old


def test_targets_count_persons_and_households_once(worlds: list[World]) -> None:
    rows = rows_of(worlds[0], f11.FORM)
    counts = f11.FORM.counts(rows)
    assert set(counts) == {"T13_persons", "T14_persons", "T15_households"}
    assert f11.FORM.counts([*rows, *[row.copy() for row in rows]]) == counts
    own = rows_of(worlds[1], f15.FORM)
    assert f15.FORM.counts(own) == {"T01_actual": int(own[0].values["exit_date"] is not None)}
    own[0].refused = True
    assert f15.FORM.counts(own) == {"T01_actual": 0}
