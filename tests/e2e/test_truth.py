"""One night through the command line and the real DAG, held against what the simulator says is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expectations import rules
from ingest.contracts import load_all
from simulator.places import choose
from tests.e2e.leaks import leaks, marks_of
from tests.e2e.nights import Outcome, dag_night
from tests.e2e.rules import RULES, Tally, tally
from warehouse.connect import connect
from warehouse.settings import Settings

# Where a form's acceptable totals must come out again: form -> published fact. The one that splits a project by level of
# funds has a test of its own.
FACTS = {note.reconciles: name for name, note in rules.load("candidate").datasets.items() if note.reconciles}
del FACTS["fund_projects"]


@dataclass(frozen=True)
class Night:
    """A night that went through the DAG, and the truth about what went into it."""

    settings: Settings
    landing: Path
    truth: dict[str, Any]
    outcome: Outcome


@pytest.fixture(scope="module")
def night(make_province: Callable[..., tuple[Path, dict[str, Any]]], module_airflow_settings: Settings) -> Night:
    """The night of a province of 14 counties with 4 % mistakes in rows, and counties that are out of bounds as a whole."""
    counties = [county.name for county in choose(13)] + ["秦州区"]  # the one that pays its poor households' premiums
    landing, truth = make_province(
        households=1000, counties=counties, seed=17, defects=0.04, county_defects=True, least=4
    )
    return Night(module_airflow_settings, landing, truth, dag_night(module_airflow_settings, landing))


def query(settings: Settings, text: str, *values: Any) -> list[Any]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(text, values).fetchall()  # type: ignore[arg-type]


def test_it_publishes(night: Night) -> None:
    assert night.outcome.status == 0, night.outcome.output[-3000:]
    assert night.outcome.report["publication"]["state"] == "published"


def test_every_form_is_in_the_truth(night: Night) -> None:
    written = {form for forms in night.truth["totals"].values() for form in forms}
    assert written == set(FACTS) | {"fund_projects"} == set(load_all())


def test_every_acceptable_total_is_equal_to_the_cent(night: Night) -> None:
    settings, truth = night.settings, night.truth
    wrong = []
    for form, fact in FACTS.items():
        fields = sorted(
            {field for forms in truth["totals"].values() for field in forms.get(form, {}).get("written", ())}
        )
        sums = "".join(f", coalesce(sum({field}), 0)" for field in fields)
        found = {
            county: figures
            for county, *figures in query(
                settings,
                f"select county_code, count(*){sums} from marts.{fact} where is_latest_period group by county_code",
            )
        }
        for county, forms in truth["totals"].items():
            if form in forms and forms[form]["rows_acceptable"]:
                totals = forms[form]
                expected = [totals["rows_acceptable"], *(Decimal(totals["acceptable"][field]) for field in fields)]
                if found.get(county) != expected:
                    wrong.append((county, form, fields, expected, found.get(county)))
    assert not wrong


def test_fund_allocations_add_up_to_the_projects(night: Night) -> None:
    settings, truth = night.settings, night.truth
    found = dict(
        query(settings, "select county_code, sum(amount_yuan) from marts.fct_fund_allocations group by county_code")
    )
    expected = {
        county: Decimal(forms["fund_projects"]["acceptable"]["amount_yuan"])
        for county, forms in truth["totals"].items()
        if "fund_projects" in forms and forms["fund_projects"]["rows_acceptable"]
    }
    assert found == expected


def test_no_wrong_value_landed(night: Night) -> None:
    """A refused row is not there; an emptied cell is empty. Marts hold nothing that raw does not."""
    settings, landed = night.settings, []
    sheets = {
        (path, sheet["sheet"]): (reading, sheet["sheet_no"])
        for path, reading, layout in query(
            settings, "select path, reading_id, layout from ops.readings join ops.submissions using (submission_id)"
        )
        for sheet in layout["sheets"]
    }
    wrong = [m for m in night.truth["mistakes"] if m["effect"] in ("row_refused", "cell_emptied") and m["cell"]]
    assert len({m["effect"] for m in wrong}) == 2
    for mistake in wrong:
        reading, sheet_no = sheets[(mistake["file"], mistake["sheet"] or "")]
        row_no = int(mistake["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        rows = query(
            settings,
            f"select to_jsonb(t) from raw.{mistake['form']} t where reading_id = %s and sheet_no = %s and row_no = %s",
            *(reading, sheet_no, row_no),
        )
        names = (mistake["field"], f"{mistake['field']}_token", f"{mistake['field']}_start_date")
        values = [row[name] for (row,) in rows for name in names if row.get(name) is not None]
        if values or (rows and mistake["effect"] == "row_refused"):
            landed.append((mistake, values))
    assert not landed


def test_the_targets_equal_the_truth(night: Night) -> None:
    """Every target of every county that reported: what was counted, out of how many, and the share."""
    settings, truth = night.settings, night.truth
    rows = query(
        settings,
        "select region_code, target_code, actual_value, target_value, numerator_value, denominator_value "
        "from marts.mart_target_progress where region_level = 'county' and has_reported",
    )
    found = {(code, target): values for code, target, *values in rows}
    wrong, compared = [], Counter[str]()
    for county, targets in truth["targets"].items():
        for target, values in targets.items():
            actual, goal, numerator, denominator = found.get((county, target), (None,) * 4)
            told = (values["numerator"], values["denominator"]) if "numerator" in values else (values["actual"], None)
            agrees = numerator == _number(told[0]) and (told[1] is None or denominator == _number(told[1]))
            if "numerator" in values:
                agrees &= (
                    actual is None
                    if values["actual"] is None
                    else abs(actual - Decimal(values["actual"])) < Decimal("0.0001")
                )
            elif values.get("target") not in (None, ""):
                agrees &= goal == _number(values["target"])
            compared[target] += 1
            if not agrees:
                wrong.append((county, target, actual, goal, numerator, denominator, values))
    assert not wrong
    assert set(compared) == {f"T{number:02d}" for number in range(1, 19)}


def test_the_province_is_the_sum_of_its_counties(night: Night) -> None:
    found = dict(
        query(
            night.settings,
            "select target_code, numerator_value from marts.mart_target_progress where region_level = 'province'",
        )
    )
    expected: Counter[str] = Counter()
    for targets in night.truth["targets"].values():
        for target, values in targets.items():
            expected[target] += _number(values.get("numerator", values["actual"])) or 0
    assert {target: value or 0 for target, value in found.items()} == dict(expected)


def _number(text: str | None) -> Decimal | None:
    return None if text in (None, "") else Decimal(text)


def test_no_personal_value_is_written_anywhere(night: Night) -> None:
    """What stands in the files as an ID number, a phone or an account stands nowhere else but in the archive."""
    marks = marks_of(night.landing)
    assert len(marks.phones) > 500 and len(marks.middles) > 1000
    assert leaks(night.settings, marks) == []


def test_a_second_run_changes_nothing(night: Night) -> None:
    counts = "select (select count(*) from ops.readings), (select count(*) from ops.publications)"
    before = query(night.settings, counts)
    assert dag_night(night.settings, night.landing).status == 0
    assert query(night.settings, counts) == before


def test_every_rule_catches_what_breaks_it_and_nothing_else(
    night: Night, record_property: Callable[[str, object], None]
) -> None:
    tallies = tally(night.settings, night.truth)
    for rule in sorted(RULES | set(tallies)):
        of = tallies.get(rule, Tally())
        record_property(rule, f"injected {of.injected}, caught {of.caught}, false alarms {len(of.false_alarms)}")
    assert {rule: of.missed[:3] for rule, of in tallies.items() if of.missed} == {}
    assert {rule: of.false_alarms[:3] for rule, of in tallies.items() if of.false_alarms} == {}
    assert RULES - {rule for rule, of in tallies.items() if of.injected} == set(), "rules that nothing was injected for"
