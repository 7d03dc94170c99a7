"""Every rule of the suite `landed` trips on a row that breaks it, and on nothing else.

Each case spoils one county's form. Cases that do not touch each other share a publication, and each must find exactly
its own rules for its own county and form: a rule that trips on a neighbour fails here as surely as one that sleeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from expectations import gate, rules
from tests.gate.province import COUNTIES, FORMS, Province, Reading, Row, spoiled, token

Change = Callable[[list[Row]], list[Row] | None]


@dataclass(frozen=True)
class Case:
    """A form, what is done to one county's rows of it, and the rules that must say so."""

    name: str
    form: str
    change: Change
    trips: frozenset[str]


def case(name: str, form: str, trips: str, change: Change) -> Case:
    return Case(name, form, change, frozenset(trips.split()))


def put(**values: Any) -> Change:
    """Set columns of the first row."""
    return lambda rows: rows[0].update(values)


def put_all(**values: Any) -> Change:
    """Set columns of every row."""

    def change(rows: list[Row]) -> None:
        for row in rows:
            row.update(values)

    return change


def put_some(count: int, **values: Any) -> Change:
    """Set columns of the first rows."""
    return lambda rows: [{**row, **values} if number < count else row for number, row in enumerate(rows)]


def again(**values: Any) -> Change:
    """The first row once more, with some columns changed."""
    return lambda rows: [*rows, {**rows[0], **values}]


# Numbers of nobody: an area code that was never given out, a mobile range and a bank that do not exist.
ID_18, ID_15, PHONE, CARD = "62019119800101001X", "620191800101001", "15400000001", "6299000000000000017"

CASES = [
    case("a county's code that does not exist in its township", "fund_projects", "GL08", put(part_code="621121999")),
    case("a village that is not in the list", "village_base", "GL09", put(village_code="620102001999")),
    case("a village in another township", "village_income", "GL09 R25",
         lambda rows: rows[0].update(village_code=rows[0]["village_code"][:9] + "999")),
    case("no village", "household_awards", "GL07 GL09", put(village_code=None)),
    case("no amount", "sales_channels", "GL07", put(sales_amount_yuan=None)),
    case("no households", "village_base", "GL07", put(hh_total=None)),
    case("no name", "fund_projects", "GL07", put(project_name=None)),
    case("no credit code", "cooperatives", "GL07", put(uscc=None)),
    case("a village twice in the base", "village_base", "GL10", again()),
    case("a village twice in the ledger", "village_income", "GL10", again(inc_total_yuan=30000)),
    case("an award twice", "household_awards", "GL11", again(award_amount_yuan=100, unit_award_yuan=100)),
    case("a second award of another product is none", "household_awards", "",
         again(product_code="羊", award_amount_yuan=100, unit_award_yuan=100)),
    case("a cooperative twice", "cooperatives", "GL12", again(coop_name="同一个社")),
    case("a project twice", "fund_projects", "GL14", again()),
    case("a project's second stage is none", "fund_projects", "", again(doc_no="甘财扶贫〔2020〕99号")),
    case("a sale twice", "sales_channels", "GL15", again()),
    case("a negative award", "household_awards", "GL17", put(award_amount_yuan=-1)),
    case("a negative return on investment is none", "village_income", "", put(inc_invest_yuan=-5000)),
    case("a negative subsidy", "village_income", "GL17", put(inc_subsidy_yuan=-1)),
    case("an award beyond any cap", "household_awards", "GL18 R03", put(award_amount_yuan=30001)),
    case("a project beyond any budget", "fund_projects", "GL18", put(amount_yuan=3007000001)),
    case("incomes written in yuan for ten thousand yuan", "village_income", "R23", put_all(inc_total_yuan=2.79)),
    case("incomes written in ten thousand yuan for yuan", "village_income", "R23", put_all(inc_total_yuan=279000000)),
    case("one village with a wrong unit is the reader's own issue", "village_income", "",
         put(inc_total_yuan=279000000)),
    case("projects written in the wrong unit", "fund_projects", "GL19", put_all(amount_yuan=50)),
    case("a household beyond its cap over all files", "household_awards", "R03", put(prior_amount_yuan=16000)),
    case("a mean too low", "household_awards", "R04", put_all(prior_amount_yuan=0, award_amount_yuan=900)),
    case("a mean too high", "household_awards", "R04 R03", put_all(prior_amount_yuan=22000)),
    case("mostly shares", "household_awards", "R05",
         put_some(3, support_mode="入股配股")),
    case("a poor village that the base does not know", "village_income", "R25",
         lambda rows: rows[:-1]),
    case("a village that is poor in one form only", "village_income", "R25", put(is_poor_village=False)),
    case("an ID number in a remark", "household_awards", "GL20", put(remark=f"本人{ID_18}已签字")),
    case("an old ID number in a remark", "cooperatives", "GL20", put(remark=ID_15)),
    case("a phone in a name", "sales_channels", "GL20", put(operator_name=f"张**{PHONE}")),
    case("a bank card in a text", "fund_projects", "GL20", put(content=f"打入{CARD}账户")),
    case("codes and document numbers are none", "fund_projects", "",
         put(content="村 620102001001；文号 20200601123", doc_no="甘财扶贫〔2020〕20号", village_codes="620102001001;620102001002")),
    case("a mask that hides nothing", "household_awards", "GL21", put(head_name_masked="王小明")),
    case("a mask that hides too little", "cooperatives", "GL21", put(phone_mask="*5400000001")),
    case("a plain number for a token", "household_awards", "GL20 GL22", put(head_id_token=ID_18)),
    case("an account for a token", "household_awards", "GL22", put(bank_account_token="000000000001")),
]  # fmt: skip

