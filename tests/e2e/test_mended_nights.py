"""What was changed and set back, and a past that is asked for, through the command line and the real DAG."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.nights import DAY, current, dag_night, longcang, rows_of
from tests.project.files import name_of, project_files
from warehouse.settings import Settings

pytestmark = pytest.mark.ci_only


def with_another_type(folder: Path) -> Path:
    """A copy of the project whose mart gives a share as whole percents."""
    for path in project_files():
        target = folder / name_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    model = folder / "dbt_project/models/metrics/marts/metrics__mart_income_basis.sql"
    text = model.read_text(encoding="utf-8")
    assert "::numeric(12, 2) as met_pct" in text
    model.write_text(text.replace("::numeric(12, 2) as met_pct", "::integer as met_pct"), encoding="utf-8")
    return folder


def test_figures_are_what_they_were_once_a_change_is_taken_back(
    make_province: Callable[..., tuple[Path, dict[str, Any]]], airflow_settings: Settings
) -> None:
    settings = airflow_settings
    landing, _ = make_province(households=100, counties=["通渭县", "卓尼县"], seed=5, defects=0.05)
    assert dag_night(settings, landing).status == 0
    first = current(settings)
    rows = rows_of(settings, first.publication_id)

    strict = dag_night(settings.with_changes(refused_share_limit=0.001), landing)
    assert any(group["outcome"] == "refused" for group in strict.report["files"]), strict.output[-2000:]
    back = dag_night(settings, landing)
    assert back.status == 0 and back.report["files"] == [], "files were read again in vain"
    assert rows_of(settings, current(settings).publication_id) == rows

    restated = longcang(settings, "restate", "--as-of", first.known_until.isoformat(), "--json")
    assert restated.returncode == 0, restated.stderr[-2000:]
    report = json.loads(restated.stdout)
    number = report["publication"]["publication_id"]
    assert report["targets_of"]["publication_id"] == number != current(settings).publication_id
    assert rows_of(settings, number) == rows
    ahead = longcang(settings, "restate", "--as-of", "2099-01-01")
    assert ahead.returncode == 2 and "lies ahead of now" in ahead.stderr


def test_a_project_whose_mart_changes_a_type_is_refused_and_the_one_before_goes_on(
    make_province: Callable[..., tuple[Path, dict[str, Any]]], airflow_settings: Settings, tmp_path: Path
) -> None:
    settings = airflow_settings
    landing, _ = make_province(households=60, counties=["通渭县"], seed=5, defects=0.0)
    assert dag_night(settings, landing).status == 0
    shown = current(settings)
    changed = settings.with_changes(project_root=with_another_type(tmp_path / "project"))
    refused = dag_night(changed, landing, DAY + timedelta(days=1))
    assert refused.status == 3
    for word in ("mart_income_basis", '"met_pct"', "numeric(12,2)", "integer"):
        assert word in refused.output, refused.output[-3000:]
    assert current(settings) == shown
    assert dag_night(settings, landing, DAY + timedelta(days=1)).status == 0
