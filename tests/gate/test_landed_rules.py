"""Every rule of the suite `landed` trips on a row that breaks it, and on nothing else.

Each case spoils one county's form. Cases that do not touch each other share a publication, and each must find exactly
its own rules for its own county and form: a rule that trips on a neighbour fails here as surely as one that sleeps.
"""

from __future__ import annotations

from datetime import date

import pytest

from expectations import gate, rules
from ingest.contracts import load_all
from tests.gate import looking
from tests.gate.landed import ID_18, Case, Change, cases, family, put, put_all, said
from tests.gate.looking import tripped
from tests.gate.province import COUNTIES, FORMS, Province, Reading, spoiled, token
from warehouse.connect import connect

CASES = cases()
# These rules need more than one spoiled form; they have tests of their own below and in test_bulkhead.py.
ELSEWHERE = {"GL01", "GL02", "GL03", "GL04", "GL05", "GL06", "GL16", "R71"} | said("ELSEWHERE")


@pytest.fixture(scope="module")
def found(province: Province) -> dict[str, set[tuple[str, str, str]]]:
    """Case -> what the gate found for its county and form; '' -> what it found where nothing was spoiled."""
    outcome: dict[str, set[tuple[str, str, str]]] = {"": set()}
    waiting = list(CASES)
    while waiting:
        slots: dict[tuple[str, str], Case] = {}
        for spoiling in list(waiting):
            # Forms of one family are compared with each other: one case on any of them per county.
            taken = {(county, family(other.form)) for (_, county), other in slots.items()}
            free = [county for county in COUNTIES if (county, family(spoiling.form)) not in taken]
            if free:
                slots[spoiling.form, free[0]] = spoiling
                waiting.remove(spoiling)
        readings = province.clean()
        for (form, county), spoiling in slots.items():
            spoiled(readings, form, county, spoiling.change)
        verdict = gate.judge(province.publish_of(readings), "landed", 1, province.settings)
        for finding in verdict.failing + verdict.warnings + verdict.province_failures:
            slot = slots.get((finding.form, finding.county_code))
            outcome.setdefault(slot.name if slot else "", set()).add(finding[:3])
    return outcome


def judge(province: Province, publication: int) -> gate.Verdict:
    return looking.judge(publication, "landed", province.settings)


@pytest.mark.parametrize("spoiling", CASES, ids=lambda spoiling: spoiling.name)
def test_a_rule_trips_for_the_county_and_form_that_break_it(
    found: dict[str, set[tuple[str, str, str]]], spoiling: Case
) -> None:
    assert {rule_id for _, _, rule_id in found.get(spoiling.name, set())} == set(spoiling.trips)


def test_nothing_trips_where_nothing_is_spoiled(found: dict[str, set[tuple[str, str, str]]]) -> None:
    assert {(form, rule_id) for _, form, rule_id in found[""]} <= said("ECHOES")


def test_every_rule_has_a_case() -> None:
    covered = {rule_id for spoiling in CASES for rule_id in spoiling.trips} | ELSEWHERE
    assert {rule.rule_id for rule in rules.load("landed").rules} == covered


def test_clean_rows_pass(province: Province) -> None:
    verdict = gate.judge(province.publish_of(province.clean()), "landed", 1, province.settings)
    assert verdict.success and not verdict.holds_all
    assert verdict.failing == verdict.province_failures == verdict.warnings == []


def test_every_form_has_clean_rows() -> None:
    assert set(FORMS) == set(load_all())


def test_an_empty_publication_fails(province: Province) -> None:
    verdict = judge(province, province.publish_of([]))
    assert not verdict.success
    assert {finding[:3] for finding in verdict.province_failures} == {("", "", "GL01")}
    assert {finding.form for finding in verdict.warnings if finding.rule_id == "GL03"} == set(FORMS)


@pytest.mark.parametrize("lost", [FORMS[start::3] for start in range(3)], ids=["first", "second", "third"])
def test_a_form_without_its_rows_fails(province: Province, lost: tuple[str, ...]) -> None:
    readings = province.clean()
    number = province.publish_of(readings)
    for reading in readings:
        if reading.form in lost:
            province.run(f"delete from raw.{reading.form} where reading_id = %s", (reading.reading_id,))
    verdict = judge(province, number)
    assert {form for _, form, rule_id in tripped(verdict) if rule_id == "GL02"} == set(lost)
    assert {(county, form) for county, form, rule_id in tripped(verdict) if rule_id == "GL04"} == {
        (county, form) for county in COUNTIES for form in lost
    }
    assert verdict.holds_all


def test_a_form_that_nobody_sent_is_told(province: Province) -> None:
    sent = tuple(form for form in FORMS if form != "sales_channels")
    verdict = judge(province, province.publish_of(province.clean(forms=sent)))
    assert verdict.success
    assert tripped(verdict) == {("", "sales_channels", "GL03")}


def test_rows_differ_from_what_the_reading_recorded(province: Province) -> None:
    readings = province.clean()
    number = province.publish_of(readings)
    short, long = readings[0], readings[1]
    province.run(f"delete from raw.{short.form} where reading_id = %s and row_no = 4", (short.reading_id,))
    province.run("update ops.readings set rows_accepted = 5 where reading_id = %s", (long.reading_id,))
    verdict = judge(province, number)
    assert {("620102", short.form, "GL04"), ("620102", long.form, "GL04")} <= tripped(verdict)
    assert not verdict.holds_all


