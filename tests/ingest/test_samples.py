"""Real public tables of fund projects (see tests/fixtures/samples/NOTICE.md), through `longcang check`'s own way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.check import check_files

SAMPLES = Path(__file__).resolve().parents[1] / "fixtures" / "samples"


@pytest.fixture(scope="module")
def verdicts() -> dict[str, dict[str, Any]]:
    names = ["beita_2020_fund_allocation.csv", "beiguan_2018_fund_allocation.csv", "ceheng_2015_insurance_products.csv"]
    found = check_files([SAMPLES / name for name in names], workers=2)
    assert [v["name"] for v in found] == names
    return {v["name"].split("_")[0]: v for v in found}


def test_beita(verdicts: dict[str, dict[str, Any]]) -> None:
    """16 rows; 小计 160 and 236, 合计 408 = 160 + 236 + 12: a row outside every 小计, its name in the place's column."""
    beita = verdicts["beita"]
    assert (beita["form"], beita["period"], beita["outcome"]) == ("fund_projects", "2020", "loaded")
    assert (beita["rows_read"], beita["rows_accepted"]) == (16, 16)
    stated = [(t["label"], t["cell"], t["stated"], t["computed"], t["agrees"]) for t in beita["totals"]]
    assert stated == [
        ("小计", "E11", "1600000", "1600000", True),
        ("小计", "E20", "2360000", "2360000", True),
        ("合计", "E22", "4080000", "4080000", True),
    ]
    issues = {(i["rule_id"], i["severity"], i["field"], i["cell"]) for i in beita["issues"]}
    assert issues == {
        ("S04", "error", None, None),
        ("S09", "warn", "project_category", None),
        ("S09", "warn", "fund_source", None),
        ("S09", "warn", "unit_name", None),
        ("C09", "info", "project_name", "C21"),
        ("S17", "info", None, None),
    }


def test_beiguan(verdicts: dict[str, dict[str, Any]]) -> None:
    """Amounts with the unit in the cell; two footers."""
    beiguan = verdicts["beiguan"]
    assert (beiguan["form"], beiguan["period"], beiguan["rows_accepted"]) == ("fund_projects", "2018", 3)
    assert beiguan["sums"]["amount_yuan"] == {"written": "1135000", "accepted": "1135000"}
    assert {i["rule_id"] for i in beiguan["issues"]} == {"S04", "S09"}


def test_a_summary_of_products_is_no_roster_of_policies(verdicts: dict[str, dict[str, Any]]) -> None:
    """Its headers are near those of a county's insurance roster: the sentence says what a roster has and this has not."""
    ceheng = verdicts["ceheng"]
    assert (ceheng["outcome"], ceheng["refusal_code"]) == ("refused", "S03")
    assert "农业保险承保到户清单" in ceheng["refusal"] and "身份证号" in ceheng["refusal"]
    assert "种植业作物" in ceheng["refusal"]
