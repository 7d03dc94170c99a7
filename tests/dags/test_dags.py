"""The DAG files load, and each DAG says what a schedule must say: zone, overlap, time limits, what to do on failure."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).resolve().parents[2] / "dags"
FILES = sorted(DAGS.glob("*.py"))
CHAIN = [
    "discover",
    "ingest",
    "form",
    "gate_landed",
    "staging",
    "core",
    "metrics",
    "gate_candidate",
    "publish",
    "feedback",
    "report",
]


@cache
def load(file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The DAGs of one file and the errors of its import."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(file), bundle_name="dags")
    return dict(bag.dags), dict(bag.import_errors)


def dag(dag_id: str) -> Any:
    return load(DAGS / f"{dag_id}.py")[0][dag_id]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_loads_and_holds_a_dag(file: Path) -> None:
    dags, errors = load(file)
    assert errors == {}
    assert list(dags) == [file.stem]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_dag_file_is_taken_for_a_dbt_plugin(file: Path) -> None:
    assert not file.name.startswith("dbt_")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_dag_is_documented_limited_and_never_overlaps(file: Path) -> None:
    found = dag(file.stem)
    assert found.doc_md and "失败了" in found.doc_md
    assert found.max_active_runs == 1 and not found.catchup
    assert found.dagrun_timeout and found.dagrun_timeout <= timedelta(hours=6)
    for task in found.tasks:
        assert task.execution_timeout, task.task_id
        assert task.retries > 0 and task.retry_exponential_backoff, task.task_id


def test_the_night_runs_at_two_in_shanghai() -> None:
    timetable = dag("nightly_load").timetable
    assert (timetable.expression, str(timetable.timezone)) == ("0 2 * * *", "Asia/Shanghai")


def test_the_night_goes_through_its_steps_in_order() -> None:
    found = dag("nightly_load")
    assert [task.task_id for task in found.topological_sort()] == CHAIN
    assert [task.task_id for task in found.tasks if task.is_mapped] == ["ingest"]


def test_publishing_wakes_the_housekeeping() -> None:
    publish = dag("nightly_load").get_task("publish")
    condition = dag("housekeeping").timetable.asset_condition
    assert [asset.name for asset in publish.outlets] == ["longcang_publication"]
    assert [asset.name for asset in condition.objects] == ["longcang_publication"]


def test_parsing_is_light() -> None:
    """The processor parses each file every minute: nothing heavy may be imported by it."""
    import subprocess
    import sys

    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import nightly_load, restate, housekeeping; "
        "print([m for m in ('great_expectations', 'dbt', 'polars', 'pandas', 'ingest') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(DAGS)], capture_output=True, text=True, check=True, cwd=DAGS.parent
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
