"""One night through the command line and the real DAG, held against what the simulator says is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.nights import Outcome, dag_night
from warehouse.connect import connect
from warehouse.settings import Settings

# Where a form's acceptable totals must come out again: published fact -> form.
FACTS = {
    "village_base": "fct_village_base",
    "village_income": "fct_village_income",
    "cooperatives": "fct_cooperatives",
    "household_awards": "fct_household_awards",
    "sales_channels": "fct_channel_sales",
}


@dataclass(frozen=True)
class Night:
    """A night that went through the DAG, and the truth about what went into it."""

    settings: Settings
    landing: Path
    truth: dict[str, Any]
    outcome: Outcome


@pytest.fixture(scope="module")
def night(make_province: Callable[..., tuple[Path, dict[str, Any]]], module_airflow_settings: Settings) -> Night:
    """The night of a province of 14 counties with 3 % mistakes."""
    landing, truth = make_province(households=3000, counties=14, seed=11, defects=0.03)
    return Night(module_airflow_settings, landing, truth, dag_night(module_airflow_settings, landing))


def query(settings: Settings, text: str, *values: Any) -> list[Any]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(text, values).fetchall()  # type: ignore[arg-type]


def test_it_publishes(night: Night) -> None:
    assert night.outcome.status == 0, night.outcome.output[-3000:]
    assert night.outcome.report["publication"]["state"] == "published"


def test_every_acceptable_total_is_equal_to_the_cent(night: Night) -> None:
    settings, truth = night.settings, night.truth
    wrong = []
    for county, forms in truth["totals"].items():
        for form, totals in forms.items():
            if form not in FACTS:
                continue
            fields = list(totals["acceptable"])
            sums = ", ".join(f"coalesce(sum({field}), 0)" for field in fields)
            found = query(
                settings,
                f"select count(*){', ' if sums else ''}{sums} from marts.{FACTS[form]} where county_code = %s",
                county,
            )[0]
            expected = [totals["rows_acceptable"], *(Decimal(totals["acceptable"][field]) for field in fields)]
            wrong += [
                (county, form, f, a, b) for f, a, b in zip(["rows", *fields], found, expected, strict=True) if a != b
            ]
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


def test_every_mistake_is_recorded_at_its_cell(night: Night) -> None:
    settings, truth = night.settings, night.truth
    found = Counter(
        query(
            settings,
            "select s.path, i.rule_id, coalesce(i.sheet, ''), coalesce(i.cell, '') from ops.issues i "
            "join ops.readings using (reading_id) join ops.submissions s using (submission_id)",
        )
    )
    expected = Counter((m["file"], m["rule"], m["sheet"] or "", m["cell"] or "") for m in truth["mistakes"])
    assert expected, "the province has no mistakes: the test would prove nothing"
    assert not expected - found


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


def test_no_clean_row_raises_an_error(night: Night) -> None:
    settings, truth = night.settings, night.truth
    expected = {(m["file"], m["rule"], m["sheet"] or "", m["cell"] or "") for m in truth["mistakes"]}
    found = query(
        settings,
        "select s.path, i.rule_id, coalesce(i.sheet, ''), coalesce(i.cell, '') from ops.issues i "
        "join ops.readings using (reading_id) join ops.submissions s using (submission_id) where i.severity <> 'info'",
    )
    alarms = [row for row in found if row not in expected and row[1] not in ("S08", "S09")]
    assert not alarms


def test_the_targets_equal_the_truth(night: Night) -> None:
    settings, truth = night.settings, night.truth
    rows = query(
        settings,
        "select region_code, target_code, actual_value, target_value from marts.mart_target_progress "
        "where region_level = 'county' and has_reported",
    )
    found = {(code, target): (actual, goal) for code, target, actual, goal in rows}
    wrong = []
    for county, targets in truth["targets"].items():
        for target, values in targets.items():
            actual, goal = found.get((county, target), (None, None))
            if Decimal(values["actual"]) != actual or (
                values.get("target") not in (None, "") and Decimal(values["target"]) != goal
            ):
                wrong.append((county, target, actual, goal, values))
    assert not wrong


def test_a_second_run_changes_nothing(night: Night) -> None:
    counts = "select (select count(*) from ops.readings), (select count(*) from ops.publications)"
    before = query(night.settings, counts)
    assert dag_night(night.settings, night.landing).status == 0
    assert query(night.settings, counts) == before
