"""Runs of the simulator: same seed, same bytes; later nights; what it refuses; what it may import."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import simulator
from simulator import night, province

COUNTIES = ["通渭县", "卓尼县", "金塔县"]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """Also in processes whose sets of words lie in another order."""
    for name in ("1", "2"):
        code = (
            "import sys; from pathlib import Path; from simulator import province; "
            "province.write(Path(sys.argv[1]), households=400, counties=8, seed=3, defects=0.03, file_defects=True)"
        )
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name)],
            env={**os.environ, "PYTHONHASHSEED": name, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        )
    province.write(tmp_path / "other", households=400, counties=8, seed=4, defects=0.03)
    assert digests(tmp_path / "1") == digests(tmp_path / "2")
    assert {".xlsx", ".xls", ".csv"} <= {Path(name).suffix for name in digests(tmp_path / "1")}
    assert digests(tmp_path / "1") != digests(tmp_path / "other")


def test_households_are_as_many_as_asked_for(tmp_path: Path) -> None:
    truth = province.write(tmp_path, households=500, counties=COUNTIES, defects=0.0)
    rows = sum(forms["household_awards"]["rows_written"] for forms in truth["totals"].values())
    assert 500 <= rows <= 1000


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    province.write(tmp_path, households=60, counties=2, progress=lambda *step: told.append(step))
    assert [step[1:] for step in told] == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    "options",
    [
        {"households": 3, "counties": 14},
        {"households": 100, "defects": 0.5},
        {"households": 100, "counties": ["火星县"]},
    ],
)
def test_what_cannot_be_made_is_said(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"too few|must lie in|no such county"):
        province.write(tmp_path, **options)  # type: ignore[arg-type]


def test_a_folder_that_is_taken_is_not_overwritten(tmp_path: Path) -> None:
    province.write(tmp_path, households=60, counties=["通渭县"])
    before = digests(tmp_path)
    with pytest.raises(FileExistsError, match="通渭县"):
        province.write(tmp_path, households=60, counties=["通渭县"], seed=5)
    assert digests(tmp_path) == before


@pytest.fixture
def first(tmp_path: Path) -> tuple[Path, dict]:
    return tmp_path, province.write(tmp_path, households=300, counties=COUNTIES, seed=7, defects=0.03)


def test_a_correction_replaces_the_countys_figures(first: tuple[Path, dict]) -> None:
    out, truth = first
    kept = copy.deepcopy(truth)
    after = night.write_next(out, truth, 1, "correction", form="village_income")
    assert truth == kept, "the earlier truth must stay"
    county = after["nights"][0]["county_code"]
    was, now = truth["totals"][county]["village_income"], after["totals"][county]["village_income"]
    assert now["rows_acceptable"] == now["rows_written"] >= was["rows_acceptable"]
    assert now["acceptable"]["inc_total_yuan"] != was["acceptable"]["inc_total_yuan"]
    others = [code for code in truth["totals"] if code != county]
    assert all(after["totals"][code] == truth["totals"][code] for code in others)
    old = next(file for file in after["files"] if file["county_code"] == county and file["form"] == "village_income")
    assert old["superseded"]
    assert after["nights"][0]["period"] == old["period"]
    assert json.loads((out / "truth.json").read_text(encoding="utf-8")) == after


def test_a_townships_correction_replaces_its_part_alone(first: tuple[Path, dict]) -> None:
    out, truth = first
    after = night.write_next(out, truth, 2, "township")
    done = after["nights"][0]
    county, township = done["county_code"], done["township_code"]
    was, now = truth["parts"][county]["household_awards"], after["parts"][county]["household_awards"]
    assert {part for part in now if now[part] != was.get(part)} == {township}
    total = after["totals"][county]["household_awards"]["acceptable"]["award_amount_yuan"]
    assert Decimal(total) == sum(Decimal(part["acceptable"]["award_amount_yuan"]) for part in now.values())
    assert township[:6] == county
    assert len(done["files"]) == 1


def test_sales_never_fall_from_month_to_month(first: tuple[Path, dict]) -> None:
    out, truth = first
    county = "621121"

    def sales(state: dict) -> Decimal:
        return Decimal(state["totals"][county]["sales_channels"]["acceptable"]["sales_amount_yuan"])

    one = night.write_next(out, truth, 3, "correction", county=county, form="sales_channels")
    two = night.write_next(out, one, 4, "monthly", county=county)
    three = night.write_next(out, two, 5, "monthly", county=county)
    assert [entry["period"] for entry in three["nights"]][1:] == ["2020-07", "2020-08"]
    assert sales(one) < sales(two) < sales(three)
    assert len({file["path"] for file in three["files"]}) == len(three["files"])


def test_a_collapse_leaves_the_truth_as_it_was(first: tuple[Path, dict]) -> None:
    out, truth = first
    after = night.write_next(out, truth, 6, "collapse")
    assert after["totals"] == truth["totals"]
    new = [file for file in after["files"] if file.get("held")]
    county = truth["totals"][new[0]["county_code"]]["household_awards"]
    assert 0 < new[0]["rows_written"] < county["rows_written"] / 4


def test_a_night_that_cannot_be_is_refused(first: tuple[Path, dict]) -> None:
    out, truth = first
    with pytest.raises(ValueError, match="no delivery of the kind"):
        night.write_next(out, truth, 1, "monthly", form="fund_projects")
    with pytest.raises(ValueError, match="no such form"):
        night.write_next(out, truth, 1, "correction", form="nothing")


def test_it_imports_nothing_of_the_warehouse() -> None:
    allowed = {"simulator", "xlsxwriter", "xlwt", *sys.stdlib_module_names}
    for path in Path(simulator.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert all(name.split(".")[0] in allowed for name in names), path