def test_a_period_that_has_not_begun(province: Province) -> None:
    readings = province.clean()
    readings[0].period_start, readings[0].period_end, readings[0].period = date(2021, 1, 1), date(2021, 12, 31), "2021"
    assert tripped(judge(province, province.publish_of(readings))) == {(readings[0].county, readings[0].form, "GL06")}


def test_a_cooperative_in_two_counties(province: Province) -> None:
    readings = province.clean()
    for county in COUNTIES[:2]:
        spoiled(readings, "cooperatives", county, put(uscc="93620191MA0SAMEXX0"))
    assert tripped(judge(province, province.publish_of(readings))) == {
        (county, "cooperatives", "GL13") for county in COUNTIES[:2]
    }


def half_year(province: Province, form: str, change: Change | None = None) -> Reading:
    reading = Reading(
        form, COUNTIES[0], province.rows(form, COUNTIES[0]), "2020H1", date(2020, 1, 1), date(2020, 6, 30)
    )
    if change is not None:
        change(reading.rows)
    return reading


def test_periods_that_add_up_must_not_overlap(province: Province) -> None:
    small = put_all(award_amount_yuan=10, prior_amount_yuan=10000)
    verdict = judge(province, province.publish_of([*province.clean(), half_year(province, "household_awards", small)]))
    assert tripped(verdict) == {(COUNTIES[0], "household_awards", "GL16")}
    # A form that restates a stock may be sent for the half year and again for the year.
    assert judge(province, province.publish_of([*province.clean(), half_year(province, "village_income")])).success


def sales(province: Province, amounts: dict[str, tuple[int, ...]]) -> set[tuple[str, str, str]]:
    """What trips where the first county sends sales for these periods, one amount per channel."""
    ends = {"2020-05": (5, 31), "2020-06": (6, 30), "2020H1": (6, 30), "2020-07": (7, 31), "2020": (12, 31)}
    readings = [reading for reading in province.clean() if reading.form != "sales_channels"]
    for period, of_channels in amounts.items():
        first = province.rows("sales_channels", COUNTIES[0])[0]
        rows = [{**first, "channel_name": f"专柜{n}", "sales_amount_yuan": yuan} for n, yuan in enumerate(of_channels)]
        month, day = ends[period]
        start, end = date(2020, month if "-" in period else 1, 1), date(2020, month, day)
        readings.append(Reading("sales_channels", COUNTIES[0], rows, period, start, end))
    return tripped(judge(province, province.publish_of(readings)))


@pytest.mark.parametrize(
    ("amounts", "falls"),
    [
        ({"2020-05": (100, 50), "2020-06": (200, 50), "2020-07": (300, 50)}, False),
        ({"2020-05": (100, 50), "2020-06": (200, 50), "2020-07": (199, 50)}, True),
        ({"2020-05": (100, 50), "2020-07": (90, 90)}, True),  # a channel's own figure, though the county's grows
        ({"2020-05": (100, 50), "2020-07": (100,)}, True),  # the county's figure, though no channel's own falls
        ({"2020H1": (100, 50), "2020": (90, 50)}, True),
        ({"2020-06": (100, 50), "2020H1": (100, 50), "2020-07": (110, 50)}, False),
    ],
)
def test_what_runs_up_over_the_year_does_not_fall(
    province: Province, amounts: dict[str, tuple[int, ...]], falls: bool
) -> None:
    assert sales(province, amounts) == ({(COUNTIES[0], "sales_channels", "R71")} if falls else set())


def test_another_year_begins_anew(province: Province) -> None:
    readings = province.clean()
    last = Reading("sales_channels", COUNTIES[0], province.rows("sales_channels", COUNTIES[0]), "2019-12",
                   date(2019, 12, 1), date(2019, 12, 31))  # fmt: skip
    put_all(sales_amount_yuan=900000)(last.rows)
    assert tripped(judge(province, province.publish_of([*readings, last]))) == set()


def test_every_cumulative_column_is_looked_at(province: Province) -> None:
    number = province.publish_of(province.clean())
    with connect("build", publication=number, settings=province.settings) as conn:
        _, expanded = gate.cases_of(conn, rules.load("landed"))
    looked_at = {(case.dataset.name, case.arguments["column"]) for case in expanded if case.rule.rule_id == "R71"}
    marked = {(name, c.field) for name, form in load_all().items() for c in form.columns if c.cumulative}
    assert looked_at == marked >= {("sales_channels", "sales_amount_yuan"), ("fund_projects", "spent_yuan")}


def test_the_province_has_as_many_poor_villages_as_published(province: Province) -> None:
    number = province.publish_of(province.clean())
    assert "R25A" not in {
        rule_id for _, _, rule_id in tripped(judge(province, number))
    }  # 83 counties have yet to report
    listed = "update reference.regions set version_to = %s where region_level = 'county' and region_code <> all(%s)"
    province.run(listed, (1, list(COUNTIES)))
    try:
        assert tripped(judge(province, number)) == {("", "village_base", "R25A")}
    finally:
        province.run(listed, (None, list(COUNTIES)))


def test_a_token_of_the_tests_looks_like_the_readers() -> None:
    from ingest.personal import TokenMaker

    real = TokenMaker(b"0123456789abcdef").token("id", ID_18)
    assert len(real) == len(token("id", 1)) and real[:3] == token("id", 1)[:3]