# These rules need more than one spoiled form; they have tests of their own below and in test_bulkhead.py.
ELSEWHERE = {"GL01", "GL02", "GL03", "GL04", "GL05", "GL06", "GL13", "GL16", "R25A", "R71"}


@pytest.fixture(scope="module")
def found(province: Province) -> dict[str, set[tuple[str, str, str]]]:
    """Case -> what the gate found for its county and form; '' -> what it found where nothing was spoiled."""
    outcome: dict[str, set[tuple[str, str, str]]] = {"": set()}
    waiting = list(CASES)
    while waiting:
        slots: dict[tuple[str, str], Case] = {}
        for spoiling in list(waiting):
            # The two village forms are compared with each other: one case on either of them per county.
            taken = {(county, _family(other.form)) for (_, county), other in slots.items()}
            free = [county for county in COUNTIES if (county, _family(spoiling.form)) not in taken]
            if free:
                slots[spoiling.form, free[0]] = spoiling
                waiting.remove(spoiling)
        readings = province.clean()
        for (form, county), spoiling in slots.items():
            spoiled(readings, form, county, spoiling.change)
        verdict = judge(province, province.publish_of(readings))
        for finding in verdict.failing + verdict.warnings + verdict.province_failures:
            slot = slots.get((finding.form, finding.county_code))
            outcome.setdefault(slot.name if slot else "", set()).add(finding[:3])
    return outcome


def _family(form: str) -> str:
    return "villages" if form in ("village_base", "village_income") else form


def judge(province: Province, publication: int, suite: str = "landed", pass_no: int = 1) -> gate.Verdict:
    return gate.judge(publication, suite, pass_no, province.settings)


def tripped(verdict: gate.Verdict) -> set[tuple[str, str, str]]:
    return {finding[:3] for finding in verdict.failing + verdict.province_failures + verdict.warnings}


@pytest.mark.parametrize("spoiling", CASES, ids=lambda spoiling: spoiling.name)
def test_a_rule_trips_for_the_county_and_form_that_break_it(
    found: dict[str, set[tuple[str, str, str]]], spoiling: Case
) -> None:
    assert {rule_id for _, _, rule_id in found.get(spoiling.name, set())} == set(spoiling.trips)


def test_nothing_trips_where_nothing_is_spoiled(found: dict[str, set[tuple[str, str, str]]]) -> None:
    # A village missing in one form is missing for both: R25 is told for the ledger, whichever of the two was spoiled.
    assert {(form, rule_id) for _, form, rule_id in found[""]} <= {("village_income", "R25")}


def test_every_rule_has_a_case() -> None:
    covered = {rule_id for spoiling in CASES for rule_id in spoiling.trips} | ELSEWHERE
    assert {rule.rule_id for rule in rules.load("landed").rules} == covered


def test_clean_rows_pass(province: Province) -> None:
    verdict = judge(province, province.publish_of(province.clean()))
    assert verdict.success and not verdict.holds_all
    assert verdict.failing == verdict.province_failures == verdict.warnings == []


def test_an_empty_publication_fails(province: Province) -> None:
    verdict = judge(province, province.publish_of([]))
    assert not verdict.success
    assert {finding[:3] for finding in verdict.province_failures} == {("", "", "GL01")}
    assert {finding.form for finding in verdict.warnings if finding.rule_id == "GL03"} == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_without_its_rows_fails(province: Province, form: str) -> None:
    readings = province.clean()
    number = province.publish_of(readings)
    lost = [reading.reading_id for reading in readings if reading.form == form]
    province.run(f"delete from raw.{form} where reading_id = any(%s)", (lost,))
    verdict = judge(province, number)
    assert ("", form, "GL02") in tripped(verdict)
    assert {(county, form, "GL04") for county in COUNTIES} <= tripped(verdict)
    assert verdict.holds_all


def test_a_form_that_nobody_sent_is_told(province: Province) -> None:
    verdict = judge(province, province.publish_of(province.clean(forms=FORMS[:-1])))
    assert verdict.success
    assert tripped(verdict) == {("", FORMS[-1], "GL03")}


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


def month(province: Province, number: int, sales: int) -> Reading:
    rows = province.rows("sales_channels", COUNTIES[0])
    put_all(sales_amount_yuan=sales)(rows)
    return Reading(
        "sales_channels", COUNTIES[0], rows, f"2020-{number:02d}", date(2020, number, 1), date(2020, number, 28)
    )


@pytest.mark.parametrize(("sales", "trips"), [((100, 200, 300), False), ((100, 200, 199), True)])
def test_cumulative_sales_do_not_fall(province: Province, sales: tuple[int, ...], trips: bool) -> None:
    others = [reading for reading in province.clean() if reading.form != "sales_channels"]
    months = [month(province, number, amount) for number, amount in enumerate(sales, start=5)]
    verdict = judge(province, province.publish_of([*others, *months]))
    assert (("621121", "sales_channels", "R71") in tripped(verdict)) is False
    assert ((COUNTIES[0], "sales_channels", "R71") in tripped(verdict)) is trips


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
