"""The reader against a simulated province, which knows nothing of the contracts: every file, total and mistake."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from ingest.context import Context
from ingest.read import ReadResult, read
from simulator import province

Truth = dict[str, Any]
pytestmark = pytest.mark.ci_only  # a night of `tests/e2e/test_truth.py` is held against the truth, too


@pytest.fixture(scope="module")
def province_read(tmp_path_factory: pytest.TempPathFactory, context: Context) -> Any:
    out = tmp_path_factory.mktemp("province")
    truth = province.write(out, households=900, counties=14, seed=2020, defects=0.04, file_defects=True)
    results = {
        f["path"]: read((out / f["path"]).read_bytes(), f["path"], folder_county=f["path"][:6], context=context)
        for f in truth["files"]
    }
    return truth, results


def test_every_file(province_read: tuple[Truth, dict[str, ReadResult]]) -> None:
    truth, results = province_read
    wrong = []
    for f in truth["files"]:
        r = results[f["path"]]
        expected = (f["outcome"], f["form"] or r.form, f["rows_written"], f["rows_acceptable"])
        if expected != (r.outcome, r.form, r.rows_read, r.rows_accepted):
            wrong.append((f["path"], expected, (r.outcome, r.form, r.rows_read, r.rows_accepted), r.refusal))
        if f["outcome"] != "refused" and (f["period"], f["township_code"] or f["county_code"]) != (
            r.period,
            r.scope_code,
        ):
            wrong.append((f["path"], f["period"], r.period, r.scope_code))
    assert wrong == []


def test_every_mistake_and_no_other(province_read: tuple[Truth, dict[str, ReadResult]]) -> None:
    truth, results = province_read
    expected = Counter(
        (m["file"], m["rule"], (m["sheet"] or "") if m["cell"] else "", m["cell"], m["severity"], m["effect"])
        for m in truth["mistakes"]
    )
    found = Counter(
        (path, i.rule_id, (i.sheet or "") if i.cell else "", i.cell, i.severity, i.effect)
        for path, result in results.items()
        for i in result.issues
        if (i.severity != "info" or i.rule_id.startswith("R")) and i.rule_id != "S09"
    )
    assert (expected - found, found - expected) == (Counter(), Counter())
    assert len(expected) > 50


def test_every_total(province_read: tuple[Truth, dict[str, ReadResult]]) -> None:
    truth, results = province_read
    mine: dict[tuple[str, str, str, str], Decimal] = {}
    for f in truth["files"]:
        for name, sums in results[f["path"]].totals.get("columns", {}).items():
            for kind, key in (("written", "written"), ("acceptable", "accepted")):
                at = (f["county_code"], f["form"], kind, name)
                mine[at] = mine.get(at, Decimal(0)) + Decimal(sums[key])
    wrong = [
        (county, form, kind, name, value, mine.get((county, form, kind, name)))
        for county, forms in truth["totals"].items()
        for form, totals in forms.items()
        for kind in ("written", "acceptable")
        for name, value in totals[kind].items()
        if mine.get((county, form, kind, name), Decimal(0)) != Decimal(value)
    ]
    assert wrong == []
